"""A stranger's program on a card is named, and the run waits or takes another card."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.schemas.run import Status
from studio.services.runs.schedulers.card_use import LOOK_SECONDS, PROGRAMS, CardUse
from studio.services.runs.worker import Worker
from studio.services.studio import Studio
from tests.services.conftest import table

CARDS = "0, GPU-aaaa-1\n1, GPU-bbbb-2\n"


class Driver:
    """Two cards, and what the tool says of their programs."""

    def __init__(self, programs: str = "") -> None:
        self.programs, self.asked = programs, 0

    def __call__(self, words: Sequence[str]) -> str:
        self.asked += 1
        return self.programs if tuple(words) == PROGRAMS else CARDS


def use(driver: Driver, **more: object) -> CardUse:
    return CardUse(driver, ours=lambda: {7}, environ={}, **more)  # type: ignore[arg-type]


def test_a_strangers_program_is_named_with_whose_it_is_and_what_it_holds() -> None:
    driver = Driver(f"GPU-aaaa-1, {os.getpid()}, 20480, /usr/bin/python3\nGPU-aaaa-1, 7, 60000, ours\n")
    trouble = use(driver).trouble("0")
    assert trouble is not None and trouble.message.startswith(f"python3 (process {os.getpid()} of ")
    assert "21.5 GB" in trouble.message
    assert use(driver).trouble("") is not None and use(driver).trouble("GPU-aaaa") is not None
    assert use(driver).trouble("1") is None, "the other card is free"


def test_our_own_programs_and_small_ones_keep_nobody_waiting() -> None:
    assert use(Driver("GPU-aaaa-1, 7, 60000, ours\nGPU-aaaa-1, 99, 300, Xorg\n")).trouble("0") is None


def test_a_computer_without_cards_or_with_a_strange_answer_keeps_nobody_waiting() -> None:
    for said in ("", "No running processes found\n", "GPU-aaaa-1, [N/A], [N/A], x\n", "a, b, c, d\n"):
        assert use(Driver(said)).trouble("0") is None
    assert use(Driver("GPU-aaaa-1, 99, 60000, x\n")).trouble("MIG-12345") is None


def test_the_tool_is_asked_at_most_every_ten_seconds() -> None:
    now, driver = [0.0], Driver()
    card = use(driver, clock=lambda: now[0])
    for _ in range(5):
        card.trouble("0")
    assert driver.asked == 2
    now[0] += LOOK_SECONDS
    card.trouble("0")
    assert driver.asked == 4


def test_a_run_waits_for_a_stranger_and_takes_the_card_that_is_free(
    studio: Studio, upload: Callable[[str], tuple[str, str]], tmp_path: Path
) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    taken = {"0": StudioError("somebody", hint="wait"), "1": StudioError("somebody", hint="wait")}
    worker = Worker(studio.home, studio.runs._queue, studio.runs._order, studio.engine, in_child=False,
                    accelerators=lambda: ("0", "1"), stranger=taken.get)  # fmt: skip
    worker.start()
    try:
        time.sleep(0.3)
        assert studio.home.run(run).state.status is Status.QUEUED
        assert worker.trouble is not None and worker.trouble.message == "somebody"
        del taken["1"]
        end = time.monotonic() + 20
        while not studio.home.run(run).state.status.is_over:
            assert time.monotonic() < end
            worker.wake()
            time.sleep(0.05)
        assert worker.trouble is None or studio.home.lease("0").is_free()
    finally:
        worker.close()
