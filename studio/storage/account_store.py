"""Accounts, sign-ins and one-time codes in the home's database. Passwords and codes are there as hashes alone."""

import secrets
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from studio.schemas.people.person import Person, Role, name_key
from studio.storage.database import Database

COLUMNS = (
    "id, name, role, created, removed, password != '', (SELECT COUNT(*) FROM people AS earlier "
    "WHERE earlier.name_key = people.name_key AND earlier.rowid < people.rowid)"
)  # nobody's row is ever deleted, so the count stays


class AccountStore:
    """Every method is one transaction. Times are seconds since 1970."""

    def __init__(self, database: Database) -> None:
        database.complete()
        self._database, self._asking = database, threading.Lock()
        self._kept: sqlite3.Connection | None = None

    @property
    def mark(self) -> int:
        """Changes with every write to the database, by whichever process."""
        with self._looking() as db:
            return int(db.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _looking(self) -> Iterator[sqlite3.Connection]:
        """The one connection that stays open, for what is asked at every request: opening one takes as long as sixty
        such questions. It only reads, so that SQLite tells it of every write."""
        with self._asking:
            if self._kept is None:
                self._kept = sqlite3.connect(self._database.path, timeout=10, isolation_level=None,
                                             check_same_thread=False)  # fmt: skip
                weakref.finalize(self, self._kept.close)
            yield self._kept

    def people(self) -> list[Person]:
        """Who has an account now, by name."""
        with self._database.connect() as db:
            rows = db.execute(f"SELECT {COLUMNS} FROM people WHERE removed IS NULL ORDER BY name_key")
            return [person_of(row) for row in rows]

    def person(self, id: str) -> Person | None:
        """By id, also one who was removed."""
        with self._database.connect() as db:
            row = db.execute(f"SELECT {COLUMNS} FROM people WHERE id = ?", (id,)).fetchone()
        return person_of(row) if row else None

    def named(self, name: str) -> Person | None:
        """Who has this name now."""
        with self._database.connect() as db:
            row = db.execute(
                f"SELECT {COLUMNS} FROM people WHERE name_key = ? AND removed IS NULL", (name_key(name),)
            ).fetchone()
        return person_of(row) if row else None

    def password(self, person: str) -> str:
        """The hash; empty for somebody unknown, removed, or who has not set one."""
        with self._database.connect() as db:
            row = db.execute("SELECT password FROM people WHERE id = ? AND removed IS NULL", (person,)).fetchone()
        return str(row[0]) if row else ""

    def add(self, person: Person, password: str = "") -> bool:
        """False when somebody has this name."""
        with self._database.transaction() as db:
            return insert_person(db, person, password)

    def add_first(self, person: Person, password: str, code: str, now: float) -> bool:
        """The first administrator by a code; False when the code is wrong or there is one by now."""
        with self._database.transaction() as db:
            there = db.execute("SELECT 1 FROM people WHERE role = ? AND removed IS NULL", (Role.ADMINISTRATOR,))
            if there.fetchone() or has_name(db, person.name) or take_code(db, code, now, first=True) is None:
                return False
            return insert_person(db, person, password)

    def set_role(self, person: str, role: Role) -> bool:
        """False when she is the last administrator and would be none."""
        with self._database.transaction() as db:
            if role is not Role.ADMINISTRATOR and is_last_administrator(db, person):
                return False
            db.execute("UPDATE people SET role = ? WHERE id = ? AND removed IS NULL", (role, person))
            return True

    def set_password(self, person: str, password: str) -> None:
        """Ends every sign-in of hers, and the codes that wait for her."""
        with self._database.transaction() as db:
            db.execute("UPDATE people SET password = ? WHERE id = ? AND removed IS NULL", (password, person))
            end_all(db, person)

    def set_password_by_code(self, code: str, password: str, now: float) -> str | None:
        """The person whose code this was; None when it is no code. It can be used once."""
        with self._database.transaction() as db:
            person = take_code(db, code, now, first=False)
            if person is None:
                return None
            changed = db.execute(
                "UPDATE people SET password = ? WHERE id = ? AND removed IS NULL", (password, person)
            ).rowcount
            end_all(db, person)
            return person if changed else None

    def remove(self, person: str, now: datetime) -> bool:
        """She can no longer sign in, and her name is free; False when she is the last administrator."""
        with self._database.transaction() as db:
            if is_last_administrator(db, person):
                return False
            db.execute(
                "UPDATE people SET removed = ?, password = '' WHERE id = ? AND removed IS NULL",
                (now.isoformat(), person),
            )
            db.execute("DELETE FROM notices WHERE person = ?", (person,))
            end_all(db, person)
            return True

    def put_code(self, digest: str, person: str, expires: float) -> None:
        """One code for each person, and one for the first administrator (`person` empty): the newest."""
        with self._database.transaction() as db:
            db.execute("DELETE FROM one_time_codes WHERE person = ?", (person,))
            db.execute("INSERT INTO one_time_codes VALUES (?, ?, ?)", (digest, person, expires))

    def has_code(self, person: str, now: float) -> bool:
        """Whether a code waits for her."""
        with self._database.connect() as db:
            row = db.execute("SELECT 1 FROM one_time_codes WHERE person = ? AND expires > ?", (person, now)).fetchone()
        return row is not None

    def begin_sign_in(self, person: str, expires: float, now: float) -> str | None:
        """The id of a new sign-in; None when she was removed meanwhile. Those that ran out are forgotten."""
        id = secrets.token_urlsafe(24)
        with self._database.transaction() as db:
            if not db.execute("SELECT 1 FROM people WHERE id = ? AND removed IS NULL", (person,)).fetchone():
                return None
            db.execute("DELETE FROM sign_ins WHERE expires <= ?", (now,))
            db.execute("INSERT INTO sign_ins VALUES (?, ?, ?)", (id, person, expires))
        return id

    def sign_in(self, id: str) -> tuple[Person, float] | None:
        """Whose it is and until when; None for one that ended."""
        with self._looking() as db:
            row = db.execute(
                f"SELECT {COLUMNS}, expires FROM people, (SELECT person, expires FROM sign_ins WHERE sign_ins.id = ?) "
                "ON people.id = person WHERE removed IS NULL", (id,),
            ).fetchone()  # fmt: skip
        return (person_of(row[:-1]), float(row[-1])) if row else None

    def end_sign_in(self, id: str) -> None:
        """This one alone."""
        with self._database.connect() as db:
            db.execute("DELETE FROM sign_ins WHERE id = ?", (id,))

    def end_sign_ins(self, person: str) -> None:
        """All of hers."""
        with self._database.connect() as db:
            db.execute("DELETE FROM sign_ins WHERE person = ?", (person,))

    def signing_key(self) -> bytes:
        """What signs the cookies of this home: made at the first asking."""
        with self._database.transaction() as db:
            db.execute("INSERT OR IGNORE INTO sign_in_key VALUES (1, ?)", (secrets.token_bytes(32),))
            return bytes(db.execute("SELECT secret FROM sign_in_key").fetchone()[0])


def person_of(row: tuple[str, str, str, str, str | None, int, int]) -> Person:
    """From the columns in their order."""
    id, name, role, created, removed, has_password, earlier = row
    gone = datetime.fromisoformat(removed) if removed else None
    return Person(id=id, name=name, role=Role(role), created=datetime.fromisoformat(created), removed=gone,
                  has_password=bool(has_password), earlier=earlier)  # fmt: skip


def insert_person(db: sqlite3.Connection, person: Person, password: str) -> bool:
    """Within a transaction; False when somebody has this name."""
    if has_name(db, person.name):
        return False
    db.execute(
        "INSERT INTO people (id, name, name_key, role, created, password) VALUES (?, ?, ?, ?, ?, ?)",
        (person.id, person.name, name_key(person.name), person.role, person.created.isoformat(), password),
    )
    return True


def has_name(db: sqlite3.Connection, name: str) -> bool:
    """Whether somebody is called so now."""
    rows = db.execute("SELECT 1 FROM people WHERE name_key = ? AND removed IS NULL", (name_key(name),))
    return rows.fetchone() is not None


def take_code(db: sqlite3.Connection, digest: str, now: float, *, first: bool) -> str | None:
    """Whose code this was, from now on nobody's: empty for the first administrator's, and only where that is asked
    for. None when it is no such code."""
    row = db.execute(
        "SELECT person FROM one_time_codes WHERE digest = ? AND expires > ? AND (person = '') = ?", (digest, now, first)
    ).fetchone()
    if row is None:
        return None
    db.execute("DELETE FROM one_time_codes WHERE digest = ?", (digest,))
    return str(row[0])


def is_last_administrator(db: sqlite3.Connection, person: str) -> bool:
    """Whether nobody else could add people."""
    rows = db.execute("SELECT id FROM people WHERE role = ? AND removed IS NULL", (Role.ADMINISTRATOR,)).fetchall()
    return rows == [(person,)]


def end_all(db: sqlite3.Connection, person: str) -> None:
    """Her sign-ins and the codes that wait for her."""
    db.execute("DELETE FROM sign_ins WHERE person = ?", (person,))
    db.execute("DELETE FROM one_time_codes WHERE person = ?", (person,))
