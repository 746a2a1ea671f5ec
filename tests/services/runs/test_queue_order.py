"""Whose turn is next, and when: fair shares among people, caps, and times that hold."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.services.runs.queue_order import QueueOrder
from studio.storage.database import Database
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder
from studio.storage.run_queue import RunQueue


class Box:
    """A computer whose clock is handed in: runs take what they take, and nothing is calculated."""

    def __init__(self, path: Path, cap: int = 0) -> None:
        self.now = 1_000_000.0
        self.home = Home(path)
        self.project = self.home.create_project("Letters", "ana").id
        self.queue = RunQueue(Database(path / "studio.db"), lambda: self.now)
        self.order = QueueOrder(self.home, self.queue, running_per_person=cap, clock=lambda: self.now)

    def ask(self, run: str, person: str, seconds: float) -> None:
        spec = RunSpec(
            id=run, project=self.project, created=datetime(2026, 11, 27, tzinfo=UTC), by=person, recipe=Recipe(),
            dataset="d", dataset_sha256="", model_folder="", planned_seconds=seconds,
        )  # fmt: skip
        RunFolder(self.home.project_folder(self.project) / "runs" / run).create(spec, [], [], [])
        self.queue.enqueue(run, person)


def test_three_people_with_twenty_runs_each_share_the_computer_fairly(tmp_path: Path) -> None:
    box, draw = Box(tmp_path), random.Random(7)
    length = {"ana": (60.0, 600.0), "ben": (600.0, 3600.0), "cleo": (30.0, 7200.0)}
    seconds = {f"{who}-{n}": draw.uniform(*length[who]) for who in length for n in range(20)}
    for run, planned in seconds.items():  # whoever came first has all of hers before the others'
        box.ask(run, run.partition("-")[0], planned)
    used, waiting = dict.fromkeys(length, 0.0), dict.fromkeys(length, 20)
    worst, done = 0.0, 0
    while (chosen := box.order.next()) is not None:
        assert box.queue.leave(chosen.run)
        held = box.queue.begin("", chosen.run, chosen.person)
        box.now += seconds[chosen.run]
        box.queue.end(held, seconds[chosen.run])
        used[chosen.person] += seconds[chosen.run]
        waiting[chosen.person] -= 1
        done += 1
        if min(waiting.values()) > 0 and sum(used.values()) > 20 * max(seconds.values()) / 3:
            worst = max(worst, max(used.values()) / sum(used.values()) - 1 / 3)
    assert done == 60, "nobody starves"
    assert worst < 0.1, f"while all three wait, a share is {worst:.3f} above a third"


def test_a_newcomer_does_not_wait_behind_all_that_others_have_put_there(tmp_path: Path) -> None:
    box = Box(tmp_path)
    for number in range(20):
        box.ask(f"a{number}", "ana", 600.0)
    held = box.queue.begin("", "a-running", "ana")
    box.now += 300
    box.ask("b0", "ben", 60.0)
    assert (chosen := box.order.next()) is not None and chosen.run == "b0"
    box.queue.end(held, 300.0)


def test_nobody_has_more_runs_going_than_she_may(tmp_path: Path) -> None:
    box = Box(tmp_path, cap=1)
    box.ask("a1", "ana", 60.0)
    box.ask("a2", "ana", 60.0)
    first = box.home.lease("0")
    assert first.take()
    box.queue.leave("a1")
    box.queue.begin("0", "a1", "ana")
    assert box.order.next() is None, "the second accelerator stays free for others"
    box.ask("b1", "ben", 60.0)
    assert (chosen := box.order.next()) is not None and chosen.run == "b1"
    first.release()
    assert box.order.next() is not None, "whoever was killed holds nothing any more"


def test_it_is_told_when_each_begins(tmp_path: Path) -> None:
    box = Box(tmp_path)
    lease = box.home.lease()
    assert lease.take()
    box.ask("a0", "ana", 600.0)
    box.queue.leave("a0")
    box.queue.begin("", "a0", "ana")
    for run, person, seconds in (("a1", "ana", 300.0), ("b1", "ben", 120.0), ("c1", "cleo", 60.0)):
        box.ask(run, person, seconds)
    box.now += 200
    places = box.order.places()
    assert {run: (place.ahead, place.starts_in) for run, place in places.items()} == {
        "b1": (1, pytest.approx(400.0)), "c1": (2, pytest.approx(520.0)), "a1": (3, pytest.approx(580.0)),
    }  # fmt: skip
    two = box.order.places(accelerators=2)
    assert two["b1"].starts_in == pytest.approx(0.0) and two["a1"].starts_in == pytest.approx(180.0)
    lease.release()


def test_the_first_has_none_before_it_while_the_queue_takes_the_computer_for_it(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.ask("a1", "ana", 60.0)
    lease = box.home.lease()
    assert lease.take()
    assert box.order.places()["a1"].ahead == 1, "somebody else calculates, and has not said what"
    box.order.choosing = True
    assert box.order.places()["a1"].ahead == 0
    lease.release()


def test_a_run_whose_time_is_unknown_makes_no_promise_to_those_behind_it(tmp_path: Path) -> None:
    box = Box(tmp_path)
    box.ask("a1", "ana", 60.0)
    RunFolder(box.home.run("a1").path)
    spec = box.home.run("a1").spec.model_copy(update={"planned_seconds": None})
    (box.home.run("a1").path / "recipe.json").write_text(spec.model_dump_json())
    box.ask("a2", "ana", 60.0)
    assert [place.starts_in for place in box.order.places().values()] == [0.0, None]
