"""Make rows by the hundred thousand without Python's cycle collector looking through all of them again and again,
and through all that the heavy libraries hold beside them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Rows hold no cycles: the collector finds nothing in them, and takes four fifths of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
