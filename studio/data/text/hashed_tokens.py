"""The words of many texts as numbers: one flat array of hashes, so that a million rows fit in little memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from studio.data.text.normalize import SIGNS, by_kind, words

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

ODD = np.uint64(0x9E3779B97F4A7C15)
SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
THIRD = np.uint64(0x165667B19E3779F9)
PORTION = 10_000  # texts at a time
END = b"\xff"  # stands in no text as UTF-8
BYTES = bytes(ord(SIGNS.get(code) or chr(code).lower()) if code < 128 else code for code in range(256))
MASKS: Hashes = np.array([2 ** (8 * size) - 1 for size in range(9)], dtype=np.uint64)


@dataclass(frozen=True)
class HashedTokens:
    """Row r holds the words `flat[starts[r]:starts[r + 1]]`, in their order: for the same word always the same hash."""

    flat: Hashes
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def sizes(self) -> Ints:
        """How many words each row has."""
        return np.diff(self.starts)

    @property
    def owners(self) -> Ints:
        """The row of each word."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.sizes)

    def places(self) -> Ints:
        """The place of each word in its row, from 0."""
        return np.arange(len(self.flat), dtype=np.int64) - np.repeat(self.starts[:-1], self.sizes)

    @cached_property
    def signature(self) -> Hashes:
        """One number for each row's words in their order; equal for equal rows."""
        with np.errstate(over="ignore"):
            placed = mixed(self.flat * ODD + self.places().astype(np.uint64) * SECOND)
            sums = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(placed)))
            return np.asarray(sums[self.starts[1:]] - sums[self.starts[:-1]] + self.sizes.astype(np.uint64))

    def signed(self, signature: Hashes) -> "HashedTokens":
        """The same, with the signature that somebody knows already."""
        self.__dict__["signature"] = signature
        return self


def hash_texts(texts: Iterable[str]) -> HashedTokens:
    """Count and hash the words, some thousand texts at a time."""
    pieces: list[Hashes] = [np.empty(0, dtype=np.uint64)]
    sizes: list[Ints] = [np.zeros(1, dtype=np.int64)]
    stream = iter(texts)
    while some := list(islice(stream, PORTION)):
        flat, counts = hashed(some)
        pieces.append(flat)
        sizes.append(counts)
    return HashedTokens(np.concatenate(pieces), np.cumsum(np.concatenate(sizes)))


def hashed(texts: Sequence[str]) -> tuple[Hashes, Ints]:
    """The words of these texts as numbers, and how many each has. Signs become spaces by bytes, not letter by letter;
    texts with other letters than ASCII go by `words` first."""
    said = [
        by_kind(text).encode("ascii") if text.isascii() else " ".join(words(text)).encode("utf-8", "surrogatepass")
        for text in texts
    ]
    return numbered(END.join(said).translate(BYTES, b"'") + END)


def numbered(said: bytes) -> tuple[Hashes, Ints]:
    """A number for each word, read eight bytes at a time, and how many words stand before each `END`."""
    data = np.frombuffer(said + bytes(8), dtype=np.uint8)
    is_end = data == END[0]
    inside = (data != ord(" ")) & ~is_end
    inside[-8:] = False
    edges = np.flatnonzero(np.diff(inside, prepend=False))
    starts, sizes = edges[::2], edges[1::2] - edges[::2]
    before = np.searchsorted(starts, np.flatnonzero(is_end))
    eights: Hashes = np.ndarray(len(data) - 7, dtype="<u8", buffer=data, strides=(1,))
    flat = scattered(eights[starts] & MASKS[np.minimum(sizes, 8)])
    longer, place = np.flatnonzero(sizes > 8), 8
    while len(longer):
        left = sizes[longer] - place
        with np.errstate(over="ignore"):
            more = flat[longer] * ODD + (eights[starts[longer] + place] & MASKS[np.minimum(left, 8)])
        flat[longer] = scattered(more)
        longer, place = longer[left > 8], place + 8
    return flat, np.diff(before, prepend=0)


