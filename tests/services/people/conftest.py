"""People of an empty home, a clock that is moved by hand, and hashes that take little time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from studio.services.people.passwords import Passwords
from studio.services.people.people_service import People
from studio.storage.database import Database

GOOD = "four words in a row"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "studio.db")


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    quick = PasswordHasher(time_cost=1, memory_cost=256, parallelism=1)
    return People(database, clock, Passwords(quick))
