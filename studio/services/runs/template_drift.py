"""What a version was taught with, against what it is used with now: the chat layout, and where an answer ends."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.models.chat_template import LAYOUT_FILE, TEMPLATE_FILE
from studio.schemas.example import Example
from studio.schemas.run import RunSpec
from studio.services.engine import Engine
from studio.storage.checkpoints import MANIFEST
from studio.storage.files import sha256_of
from studio.storage.run_folder import RunFolder

LAYOUT_FILES = (LAYOUT_FILE, TEMPLATE_FILE)


def sealed(folder: Path) -> dict[str, str]:
    """The hashes of a version's files as they were when it was saved; empty when nobody wrote them down."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    files: dict[str, str] = json.loads(path.read_text(encoding="utf-8")).get("files", {})
    return files


def changed_layout(adapter: Path) -> list[str] | None:
    """Files of the chat layout that are not those it was taught with; None when that cannot be told."""
    files = sealed(adapter)
    if not any(name in files for name in LAYOUT_FILES):
        return None
    return [
        name
        for name in LAYOUT_FILES
        if name in files and not ((adapter / name).is_file() and sha256_of(adapter / name) == files[name])
    ]


def restore_layout(folder: RunFolder) -> list[str]:
    """Put the layout back that it was taught with, from a saved point of the run; the names of what was restored."""
    files, changed = sealed(folder.adapter), changed_layout(folder.adapter) or []
    for name in changed:
        for point in sorted((folder.path / "checkpoints").glob("*"), reverse=True):
            if (point / name).is_file() and sha256_of(point / name) == files[name]:
                shutil.copyfile(point / name, folder.adapter / name)
                break
        else:
            raise StudioError(say('template_drift.chat_layout_was_taught'),
                              hint=say('template_drift.teach_again_new_version'), where=name)  # fmt: skip
    return changed


def ends_taught(engine: Engine, spec: RunSpec, rows: Sequence[Example]) -> float | None:
    """Share of these examples whose ending was learned with them, so that it knows where to stop."""
    facts = engine.inspect(Path(spec.model_folder))
    known = []
    for example in rows:
        pieces = engine.see(facts, spec.recipe, example)
        learned = "".join(piece.text for piece in pieces if piece.part == "learned")
        cut = any(piece.part == "cut" for piece in pieces)
        known.append(not cut and len(learned.strip()) > len(example.answer.strip()))
    return sum(known) / len(known) if known else None
