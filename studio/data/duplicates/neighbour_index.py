"""One edited row looked at again against all others, without looking at all others again."""

from collections.abc import Sequence

import numpy as np

from studio.data.duplicates.edit_similarity import SHORT_WORDS
from studio.data.duplicates.near_duplicates import EDIT_SIMILAR, SIMILAR
from studio.data.history.incremental_update import findings_near
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.hashed_tokens import HashedTokens, Hashes, Ints, distinct, hash_texts, shingles
from studio.data.text.normalize import words
from studio.schemas.example import Example
from studio.schemas.finding import Finding


class NearLookup:
    """Which rows share shingles with a text: the shingles of all rows in order, each with its row."""

    def __init__(self, tokens: HashedTokens, texts: Sequence[str]) -> None:
        sets = distinct(shingles(tokens))
        order = np.argsort(sets.flat, kind="stable")
        self.flat: Hashes = sets.flat[order]
        self.owners: Ints = sets.owners[order]
        self.sizes: Ints = sets.sizes
        self.short = np.flatnonzero((tokens.sizes > 0) & (tokens.sizes < SHORT_WORDS)).tolist()
        self.short_texts = [" ".join(words(texts[place])) for place in self.short]

    def near(self, text: str) -> list[int]:
        """The places of near copies of this text."""
        tokens = hash_texts([text])
        if not len(tokens.flat):
            return []
        if len(tokens.flat) < SHORT_WORDS:
            from rapidfuzz.distance import Levenshtein
            from rapidfuzz.process import cdist

            said = " ".join(words(text))
            scores = cdist(
                [said], self.short_texts, scorer=Levenshtein.normalized_similarity, score_cutoff=EDIT_SIMILAR
            )
            return [self.short[index] for index in np.flatnonzero(scores[0] >= EDIT_SIMILAR - 1e-9).tolist()]
        own = distinct(shingles(tokens)).flat
        first, last = np.searchsorted(self.flat, own, "left"), np.searchsorted(self.flat, own, "right")
        hits = np.concatenate([self.owners[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)])
        common = np.bincount(hits, minlength=len(self.sizes))
        overlap = common / (self.sizes + len(own) - common)
        return np.flatnonzero(overlap >= SIMILAR - 1e-9).tolist()


class NeighbourIndex:
    """Built once for a dataset; a row that changed since is compared with the others as they were then."""

    def __init__(self, examples: Sequence[Example], texts: ExampleTexts | None = None) -> None:
        texts = texts or ExampleTexts(examples)
        self.texts = texts
        self.both = NearLookup(
            texts.pair_tokens, [f"{a} {s}" for a, s in zip(texts.questions, texts.answers, strict=True)]
        )
        self.asked = NearLookup(texts.question_tokens, texts.questions)

    def neighbours(self, example: Example) -> list[Example]:
        """The other rows that are near copies of this one, or of its question."""
        own = ExampleTexts([example])
        near = {*self.both.near(f"{own.questions[0]} {own.answers[0]}"), *self.asked.near(own.questions[0])}
        others = (self.texts.examples[place] for place in sorted(near))
        return [other for other in others if other.id != example.id]

    def check(self, example: Example) -> list[Finding]:
        """The findings of this one row; what only the whole dataset shows is left out."""
        around = [*self.neighbours(example), example]
        return [one for one in findings_near([example], around) if example.row in one.rows]
