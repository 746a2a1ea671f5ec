"""Memory that does not creep: a run whose every step has another shape must not hold more with each of them.

Linux's allocator keeps freed blocks between ones in use, and the library of matrix sums keeps code for each shape.
"""

import ctypes
import os
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # their numbers in glibc's malloc.h
LARGE_BYTES = 1_000_000  # blocks above this go back to the system as soon as they are free
KEPT_SHAPES = 128  # a step of rounded shapes needs about fifty


def hold_little() -> None:
    """For this process from now on; where the allocator is another one, nothing changes there.

    Before the first matrix sum, since the number of kept shapes is read then. What a person has set stays.
    """
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(KEPT_SHAPES))
    if sys.platform != "linux" or "MALLOC_MMAP_THRESHOLD_" in os.environ:
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if mallopt is not None:
        mallopt(MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(TRIM_THRESHOLD, LARGE_BYTES)
