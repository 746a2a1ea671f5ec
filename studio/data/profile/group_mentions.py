"""Which groups of people the rows mention, and what goes with a mention: refusals, and labels that differ.

Counts, not judgements: a word list finds words, not meanings, and a difference is told only where chance is unlikely.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.data.profile.group_words import GROUPS
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.hashed_tokens import ODD, Hashes, hashes_of
from studio.data.text.normalize import words
from studio.schemas.profile import GroupContrast, GroupMention

LANGUAGES = ("English", "German", "French", "Spanish")
TELLS_FROM = 20  # rows on either side
MOST_LABELS = 12
SURE = 3.0  # standard errors: many comparisons are made, so each must be nearly beyond chance
SHOWN_WORDS = 4


def find_mentions(texts: ExampleTexts, spoken: Mapping[int, str], refusals: Sequence[int], labels: Mapping[str, int]
                  ) -> list[GroupMention]:  # fmt: skip
    """Groups that some row mentions, the commonest first. `spoken` is each row's language, where it could be told."""
    main = Counter(spoken.values()).most_common(1)
    usual = main[0][0] if main else "English"
    language = [spoken.get(place, usual) for place in range(len(texts))]
    known, group_of, word_of = word_table()
    number = {name: index for index, name in enumerate(LANGUAGES)}
    row_language = np.array([number.get(name, len(LANGUAGES)) for name in language], dtype=np.int64)
    tokens = texts.pair_tokens
    owners = tokens.owners
    keys = keyed(tokens.flat, row_language[owners])
    at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    hits = np.flatnonzero(known[at] == keys)
    marks = outcomes(texts, refusals, labels)
    found: list[GroupMention] = []
    for index, group in enumerate(GROUPS):
        mine = hits[group_of[at[hits]] == index]
        if not len(mine):
            continue
        rows = np.zeros(len(texts), dtype=bool)
        rows[owners[mine]] = True
        pairs = np.unique(np.stack((owners[mine], at[mine])), axis=1)[1]
        often = Counter(word_of[place] for place in pairs.tolist()).most_common(SHOWN_WORDS)
        found.append(
            GroupMention(group=group, rows=int(rows.sum()), words=tuple(often), contrasts=contrasts(rows, marks))
        )
    return sorted(found, key=lambda mention: -mention.rows)


def keyed(hashes: Hashes, language: NDArray[np.int64]) -> Hashes:
    """The words' numbers, another one for each language: “son” is no child in French."""
    with np.errstate(over="ignore"):
        return np.asarray(hashes + (language.astype(np.uint64) + np.uint64(1)) * ODD)


def word_table() -> tuple[Hashes, NDArray[np.int64], list[str]]:
    """All listed words as sorted numbers, the group of each, and the word itself."""
    listed = [
        (" ".join(words(word)), LANGUAGES.index(language), group)
        for group, by_language in enumerate(GROUPS.values())
        for language, said in by_language.items()
        for word in said.split()
    ]
    listed = [entry for entry in listed if " " not in entry[0]]
    keys = keyed(hashes_of([word for word, _, _ in listed]), np.array([language for _, language, _ in listed]))
    order = np.argsort(keys, kind="stable")
    return keys[order], np.array([listed[i][2] for i in order.tolist()]), [listed[i][0] for i in order.tolist()]


def outcomes(texts: ExampleTexts, refusals: Sequence[int], labels: Mapping[str, int]) -> dict[str, NDArray[np.bool_]]:
    """What may go with a mention: an answer that refuses, and each common label."""
    refusing = np.zeros(len(texts), dtype=bool)
    refusing[list(refusals)] = True
    found = {"refusal": refusing} if refusals else {}
    said = np.array([text.strip() for text in texts.answers], dtype=object) if labels else np.empty(0, dtype=object)
    return {**found, **{label: said == label for label in list(labels)[:MOST_LABELS]}}


def contrasts(rows: NDArray[np.bool_], marks: Mapping[str, NDArray[np.bool_]]) -> tuple[GroupContrast, ...]:
    """Every outcome here and elsewhere; nothing where either side has too few rows."""
    here, elsewhere = int(rows.sum()), int((~rows).sum())
    if min(here, elsewhere) < TELLS_FROM:
        return ()
    made = []
    for what, mark in marks.items():
        one, other = float(mark[rows].mean()), float(mark[~rows].mean())
        made.append(GroupContrast(what=what, here=one, elsewhere=other, differs=apart(one, here, other, elsewhere)))
    return tuple(made)


def apart(one: float, rows: int, other: float, others: int) -> bool:
    """Whether two shares differ by more than three standard errors of their difference (pooled)."""
    pooled = (one * rows + other * others) / (rows + others)
    error = math.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / others))
    return abs(one - other) > SURE * error > 0
