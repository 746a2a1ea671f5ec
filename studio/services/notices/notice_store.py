"""Where each person wants word of her runs: a table of the home's database."""

import secrets

from studio.schemas.base import Record
from studio.storage.database import Database


class NoticeWish(Record):
    """Empty: not wanted. `secret` signs what goes to `webhook`; whoever listens there compares."""

    email: str = ""
    webhook: str = ""
    secret: str = ""


class NoticeStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        database.complete()
        self._database = database

    def wish(self, person: str) -> NoticeWish:
        """Of a person who is here, by her id."""
        with self._database.connect() as db:
            row = db.execute("SELECT email, webhook, secret FROM notices JOIN people ON people.id = notices.person "
                             "WHERE person = ? AND removed IS NULL", (person,)).fetchone()  # fmt: skip
        return NoticeWish(email=row[0], webhook=row[1], secret=row[2]) if row else NoticeWish()

    def keep(self, person: str, email: str, webhook: str) -> NoticeWish:
        """From now on; an address that is new gets a secret of its own."""
        before = self.wish(person)
        same = bool(webhook) and webhook == before.webhook
        secret = before.secret if same else secrets.token_urlsafe(32) if webhook else ""
        with self._database.transaction() as db:
            db.execute("INSERT OR REPLACE INTO notices VALUES (?, ?, ?, ?)", (person, email, webhook, secret))
        return self.wish(person)
