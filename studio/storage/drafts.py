"""What people typed and did not send yet: a small file for each person in each project."""

import hashlib
from datetime import datetime
from pathlib import Path

from pydantic import Field

from studio.schemas.base import Record
from studio.storage.files import read_record, write_json
from studio.storage.home import Home

LONGEST_FIELD, LONGEST_TEXT, MOST = 300, 20_000, 50


class Draft(Record):
    """One field's text, and when it was typed."""

    text: str
    at: datetime


class Drafts(Record):
    """`drafts/<person>.json`: by the field's label."""

    format: int = 1
    drafts: dict[str, Draft] = Field(default_factory=dict)


class DraftStore:
    """In the project's folder, so that they go with it; those of no project lie in the home."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def all(self, person: str, project: str) -> dict[str, str]:
        """The texts by field."""
        return {field: draft.text for field, draft in self._read(self._path(person, project)).drafts.items()}

    def keep(self, person: str, project: str, field: str, text: str, at: datetime) -> None:
        """Remember the newest; an empty text was sent or taken out. Of too many fields the oldest goes."""
        path = self._path(person, project)
        drafts = self._read(path).drafts
        if text:
            drafts[field[:LONGEST_FIELD]] = Draft(text=text[:LONGEST_TEXT], at=at)
        elif drafts.pop(field[:LONGEST_FIELD], None) is None:
            return
        newest = sorted(drafts.items(), key=lambda one: one[1].at)[-MOST:]
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_json(path, Drafts(drafts=dict(newest)))

    def forget(self, person: str, project: str) -> None:
        """All that she typed there."""
        self._path(person, project).unlink(missing_ok=True)

    def _path(self, person: str, project: str) -> Path:
        folder = self._home.project_folder(project) if project else self._home.path
        return folder / "drafts" / f"{hashlib.sha256(person.encode()).hexdigest()[:16]}.json"

    def _read(self, path: Path) -> Drafts:
        return read_record(path, Drafts, "drafts") if path.is_file() else Drafts()
