"""What questions are about: a small clustering over their key terms, the same for the same rows, named by the terms.

Seeds are terms that carry weight in many rows not yet spoken for; then rows and middles settle (spherical k-means).
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from studio.data.checks.content.language import SMALL_WORDS
from studio.data.text.late_pattern import late
from studio.data.text.normalize import UNSPACED, words
from studio.schemas.profile import QuestionSimilarity, Topic

MOST_TERMS, MOST_TOPICS = 600, 24
ROUNDS = 6
FRAME, FRAMED = 0.95, 20  # a term of nearly all rows tells none from another, where there are rows enough to say so
BELONGS, THE_SAME = 0.12, 0.5  # cosine: to its topic; of two topics that are one
NAMED_BY, NAME_SHARE = 3, 0.25
TWIN, RELATED = 0.8, 0.3
COMPARED = 1_000
LETTERS_READ = 1_000
FRAMES = (
    "how much many get got want need like tell give say use using know long just any some here its been being she he"
    " they them their also than then very more most other into over out down only why because but"
    " always never someone must may might shall between after before while again off too same such nor each both make"
    " made take per let our without within still yet new does"
    " help thing things something anything way possible able please dear hello thanks thank hey regards could would"
    " whats ive dont cant isnt doesnt wont im youre going got one two three what's have hasn't question questions"
    " was wer wann warum welche welcher welches welchen wieviel mein meine meinen meiner mir mich hat habe gibt noch"
    " nur bei aus nach über zum zur als es so sehr mehr dieser diese dieses ihr ihnen ihrem ihren hallo danke mal soll"
    " muss einen einem einer eines mein wenn dann denn doch schon auf unsere unser uns möchte hätte könnte"
    " comment quel quelle quels quelles mon mes quand où combien puis peut faire fait avez suis elle elles ils bonjour"
    " merci mais tout tous cela ça quoi qu est-ce c'est"
    " cuál cuándo dónde qué mis tengo puedo hay hace esta esto sobre cuánto hola gracias quiero tiene muy también ser"
)
STOP = frozenset(word for said in (*SMALL_WORDS.values(), FRAMES) for text in said.split() for word in words(text))
LETTER = late(f"[{UNSPACED}]$")
ENDINGS = ("s", "es", "n", "en")

Weights = NDArray[np.float32]


class Topics(NamedTuple):
    """The topics, largest first; of each question the place of its topic or -1; and the weights of its terms.

    `known`: how much of each question's weight lies in the terms that were counted; the rest is its own.
    """

    found: tuple[Topic, ...]
    of: NDArray[np.int64]
    weights: Weights
    known: Weights


def find_topics(questions: Sequence[str]) -> Topics:
    """Topics of two rows or more; the same questions in the same order give the same topics."""
    rows = [terms_of(question) for question in questions]
    names = vocabulary(rows)
    weights, known = weigh(rows, names)
    middles = seeds(weights)
    owner = np.full(len(rows), -1, dtype=np.int64)
    for _ in range(ROUNDS):
        if not len(middles):
            break
        middles = merged(middles)
        owner = assigned(weights, middles)
        kept = [place for place in range(len(middles)) if (owner == place).sum() > 1]
        middles = np.stack([middle(weights[owner == place]) for place in kept]) if kept else middles[:0]
    owner = assigned(weights, middles)
    owner = within_others(owner, weights, len(middles))
    sizes = np.bincount(owner[owner >= 0], minlength=len(middles))
    order = sorted(np.flatnonzero(sizes > 1).tolist(), key=lambda place: (-int(sizes[place]), place))
    of = np.full(len(rows), -1, dtype=np.int64)
    found: list[Topic] = []
    for number, place in enumerate(order):
        of[owner == place] = number
        found.append(named(questions, np.flatnonzero(owner == place), weights, names))
    return Topics(tuple(found), of, weights, known)


def terms_of(text: str) -> frozenset[str]:
    """Words that say what a text is about; two letters together where no spaces part words."""
    said = words(text[:LETTERS_READ])
    whole = {word for word in said if len(word) > 2 and word not in STOP and not word.isdigit()}
    return frozenset(whole | {a + b for a, b in pairwise(said) if LETTER.match(a) and LETTER.match(b)})


def vocabulary(rows: Sequence[frozenset[str]]) -> dict[str, int]:
    """The commonest terms, each with its column; “invoices” has that of “invoice” where both occur."""
    often = Counter(term for row in rows for term in row)
    base = {term: next((s for s in map(term.removesuffix, ENDINGS) if s != term and len(s) > 2 and s in often), term)
            for term in often}  # fmt: skip
    summed: Counter[str] = Counter()
    for term, count in often.items():
        summed[base[base[term]]] += count
    least = max(2, len(rows) // 2_000)
    most = FRAME * len(rows) if len(rows) >= FRAMED else len(rows) + 1
    telling = [term for term, count in summed.items() if least <= count <= most]
    telling = telling or [term for term, count in summed.items() if count >= least]
    common = sorted(telling, key=lambda one: (-summed[one], one))
    columns = {term: column for column, term in enumerate(sorted(common[:MOST_TERMS]))}
    return {term: columns[base[base[term]]] for term in sorted(often) if base[base[term]] in columns}


def weigh(rows: Sequence[frozenset[str]], names: dict[str, int]) -> tuple[Weights, Weights]:
    """TF-IDF of each row, of length one, and how much of the row these terms are; without known terms all is zero."""
    width = max(names.values(), default=-1) + 1
    weights = np.zeros((len(rows), width), dtype=np.float32)
    own = np.zeros(len(rows), dtype=np.float32)
    for place, row in enumerate(rows):
        columns = [names[term] for term in row if term in names]
        weights[place, columns] = 1
        own[place] = len(row) - len(columns)
    often = weights.sum(axis=0)
    weights *= np.log1p(len(rows) / np.maximum(often, 1))
    length = np.linalg.norm(weights, axis=1)
    whole = np.sqrt(length**2 + own * np.log1p(len(rows)) ** 2)
    shares = np.asarray(length / np.maximum(whole, 1e-9), dtype=np.float32)
    return np.asarray(weights / np.maximum(length, 1e-9)[:, None], dtype=np.float32), shares


def seeds(weights: Weights) -> Weights:
    """The middle of the rows that hold a term, for one heavy term after the other."""
    least = max(2, len(weights) // 200)
    free = np.ones(len(weights), dtype=bool)
    found: list[Weights] = []
    while len(found) < MOST_TOPICS and weights.shape[1] and free.any():
        column = int(weights[free].sum(axis=0).argmax())
        holding = weights[:, column] > 0
        if (holding & free).sum() < least:
            break
        found.append(middle(weights[holding & free]))
        free &= ~holding
    return np.stack(found) if found else np.zeros((0, weights.shape[1]), dtype=np.float32)


def middle(rows: Weights) -> Weights:
    """The mean direction."""
    mean = rows.sum(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), dtype=np.float32)


def merged(middles: Weights) -> Weights:
    """Middles that point the same way are one."""
    kept: list[Weights] = []
    for one in middles:
        near = next((place for place, other in enumerate(kept) if float(one @ other) > THE_SAME), None)
        if near is None:
            kept.append(one)
        else:
            kept[near] = middle(np.stack((kept[near], one)))
    return np.stack(kept)


def assigned(weights: Weights, middles: Weights) -> NDArray[np.int64]:
    """The nearest middle of each row, or -1 where none is near."""
    if not len(middles):
        return np.full(len(weights), -1, dtype=np.int64)
    near = weights @ middles.T
    return np.where(near.max(axis=1) >= BELONGS, near.argmax(axis=1), -1)


def name_columns(rows: Weights) -> list[int]:
    """The terms that weigh most in these rows and that enough of them hold."""
    share = (rows > 0).mean(axis=0)
    heavy = np.argsort(-rows.mean(axis=0), kind="stable")[:NAMED_BY].tolist()
    return [column for place, column in enumerate(heavy) if not place or share[column] >= NAME_SHARE]


def within_others(owner: NDArray[np.int64], weights: Weights, count: int) -> NDArray[np.int64]:
    """A topic whose name stands whole in the name of another one is that one: “library” in “books, library”."""
    names = {place: set(name_columns(weights[owner == place])) for place in range(count) if (owner == place).any()}
    into = owner.copy()
    for small in names:
        wider = [place for place in names if place != small and names[small] < names[place]]
        if wider:
            into[owner == small] = max(wider, key=lambda place: (int((owner == place).sum()), -place))
    return into


def named(questions: Sequence[str], places: NDArray[np.int64], weights: Weights, names: dict[str, int]) -> Topic:
    """The topic of these rows."""
    said = [questions[place] for place in places[:60].tolist()]
    columns = name_columns(weights[places])
    terms = (as_written([term for term, at in names.items() if at == column], said) for column in columns)
    return Topic(terms=tuple(dict.fromkeys(terms)), count=len(places))


def as_written(spellings: Sequence[str], texts: Sequence[str]) -> str:
    """The commonest spelling of a term in these texts, capitals as people write them."""
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in spellings), re.IGNORECASE)
    found = Counter(match.group() for text in texts for match in pattern.finditer(text[:LETTERS_READ]))
    return min(found, key=lambda one: (-found[one], one)) if found else min(spellings, key=len)


def neighbours(topics: Topics) -> QuestionSimilarity:
    """How near each of at most 1,000 questions is to its nearest other one among all."""
    whole = topics.weights * topics.known[:, None]
    every = max(1, -(-len(whole) // COMPARED))
    rows = whole[::every]
    if len(whole) < 2:
        return QuestionSimilarity(asked=len(rows), alone=len(rows))
    near = rows @ whole.T
    near[np.arange(len(rows)), np.arange(len(rows)) * every] = 0
    best = near.max(axis=1)
    twins, related = int((best >= TWIN).sum()), int(((best >= RELATED) & (best < TWIN)).sum())
    return QuestionSimilarity(asked=len(rows), twins=twins, related=related, alone=len(rows) - twins - related)
