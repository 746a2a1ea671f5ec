"""How an export names its starting model: by what anybody can find, never by a place on this computer."""

import json
import re
from pathlib import Path

from studio.models.model_files import SOURCE, weight_files
from studio.schemas.exports.export import BaseReference
from studio.storage.files import sha256_of

HUB_ID = re.compile(r"^[\w.\-]{1,96}/[\w.\-]{1,96}$")


def place_on_hub(model_folder: Path) -> tuple[str, str] | None:
    """The hub id and the revision by which anybody can fetch this very starting model, if there are such."""
    source = model_folder / SOURCE
    record = json.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
    name, revision = str(record.get("id")), str(record.get("revision") or "")
    return (name, revision) if revision and HUB_ID.match(name) else None


def base_reference(model_folder: Path, called: str) -> BaseReference:
    """`called` is how the recipe names it: an id of the list, a hub id or a folder."""
    source = model_folder / SOURCE  # a download leaves it
    record = json.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
    name, revision = str(record.get("id") or called), str(record.get("revision") or "")
    hub = place_on_hub(model_folder) is not None
    if not hub:
        name = re.split(r"[/\\]", name.rstrip("/\\"))[-1] or "model"
    package = " / ".join(str(record[part]) for part in ("package", "file") if part in record and "package" in record)
    weights = {file.name: sha256_of(file) for file in weight_files(model_folder, str(model_folder))}
    return BaseReference(
        name=name, revision=revision if hub else "", hub=hub, licence=str(record.get("licence") or ""),
        package=package, weights=weights,
    )  # fmt: skip
