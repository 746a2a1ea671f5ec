"""What is kept of served use: by days, for as long as was said, and never too much."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from studio.schemas.loop.served_use import ServedUse, UseSettings
from studio.storage.home import Home
from studio.storage.loop import use_log
from studio.storage.loop.use_log import UseLog, UsePlace

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> UseLog:
    home = Home(tmp_path)
    home.create_project("Desk", "ana", id="desk")
    log = UseLog(home)
    log.write_settings("desk", UseSettings(is_on=True, days=7, salt="s"))
    return log


def used(number: int, at: datetime = NOON, question: str = "Where is it?") -> ServedUse:
    return ServedUse(id=f"chatcmpl-{number}", at=at, version="r1", question=question, conversation=f"c{number}")


def test_a_project_keeps_nothing_until_it_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.create_project("Desk", "ana", id="desk")
    assert not UseLog(home).settings("desk").is_on
    assert not (home.project_folder("desk") / "use").exists()


def test_what_was_added_is_read_in_order_and_once(log: UseLog) -> None:
    for number in range(3):
        log.add("desk", used(number, NOON + timedelta(days=number // 2)))
    found, place = log.after("desk", UsePlace())
    assert [one.id for one in found] == ["chatcmpl-0", "chatcmpl-1", "chatcmpl-2"]
    assert log.after("desk", place) == ([], place)
    log.add("desk", used(3, NOON + timedelta(days=1)))
    assert [one.id for one in log.after("desk", place)[0]] == ["chatcmpl-3"]


def test_a_line_that_a_kill_tore_is_none_and_the_next_one_is_whole(log: UseLog) -> None:
    log.add("desk", used(1))
    with log.days("desk")[0].open("ab") as stream:
        stream.write(b'{"id":"chatcmpl-2","at":"2026-0')
    assert [one.id for one in log.all("desk")] == ["chatcmpl-1"]
    log.add("desk", used(3))
    assert [one.id for one in log.all("desk")] == ["chatcmpl-1", "chatcmpl-3"]


def test_days_that_are_over_are_gone_for_good(log: UseLog) -> None:
    for ago in (0, 6, 7, 30):
        log.add("desk", used(ago, NOON - timedelta(days=ago)))
    assert log.sweep("desk", NOON) == 2
    assert [path.stem for path in log.days("desk")] == ["2026-02-24", "2026-03-02"]


def test_a_day_and_all_days_have_a_limit(log: UseLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_log, "MOST_BYTES_A_DAY", 500)
    added = [log.add("desk", used(number)) for number in range(20)]
    assert added[0] and not added[-1] and log.days("desk")[0].stat().st_size < 1000
    log.add("desk", used(99, NOON - timedelta(days=1)))
    monkeypatch.setattr(use_log, "MOST_BYTES", log.days("desk")[1].stat().st_size)
    log.sweep("desk", NOON)
    assert [path.stem for path in log.days("desk")] == ["2026-03-02"]


def test_an_erasure_takes_whole_lines(log: UseLog) -> None:
    log.add("desk", used(1, question="about Dora"))
    log.add("desk", used(2))
    assert [one.id for one in log.erase("desk", lambda one: "Dora" in one.question)] == ["chatcmpl-1"]
    assert [one.id for one in log.all("desk", date(2026, 1, 1))] == ["chatcmpl-2"]
    assert b"Dora" not in log.days("desk")[0].read_bytes()
