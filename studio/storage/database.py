"""The small database of a home: its tables, and the audit log. Several processes may hold it at once."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError

MIGRATIONS = (
    """
    CREATE TABLE queue (place INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL UNIQUE, by TEXT NOT NULL,
                        at TEXT NOT NULL);
    CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, by TEXT NOT NULL, verb TEXT NOT NULL,
                        what TEXT NOT NULL);
    """,
    """
    CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT NOT NULL, name_key TEXT NOT NULL, role TEXT NOT NULL,
                         created TEXT NOT NULL, removed TEXT, password TEXT NOT NULL DEFAULT '');
    CREATE UNIQUE INDEX people_here ON people (name_key) WHERE removed IS NULL;
    CREATE TABLE sign_ins (id TEXT PRIMARY KEY, person TEXT NOT NULL, expires REAL NOT NULL);
    CREATE INDEX sign_ins_of ON sign_ins (person);
    CREATE TABLE one_time_codes (digest TEXT PRIMARY KEY, person TEXT NOT NULL, expires REAL NOT NULL);
    CREATE TABLE sign_in_key (one INTEGER PRIMARY KEY CHECK (one = 1), secret BLOB NOT NULL);
    ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';
    CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit'); END;
    CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit'); END;
    """,
    """
    CREATE TABLE audit_without_hash (lines INTEGER NOT NULL);
    INSERT INTO audit_without_hash SELECT COUNT(*) FROM audit WHERE hash = '';
    """,
    """
    ALTER TABLE queue ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE usage (person TEXT PRIMARY KEY, seconds REAL NOT NULL, at REAL NOT NULL);
    CREATE TABLE leases (accelerator TEXT PRIMARY KEY, fence INTEGER NOT NULL, run TEXT NOT NULL, person TEXT NOT NULL,
                         began REAL NOT NULL, beat REAL NOT NULL);
    """,
    """
    CREATE TABLE identities (provider TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL, at TEXT NOT NULL,
                             PRIMARY KEY (provider, subject));
    """,
    """
    CREATE TABLE notices (person TEXT PRIMARY KEY, email TEXT NOT NULL, webhook TEXT NOT NULL, secret TEXT NOT NULL);
    """,
)
BUSY_SECONDS = 10.0  # seconds until a file that somebody else writes counts as locked
FAIR_TURNS = 4  # with so many steps a home has priorities, use and leases
TO_READ = 1  # steps without which a home cannot be looked at; the others wait for the first write that needs them


class Database:
    """WAL, synchronous=FULL, short transactions, a connection per use: safe from any thread and process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_complete = False
        with self.connect() as db:
            write_ahead(db)
            self._migrate(db, TO_READ)

    def complete(self) -> None:
        """Take the steps that wait: whoever only looks at an old home leaves its file as it was."""
        if not self._is_complete:
            with self.connect() as db:
                self._migrate(db, len(MIGRATIONS))
            self._is_complete = True

    def _migrate(self, db: sqlite3.Connection, wanted: int) -> None:
        """Every step that is missing, in one transaction: a process that opens the home meanwhile waits and finds none.

        Raises StudioError for a home that a newer studio has written.
        """
        if wanted <= db.execute("PRAGMA user_version").fetchone()[0] <= len(MIGRATIONS):
            return  # nothing to do, and no need to wait for a writer
        db.execute("BEGIN IMMEDIATE")
        try:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > len(MIGRATIONS):
                raise StudioError(say("database.home_was_opened_by"), hint=say("database.update_studio_then_open"))
            for step in MIGRATIONS[version:wanted]:
                for statement in statements(step):
                    db.execute(statement)
            db.execute(f"PRAGMA user_version={max(version, wanted)}")
            db.execute("COMMIT")
        except BaseException:
            roll_back(db)
            raise

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """One short-lived connection that commits each statement by itself."""
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous=FULL")
            yield db
        finally:
            db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or none of it; nobody else writes meanwhile."""
        with self.connect() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                roll_back(db)
                raise

    @property
    def mark(self) -> tuple[int, ...]:
        """Changes with every write, by whichever process; costs no connection."""
        found: list[int] = []
        for path in (self.path, self.path.with_name(f"{self.path.name}-wal")):
            with suppress(FileNotFoundError):
                seen = path.stat()
                found += [seen.st_mtime_ns, seen.st_size, seen.st_ino]
        return tuple(found)

    def note(self, by: str, verb: str, what: str) -> None:
        """One line of the audit log: who did what to which id. Never the text of an example. Its hash covers the line
        and the one before it, so that none can be changed later without all after it."""
        self.complete()
        with self.transaction() as db:
            line = AuditLine(next_line(db), _now(), by, verb, what)
            db.execute(
                "INSERT INTO audit (id, at, by, verb, what, hash) VALUES (?, ?, ?, ?, ?, ?)",
                (*astuple(line), line.hash_after(last_hash(db))),
            )

    def notes(self, limit: int = 100) -> list[tuple[str, str, str, str]]:
        """The newest lines of the audit log: at, by, verb, what."""
        with self.connect() as db:
            return list(db.execute("SELECT at, by, verb, what FROM audit ORDER BY id DESC LIMIT ?", (limit,)))

    def audit(self) -> Iterator[tuple["AuditLine", str]]:
        """All lines with their hashes, oldest first; those from before the log had hashes have none."""
        self.complete()
        with self.connect() as db:
            for *line, kept in db.execute("SELECT id, at, by, verb, what, hash FROM audit ORDER BY id"):
                yield AuditLine(*line), str(kept)

    def audit_lengths(self) -> tuple[int, int]:
        """How many lines were ever written, and how many of them before lines had hashes."""
        self.complete()
        with self.connect() as db:
            return next_line(db) - 1, int(db.execute("SELECT lines FROM audit_without_hash").fetchone()[0])


def write_ahead(db: sqlite3.Connection) -> None:
    """Switch the file to WAL, which lasts.

    SQLite takes two connections that switch one new file for a deadlock and tells the second "locked" at once, without
    its timeout: it tries again. Raises sqlite3.OperationalError when it is locked for BUSY_SECONDS.
    """
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(0.01)


def roll_back(db: sqlite3.Connection) -> None:
    """A full disk may have ended the transaction by itself."""
    if db.in_transaction:
        db.execute("ROLLBACK")


@dataclass(frozen=True)
class AuditLine:
    """Who did what to which id, and when."""

    id: int
    at: str
    by: str
    verb: str
    what: str

    def hash_after(self, previous: str) -> str:
        """SHA-256 over the hash of the line before and this line."""
        return hashlib.sha256(f"{previous}\n{json.dumps(astuple(self))}".encode()).hexdigest()


def next_line(db: sqlite3.Connection) -> int:
    """The id of the next audit line: ids have no gaps, and none is given twice."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    return int(row[0]) + 1 if row else 1


def last_hash(db: sqlite3.Connection) -> str:
    """What the next line's hash goes on from. Lines from before the log had hashes are sealed by the first that has
    one: it goes on from the hash over all of them."""
    row = db.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    if row is None or row[0]:
        return str(row[0]) if row else ""
    return sealed(AuditLine(*line) for line in db.execute("SELECT id, at, by, verb, what FROM audit ORDER BY id"))


def sealed(lines: Iterable[AuditLine]) -> str:
    """The hash over lines that have none of their own."""
    previous = ""
    for line in lines:
        previous = line.hash_after(previous)
    return previous


def statements(step: str) -> Iterator[str]:
    """One by one; a trigger holds semicolons of its own."""
    text = ""
    for part in step.split(";"):
        text += f"{part};"
        if part.strip() and sqlite3.complete_statement(text):
            yield text
            text = ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
