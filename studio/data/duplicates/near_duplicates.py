"""Near copies: pairs whose word 3-shingles overlap by Jaccard 0.8, found exactly, with numpy alone.

Two sets that overlap so much must share one of their few rarest shingles (the prefix filter of the set-join
literature), so only those are looked up; a bitmap bound throws most candidates out, and the rest is counted exactly.
Texts under eight words are compared by edit similarity in `near_short`.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.data.duplicates.edit_similarity import SHORT_WORDS, short_pairs
from studio.data.text.hashed_tokens import (
    HashedTokens,
    Hashes,
    Ints,
    chosen,
    distinct,
    first_places,
    once_each,
    shingles,
)

SIMILAR = 0.8
EDIT_SIMILAR = 0.9
STOCK_SHARE, STOCK_ROWS = 0.6, 50
BITS = 8  # 64-bit words in a row's bitmap
BUCKETS = 2**24
LEAST_BUCKETS = 16  # for each shingle: then one in sixteen of those that are alone shares a bucket by chance
BATCH = 2_000_000
MAX_PAIRS = 3_000_000
NONE = np.empty((0, 2), dtype=np.int64)


class Near(NamedTuple):
    """The near copies among rows, told by `leaders`: the first row of each wording, with the `signature` of its words.

    `same` are pairs (leader, later row of the same words); `long` and `short` are pairs of places in `leaders`.
    `commonest`: in how many rows the commonest shingle stands. `whole`: no search was cut off.
    """

    leaders: Ints
    signature: Hashes
    same: Ints
    long: Ints
    short: Ints
    commonest: int
    whole: bool

    @property
    def pairs(self) -> Ints:
        """All pairs of rows (left < right), in order."""
        found = (self.same, self.leaders[self.long], self.leaders[self.short])
        pairs = np.sort(np.concatenate(found), axis=1)
        return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def near_pairs(tokens: HashedTokens, words_at: Callable[[int], list[str]]) -> Ints:
    """Pairs of rows (left < right) that are near copies by their words; identical ones included, each with the first.

    Rows without words are near to nothing. Of very many rows that are all alike, enough pairs are given to tie them.
    """
    return near(tokens, words_at).pairs


def near(tokens: HashedTokens, words_at: Callable[[int], list[str]]) -> Near:
    """The near copies, in the form that `near_again` goes on from."""
    leaders, same = first_places(tokens)
    sizes = tokens.sizes[leaders]
    long = np.flatnonzero(sizes >= SHORT_WORDS)
    pairs, commonest, whole = join(shingles(chosen(tokens, leaders[long])), SIMILAR)
    short, all_short = near_short(leaders, sizes, words_at)
    given = np.array(same, dtype=np.int64).reshape(-1, 2)
    return Near(leaders, tokens.signature[leaders], given, long[pairs], short, commonest, whole and all_short)


def near_short(leaders: Ints, sizes: Ints, words_at: Callable[[int], list[str]]) -> tuple[Ints, bool]:
    """The pairs of short texts, as places in `leaders`, and whether the search came to its end."""
    short = np.flatnonzero(sizes <= SHORT_WORDS + 1)
    if len(short) < 2:
        return NONE, True
    texts = [" ".join(words_at(place)) for place in leaders[short].tolist()]
    pairs, whole = short_pairs(texts, sizes[short] < SHORT_WORDS, EDIT_SIMILAR)
    return short[pairs], whole


def join(rows: HashedTokens, similar: float, *, with_stock: bool = False) -> tuple[Ints, int, bool]:
    """All pairs of rows whose shingles overlap this much, in how many rows the commonest shingle stands, and whether
    the search came to its end. `with_stock`: shingles of most rows count as any other."""
    if len(rows) < 2:
        return NONE, 0, True
    entries, owners, sizes, commonest = rarest(rows, similar, with_stock)
    live, owners = np.unique(owners, return_inverse=True)
    if len(live) < 2:
        return NONE, commonest, True
    sets = distinct(chosen(rows, live))
    bitmap, sizes = bitmaps(sets), sets.sizes
    pieces: list[Ints] = [NONE]
    whole = True
    for left, right in candidates(entries, owners, sizes, similar):
        pairs = once_each(np.minimum(left, right) * len(live) + np.maximum(left, right))
        left, right = np.divmod(pairs, len(live))
        possible = bound(bitmap, sizes, left, right, similar)
        pieces.append(confirmed(sets, left[possible], right[possible], similar))
        if sum(map(len, pieces)) > MAX_PAIRS:
            whole = False
            break
    return live[np.unique(np.concatenate(pieces), axis=0)], commonest, whole


def rarest(rows: HashedTokens, similar: float, with_stock: bool) -> tuple[Hashes, Ints, Ints, int]:
    """The shingles that a near copy must share one of, their rows, how many distinct ones each row has, and how many
    rows have the commonest.

    A shingle of one row only cannot be shared: most are told by being alone in their bucket, without sorting.
    """
    owners = rows.owners
    buckets = min(BUCKETS, 1 << (LEAST_BUCKETS * len(rows.flat)).bit_length())  # all of them take 128 MB to be counted
    crowded = in_company(rows.flat, 40, buckets)
    crowded = crowded[in_company(rows.flat[crowded], 16, buckets // 4)]  # by other bits: most that are left are shared
    order = crowded[np.argsort(rows.flat[crowded], kind="stable")]
    flat, owner = rows.flat[order], owners[order]
    new = np.ones(len(flat), dtype=bool)
    new[1:] = flat[1:] != flat[:-1]
    once = new.copy()
    once[1:] |= owner[1:] != owner[:-1]
    repeated = np.bincount(owner[~once], minlength=len(rows))
    flat, owner, new = flat[once], owner[once], new[once]
    edges = np.flatnonzero(new)
    often = np.repeat(np.diff(np.append(edges, len(flat))), np.diff(np.append(edges, len(flat))))
    sizes = rows.sizes - repeated
    commonest = int(often.max(initial=0))
    shared = often > 1
    if not with_stock:
        shared &= ~is_stock(often, len(rows))
    prefix = sizes - np.ceil(similar * sizes - 1e-9).astype(np.int64) + 1
    wanted = prefix - (sizes - np.bincount(owner[often > 1], minlength=len(rows)))
    taken = shared & (wanted[owner] > 0)
    flat, owner, often = flat[taken], owner[taken], often[taken]
    order = np.lexsort((flat, often, owner))
    flat, owner = flat[order], owner[order]
    starts = np.searchsorted(owner, np.arange(len(rows)))
    first = np.arange(len(owner)) - starts[owner] < wanted[owner]
    return flat[first], owner[first], sizes, commonest


def in_company(hashes: Hashes, bits: int, buckets: int) -> Ints:
    """The places of those that are not alone in their bucket, of so many that are told by the bits from here on."""
    own = ((hashes >> np.uint64(bits)) % np.uint64(buckets)).astype(np.int64)
    many = np.bincount(own, minlength=buckets) > 1  # one byte each, of which the processor's cache holds more
    return np.flatnonzero(np.take(many, own))


def is_stock(often: Ints, rows: int) -> NDArray[np.bool_]:
    """Shingles that most rows of a larger file share, such as one instruction before every text: they tell nothing."""
    return often > STOCK_SHARE * rows if rows >= STOCK_ROWS else np.zeros(len(often), dtype=bool)


def candidates(entries: Hashes, owners: Ints, sizes: Ints, similar: float) -> Iterator[tuple[Ints, Ints]]:
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


def bitmaps(sets: HashedTokens) -> NDArray[np.uint64]:
    """Each row's shingles as set bits."""
    bitmap = np.zeros((len(sets), BITS), dtype=np.uint64)
    place = (sets.flat >> np.uint64(20)) % np.uint64(64 * BITS)
    index = sets.owners * BITS + (place >> np.uint64(6)).astype(np.int64)
    np.bitwise_or.at(bitmap.reshape(-1), index, np.uint64(1) << (place & np.uint64(63)))
    return bitmap


