"""Near copies: pairs whose word 3-shingles overlap by Jaccard 0.8, found exactly, with numpy alone.

Two sets that overlap so much must share one of their few rarest shingles (the prefix filter of the set-join
literature), so only those are looked up; a bitmap bound throws most candidates out, and the rest is counted exactly.
Texts under eight words are compared by edit similarity in `near_short`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.prepare.near_short import SHORT_WORDS, short_pairs

SIMILAR = 0.8
EDIT_SIMILAR = 0.9
BITS = 8  # 64-bit words in a row's bitmap
BATCH = 2_000_000
MAX_PAIRS = 3_000_000

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class Shingles:
    """Every row's distinct shingle hashes, sorted within the row: row r holds `flat[starts[r]:starts[r + 1]]`."""

    flat: Hashes
    starts: Ints

    @property
    def sizes(self) -> Ints:
        """How many shingles each row has."""
        return np.diff(self.starts)


def shingles_of(rows: Sequence[Sequence[str]]) -> Shingles:
    """Hashes of each three words in a row; a row of one or two words has one shingle."""
    counts = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    total = int(counts.sum())
    hashes = np.fromiter(map(hash, chain.from_iterable(rows)), dtype=np.int64, count=total).view(np.uint64)
    with np.errstate(over="ignore"):
        mixed = hashes * np.uint64(0x9E3779B97F4A7C15)
        mixed[:-1] += hashes[1:] * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed[:-2] += hashes[2:] * np.uint64(0x165667B19E3779F9)
        mixed ^= mixed >> np.uint64(31)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
    ends = np.cumsum(counts)
    row = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
    left = np.repeat(ends, counts) - np.arange(total, dtype=np.int64)
    whole = (left >= 3) | (left == np.repeat(counts, counts))
    return distinct(mixed[whole], row[whole], len(rows))


def distinct(hashes: Hashes, row: Ints, count: int) -> Shingles:
    """Sorted within each row, without repeats."""
    order = np.lexsort((hashes, row))
    hashes, row = hashes[order], row[order]
    keep = np.ones(len(hashes), dtype=bool)
    keep[1:] = (hashes[1:] != hashes[:-1]) | (row[1:] != row[:-1])
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(row[keep], minlength=count), out=starts[1:])
    return Shingles(hashes[keep], starts)


def near_pairs(rows: Sequence[Sequence[str]], similar: float = SIMILAR) -> Ints:
    """Pairs of row numbers (left < right) that are near copies by the words given; identical ones included.

    Rows without words are near to nothing. Of very many mutually alike rows enough pairs are given to tie them together.
    """
    keys: dict[str, int] = {}
    first: list[int] = []
    same: list[tuple[int, int]] = []
    for number, said in enumerate(rows):
        if not said:
            continue
        place = keys.setdefault(" ".join(said), number)
        if place == number:
            first.append(number)
        else:
            same.append((place, number))
    lengths = [len(rows[number]) for number in first]
    long = [number for number, length in zip(first, lengths, strict=True) if length >= SHORT_WORDS]
    short = [number for number, length in zip(first, lengths, strict=True) if length <= SHORT_WORDS + 1]
    found = [np.array(same, dtype=np.int64).reshape(-1, 2)]
    if len(long) > 1:
        found.append(np.array(long, dtype=np.int64)[join(shingles_of([rows[number] for number in long]), similar)])
    if len(short) > 1:
        texts = [" ".join(rows[number]) for number in short]
        few = np.array([len(rows[number]) < SHORT_WORDS for number in short])
        pairs = short_pairs(texts, few, EDIT_SIMILAR)
        found.append(np.array(short, dtype=np.int64)[pairs])
    pairs = np.concatenate(found)
    pairs.sort(axis=1)
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def join(shingles: Shingles, similar: float) -> Ints:
    """All pairs of rows with at least this Jaccard overlap."""
    entries, rows_of_entries = rarest(shingles, similar)
    if not len(entries):
        return np.empty((0, 2), dtype=np.int64)
    bitmap = bitmaps(shingles)
    pieces: list[Ints] = []
    for left, right in candidates(entries, rows_of_entries, shingles.sizes, similar):
        pairs = np.unique(np.minimum(left, right) * len(shingles.sizes) + np.maximum(left, right))
        left, right = np.divmod(pairs, len(shingles.sizes))
        possible = bound(bitmap, shingles.sizes, left, right, similar)
        pieces.append(confirmed(shingles, left[possible], right[possible], similar))
        if sum(map(len, pieces)) > MAX_PAIRS:
            break
    pairs = np.unique(np.concatenate(pieces), axis=0) if pieces else np.empty((0, 2), dtype=np.int64)
    return pairs


