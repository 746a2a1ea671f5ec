"""Where many short patterns stand in a long text: one pass over its bytes for all of them, instead of one for each."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

BLOCK = 2**18  # bytes at a time: what is worked out of them stays in the processor's cache
WINDOW = 8  # bytes that are compared at once
LOST = "?"  # what stands in the bytes for letters beyond Latin-1

Ints = NDArray[np.int64]


def latin_bytes(text: str) -> bytes:
    """One byte a letter, with room behind the last one."""
    return text.encode("latin-1", "replace") + bytes(WINDOW)


def find_all(patterns: Sequence[str], text: str, data: bytes) -> Ints:
    """The places where any of these begins, in no order, perhaps some twice. `data` are the text's `latin_bytes`.

    The first two bytes of each place are looked up in a table; only where they begin a pattern is more compared.
    """
    quick = [one for one in patterns if len(one) > 1 and LOST not in one and is_latin(one)]
    others = [place for one in patterns if one not in quick for place in places_of(one, text)]
    found = [np.array(others, dtype=np.int64)]
    if quick:
        found += [start + part for start in range(0, len(text), BLOCK) for part in in_block(quick, text, data, start)]
    return np.concatenate(found)


def is_latin(pattern: str) -> bool:
    """Whether every letter is one byte."""
    return all(letter <= "\xff" for letter in pattern)


def places_of(pattern: str, text: str) -> Iterator[int]:
    """Each place of one pattern."""
    at = text.find(pattern)
    while at >= 0:
        yield at
        at = text.find(pattern, at + 1)


def in_block(patterns: Sequence[str], text: str, data: bytes, start: int) -> Iterator[Ints]:
    """The places within one block, by the length of the patterns, counted from where it begins."""
    size = min(BLOCK, len(text) - start)
    windows = np.ndarray(size, dtype="<u8", buffer=data, offset=start, strides=(1,))
    begins = np.zeros(2**16, dtype=bool)
    begins[[int.from_bytes(one[:2].encode("latin-1"), "little") for one in patterns]] = True
    pairs = [
        2 * np.flatnonzero(np.take(begins, np.frombuffer(data, "<u2", (size + 1 - odd) // 2, start + odd))) + odd
        for odd in (0, 1)
    ]
    hits = np.concatenate(pairs)
    read = windows[hits]
    for length in sorted({min(len(one), WINDOW) for one in patterns}):
        some = [one for one in patterns if min(len(one), WINDOW) == length]
        codes = [int.from_bytes(one[:length].encode("latin-1"), "little") for one in some]
        cut = read & np.uint64(2 ** (8 * length) - 1)
        matched = np.zeros(len(cut), dtype=bool)
        for code in codes:
            matched |= cut == np.uint64(code)
        places = hits[matched]
        if length == WINDOW:
            longer = tuple(some)
            places = np.array([at for at in places.tolist() if text.startswith(longer, start + at)], dtype=np.int64)
        yield places
