"""Requests for label models: one after another, and refused where they would wait too long."""

import threading
from collections.abc import Iterator

import pytest

from studio.serving.api_errors import ApiError
from studio.serving.scheduling import label_queue
from studio.serving.scheduling.accelerator import Accelerator
from studio.serving.scheduling.label_queue import LabelQueue
from tests.serving.conftest import until


class Held(Accelerator):
    """A run has it."""

    def borrow(self) -> bool:
        return False


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    opened = threading.Event()
    yield opened
    opened.set()


def test_a_full_queue_says_when_to_ask_again(gate: threading.Event) -> None:
    queue = LabelQueue(Accelerator(), most_waiting=1)
    waiting = [threading.Thread(target=queue.answer, args=(gate.wait,), daemon=True) for _ in range(2)]
    for thread in waiting:
        thread.start()
    until(lambda: queue._inside == 2)
    with pytest.raises(ApiError) as caught:
        queue.answer(lambda: None)
    assert caught.value.status == 429 and int(caught.value.headers["Retry-After"]) >= 1
    gate.set()
    for thread in waiting:
        thread.join(5)
    assert queue.answer(lambda: "again") == "again"


def test_while_a_run_has_the_accelerator_it_is_refused_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_queue, "ACCELERATOR_SECONDS", 0.05)
    with pytest.raises(ApiError, match="using the accelerator"):
        LabelQueue(Held()).answer(lambda: None)


def test_what_fails_leaves_the_queue(gate: threading.Event) -> None:
    queue = LabelQueue(Accelerator(), most_waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            queue.answer(lambda: 1 // 0)
