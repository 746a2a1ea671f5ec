"""The audit log: a change of any line, a missing one and a shorter end are found."""

import csv
import io
import sqlite3
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.services.people.audit_log import verify, write_csv
from studio.storage.database import MIGRATIONS, Database


@pytest.fixture
def ledger(database: Database) -> Database:
    for number in range(5):
        database.note("ana", "launch", f"project/{number}")
    return database


def tamper(ledger: Database, *statements: str) -> None:
    """As somebody who has the file."""
    with sqlite3.connect(ledger.path) as db:
        for statement in ("DROP TRIGGER audit_is_not_changed", "DROP TRIGGER audit_is_not_shortened", *statements):
            db.execute(statement)
    db.close()


def test_a_log_as_it_was_written_is_sound(ledger: Database) -> None:
    state = verify(ledger)
    assert state.lines == 5 and len(state.head) == 64 and "none was changed" in state.sentences[0]
    ledger.note("ana", "stop", "run")
    assert verify(ledger, expect=state.head).lines == 6
    with pytest.raises(StudioError, match="not in the audit log"):
        verify(ledger, expect="0" * 64)


@pytest.mark.parametrize(("statement", "said"), [
    ("UPDATE audit SET by = 'ben' WHERE id = 3", "line 3"),
    ("UPDATE audit SET what = 'other' WHERE id = 1", "line 1"),
    ("UPDATE audit SET at = '2020-01-01' WHERE id = 5", "line 5"),
    ("UPDATE audit SET hash = '' WHERE id = 4", "line 4"),
    ("UPDATE audit SET hash = ''", "line 1"),
    ("DELETE FROM audit WHERE id = 2", "line 2"),
    ("DELETE FROM audit WHERE id > 3", "it had 5, and 3 are left"),
    ("DELETE FROM audit", "it had 5, and 0 are left"),
    ("INSERT INTO audit SELECT 9, at, by, verb, what, hash FROM audit WHERE id = 5", "line 6"),
])  # fmt: skip
def test_what_somebody_did_to_one_line_is_found(ledger: Database, statement: str, said: str) -> None:
    tamper(ledger, statement)
    with pytest.raises(StudioError, match=said):
        verify(ledger)


def test_lines_of_an_old_home_are_sealed_by_the_next(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "studio.db") as db:
        db.executescript(f"{MIGRATIONS[0]}; PRAGMA user_version=1;")
        for number in range(3):
            db.execute("INSERT INTO audit (at, by, verb, what) VALUES ('2026-01-01', 'ana', 'import', ?)", (number,))
    db.close()
    ledger = Database(tmp_path / "studio.db")
    assert verify(ledger).without_hash == 3
    ledger.note("ana", "launch", "p/r")
    assert verify(ledger).lines == 4 and "3 lines" in verify(ledger).sentences[1]
    tamper(ledger, "UPDATE audit SET by = 'ben' WHERE id = 2")
    with pytest.raises(StudioError, match="line 4"):
        verify(ledger)


def test_an_empty_log_is_sound(database: Database) -> None:
    assert verify(database).sentences == ["Nothing was written down yet."]


def test_the_table_has_every_line_and_no_formula(ledger: Database, tmp_path: Path) -> None:
    ledger.note("=cmd()", "launch", '"quoted", and\nmore')
    assert write_csv(ledger, tmp_path / "audit.csv") == 6
    rows = list(csv.reader(io.StringIO((tmp_path / "audit.csv").read_bytes().decode(), newline="")))
    assert rows[0][:3] == ["line", "at", "by"] and rows[6][2:5] == ["'=cmd()", "launch", '"quoted", and\nmore']
