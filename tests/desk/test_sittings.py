"""Exams that go on by themselves: one at a time for each run, told about, stopped, and never lost in silence."""

import threading
import time
from typing import Any

from studio.desk.sittings import Sitting, Sittings
from studio.errors import StudioError


def over(sitting: Sitting) -> Sitting:
    until = time.monotonic() + 10
    while not sitting.over and time.monotonic() < until:
        time.sleep(0.005)
    return sitting


def test_a_second_click_finds_the_exam_that_goes_on() -> None:
    began: list[str] = []
    go = threading.Event()

    def evaluate(run: str, **_: Any) -> Any:
        began.append(run)
        go.wait(10)

    sittings = Sittings(evaluate)
    first = sittings.begin("r1", by="ana")
    assert sittings.begin("r1", by="ben") is first and sittings.of("r1") is first and sittings.of("r2") is None
    go.set()
    assert over(first).error is None and began == ["r1"]
    assert sittings.begin("r1", by="ben") is not first


def test_progress_is_told_and_stop_is_heard() -> None:
    def evaluate(run: str, *, on_progress: Any, stop: Any, **_: Any) -> Any:
        on_progress("tuned, exam", 16, 42)
        while not stop():
            time.sleep(0.005)
        raise StudioError("The exam was stopped.")

    sittings = Sittings(evaluate)
    sitting = sittings.begin("r1", by="ana")
    sittings.stop("r1")
    assert over(sitting).error is not None and (sitting.whom, sitting.done, sitting.total) == ("tuned, exam", 16, 42)


def test_closing_stops_them_and_waits_until_they_have_let_go() -> None:
    let_go = []

    def evaluate(run: str, *, stop: Any, **_: Any) -> Any:
        while not stop():
            time.sleep(0.005)
        time.sleep(0.1)  # what a model takes to end its word
        let_go.append(run)

    sittings = Sittings(evaluate)
    sittings.begin("r1", by="ana"), sittings.begin("r2", by="ben")
    sittings.close()
    assert sorted(let_go) == ["r1", "r2"]


def test_a_fault_is_told_in_words_and_written_to_the_log(caplog: Any) -> None:
    def evaluate(run: str, **_: Any) -> Any:
        raise ZeroDivisionError

    sitting = over(Sittings(evaluate).begin("r1", by="ana"))
    assert "inside the studio" in str(sitting.error) and "ZeroDivisionError" in caplog.text
