"""A bet against "the questions are still of the kind that the version learned from", one conversation at a time.

A sequential predictive two-sample test (Podkopaev and Ramdas 2023): a classifier guesses whether a question is of a new
kind, and each guess is a bet. Two classifiers guess: how far a question is from its nearest learned ones, and a naive
Bayes classifier of the newest questions against the learned ones, fitted anew now and then on what came before. How
often a guess is wrong is measured on questions that were held out of teaching, with the doubt of their number (Vovk
2012: validity given the calibration rows). The wealth is the mean over all bettors.
"""

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from studio.data.duplicates.retrieval import features
from studio.evaluation.watch.rate_test import RateBets, worst_harmless
from studio.schemas.base import Record

BINS = 4096
NEIGHBOURS = 3
EDGES = (0.0, 0.03)  # of the held-out questions look new to a cautious and to a bold bettor of each classifier
LEAST_HELD = 20
MOST_TEXTS = 1000  # of each kind, so that a question costs milliseconds
WINDOW = 100  # newest questions that the second classifier knows
REFIT = 50  # bets
PRIOR = 10.0  # questions with the learned rate that it has seen before any: a rare word says little
FITTED_DOUBT = 0.1  # of alpha for each classifier's errors on held-out questions; the rest is for the bets
LONGEST = 2000  # letters of a question that are read
Floats = npt.NDArray[np.float32]


class QuestionBets(Record):
    """What the test goes on from: the wealth of each bettor, and the newest questions' ids (not their words)."""

    alpha: float
    bettors: tuple[RateBets, ...] = (RateBets(side="rise"),) * (2 * len(EDGES))
    new: int = 0  # conversations that looked new to any
    count: int = 0
    fits: int = 0
    known: tuple[str, ...] = ()  # to the second classifier
    recent: tuple[str, ...] = ()
    highest: float = 1.0

    @property
    def is_alarmed(self) -> bool:
        """Whether the bets have won enough at any time."""
        return self.highest * self.alpha * (1 - 2 * FITTED_DOUBT) >= 1


