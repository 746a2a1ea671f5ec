"""One edited row looked at again against all others, without looking at all others again."""

from collections.abc import Sequence

import numpy as np

from studio.prepare.bags import Bag, Hashes, Ints, bag_of, distinct, shingles
from studio.prepare.doctor import examine
from studio.prepare.findings.conflicts import same_question, say_the_same
from studio.prepare.findings.copies import answers_alike
from studio.prepare.near import EDIT_SIMILAR, SIMILAR
from studio.prepare.near_short import SHORT_WORDS
from studio.prepare.texts import Texts
from studio.prepare.words import words
from studio.records.example import Example
from studio.records.finding import Finding, Kind

OF_THE_WHOLE: frozenset[Kind] = frozenset(
    ["too_few", "imbalance", "refusal_heavy", "mixed_language", "leakage", "repeated_boilerplate", "swapped_columns"]
)


class Lookup:
    """Which rows share shingles with a text: the shingles of all rows in order, each with its row."""

    def __init__(self, bag: Bag, texts: Sequence[str]) -> None:
        sets = distinct(shingles(bag))
        order = np.argsort(sets.flat, kind="stable")
        self.flat: Hashes = sets.flat[order]
        self.owners: Ints = sets.owners[order]
        self.sizes: Ints = sets.sizes
        self.short = np.flatnonzero((bag.sizes > 0) & (bag.sizes < SHORT_WORDS)).tolist()
        self.short_texts = [" ".join(words(texts[place])) for place in self.short]

    def near(self, text: str) -> list[int]:
        """The places of near copies of this text."""
        bag = bag_of([text])
        if not len(bag.flat):
            return []
        if len(bag.flat) < SHORT_WORDS:
            from rapidfuzz.distance import Levenshtein
            from rapidfuzz.process import cdist

            said = " ".join(words(text))
            scores = cdist(
                [said], self.short_texts, scorer=Levenshtein.normalized_similarity, score_cutoff=EDIT_SIMILAR
            )
            return [self.short[index] for index in np.flatnonzero(scores[0] >= EDIT_SIMILAR - 1e-9).tolist()]
        own = distinct(shingles(bag)).flat
        first, last = np.searchsorted(self.flat, own, "left"), np.searchsorted(self.flat, own, "right")
        hits = np.concatenate([self.owners[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)])
        common = np.bincount(hits, minlength=len(self.sizes))
        overlap = common / (self.sizes + len(own) - common)
        return np.flatnonzero(overlap >= SIMILAR - 1e-9).tolist()


class Recheck:
    """Built once for a dataset; a row that changed since is compared with the others as they were then."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.texts = Texts(examples)
        self.both = Lookup(
            self.texts.both_bag, [f"{a} {s}" for a, s in zip(self.texts.asked, self.texts.said, strict=True)]
        )
        self.asked = Lookup(self.texts.asked_bag, self.texts.asked)

    def check(self, example: Example) -> list[Finding]:
        """The findings of this one row; what only the whole dataset shows is left out."""
        found = [finding for finding in examine([example]) if finding.kind not in OF_THE_WHOLE]
        own = Texts([example])
        others = [place for place in self.both.near(f"{own.asked[0]} {own.said[0]}") if self.is_other(place, example)]
        alike = [place for place in others if answers_alike(self.texts.said_words(place), own.said_words(0))]
        same = [place for place in alike if self.texts.examples[place].messages == example.messages]
        found += self.about("exact_duplicate", "This row is an exact copy.", example, same)
        near = [place for place in alike if place not in same]
        found += self.about("near_duplicate", "This row says nearly the same as another.", example, near)
        asked = [
            place
            for place in self.asked.near(own.asked[0])
            if self.is_other(place, example) and self.texts.said[place].strip()
        ]
        differing = [place for place in asked if self.differs(place, own)] if own.said[0].strip() else []
        return found + self.about(
            "conflicting_answers", "This question has another answer elsewhere.", example, differing
        )

    def is_other(self, place: int, example: Example) -> bool:
        """Not the row itself as it stood."""
        return self.texts.examples[place].id != example.id

    def differs(self, place: int, own: Texts) -> bool:
        """The same question with another answer."""
        if not same_question(self.texts.asked[place], own.asked[0]):
            return False
        return not say_the_same(Texts([self.texts.examples[place], own.examples[0]]), 0, 1)

    def about(self, kind: Kind, sentence: str, example: Example, places: list[int]) -> list[Finding]:
        """One finding with the row and those it hangs together with."""
        if not places:
            return []
        group = (example.row, *(self.texts.rows[place] for place in places[:50]))
        return [Finding(kind=kind, severity="look", count=1, rows=(example.row,), sentence=sentence, groups=(group,))]
