"""Work in a forked copy of this process, beside what goes on here: two processors for a command on a large table."""

import os
import pickle
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def in_forked_copy(work: Callable[[], T]) -> Callable[[], T]:
    """Start the work in a copy; the function that comes back waits for its result, or raises its error.

    The copy sees everything as it is now and sends its result back pickled. A copy is only made where that is safe and
    of use: on Linux, with two processors, while no other thread runs. Elsewhere, where a copy ended without a result,
    and in a later copy of this process, which cannot wait for the first, the work is done where it is asked for.
    """
    if not can_be_copied():
        return work
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as stream:
                stream.write(pickle.dumps(outcome_of(work), protocol=pickle.HIGHEST_PROTOCOL))
            status = 0
        finally:
            os._exit(status)  # nothing of this copy is to be tidied up twice
    os.close(writing)

    def wait() -> T:
        if os.getpid() != parent:
            return work()
        with os.fdopen(reading, "rb") as stream:
            sent = stream.read()
        _, status = os.waitpid(child, 0)
        if status or not sent:
            return work()
        done, result = pickle.loads(sent)  # from our own copy, not from outside
        if not done:
            raise result
        return result  # type: ignore[no-any-return]

    return wait


def outcome_of(work: Callable[[], T]) -> tuple[bool, object]:
    """Whether it came to its end, and its result or its error."""
    try:
        return True, work()
    except Exception as error:  # raised again where it is waited for
        return False, error


def can_be_copied() -> bool:
    """Whether a copy of this process is safe and has a processor of its own."""
    alone = threading.active_count() == 1
    return sys.platform == "linux" and alone and len(os.sched_getaffinity(0)) > 1
