"""Who an organisation's identity is here: bound once to an account, and from then on found by its own unchanging id."""

from dataclasses import dataclass
from datetime import datetime

from studio.schemas.people.person import Person
from studio.storage.account_store import COLUMNS, end_all, insert_person, person_of
from studio.storage.database import Database


@dataclass(frozen=True)
class Identity:
    """Who somebody is to those who checked it: `provider` is an issuer's address, or `header` for the proxy in front.
    `subject` never changes and is given to nobody else; `name` may."""

    provider: str
    subject: str
    name: str


class IdentityStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        database.complete()
        self._database = database

    @property
    def mark(self) -> tuple[int, ...]:
        """Changes when anything may have changed; costs no connection."""
        return self._database.mark

    def person(self, provider: str, subject: str) -> Person | None:
        """Whose identity this is; None for nobody's, and for somebody's who was removed."""
        with self._database.connect() as db:
            row = db.execute(
                f"SELECT {COLUMNS} FROM people JOIN identities ON identities.person = people.id "
                "WHERE provider = ? AND subject = ? AND removed IS NULL", (provider, subject),
            ).fetchone()  # fmt: skip
        return person_of(row) if row else None

    def bind(self, provider: str, subject: str, person: str, now: datetime) -> bool:
        """To an account that waits for its first sign-in: it has no password and no identity. Its one-time codes end.
        False for any other: whoever can choose her name elsewhere must not come in as somebody who is here."""
        with self._database.transaction() as db:
            waits = db.execute(
                "SELECT 1 FROM people WHERE id = ? AND removed IS NULL AND password = '' "
                "AND NOT EXISTS (SELECT 1 FROM identities WHERE person = people.id)", (person,),
            ).fetchone()  # fmt: skip
            if waits is None:
                return False
            end_all(db, person)
            db.execute("INSERT OR REPLACE INTO identities VALUES (?, ?, ?, ?)",
                       (provider, subject, person, now.isoformat()))  # fmt: skip
            return True

    def add(self, provider: str, subject: str, person: Person) -> bool:
        """A new account with this identity; False when somebody has the name."""
        with self._database.transaction() as db:
            if not insert_person(db, person, ""):
                return False
            db.execute("INSERT OR REPLACE INTO identities VALUES (?, ?, ?, ?)",
                       (provider, subject, person.id, person.created.isoformat()))  # fmt: skip
            return True
