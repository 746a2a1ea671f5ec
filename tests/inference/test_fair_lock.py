"""A run and a chat share the processor fairly."""

import threading
import time

from studio.inference.fair_lock import FairLock


def test_turns_are_served_in_the_order_of_asking() -> None:
    turns, order = FairLock(), []
    began = threading.Event()

    def greedy() -> None:
        for step in range(50):
            with turns:
                began.set()
                order.append("run")
                time.sleep(0.002)
            if step == 49:
                order.append("end")

    run = threading.Thread(target=greedy)
    run.start()
    began.wait()
    with turns:
        order.append("chat")
    run.join()
    assert order.index("chat") <= 2, "the chat waited for one step, not for the run"


def test_an_error_gives_the_turn_back() -> None:
    turns = FairLock()
    try:
        with turns:
            raise ValueError
    except ValueError:
        pass
    with turns:
        pass
