"""Sending an export to the hub from the page: in the background, with a token that is written down nowhere."""

from studio.copy.catalog import say
from studio.errors import StudioError, WrongSetting
from studio.schemas.exports.export import ExportKind, PushedExport
from studio.services.exports.export_service import ExportService
from studio.services.jobs import BackgroundJob, Jobs
from studio.storage.home import Home

JOB = "push"


class HubPushes:
    """The verbs around it. What lies in the project's folder of exports is sent, as `ExportService.push` sends any."""

    def __init__(self, home: Home, jobs: Jobs, exports: ExportService) -> None:
        self._home, self._jobs, self._exports = home, jobs, exports

    def begin(self, run: str, kind: ExportKind, repository: str, token: str, *, by: str, private: bool = True,
              confirmed: bool = False) -> BackgroundJob:  # fmt: skip
        """Send it to a new repository. StudioError unless she said so (`confirmed`), and where nothing may go out.

        The token stands in the memory of this work alone, never in its record.
        """
        manifest = self._exports.made(run, kind)
        if manifest is None:
            raise StudioError(say("push.nothing_made"), hint=say("push.nothing_made_next"), where=kind.value)
        if not repository.strip() or not token.strip():
            missing = "repository" if not repository.strip() else "token"
            raise WrongSetting(say(f"push.no_{missing}"), hint=say(f"push.no_{missing}_next"), where=missing)
        if not confirmed:
            raise StudioError(say("push.not_sent"), hint=say("push.tick"), where="confirmed")
        place, count = self._exports.place(run, kind), len(manifest.files) + 1

        def work(job: BackgroundJob) -> PushedExport:
            address = self._exports.push(
                place, repository.strip(), token.strip(), by=by, private=private, stop=job.is_cancelled
            )
            return PushedExport(address=address, files=count, private=private)

        return self._jobs.begin(JOB, manifest.project, f"{run} {kind.value}", work, by=by)

    def job(self, run: str, kind: ExportKind) -> BackgroundJob | None:
        """The last one of what lies there now; None for one that sent an earlier export."""
        job = self._jobs.last(JOB, self._home.run(run).spec.project, f"{run} {kind.value}")
        manifest = self._exports.made(run, kind)
        return job if job and manifest and job.record.created >= manifest.created else None

    def stop(self, run: str, kind: ExportKind) -> None:
        """End it; an empty repository may be left on the hub."""
        self._jobs.cancel(JOB, self._home.run(run).spec.project, f"{run} {kind.value}")
