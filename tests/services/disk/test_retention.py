"""What goes by itself, when, and what never does."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.schemas.run import Status
from studio.services.disk.clock_check import ClockCheck
from studio.services.disk.retention import Retention, RetentionRules
from studio.services.studio import Studio
from studio.storage.files import append_line

WEEK = RetentionRules(uploads=7, chats=7, checkpoints=7, trash=7)


@dataclass
class Clock:
    """Stands where it is put."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def old(studio: Studio, runs: list[str]) -> str:
    """A project with an original, a chat and saved points."""
    project = studio.home.run(runs[0]).spec.project
    append_line(studio.home.project_folder(project) / "chats" / "one.jsonl", {"said": "x"})
    point = studio.home.run(runs[0]).checkpoints / "checkpoint-1"
    point.mkdir(parents=True, exist_ok=True)
    (point / "weights.bin").write_bytes(b"w")
    return project


def origins(studio: Studio) -> list[str]:
    """Last folder names of what lies in the trash."""
    return sorted(Path(one.origin).parts[2] for one in studio.trash.all())


def after(studio: Studio, days: float, rules: RetentionRules = WEEK) -> Retention:
    """The rules as they are on that day, by a server that began then."""
    return Retention(studio.home, studio.ledger, rules, Clock(datetime.now(UTC) + timedelta(days=days)))


def test_nothing_goes_by_itself_unless_a_rule_says_so(studio: Studio, old: str) -> None:
    assert after(studio, 4000, RetentionRules()).carry_out() == 0 and not studio.trash.all()


def test_what_nobody_used_for_so_long_goes_to_the_trash_and_into_the_audit_log(studio: Studio, old: str) -> None:
    assert after(studio, 6).carry_out() == 0
    moved = after(studio, 8).carry_out()
    assert moved >= 3 and {"chats", "datasets", "runs"} == set(origins(studio))
    noted = [(by, verb) for _, by, verb, _ in studio.ledger.notes()]
    assert {("studio", "retention: upload"), ("studio", "retention: chat"), ("studio", "retention: saved points")} <= (
        set(noted)
    )
    assert studio.home.project_folder(old).is_dir() and len(studio.runs.all(old)) == 2
    for one in studio.trash.all():
        studio.trash.restore(one.id)
    assert after(studio, 6).carry_out() == 0


def test_what_lies_in_the_trash_too_long_is_gone_for_good(studio: Studio, old: str) -> None:
    after(studio, 8).carry_out()
    after(studio, 8, RetentionRules(trash=0)).carry_out()
    assert studio.trash.all()
    after(studio, 9).carry_out()
    assert not studio.trash.all() and studio.ledger.notes(1)[0][2] == "retention: trash"


def test_the_points_of_a_run_that_is_not_over_or_waits_to_go_on_stay(studio: Studio, old: str, runs: list[str]) -> None:
    folder = studio.home.run(runs[0])
    for status in (Status.RUNNING, Status.INTERRUPTED, Status.QUEUED):
        folder.write_state(folder.state.model_copy(update={"status": status}))
        after(studio, 8).carry_out()
        assert folder.checkpoints.is_dir(), status


def test_a_used_chat_stays(studio: Studio, old: str) -> None:
    chat = studio.home.project_folder(old) / "chats" / "one.jsonl"
    later = datetime.now(UTC).timestamp() + 5 * 86_400
    os.utime(chat, (later, later))
    after(studio, 8).carry_out()
    assert chat.is_file()


def test_nothing_goes_while_the_clock_cannot_be_believed(studio: Studio, old: str) -> None:
    clock = Clock()
    rules = Retention(studio.home, studio.ledger, WEEK, clock)
    clock.now += timedelta(days=3650)
    assert rules.carry_out() == 0 and "jumped by 87,600" in rules.trouble.replace("87600", "87,600")
    behind = after(studio, -30)
    assert behind.carry_out() == 0 and "stands before the newest entry" in behind.trouble
    assert not studio.trash.all()


@pytest.mark.parametrize(("seconds", "jumped"), [(0, False), (3000, False), (-90_000, True), (90_000, True)])
def test_a_clock_is_compared_with_the_seconds_that_the_computer_counted(seconds: int, jumped: bool) -> None:
    clock, up = Clock(), 100.0
    check = ClockCheck(clock, lambda: up)
    clock.now += timedelta(seconds=seconds)
    assert bool(check.trouble(None)) == jumped


def test_a_server_carries_the_rules_out_when_it_begins(
    studio: Studio, upload: Callable[[str], tuple[str, str]], tmp_path: Path
) -> None:
    trash = studio.home.path / "trash"
    trash.mkdir()
    (trash / "x").write_text("x")
    studio.clock = Clock()
    studio.retention = after(studio, 8)
    studio.hold_home()
    assert not studio.trash.all()
