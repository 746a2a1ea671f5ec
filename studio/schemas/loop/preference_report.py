"""What a report says of a version that learned from what people preferred."""

from typing import Literal

from studio.schemas.sentence import SentenceText

Moved = Literal["better", "no_better", "worse", "too_few"]
Plain = Literal["as_good", "less", "more", "untried"]


class PreferenceEvidence(SentenceText):
    """Of `count` judgements kept aside it moved the right way in `right`, that is `low` to `high` of all such.

    `plain`: what plainly teaching the better replies did on the same judgements, right in `plain_right`.
    """

    verdict: Moved
    right: int
    count: int
    low: float
    high: float
    plain: Plain = "untried"
    plain_right: int | None = None
