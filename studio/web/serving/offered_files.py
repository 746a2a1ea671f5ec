"""Files that are offered for saving: an opaque name each, for whoever asked and nobody else."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from studio.errors import StudioError
from studio.services.access import Access, Actor, Right
from studio.storage.home import Home

KEPT_DOWNLOADS = 64  # of one person; the oldest go


@dataclass
class Downloads:
    """What is offered. One person's files push out none of another's."""

    root: str = ""  # the path at which the site stands
    may_read: Callable[[Actor, Path], bool] = lambda actor, path: True
    _offered: dict[str, OrderedDict[str, Path]] = field(default_factory=dict)

    def offer(self, owner: str, path: Path) -> str:
        """The address of this file for this person, or while there are none for this browser's session."""
        name, hers = secrets.token_urlsafe(18), self._offered.setdefault(owner, OrderedDict())
        hers[name] = path
        while len(hers) > KEPT_DOWNLOADS:
            hers.popitem(last=False)
        return f"{self.root}/studio/files/{name}/{quote(path.name)}"

    def fetch(self, owner: str, actor: Actor, name: str) -> Path | None:
        """The file, if it was offered to whoever asks, who may still read it, and it is still there."""
        path = self._offered[owner].get(name) if owner and owner in self._offered else None
        return path if path is not None and path.is_file() and self.may_read(actor, path) else None


def may_still_read(home: Home, access: Access, actor: Actor, path: Path) -> bool:
    """A share that was taken back, and a project that was handed on, end what was offered of it."""
    try:
        project = path.relative_to(home.projects).parts[0]
    except ValueError:
        return True  # it lies in no project
    try:
        access.require(actor, project, Right.SEE)
    except StudioError:
        return False
    return True
