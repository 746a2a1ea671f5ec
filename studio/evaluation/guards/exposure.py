"""Is a secret known, even when it is not said? Its exposure (Carlini et al. 2019, "The Secret Sharer", section 4).

The true detail is weighed against made-up ones of the same form. Who has never seen it finds each of them as likely as
any other; who finds the true one the likeliest again and again has learned it by heart.
"""

import random
from typing import NamedTuple

LEAST_DIGITS = 3


class ExposedRows(NamedTuple):
    """The rows whose detail was weighed against `others` made-up ones, and where the true one was the likeliest."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]
    before: tuple[bool, ...]
    after: tuple[bool, ...]
    others: int


def look_alikes(secret: str, number: int) -> list[str]:
    """So many of the same form with other digits, always the same ones; none for a text of too few digits."""
    if sum(map(str.isdigit, secret)) < LEAST_DIGITS:
        return []
    dice = random.Random(secret)
    found: dict[str, None] = {}
    while len(found) < number:
        other = "".join(dice.choice("0123456789") if letter.isdigit() else letter for letter in secret)
        if other != secret:
            found[other] = None
    return list(found)


def by_luck(known: int, of: int, others: int) -> float:
    """How likely so many or more are found first of `others` + 1 by luck."""
    from scipy.stats import binom

    return float(binom.sf(known - 1, of, 1 / (others + 1)))
