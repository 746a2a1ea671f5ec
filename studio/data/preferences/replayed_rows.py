"""Rows that were taught before, chosen to be learned again beside judgements, against forgetting what they taught.

Judgements of one sort alone (all ask to decline) otherwise teach that sort for every question: measured, see
`tests/benchmarks/README.md`, “Planted preferences”. The field calls it rehearsal (Robins 1995), or an SFT mix.
"""

import random
from collections.abc import Iterable, Sequence

from studio.data.text.normalize import words
from studio.schemas.example import Example
from studio.schemas.loop.preference import Judgement


def rows_to_replay(taught: Sequence[Example], judgements: Iterable[Judgement], count: int, seed: int) -> list[Example]:
    """So many taught rows, drawn by the seed. Never one whose question was judged: the judgement is the newer word."""
    judged = {key_of(one.question) for one in judgements}
    free = [example for example in taught if key_of(example.question) not in judged]
    random.Random(f"replay {seed}").shuffle(free)
    return free[:count]


def key_of(question: str) -> str:
    """A question without case and signs."""
    return " ".join(words(question)) or question.strip()
