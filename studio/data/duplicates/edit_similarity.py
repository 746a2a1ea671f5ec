"""Near copies among short texts: pairs within edit similarity 0.9, found by cutting texts into pieces.

If two texts differ by at most k edits and one is cut into k + 1 pieces, one piece stands unchanged in the other, at
nearly the same place. Texts of one length are a matrix, so the search runs in numpy; rapidfuzz confirms.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.data.text.hashed_tokens import once_each

SHORT_WORDS = 8
LONGEST = 160
PORTION = 50_000
BATCH = 2_000_000
MAX_CANDIDATES = 60_000_000
BASE = 0x01000193

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Short = NDArray[np.uint32]


def short_pairs(texts: Sequence[str], few: NDArray[np.bool_], similar: float) -> tuple[Ints, bool]:
    """Pairs of places whose texts are this similar by edits; at least one of a pair must be one of the `few`-worded.

    Also whether all of them were looked for: of very many candidates only enough are.
    """
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cpdist

    marks = letter_marks(texts)
    kept: list[Ints] = [np.empty((0, 2), dtype=np.int64)]
    seen = 0
    for left, right, edits in candidates(texts, similar):
        seen += len(left)
        close = np.bitwise_count(marks[left] ^ marks[right]).sum(axis=1) <= 4 * edits
        close &= few[left] | few[right]
        pairs = once_each(np.minimum(left, right)[close] * len(texts) + np.maximum(left, right)[close])
        one, other = np.divmod(pairs, len(texts))
        if len(pairs):
            scores = cpdist(
                [texts[place] for place in one], [texts[place] for place in other],
                scorer=Levenshtein.normalized_similarity, score_cutoff=similar, workers=1,
            )  # fmt: skip
            good = scores >= similar - 1e-9
            kept.append(np.stack((one[good], other[good]), axis=1))
        if seen > MAX_CANDIDATES:
            break
    return np.unique(np.concatenate(kept), axis=0), seen <= MAX_CANDIDATES


def letter_marks(texts: Sequence[str]) -> NDArray[np.uint64]:
    """128 bits that say which neighbouring letters occur: one edit changes at most four of them."""
    marks = np.zeros((len(texts), 2), dtype=np.uint64)
    for start in range(0, len(texts), PORTION):
        mark_some(texts[start : start + PORTION], marks[start : start + PORTION])
    return marks


def mark_some(texts: Sequence[str], marks: NDArray[np.uint64]) -> None:
    """Set the bits of these texts."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    letters = code_points("".join(texts))
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    if len(letters) < 2:
        return
    inside = owner[1:] == owner[:-1]
    with np.errstate(over="ignore"):
        mixed = (letters[:-1] * np.uint64(0x9E3779B1) + letters[1:]) * np.uint64(0x9E3779B97F4A7C15)
    place = (mixed >> np.uint64(57))[inside]
    index = owner[1:][inside] * 2 + (place >> np.uint64(6)).astype(np.int64)
    flat = marks.reshape(-1)
    np.bitwise_or.at(flat, index, np.uint64(1) << (place & np.uint64(63)))


def code_points(text: str) -> Hashes:
    """The letters as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)


def candidates(texts: Sequence[str], similar: float) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Batches of pairs that share a piece, with the edits that their lengths allow."""
    by_length: dict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if len(text) <= LONGEST:
            by_length[len(text)].append(place)
    prefixes = {length: prefix_hashes([texts[place] for place in places]) for length, places in by_length.items()}
    lefts: list[Ints] = []
    rights: list[Ints] = []
    edits: list[Ints] = []
    held = 0
    for longer in sorted(by_length):
        allowed = int((1 - similar) * longer + 1e-9)
        for shorter in range(max(1, longer - allowed), longer + 1):
            if shorter not in by_length or (shorter == longer and len(by_length[longer]) < 2):
                continue
            for left, right in shared_pieces(prefixes[shorter], prefixes[longer], shorter, longer, allowed):
                lefts.append(np.array(by_length[shorter], dtype=np.int64)[left])
                rights.append(np.array(by_length[longer], dtype=np.int64)[right])
                edits.append(np.full(len(left), allowed, dtype=np.int64))
                held += len(left)
                if held > BATCH:
                    yield np.concatenate(lefts), np.concatenate(rights), np.concatenate(edits)
                    lefts, rights, edits, held = [], [], [], 0
    if held:
        yield np.concatenate(lefts), np.concatenate(rights), np.concatenate(edits)


def prefix_hashes(texts: Sequence[str]) -> Short:
    """For texts of one length: column k is the hash of the first k letters, from which that of any piece follows."""
    prefixes = np.zeros((len(texts), len(texts[0]) + 1), dtype=np.uint32)
    for start in range(0, len(texts), PORTION):
        some = texts[start : start + PORTION]
        letters = code_points("".join(some)).reshape(len(some), -1)
        with np.errstate(over="ignore"):
            scrambled = ((letters + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)).astype(np.uint32)
            part = prefixes[start : start + PORTION]
            for place in range(scrambled.shape[1]):
                part[:, place + 1] = part[:, place] * np.uint32(BASE) + scrambled[:, place]
    return prefixes


def piece(prefixes: Short, start: int, size: int) -> Short:
    """The hashes of one piece of all texts."""
    with np.errstate(over="ignore"):
        return np.asarray(prefixes[:, start + size] - prefixes[:, start] * np.uint32(pow(BASE, size, 2**32)))


def shared_pieces(short: Short, long: Short, shorter: int, longer: int, edits: int) -> Iterator[tuple[Ints, Ints]]:
    """Pairs (place among the shorter, place among the longer) with an equal piece at a possible distance."""
    gap, pieces = longer - shorter, edits + 1
    for number in range(pieces):
        start, end = number * shorter // pieces, (number + 1) * shorter // pieces
        size = end - start
        if size == 0:
            continue
        known = piece(short, start, size)
        order = np.argsort(known, kind="stable")
        known = known[order]
        earliest = max(0, start - number, start + gap - (edits - number))
        latest = min(longer - size, start + number, start + gap + (edits - number))
        for place in range(earliest, latest + 1):
            sought = piece(long, place, size)
            first, last = np.searchsorted(known, sought, "left"), np.searchsorted(known, sought, "right")
            counts = last - first
            if not counts.any():
                continue
            yield from expanded(order, first, counts, same=shorter == longer)


def expanded(order: Ints, first: Ints, counts: Ints, *, same: bool) -> Iterator[tuple[Ints, Ints]]:
    """The matches spelled out, in batches that stay small; within one length each pair once."""
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(counts):
        done = ends[begin - 1] if begin else 0
        stop = max(begin + 1, int(np.searchsorted(ends, done + BATCH, "right")))
        part = counts[begin:stop]
        right = np.repeat(np.arange(begin, stop, dtype=np.int64), part)
        offset = np.arange(int(part.sum())) - np.repeat(np.cumsum(part) - part, part)
        left = order[np.repeat(first[begin:stop], part) + offset]
        if same:
            once = left < right
            left, right = left[once], right[once]
        if len(left):
            yield left, right
        begin = stop