def rarest(shingles: Shingles, similar: float) -> tuple[Hashes, Ints]:
    """The shingles of each row that a near copy must share one of, with their rows; those of one row only are left out."""
    count = len(shingles.sizes)
    row = np.repeat(np.arange(count, dtype=np.int64), shingles.sizes)
    order = np.argsort(shingles.flat, kind="stable")
    ordered = shingles.flat[order]
    edges = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    group_sizes = np.diff(np.append(edges, len(ordered)))
    frequency = np.empty(len(ordered), dtype=np.int64)
    frequency[order] = np.repeat(group_sizes, group_sizes)
    alone = frequency == 1
    prefix = shingles.sizes - np.ceil(similar * shingles.sizes - 1e-9).astype(np.int64) + 1
    wanted = prefix - np.bincount(row[alone], minlength=count)
    live = ~alone & (wanted[row] > 0)
    entries, owners, often = shingles.flat[live], row[live], frequency[live]
    order = np.lexsort((entries, often, owners))
    entries, owners = entries[order], owners[order]
    first = np.concatenate(([True], owners[1:] != owners[:-1])) if len(owners) else np.empty(0, dtype=bool)
    starts = np.flatnonzero(first)
    place = np.arange(len(owners)) - np.repeat(starts, np.diff(np.append(starts, len(owners))))
    taken = place < wanted[owners]
    return entries[taken], owners[taken]


def candidates(entries: Hashes, owners: Ints, sizes: Ints, similar: float) -> Any:
    """Batches of pairs that share an entry and whose sizes allow the overlap."""
    order = np.lexsort((sizes[owners], entries))
    entries, owners = entries[order], owners[order]
    alive = np.arange(len(entries) - 1)
    lefts: list[Ints] = []
    rights: list[Ints] = []
    held = 0
    for step in range(1, len(entries)):
        alive = alive[alive + step < len(entries)]
        alive = alive[entries[alive] == entries[alive + step]]
        alive = alive[sizes[owners[alive]] >= similar * sizes[owners[alive + step]] - 1e-9]
        if not len(alive):
            break
        lefts.append(owners[alive])
        rights.append(owners[alive + step])
        held += len(alive)
        if held > BATCH:
            yield np.concatenate(lefts), np.concatenate(rights)
            lefts, rights, held = [], [], 0
    if held:
        yield np.concatenate(lefts), np.concatenate(rights)


def bitmaps(shingles: Shingles) -> NDArray[np.uint64]:
    """Each row's shingles as set bits."""
    bitmap = np.zeros((len(shingles.sizes), BITS), dtype=np.uint64)
    row = np.repeat(np.arange(len(shingles.sizes), dtype=np.int64), shingles.sizes)
    place = (shingles.flat >> np.uint64(20)) % np.uint64(64 * BITS)
    index = row * BITS + (place >> np.uint64(6)).astype(np.int64)
    np.bitwise_or.at(bitmap.reshape(-1), index, np.uint64(1) << (place & np.uint64(63)))
    return bitmap


def bound(bitmap: NDArray[np.uint64], sizes: Ints, left: Ints, right: Ints, similar: float) -> NDArray[np.bool_]:
    """Whether the common bits leave the overlap possible: never false for a near copy."""
    ones = np.bitwise_count(bitmap).sum(axis=1, dtype=np.int64)
    common = np.bitwise_count(bitmap[left] & bitmap[right]).sum(axis=1, dtype=np.int64)
    most = common + np.minimum(sizes[left] - ones[left], sizes[right] - ones[right])
    return np.asarray(most >= similar * (sizes[left] + sizes[right] - most) - 1e-9)


def confirmed(shingles: Shingles, left: Ints, right: Ints, similar: float) -> Ints:
    """The pairs whose exact Jaccard overlap is high enough."""
    kept: list[Ints] = [np.empty((0, 2), dtype=np.int64)]
    for start in range(0, len(left), 20_000):
        one, other = left[start : start + 20_000], right[start : start + 20_000]
        scores = jaccard(shingles, one, other)
        good = scores >= similar - 1e-9
        kept.append(np.stack((one[good], other[good]), axis=1))
    return np.concatenate(kept)


def jaccard(shingles: Shingles, left: Ints, right: Ints) -> NDArray[np.float64]:
    """The exact overlap of each pair."""
    if not len(left):
        return np.empty(0)
    keyed_left, _ = keyed(shingles, left)
    keyed_right, owner = keyed(shingles, right)
    common = np.bincount(owner[np.isin(keyed_right, keyed_left)], minlength=len(right))
    union = shingles.sizes[left] + shingles.sizes[right] - common
    return np.asarray(common / np.maximum(union, 1))


def keyed(shingles: Shingles, rows: Ints) -> tuple[Hashes, Ints]:
    """The shingles of these rows, made different for each place in the list, and the places."""
    sizes = shingles.sizes[rows]
    owner = np.repeat(np.arange(len(rows), dtype=np.int64), sizes)
    offset = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    index = np.repeat(shingles.starts[rows], sizes) + offset
    with np.errstate(over="ignore"):
        return shingles.flat[index] + owner.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15), owner
