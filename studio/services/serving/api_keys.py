"""Keys of applications: only their hashes are kept, each with how many tokens it may use in a day."""

import hashlib
import hmac
import json
import math
import os
import secrets
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import Field

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError, WrongSetting
from studio.schemas.base import Record
from studio.storage.files import FileLock, read_record, write_bytes, write_json

PREFIX = "sk-studio-"
LONGEST_NAME = 60
SAVED_SECONDS = 1.0  # so often, at most, what was used is written down


class BudgetSpent(StudioError):
    """An application has used what it may use today; `seconds` until tomorrow."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class ApiKey(Record):
    """One application. `digest`: SHA-256 of the key, which has 256 random bits; 0 tokens a day: without a limit.

    `project`: whose versions alone it opens; empty for one that the command line made, which opens all.
    """

    name: str
    digest: str
    created: datetime
    tokens_per_day: int = Field(0, ge=0)
    project: str = ""

    @property
    def account(self) -> str:
        """Under which its tokens are counted."""
        return f"{self.project}/{self.name}" if self.project else self.name


class KeyFile(Record):
    """All of a home."""

    format: int = 1
    keys: tuple[ApiKey, ...] = ()


class ApiKeys:
    """The keys of a home, and what each has used today. The command line may change them beside a running server."""

    def __init__(self, home: Path, clock: Callable[[], datetime]) -> None:
        self.folder = home / "serving"
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at: int | None = None
        self._keys: tuple[ApiKey, ...] = ()
        self._used: dict[str, int] | None = None  # tokens of `_day` by name of the application
        self._day, self._saved_at = "", clock() - timedelta(days=1)

    @property
    def server_lock(self) -> FileLock:
        """Held by the one server of this home that counts what is used."""
        return FileLock(self.folder / "server.lock")

    def all(self) -> tuple[ApiKey, ...]:
        """By name."""
        path = self.folder / "keys.json"
        changed = path.stat().st_mtime_ns if path.is_file() else 0
        if changed != self._read_at:
            found = read_record(path, KeyFile, "keys").keys if changed else ()
            self._keys, self._read_at = tuple(sorted(found, key=lambda key: key.name)), changed
        return self._keys

    def of(self, project: str) -> tuple[ApiKey, ...]:
        """Those of one project, by name."""
        return tuple(key for key in self.all() if key.project == project)

    def add(self, name: str, tokens_per_day: int = 0, project: str = "") -> str:
        """A new key, which is told this once and kept nowhere."""
        name = name.strip()
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise WrongSetting(say("serving.key_name", most=LONGEST_NAME), where="name")
        with self._changing() as keys:
            if any((key.name, key.project) == (name, project) for key in keys):
                raise StudioError(say("serving.key_there_already", name=name), hint=say("serving.key_other_name"))
            secret = PREFIX + secrets.token_urlsafe(32)
            keys.append(ApiKey(name=name, digest=digest_of(secret), created=self._clock(),
                               tokens_per_day=tokens_per_day, project=project))  # fmt: skip
        return secret

    def remove(self, name: str, project: str = "") -> None:
        """The key opens nothing from now on."""
        with self._changing() as keys:
            left = [key for key in keys if (key.name, key.project) != (name, project)]
            if len(left) == len(keys):
                raise NotFound(say("serving.no_such_key", name=name[:60]), hint=say("serving.keys_are_listed"))
            keys[:] = left

    def first_key(self) -> Path | None:
        """The file with a key for the first application, where there is no key yet; private to its owner."""
        if self.all():
            return None
        path = self.folder / ".first_key"  # no backup copies what begins with a dot
        write_bytes(path, f"{self.add(say('serving.first_application'))}\n".encode())
        path.chmod(0o600)
        return path

    def find(self, secret: str, served: Collection[str] = ()) -> ApiKey | None:
        """Whose key this is; None also for one of a project that is not the only one of `served`.

        Every key is compared, and in constant time.
        """
        digest, found = digest_of(secret), None
        for key in self.all():
            if key.project and set(served) != {key.project}:
                continue
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def reserve(self, key: ApiKey, tokens: int) -> None:
        """Set these tokens aside; BudgetSpent when they are more than is left of today's."""
        with self._lock:
            used = self._today().get(key.account, 0)
            if key.tokens_per_day and used + tokens > key.tokens_per_day:
                seconds = self._seconds_left()
                left = max(0, key.tokens_per_day - used)
                message = say("serving.out_of_budget", wanted=tokens, left=left, budget=key.tokens_per_day)
                raise BudgetSpent(message, seconds)
            self._today()[key.account] = used + tokens

    def settle(self, key: ApiKey, reserved: int, used: int) -> None:
        """What was really used, instead of what was set aside."""
        with self._lock:
            today = self._today()
            today[key.account] = max(0, today.get(key.account, 0) - reserved + used)
            if (self._clock() - self._saved_at).total_seconds() >= SAVED_SECONDS:
                self._save()

    def used_today(self, account: str) -> int:
        """Tokens that this application has read and written."""
        with self._lock:
            return self._today().get(account, 0)

    def used_so_far(self, account: str) -> int:
        """The same as a server in another process wrote it down last."""
        with self._lock:
            self._used = None
        return self.used_today(account)

    def save(self) -> None:
        """Write down what was used."""
        with self._lock:
            if self._used is not None:
                self._save()

    def _save(self) -> None:
        write_json(self.folder / "used.json", {"format": 1, "day": self._day, "tokens": self._used})
        self._saved_at = self._clock()

    def _today(self) -> dict[str, int]:
        """Counted by days of this computer's own clock."""
        day = f"{self._clock().astimezone():%Y-%m-%d}"
        if self._used is None:
            path = self.folder / "used.json"
            kept = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            self._day = str(kept.get("day", ""))
            self._used = {str(name): int(count) for name, count in kept.get("tokens", {}).items()}
        if day != self._day:
            self._day, self._used = day, {}
        return self._used

    def _seconds_left(self) -> int:
        now = self._clock().astimezone()
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(1, math.ceil((midnight - now).total_seconds()))

    @contextmanager
    def _changing(self) -> Iterator[list[ApiKey]]:
        """The list, which is written when it was changed without an error; one process at a time."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(self.folder / "keys.lock")
        if not lock.take():
            raise StudioError(say("serving.keys_in_use"), hint=say("serving.try_again"))
        try:
            keys = list(self.all())
            yield keys
            write_json(self.folder / "keys.json", KeyFile(keys=tuple(keys)))
            os.chmod(self.folder / "keys.json", 0o600)
            self._read_at = None
        finally:
            lock.release()


def digest_of(secret: str) -> str:
    """Slow hashing is for words that people choose: a key has 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