def bound(bitmap: NDArray[np.uint64], sizes: Ints, left: Ints, right: Ints, similar: float) -> NDArray[np.bool_]:
    """Whether the common bits leave the overlap possible: never false for a near copy."""
    ones = np.bitwise_count(bitmap).sum(axis=1, dtype=np.int64)
    common = np.bitwise_count(bitmap[left] & bitmap[right]).sum(axis=1, dtype=np.int64)
    most = common + np.minimum(sizes[left] - ones[left], sizes[right] - ones[right])
    return np.asarray(most >= similar * (sizes[left] + sizes[right] - most) - 1e-9)


def confirmed(sets: HashedTokens, left: Ints, right: Ints, similar: float) -> Ints:
    """The pairs whose exact Jaccard overlap is high enough."""
    kept: list[Ints] = [NONE]
    for start in range(0, len(left), 20_000):
        one, other = left[start : start + 20_000], right[start : start + 20_000]
        good = jaccard(sets, one, other) >= similar - 1e-9
        kept.append(np.stack((one[good], other[good]), axis=1))
    return np.concatenate(kept)


def jaccard(sets: HashedTokens, left: Ints, right: Ints) -> NDArray[np.float64]:
    """The exact overlap of each pair of rows."""
    ours, theirs = keyed(sets, left), keyed(sets, right)
    owner = np.repeat(np.arange(len(right), dtype=np.int64), sets.sizes[right])
    common = np.bincount(owner[np.isin(theirs, ours)], minlength=len(right))
    union = sets.sizes[left] + sets.sizes[right] - common
    return np.asarray(common / np.maximum(union, 1))


def keyed(sets: HashedTokens, rows: Ints) -> Hashes:
    """The shingles of these rows, made different for each place in the list."""
    part = chosen(sets, rows)
    with np.errstate(over="ignore"):
        return np.asarray(part.flat + part.owners.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
