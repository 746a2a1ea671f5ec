"""On a computer that several people share the server and the runs hold the accelerator in turn."""

from pathlib import Path

from studio.services.runs.lease import Lease
from studio.serving.scheduling.accelerator import LONGEST_HOLD_SECONDS, PAUSE_SECONDS, Accelerator
from studio.storage.database import Database
from studio.storage.home import Home
from studio.storage.run_queue import RunQueue


class Shared:
    def __init__(self, place: Path) -> None:
        self.home = Home(place)
        self.queue = RunQueue(Database(place / "studio.db"))
        self.now = 0.0
        self.waits = False
        self.accelerator = Accelerator(
            Lease(self.home, self.queue), "run-1", "ana", lambda: self.waits, lambda: self.now
        )


def test_alone_it_is_always_ours() -> None:
    assert Accelerator().is_ours(is_idle=True) and not Accelerator().is_wanted


def test_it_is_taken_for_an_answer_told_to_others_and_given_back(tmp_path: Path) -> None:
    shared = Shared(tmp_path)
    assert shared.accelerator.is_ours(is_idle=True) and not shared.home.lease().is_free()
    assert [(one.run, one.person) for one in shared.queue.tenures()] == [("run-1", "ana")]
    shared.accelerator.give_back()
    assert shared.home.lease().is_free() and shared.queue.tenures() == []


def test_while_a_run_holds_it_no_step_is_taken(tmp_path: Path) -> None:
    shared = Shared(tmp_path)
    held = shared.home.lease()
    assert held.take() and not shared.accelerator.is_ours(is_idle=True)
    held.release()
    assert shared.accelerator.is_ours(is_idle=True)


def test_a_run_that_waits_gets_it_after_the_answers_that_are_being_written(tmp_path: Path) -> None:
    shared = Shared(tmp_path)
    assert shared.accelerator.is_ours(is_idle=False)
    shared.now, shared.waits = LONGEST_HOLD_SECONDS + 1, True
    assert shared.accelerator.is_wanted and shared.accelerator.is_ours(is_idle=False)
    assert not shared.accelerator.is_ours(is_idle=True) and shared.home.lease().is_free()
    shared.now += PAUSE_SECONDS
    assert shared.accelerator.is_ours(is_idle=True)


def test_a_label_model_borrows_it_beside_the_batch_and_the_last_one_gives_it_back(tmp_path: Path) -> None:
    shared = Shared(tmp_path)
    accelerator = shared.accelerator
    assert accelerator.borrow() and accelerator.is_ours(is_idle=False)
    accelerator.give_back()
    assert not shared.home.lease().is_free()
    accelerator.hand_back()
    assert shared.home.lease().is_free()
    held = shared.home.lease()
    assert held.take() and not accelerator.borrow()
    held.release()
