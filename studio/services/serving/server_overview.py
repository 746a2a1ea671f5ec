"""The server for programs as whoever looks after the computer sees it: whose it is, and an end of it for a reason."""

from dataclasses import dataclass
from datetime import datetime

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.services.serving.version_server import VersionServer
from studio.storage.home import Home

LONGEST_REASON = 200


@dataclass(frozen=True)
class RunningServer:
    """`id`: of this start, so that nobody ends another than she looked at. `name`: of the project that is served."""

    id: str
    name: str
    by: str
    since: datetime
    port: int


class ServerOverview:
    """Name, person, time and port, nothing of what is served or asked."""

    def __init__(self, home: Home, server: VersionServer) -> None:
        self._home, self._server = home, server

    def running(self) -> RunningServer | None:
        """The one that is on, or being started; it stands in everybody else's way."""
        going = self._server.going()
        if going is None or going.since is None:
            return None
        try:
            name = self._home.project(going.project).title
        except NotFound:  # it was put into the trash while it was served
            name = going.project
        return RunningServer(going.id, name, going.by, going.since, going.port)

    def end(self, id: str, *, reason: str, by: str) -> None:
        """For a reason, which the log and its owner are told. StudioError without one, NotFound where it is not on."""
        said = " ".join(reason.split())[:LONGEST_REASON]
        if not said:
            raise StudioError(say("queue.reason_missing"), hint=say("serving.why_end"), where="reason")
        if not self._server.take(id, reason=said, by=by):
            raise NotFound(say("serving.no_other_server"), hint=say("serving.no_other_server_next"), where="server")