class HashedFeatures:
    """Texts as vectors of length 1: words and 4-grams in `BINS` bins, the rarer among the learned the heavier.

    `learned`: `(BINS, texts)`.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        rows = [counted(text) for text in texts]
        self.rows = len(rows)
        self.seen = np.bincount([place for row in rows for place in row], minlength=BINS).astype(np.float32)
        self._weights = np.log(1 + len(rows) / np.maximum(self.seen, 1)).astype(np.float32)
        self.learned = np.ascontiguousarray(self._matrix(rows).T)

    def of(self, texts: Sequence[str]) -> Floats:
        """`(texts, BINS)`."""
        return self._matrix([counted(text) for text in texts])

    def _matrix(self, rows: Sequence[Counter[int]]) -> Floats:
        made = np.zeros((len(rows), BINS), dtype=np.float32)
        for vector, row in zip(made, rows, strict=True):
            vector[np.fromiter(row, dtype=np.int64)] = [1 + math.log(count) for count in row.values()]
        made *= self._weights
        return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9), dtype=np.float32)


class QuestionTest:
    """`learned` and `held_out` are questions from before; `texts` are those of the state's ids that are still known."""

    def __init__(self, learned: Sequence[str], held_out: Sequence[str], state: QuestionBets,
                 texts: Mapping[str, str] | None = None) -> None:  # fmt: skip
        self.state = state
        self._features = HashedFeatures(spread(learned))
        self._held = self._features.of(spread(held_out))
        self._nulls, self._edges = [1.0] * len(state.bettors), [math.inf] * len(state.bettors)
        self._calibrate(0, farness(self._held, self._features.learned), state.alpha * FITTED_DOUBT)
        known = [id for id in {*state.known, *state.recent} if id in (texts or {})]
        self._vectors = dict(zip(known, self._features.of([(texts or {})[id] for id in known]), strict=True))
        if all(id in self._vectors for id in state.known):
            self._fitted()
        else:  # some were erased or are too old: with what is left it is another classifier
            self._fit(state.known)

    def bet(self, questions: Sequence[tuple[str, str]]) -> list[bool]:
        """The first questions of conversations with their ids, in their order. Which of them looked new."""
        looked: list[bool] = []
        vectors = self._features.of([text for _, text in questions])
        while len(looked) < len(questions):
            some = slice(len(looked), len(looked) + REFIT - self.state.count % REFIT)
            guesses = self._guesses(vectors[some])
            for (id, _), vector, guess in zip(questions[some], vectors[some], guesses, strict=True):
                looked.append(bool(guess.any()))
                self._vectors[id] = vector
                self._after(id, guess.tolist())
            if self.state.count % REFIT == 0:
                self._fit(self.state.recent)
        return looked

    def look(self, questions: Sequence[str]) -> list[bool]:
        """Which look new, without a bet."""
        return [bool(guess.any()) for guess in self._guesses(self._features.of(questions))]

    def _after(self, id: str, guess: Sequence[bool]) -> None:
        state = self.state
        bettors = tuple(
            bettor.after(bool(said), null) for bettor, said, null in zip(state.bettors, guess, self._nulls, strict=True)
        )
        wealth = sum(bettor.wealth for bettor in bettors) / len(bettors)
        self.state = state.model_copy(update={
            "bettors": bettors, "new": state.new + any(guess), "count": state.count + 1,
            "recent": (*state.recent, id)[-WINDOW:], "highest": max(state.highest, wealth),
        })  # fmt: skip

    def _guesses(self, vectors: Floats) -> npt.NDArray[np.bool_]:
        scores = (farness(vectors, self._features.learned), self._ratios(vectors))
        return np.stack([scores[place // len(EDGES)] > edge for place, edge in enumerate(self._edges)], axis=1)

    def _fit(self, known: Sequence[str]) -> None:
        known = tuple(id for id in known if id in self._vectors)
        self.state = self.state.model_copy(update={"fits": self.state.fits + 1, "known": known})
        self._fitted()
        kept = {*self.state.known, *self.state.recent}
        self._vectors = {id: vector for id, vector in self._vectors.items() if id in kept}

    def _fitted(self) -> None:
        """Log-likelihood ratios of the bins. Each fit has its share of the doubt: 1/2, 1/6, 1/12, …"""
        learned = (self._features.seen + 0.5) / (self._features.rows + 1)
        known = [self._vectors[id] > 0 for id in self.state.known]
        seen = np.sum(known, axis=0) if known else np.zeros(BINS)
        self._log_ratios = np.log((seen + PRIOR * learned) / (len(known) + PRIOR) / learned).astype(np.float32)
        if known:
            doubt = self.state.alpha * FITTED_DOUBT / (self.state.fits * (self.state.fits + 1))
            self._calibrate(len(EDGES), self._ratios(self._held), doubt)

    def _ratios(self, vectors: Floats) -> Floats:
        """How much more the newest questions than the learned ones speak like this, in units of the noise of a sum."""
        filled = vectors > 0
        lengths = np.sqrt(np.maximum(filled.sum(axis=1), 1))
        return np.asarray(filled @ self._log_ratios / lengths, dtype=np.float32)

    def _calibrate(self, first: int, scores: Floats, doubt: float) -> None:
        """The scores above which a question looks new, and how often one of the old kind does at most."""
        ordered = np.sort(scores)
        for place, share in enumerate(EDGES, start=first):
            above = int(share * len(ordered))
            self._edges[place] = float(ordered[len(ordered) - 1 - above])
            self._nulls[place] = worst_harmless(above, len(ordered), "rise", doubt / len(EDGES))


def farness(vectors: Floats, among: Floats) -> Floats:
    """1 minus the mean cosine of each vector and its nearest neighbours among the columns `(BINS, texts)`; only the few
    bins that a text fills are looked at."""
    nearest = min(NEIGHBOURS, among.shape[1])
    cosines = np.empty((len(vectors), among.shape[1]), dtype=np.float32)
    for row, vector in zip(cosines, vectors, strict=True):
        filled = np.flatnonzero(vector)
        row[:] = vector[filled] @ among[filled]
    return np.asarray(1 - np.partition(cosines, -nearest, axis=1)[:, -nearest:].mean(axis=1), dtype=np.float32)


def counted(text: str) -> Counter[int]:
    """How often each bin occurs."""
    found: Counter[int] = Counter()
    for feature, count in features(text[:LONGEST]).items():
        found[zlib.crc32(feature.encode("utf-8", "surrogatepass")) % BINS] += count
    return found


def spread(texts: Sequence[str]) -> list[str]:
    """At most `MOST_TEXTS`, evenly from all."""
    step = max(1.0, len(texts) / MOST_TEXTS)
    return [texts[int(place * step)] for place in range(min(len(texts), MOST_TEXTS))]
