"""Whether a question was taught: word for word, or in nearly the same words with the same numbers."""

from typing import NamedTuple

from studio.prepare.bags import bag_of
from studio.prepare.near import near_pairs
from studio.prepare.nearest import Nearest
from studio.prepare.words import facts, words
from studio.records.example import Example

LOOKED_AT = 8  # the nearest rows; a copy is always among them


class Taught(NamedTuple):
    """The row that holds the question; `exact` is False for a near copy."""

    example: Example
    exact: bool


def taught_as(question: str, nearest: Nearest) -> Taught | None:
    """The training row with this question, compared without case and signs; None when no row is a copy of it."""
    asked = words(question)
    candidates = nearest.most_similar(question, LOOKED_AT) if asked else []
    known = [words(example.question) for example in candidates]
    for example, said in zip(candidates, known, strict=True):
        if said == asked:
            return Taught(example, exact=True)
    texts = [asked, *known]
    pairs = near_pairs(bag_of(" ".join(said) for said in texts), lambda place: texts[place])
    for place in sorted(right for left, right in pairs.tolist() if left == 0):
        if facts(texts[place]) == facts(asked):
            return Taught(candidates[place - 1], exact=False)
    return None
