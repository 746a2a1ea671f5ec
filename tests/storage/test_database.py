"""The small database: an audit log, and numbered migrations."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.storage.database import MIGRATIONS, Database
from studio.storage.run_queue import RunQueue


def test_who_did_what_is_kept(tmp_path: Path) -> None:
    ledger = Database(tmp_path / "studio.db")
    ledger.note("ana", "launch", "p/run1")
    assert ledger.notes()[0][1:] == ("ana", "launch", "p/run1")


def test_a_newer_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    Database(tmp_path / "studio.db")
    db = sqlite3.connect(tmp_path / "studio.db")
    db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    db.commit()
    db.close()
    with pytest.raises(StudioError, match="newer version"):
        Database(tmp_path / "studio.db")


def test_eight_that_open_a_new_home_at_once_all_get_it(tmp_path: Path) -> None:
    """Many times: one of twelve such moments ended with "database is locked"."""
    for number in range(60):
        path = tmp_path / f"{number}.db"
        with ThreadPoolExecutor(8) as many:
            opened = list(many.map(lambda _, path=path: Database(path), range(8)))
        opened[0].note("ana", "launch", "p/run1")
        assert all(len(ledger.notes()) == 1 for ledger in opened)


def test_its_mark_changes_with_every_write_of_any_process_and_with_nothing_else(tmp_path: Path) -> None:
    ledger, other = Database(tmp_path / "studio.db"), Database(tmp_path / "studio.db")
    mark = ledger.mark
    assert ledger.notes() == [] and ledger.mark == mark
    other.note("ana", "launch", "p/run1")
    assert ledger.mark != mark


def test_a_look_at_an_old_home_changes_nothing_and_the_first_write_brings_it_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(f"{MIGRATIONS[0]}; PRAGMA user_version=1;")
        db.execute("INSERT INTO audit (at, by, verb, what) VALUES ('2026-01-01', 'ana', 'import', 'p/d')")
    db.close()
    before = path.read_bytes()
    ledger = Database(path)
    assert RunQueue(ledger).waiting() == [] and len(ledger.notes()) == 1 and path.read_bytes() == before
    ledger.note("ana", "launch", "p/r")
    lines = list(Database(path).audit())
    assert [(line.id, line.verb, bool(kept)) for line, kept in lines] == [(1, "import", False), (2, "launch", True)]


def test_lines_of_the_audit_log_can_be_neither_changed_nor_taken_out(tmp_path: Path) -> None:
    ledger = Database(tmp_path / "studio.db")
    ledger.note("ana", "launch", "p/r")
    for statement in ("UPDATE audit SET by = 'ben'", "DELETE FROM audit"):
        with ledger.connect() as db, pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    assert ledger.notes()[0][1] == "ana" and ledger.audit_lengths() == (1, 0)


def test_eight_writers_at_once_make_one_chain(tmp_path: Path) -> None:
    ledgers = [Database(tmp_path / "studio.db") for _ in range(8)]
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda ledger: [ledger.note("ana", "launch", str(n)) for n in range(5)], ledgers))
    previous = ""
    for line, kept in ledgers[0].audit():
        previous = line.hash_after(previous)
        assert previous == kept
    assert ledgers[0].audit_lengths() == (40, 0)
