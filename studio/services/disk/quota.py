"""How much of the disk each person takes, and whether there is room for one more run of hers.

The run folders are the ledger: what a run was planned to write is frozen in it, and until it is over that much is held
for it, less what it wrote already. So what it does not use is free again by itself, whatever was killed meanwhile.
"""

import shutil
from collections import Counter
from dataclasses import dataclass

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.storage.folder_size import size_of
from studio.storage.home import Home

SPARE_BYTES = 200 * 10**6  # of the disk itself, which no run is to take


@dataclass(frozen=True)
class ProjectDisk:
    """What a project takes, and what is held for its runs that are not over."""

    id: str
    title: str
    owner: str
    bytes: int
    held: int


@dataclass(frozen=True)
class PersonDisk:
    """What all projects of a person take."""

    owner: str
    bytes: int
    held: int


class DiskQuota:
    """Counts in the folders themselves. `limit_bytes` is each owner's; 0: as much as there is."""

    def __init__(self, home: Home, limit_bytes: int = 0) -> None:
        self._home, self.limit_bytes = home, limit_bytes

    def projects(self) -> list[ProjectDisk]:
        """The largest first."""
        found = [
            ProjectDisk(project.id, project.title, project.owner, size_of(self._home.projects / project.id),
                        self.held(project.id))
            for project in self._home.all_projects()
        ]  # fmt: skip
        return sorted(found, key=lambda one: (-one.bytes, one.id))

    def people(self) -> list[PersonDisk]:
        """By owner; who takes most first."""
        size, held = Counter[str](), Counter[str]()
        for project in self.projects():
            size[project.owner] += project.bytes
            held[project.owner] += project.held
        return [PersonDisk(owner, taken, held[owner]) for owner, taken in size.most_common()]

    def held(self, project: str) -> int:
        """What its runs that wait or go on may still write."""
        going = [run for run in self._home.runs(project) if not run.seen_state().status.is_over]
        return sum(max(0, (run.spec.planned_bytes or 0) - size_of(run.path)) for run in going)

    def refuse_upload(self, owner: str, coming: int) -> None:
        """StudioError when somebody who brings a file of so many bytes, or the disk, has no room for it."""
        free = shutil.disk_usage(self._home.path).free
        if coming + SPARE_BYTES > free:
            raise StudioError(say("quota.upload_disk_full", needed=coming / 1e9, free=free / 1e9),
                              hint=say("quota.disk_full_next"), where="disk")  # fmt: skip
        if not self.limit_bytes:
            return
        mine = next((one for one in self.people() if one.owner == owner), PersonDisk(owner, 0, 0))
        if mine.bytes + mine.held + coming > self.limit_bytes:
            figures = {"needed": coming / 1e9, "taken": mine.bytes / 1e9, "held": mine.held / 1e9,
                       "limit": self.limit_bytes / 1e9}  # fmt: skip
            raise StudioError(say("quota.upload_beyond", **figures), hint=say("quota.beyond_next"), where="disk")

    def refuse_beyond(self, project: str, needed: int) -> None:
        """StudioError when the owner of the project, or the disk, has no room for so many bytes more."""
        free = shutil.disk_usage(self._home.path).free
        held = sum(self.held(one.id) for one in self._home.all_projects())
        if needed + held + SPARE_BYTES > free:
            figures = {"needed": needed / 1e9, "free": free / 1e9, "held": held / 1e9}
            raise StudioError(say("quota.disk_full", **figures), hint=say("quota.disk_full_next"), where="disk")
        if not self.limit_bytes:
            return
        owner = self._home.project(project).owner
        mine = next((one for one in self.people() if one.owner == owner), PersonDisk(owner, 0, 0))
        if mine.bytes + mine.held + needed > self.limit_bytes:
            figures = {"needed": needed / 1e9, "taken": mine.bytes / 1e9, "held": mine.held / 1e9,
                       "limit": self.limit_bytes / 1e9}  # fmt: skip
            raise StudioError(say("quota.beyond", **figures), hint=say("quota.beyond_next"), where="disk")
