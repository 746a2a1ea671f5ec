"""The small database: a queue in order, an audit log, and numbered migrations."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.storage.database import MIGRATIONS, Database


def test_runs_wait_in_the_order_they_came(tmp_path: Path) -> None:
    ledger = Database(tmp_path / "studio.db")
    for run in ("b", "a", "c", "a"):
        ledger.enqueue(run, "ana")
    assert ledger.waiting() == ["b", "a", "c"]
    ledger.leave_queue("b")
    assert Database(tmp_path / "studio.db").waiting() == ["a", "c"]


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


def test_eight_processes_that_open_a_new_home_at_once_all_get_it(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    with ThreadPoolExecutor(8) as many:
        opened = list(many.map(lambda _: Database(path), range(8)))
    opened[0].enqueue("a", "ana")
    assert all(ledger.waiting() == ["a"] for ledger in opened)


def test_its_mark_changes_with_every_write_of_any_process_and_with_nothing_else(tmp_path: Path) -> None:
    ledger, other = Database(tmp_path / "studio.db"), Database(tmp_path / "studio.db")
    mark = ledger.mark
    assert ledger.waiting() == [] and ledger.mark == mark
    other.enqueue("a", "ana")
    assert ledger.mark != mark
