"""People of an empty home, a clock that is moved by hand, and hashes that take little time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from studio.schemas.people.person import Person, Role
from studio.services.access import Actor
from studio.services.people.ownership import Ownership
from studio.services.people.passwords import Passwords
from studio.services.people.people_service import People
from studio.services.people.sharing import Sharing
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.database import Database
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

GOOD = "four words in a row"
Made = Callable[[Person], str]


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


@pytest.fixture
def shared(tmp_path: Path) -> Studio:
    """A studio with people switched on."""
    return Studio(Settings(home=tmp_path / "home", offline=True, people=True), FakeEngine(steps=8, pause=0.0))


@pytest.fixture
def ownership(shared: Studio) -> Ownership:
    return shared.ownership


@pytest.fixture
def sharing(shared: Studio) -> Sharing:
    return shared.sharing


@pytest.fixture
def ana(shared: Studio) -> Person:
    return shared.accounts.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)


@pytest.fixture
def ben(shared: Studio, ana: Person) -> Person:
    return shared.accounts.add_with_password("Ben", GOOD, by="x")


@pytest.fixture
def made(shared: Studio, tmp_path: Path) -> Made:
    """Upload a table as somebody; the id of the project that it makes."""
    file = tmp_path / "tickets.csv"
    file.write_text(table(), encoding="utf-8")
    return lambda person: shared.examples.upload(file, "tickets.csv", by=person.signature, owner=person.id).project


def actor(person: Person) -> Actor:
    return Actor(person.id, person.signature)
