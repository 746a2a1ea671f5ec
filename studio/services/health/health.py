"""How the computer and the home do: a line for each thing, fine or with what to do."""

import os
import shutil
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.disk.clock_check import ClockCheck
from studio.services.disk.quota import DiskQuota
from studio.services.disk.retention import RetentionRules, said_rules
from studio.services.health.home_check import OTHERS_LOOK, check_locks, name_of
from studio.settings import Settings
from studio.storage.database import Database
from studio.storage.home import Home
from studio.storage.run_queue import RunQueue

LITTLE_BYTES, LITTLE_SHARE = 2 * 10**9, 0.05
NEARLY_FULL = 0.9
SILENT_SECONDS = 120  # a holder of an accelerator says every fifteen that it is there
NETWORK_DISKS = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs")


@dataclass(frozen=True)
class HealthLine:
    """One thing that was looked at; `hint` says what to do about a warning."""

    name: str
    state: Literal["ok", "warn"]
    sentence: str
    hint: str = ""


def fine(name: str, kind: str, **facts: object) -> HealthLine:
    """Nothing to do."""
    return HealthLine(name, "ok", say(f"health.{kind}", **facts))


def warning(name: str, kind: str, **facts: object) -> HealthLine:
    """Something to do."""
    return HealthLine(name, "warn", say(f"health.{kind}", **facts), say(f"health.{kind}_next", **facts))


class Health:
    """Looks at everything when it is asked; changes nothing."""

    def __init__(self, settings: Settings, home: Home, ledger: Database, quota: DiskQuota) -> None:
        self._settings, self._home, self._ledger, self._quota = settings, home, ledger, quota

    def lines(self) -> list[HealthLine]:
        """All of them, in the order in which they are shown."""
        found = [self.disk(), *self.folder(), self.locks(), *self.disk_kind(), self.clock(), self.server()]
        return [*found, *self.accelerators(), self.queue(), *self.quotas(), self.rules()]

    def disk(self) -> HealthLine:
        """Room on the home's disk."""
        usage = shutil.disk_usage(self._home.path)
        facts = {"free": usage.free / 1e9, "total": usage.total / 1e9}
        is_little = usage.free < max(LITTLE_BYTES, LITTLE_SHARE * usage.total)
        return warning("disk", "disk_little", **facts) if is_little else fine("disk", "disk", **facts)

    def folder(self) -> Iterator[HealthLine]:
        """Whose the home is, and who may look into it."""
        if os.name != "posix":
            return
        found = self._home.path.stat()
        owner, here = name_of(found.st_uid), name_of(os.geteuid())
        if found.st_uid == os.geteuid():
            yield fine("owner", "owner", owner=owner)
        else:
            yield warning("owner", "owner_other", owner=owner, here=here)
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        if found.st_mode & OTHERS_LOOK:
            yield warning("permissions", "open_to_others", mode=mode, home=self._home.path)
        else:
            yield fine("permissions", "private", mode=mode)

    def locks(self) -> HealthLine:
        """Whether two servers can be kept apart."""
        try:
            check_locks(self._home.path)
        except StudioError as error:
            return HealthLine("locks", "warn", error.message, error.hint)
        except OSError:
            return warning("locks", "not_writable")
        return fine("locks", "locks")

    def disk_kind(self) -> Iterator[HealthLine]:
        """A network disk is slower and may lose locks."""
        import psutil

        mounts = [(mount.mountpoint, mount.fstype) for mount in psutil.disk_partitions(all=True)]
        kind = filesystem_of(self._home.path.resolve(), mounts)
        if kind in NETWORK_DISKS:
            yield warning("disk kind", "network_disk", filesystem=kind)

    def clock(self) -> HealthLine:
        """Whether the clock stands before what was written down."""
        notes = self._ledger.notes(1)
        newest = datetime.fromisoformat(notes[0][0]) if notes else None
        said = ClockCheck(lambda: datetime.now(UTC)).trouble(newest)
        return HealthLine("clock", "warn", said) if said else fine("clock", "clock")

    def server(self) -> HealthLine:
        """Whether a studio serves this home now."""
        return fine("server", "no_server" if self._home.server_lock.is_free() else "server")

    def accelerators(self) -> Iterator[HealthLine]:
        """Who uses what, and whether they are still heard of."""
        now = time.time()
        tenures = RunQueue(self._ledger).tenures()
        for tenure in tenures:
            facts = {"accelerator": tenure.accelerator or say("health.the_accelerator"), "run": tenure.run,
                     "person": tenure.person, "minutes": tenure.seconds(now) / 60,
                     "silent": max(0.0, now - tenure.beat) / 60}  # fmt: skip
            is_dead = self._home.lease(tenure.accelerator).is_free()
            is_silent = now - tenure.beat > SILENT_SECONDS
            if is_dead:
                yield warning("accelerator", "left", **facts)
            else:
                yield warning("accelerator", "silent", **facts) if is_silent else fine("accelerator", "held", **facts)
        if not tenures:
            yield fine("accelerator", "free")

    def queue(self) -> HealthLine:
        """How many runs wait, and whether anybody carries them out."""
        waiting = len(RunQueue(self._ledger).waiting())
        if waiting and self._home.server_lock.is_free():
            return warning("queue", "waits_for_server", waiting=waiting)
        return fine("queue", "queue", waiting=waiting)

    def quotas(self) -> Iterator[HealthLine]:
        """Who has little room left of what each may take."""
        limit = self._quota.limit_bytes
        full = [one for one in self._quota.people() if one.bytes + one.held > NEARLY_FULL * limit] if limit else []
        for one in full:
            facts = {"person": one.owner, "taken": (one.bytes + one.held) / 1e9, "limit": limit / 1e9}
            yield warning("quota", "quota_nearly_full", **facts)
        if limit and not full:
            yield fine("quota", "quota", limit=limit / 1e9)

    def rules(self) -> HealthLine:
        """What goes by itself."""
        said = said_rules(RetentionRules(*retention_days(self._settings)))
        return HealthLine("retention", "ok", " ".join(said) or say("health.nothing_goes"))


def filesystem_of(path: Path, mounts: Sequence[tuple[str, str]]) -> str:
    """Of the innermost mount over this path; empty where that is not told."""
    over = [(len(place), kind) for place, kind in mounts if path.is_relative_to(place)]
    return max(over)[1] if over else ""


def retention_days(settings: Settings) -> tuple[int, int, int, int]:
    """Uploads, chats, saved points, trash."""
    return (settings.keep_uploads_days, settings.keep_chats_days, settings.keep_checkpoints_days,
            settings.keep_trash_days)  # fmt: skip
