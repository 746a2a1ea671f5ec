"""An export for the hub, when somebody asks for it: what is proven and unchanged goes, and nothing else."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError, UnusableModel
from studio.schemas.exports.export import MANIFEST, ExportManifest
from studio.services.exports.export_files import changes_since, manifest_of
from studio.services.models.fetching import LOOK_SECONDS, FetchOrder, child, reports

MODULE = "studio.models.hub_push"


def to_send(folder: Path) -> tuple[ExportManifest, list[str]]:
    """The export and the names of its files. StudioError: not compared, changed since, or with example rows."""
    manifest = manifest_of(folder)
    if manifest.with_examples:
        raise StudioError(say("push.examples"), hint=say("push.examples_next"))
    changes = changes_since(folder, manifest)
    if not manifest.verified or changes:
        raise StudioError(say("export.not_ready", count=max(1, len(changes))), hint=say("push.again"))
    return manifest, [*manifest.files, MANIFEST]


def upload(folder: Path, repository: str, token: str, *, private: bool, stop: Callable[[], bool]) -> str:
    """Send it, and where it is then. The token goes to the child alone, on its standard input."""
    _, files = to_send(folder)
    order = FetchOrder(MODULE, repository, folder, {"files": files, "token": token, "private": private})
    with tempfile.TemporaryDirectory() as place:
        lines = Path(place) / "lines.jsonl"
        with child(order, lines) as process:
            while process.poll() is None:
                if stop():
                    raise StudioError(say("push.stopped"), hint=say("push.stopped_next", model=repository))
                time.sleep(LOOK_SECONDS)
        said = reports(lines)
    if process.returncode:
        told = next((one["error"] for one in said if "error" in one), None) or {
            "message": say("push.ended"), "hint": say("push.ended_next"),
        }  # fmt: skip
        raise UnusableModel(told["message"], hint=told["hint"], where=told.get("where") or repository)
    return str(next(one["address"] for one in said if "address" in one))
