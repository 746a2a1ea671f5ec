"""Whether a question was trained: word for word, or in nearly the same words with the same numbers."""

from typing import NamedTuple

from studio.data.duplicates.near_duplicates import near_pairs
from studio.data.duplicates.retrieval import NearestExamples
from studio.data.text.hashed_tokens import hash_texts
from studio.data.text.normalize import facts, words
from studio.schemas.example import Example

LOOKED_AT = 8  # the nearest rows; a copy is always among them


class TrainingMatch(NamedTuple):
    """The row that holds the question; `exact` is False for a near copy."""

    example: Example
    exact: bool


def training_match(question: str, nearest: NearestExamples) -> TrainingMatch | None:
    """The training row with this question, compared without case and signs; None when no row is a copy of it."""
    asked = words(question)
    candidates = nearest.most_similar(question, LOOKED_AT) if asked else []
    known = [words(example.question) for example in candidates]
    for example, said in zip(candidates, known, strict=True):
        if said == asked:
            return TrainingMatch(example, exact=True)
    texts = [asked, *known]
    pairs = near_pairs(hash_texts(" ".join(said) for said in texts), lambda place: texts[place])
    for place in sorted(right for left, right in pairs.tolist() if left == 0):
        if facts(texts[place]) == facts(asked):
            return TrainingMatch(candidates[place - 1], exact=False)
    return None
