"""Near copies found once, brought up to date for rows of which most say what they said before."""

from collections.abc import Callable

import numpy as np

from studio.data.duplicates.edit_similarity import SHORT_WORDS
from studio.data.duplicates.near_duplicates import (
    BUCKETS,
    NONE,
    SIMILAR,
    STOCK_ROWS,
    STOCK_SHARE,
    Near,
    join,
    near,
    near_short,
)
from studio.data.text.hashed_tokens import (
    HashedTokens,
    Hashes,
    Ints,
    chosen,
    distinct,
    first_places,
    shingles,
)

MOSTLY_NEW = 0.25  # share of new wordings from which on all are compared again


def near_again(old: Near, tokens: HashedTokens, words_at: Callable[[int], list[str]]) -> Near:
    """The same as `near(bag, words_at)`; only wordings that `old` does not know are compared with all."""
    leaders, same = first_places(tokens)
    signature, sizes = tokens.signature[leaders], tokens.sizes[leaders]
    known = found_in(signature, old.signature)
    new = np.flatnonzero(known < 0)
    long = np.flatnonzero(sizes >= SHORT_WORDS)
    commonest = old.commonest + len(new)  # at most
    if not old.whole or len(new) > MOSTLY_NEW * len(leaders) or may_be_stock(commonest, len(long)):
        return near(tokens, words_at)
    here = np.full(len(old.leaders), -1, dtype=np.int64)
    here[known[known >= 0]] = np.flatnonzero(known >= 0)
    longs, shorts, whole = still(old.long, here), still(old.short, here), True
    fresh = np.flatnonzero(known[long] < 0)
    if len(fresh):
        more, whole = near_some(shingles(chosen(tokens, leaders[long])), fresh)
        longs = np.concatenate((longs, long[more]))
    if (sizes[new] <= SHORT_WORDS + 1).any():
        shorts, all_short = near_short(leaders, sizes, words_at)
        whole = whole and all_short
    if not whole:
        return near(tokens, words_at)
    given = np.array(same, dtype=np.int64).reshape(-1, 2)
    return Near(leaders, signature, given, longs, shorts, commonest, whole)


def may_be_stock(commonest: int, rows: int) -> bool:
    """Whether a shingle may stand in so many rows that it tells nothing: then what counts changes with the rows."""
    return rows >= STOCK_ROWS and commonest > STOCK_SHARE * rows


def found_in(sought: Hashes, known: Hashes) -> Ints:
    """The place of each number among the known ones; -1 for one that is not there."""
    if not len(known):
        return np.full(len(sought), -1, dtype=np.int64)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], sought), len(known) - 1)
    places = order[at]
    places[known[places] != sought] = -1
    return places


def still(pairs: Ints, here: Ints) -> Ints:
    """The pairs by their new places, without those of which a side is gone."""
    moved = here[pairs]
    return moved[(moved >= 0).all(axis=1)]


def near_some(rows: HashedTokens, fresh: Ints) -> tuple[Ints, bool]:
    """The pairs with at least one of the fresh rows, and whether all were found.

    A near copy shares one of any n - 0.8 n + 1 of a row's n shingles (the prefix filter): those that fall into the
    emptiest buckets are looked up among all rows, and the rows that have one are joined.
    """
    buckets = (rows.flat >> np.uint64(40)).astype(np.int32)
    sets = distinct(chosen(rows, fresh))
    crowd = np.bincount(buckets, minlength=BUCKETS)[(sets.flat >> np.uint64(40)).astype(np.int32)]
    owners = sets.owners
    order = np.lexsort((sets.flat, crowd, owners))
    prefix = sets.sizes - np.ceil(SIMILAR * sets.sizes - 1e-9).astype(np.int64) + 1
    taken = sets.flat[order[sets.places() < prefix[owners]]]
    wanted = np.zeros(BUCKETS, dtype=bool)
    wanted[(taken >> np.uint64(40)).astype(np.int32)] = True
    hits = np.flatnonzero(wanted[buckets])
    hits = hits[np.isin(rows.flat[hits], taken)]
    around = np.unique(np.searchsorted(rows.starts, hits, "right") - 1)
    pairs, _, whole = join(chosen(rows, around), SIMILAR, with_stock=True)
    pairs = around[pairs]
    is_fresh = np.zeros(len(rows), dtype=bool)
    is_fresh[fresh] = True
    return pairs[is_fresh[pairs].any(axis=1)] if len(pairs) else NONE, whole