def scattered(numbers: Hashes) -> Hashes:
    """Every bit of each number in every bit of its hash, so that other words have other numbers (splitmix64)."""
    with np.errstate(over="ignore"):
        numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def together(first: HashedTokens, second: HashedTokens) -> HashedTokens:
    """Each row's words of the first, then of the second."""
    starts = first.starts + second.starts
    flat = np.empty(len(first.flat) + len(second.flat), dtype=np.uint64)
    flat[first.places() + np.repeat(starts[:-1], first.sizes)] = first.flat
    flat[second.places() + np.repeat(starts[:-1] + first.sizes, second.sizes)] = second.flat
    return HashedTokens(flat, starts)


def chosen(tokens: HashedTokens, rows: Ints) -> HashedTokens:
    """Some of the rows."""
    sizes = tokens.sizes[rows]
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    index = np.arange(int(starts[-1]), dtype=np.int64) + np.repeat(tokens.starts[rows] - starts[:-1], sizes)
    found = HashedTokens(tokens.flat[index], starts)
    return found.signed(tokens.signature[rows]) if "signature" in vars(tokens) else found


def mixed(hashes: Hashes) -> Hashes:
    """Scattered bits, so that neighbouring numbers have nothing in common."""
    with np.errstate(over="ignore"):
        hashes = (hashes ^ (hashes >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    return hashes ^ (hashes >> np.uint64(29))


def first_places(tokens: HashedTokens) -> tuple[Ints, list[tuple[int, int]]]:
    """The rows with words whose like did not come before, and the pairs (first, later) of equal rows."""
    filled = np.flatnonzero(tokens.sizes)
    keys = tokens.signature[filled]
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    leaders = filled[first[inverse]]
    later = leaders != filled
    pairs = list(zip(leaders[later].tolist(), filled[later].tolist(), strict=True))
    return np.sort(filled[first]), pairs


def once_each(numbers: Ints) -> Ints:
    """Each number once, in order. numpy's own `unique` hashes since 2.3: twenty times as slow where most differ."""
    ordered = np.sort(numbers)
    return np.asarray(ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0])


def shingles(tokens: HashedTokens) -> HashedTokens:
    """Hashes of each three neighbouring words; a row of one or two words has one. Repeats stay in."""
    flat = tokens.flat
    with np.errstate(over="ignore"):
        triples = flat * ODD
        triples[:-1] += flat[1:] * SECOND
        triples[:-2] += flat[2:] * THIRD
    sizes = tokens.sizes
    left = np.repeat(tokens.starts[1:], sizes) - np.arange(len(flat), dtype=np.int64)
    whole = (left >= 3) | (np.repeat(sizes, sizes) == left)
    counts = np.where(sizes > 2, sizes - 2, np.minimum(sizes, 1))
    starts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return HashedTokens(mixed(triples[whole]), starts)


def distinct(tokens: HashedTokens) -> HashedTokens:
    """Each row's numbers sorted and once."""
    owners = tokens.owners
    order = np.lexsort((tokens.flat, owners))
    flat, owners = tokens.flat[order], owners[order]
    keep = np.ones(len(flat), dtype=bool)
    keep[1:] = (flat[1:] != flat[:-1]) | (owners[1:] != owners[:-1])
    starts = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners[keep], minlength=len(tokens)), out=starts[1:])
    return HashedTokens(flat[keep], starts)


def hashes_of(said: Sequence[str]) -> Hashes:
    """The numbers of these words, as `HashedTokens` holds them."""
    return numbered(b"".join(word.encode("utf-8", "surrogatepass") + END for word in said))[0]


def places_among(tokens: HashedTokens, known: Hashes) -> Ints:
    """The places in `flat` of these few words. Most others are told by their first bits, without sorting all."""
    first = np.zeros(2**16, dtype=bool)
    first[(known >> np.uint64(48)).astype(np.int64)] = True
    maybe = np.flatnonzero(first[(tokens.flat >> np.uint64(48)).astype(np.uint16)])
    return np.asarray(maybe[np.isin(tokens.flat[maybe], known)])
