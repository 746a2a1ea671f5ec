"""The server as a child of the studio: `python -m studio.serving.serve_process`, its order on standard input.

It reports `ready`, `pace` or `error`, and ends when its input does: by a press, or with the studio.
"""

import json
import os
import sys
import threading
import time

from studio.errors import StudioError
from studio.models.fetch_process import report
from studio.services.studio import Studio
from studio.serving.measured_pace import measured_pace
from studio.serving.server import SECONDS_TO_END, OpenServer, open_server
from studio.settings import Settings, keep_private
from studio.training.local_engine import LocalEngine


class EndWithParent:
    """Waits for the end of the input. What is being loaded has nothing to save; a server ends in order."""

    def __init__(self) -> None:
        self.ready: OpenServer | None = None
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while os.read(0, 4096):
            pass
        if self.ready is not None:
            self.ready.server.should_exit = True
            time.sleep(SECONDS_TO_END + 2)
        os._exit(1)


def main() -> int:
    """The whole life of this process."""
    order = json.loads(sys.stdin.readline())
    parent = EndWithParent()
    settings = Settings.model_validate(order["settings"])
    keep_private(offline=settings.offline)
    studio = Studio(settings, LocalEngine())
    try:
        with open_server(studio, order["runs"], port=order["port"], by=order["by"]) as ready:
            parent.ready = ready
            report(ready={"address": ready.address})
            threading.Thread(target=tell_pace, args=(ready,), daemon=True).start()
            ready.server.run(sockets=[ready.taken])
    except StudioError as error:
        report(error={"message": error.message, "hint": error.hint})
        return 1
    finally:
        studio.close()
    return 0


def tell_pace(ready: OpenServer) -> None:
    """How fast this computer answers eight at once."""
    names = [version.id for version in ready.models.versions if not version.is_label_model]
    report(pace=measured_pace(ready.scheduler, names) if ready.scheduler is not None and names else 0.0)


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    os._exit(ended)  # all is saved: what else Python takes apart took seconds, and nobody waits for it
