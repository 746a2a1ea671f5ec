"""What waits for an accelerator: places, fair turns, who held it for how long, and who holds it now."""

from pathlib import Path

import pytest

from studio.storage.database import Database
from studio.storage.run_queue import HALF_LIFE_SECONDS, RunQueue, Waiting, decayed, in_turn


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> RunQueue:
    return RunQueue(Database(tmp_path / "studio.db"), clock)


def test_runs_wait_in_the_order_they_came(queue: RunQueue, tmp_path: Path) -> None:
    for run in ("b", "a", "c", "a"):
        queue.enqueue(run, "ana")
    assert queue.waiting() == ["b", "a", "c"]
    assert queue.leave("b") and not queue.leave("b"), "of two who take it, one is told so"
    assert RunQueue(Database(tmp_path / "studio.db")).waiting() == ["a", "c"]


def test_a_run_that_could_not_begin_stands_first_again(queue: RunQueue) -> None:
    for run in ("a", "b"):
        queue.enqueue(run, "ana")
    queue.leave("a")
    queue.put_back("a", "ana")
    assert queue.waiting() == ["a", "b"]


def test_whoever_used_the_least_is_next_and_a_priority_goes_before() -> None:
    rows = [Waiting("a1", "ana", 1), Waiting("a2", "ana", 2), Waiting("b1", "ben", 3), Waiting("c1", "cleo", 4)]
    order = [row.run for row in in_turn(rows, {"ana": 50.0, "ben": 20.0}, dict.fromkeys(("a1", "b1", "c1"), 10.0))]
    assert order == ["c1", "b1", "a1", "a2"]
    rows[1] = Waiting("a2", "ana", 2, priority=5)
    assert in_turn(rows, {"ana": 50.0}, {})[0].run == "a2"


def test_turns_change_while_each_is_charged_for_what_it_will_take() -> None:
    rows = [Waiting(f"{who}{n}", who, place) for place, (n, who) in enumerate((n, w) for n in (1, 2, 3) for w in "ab")]
    rows.sort(key=lambda row: row.person)  # all of the first person's came before the second's
    order = in_turn(rows, {}, {row.run: 60.0 for row in rows})
    assert [row.person for row in order] == ["a", "b"] * 3


def test_use_weighs_half_after_seven_days_and_what_runs_counts_now(queue: RunQueue, clock: Clock) -> None:
    held = queue.begin("", "r1", "ana")
    clock.now += 100
    assert queue.used() == {"ana": 100.0}
    queue.end(held, 100.0)
    assert queue.used() == {"ana": 100.0}
    clock.now += HALF_LIFE_SECONDS
    assert queue.used()["ana"] == pytest.approx(50.0)


def test_a_clock_that_was_set_back_takes_nothing_from_anybody(queue: RunQueue, clock: Clock) -> None:
    assert decayed(10.0, -86_400) == 10.0
    held = queue.begin("", "r1", "ana")
    clock.now -= 86_400
    assert queue.used() == {"ana": 0.0}
    queue.end(held, 30.0)
    assert queue.used() == {"ana": 30.0}, "by the clock that nobody sets"


def test_who_was_killed_is_charged_until_last_heard_of_and_cannot_speak_afterwards(
    queue: RunQueue, clock: Clock
) -> None:
    killed = queue.begin("", "r1", "ana")
    clock.now += 45
    assert queue.beat(killed)
    clock.now += 1_000
    after = queue.begin("", "r2", "ben")
    assert after.fence > killed.fence
    assert queue.used()["ana"] == pytest.approx(45.0, rel=1e-3)
    assert not queue.beat(killed)
    queue.end(killed, 9_999.0)
    assert queue.used()["ana"] == pytest.approx(45.0, rel=1e-3)
    assert [tenure.run for tenure in queue.tenures()] == ["r2"]


def test_accelerators_are_held_side_by_side(queue: RunQueue) -> None:
    first, second = queue.begin("0", "r1", "ana"), queue.begin("GPU-8f", "r2", "ben")
    assert {tenure.accelerator for tenure in queue.tenures()} == {"0", "GPU-8f"}
    queue.end(first, 1.0)
    assert queue.tenures() == [second]


def test_a_person_puts_her_own_runs_in_another_order_and_nobody_elses_turn_changes(queue: RunQueue) -> None:
    for run, person in (("a1", "ana"), ("b1", "ben"), ("a2", "ana"), ("a3", "ana")):
        queue.enqueue(run, person)
    assert queue.swap("a2", "ana", earlier=True) and queue.waiting() == ["a2", "b1", "a1", "a3"]
    assert queue.swap("a1", "ana", earlier=False) and queue.waiting() == ["a2", "b1", "a3", "a1"]
    for run, person, earlier in (("a2", "ana", True), ("a1", "ana", False), ("b1", "ana", True), ("b1", "ben", True),
                                 ("gone", "ana", True)):  # fmt: skip
        assert not queue.swap(run, person, earlier=earlier)
    queue.move("a3", 5)
    assert queue.swap("a1", "ana", earlier=True), "over the one of another priority"
    assert queue.waiting() == ["a1", "b1", "a3", "a2"]
