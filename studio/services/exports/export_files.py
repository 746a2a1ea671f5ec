"""The list of an export's files with their hashes: written last, and compared when somebody asks."""

from pathlib import Path

from pydantic import ValidationError

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.schemas.exports.export import MANIFEST, ExportFile, ExportManifest
from studio.storage.files import sha256_of
from studio.storage.staged_folder import LOCK


def files_of(folder: Path) -> dict[str, ExportFile]:
    """Every file in the folder but the list itself, by its path within."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in (MANIFEST, LOCK))
    return {
        path.relative_to(folder).as_posix(): ExportFile(bytes=path.stat().st_size, sha256=sha256_of(path))
        for path in paths
    }


def manifest_of(folder: Path) -> ExportManifest:
    """What was written down about this export."""
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFound(say("export.no_manifest", name=MANIFEST), hint=say("export.no_manifest_next"), where=str(folder))
    try:
        return ExportManifest.model_validate_json(path.read_bytes())
    except ValidationError:
        raise StudioError(say("export.damaged_manifest", name=MANIFEST), where=str(path)) from None


def changes_since(folder: Path, manifest: ExportManifest) -> list[str]:
    """A sentence for each file that is not as it was exported, is gone, or came afterwards."""
    there = files_of(folder)
    told = [
        say("export.missing", name=name) if name not in there else say("export.changed", name=name)
        for name, file in manifest.files.items()
        if there.get(name) != file
    ]
    return [*told, *(say("export.added", name=name) for name in there if name not in manifest.files)]
