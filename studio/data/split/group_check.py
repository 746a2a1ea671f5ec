"""Whether keeping rows together is what leaves no exam: asked where the column is chosen, not when a run is planned."""

from collections.abc import Sequence

from studio.data.checks.content.balance import FEWEST
from studio.data.split.splitter import split
from studio.errors import StudioError
from studio.schemas.example import Example

MOST_LOOKED_AT = 20_000  # rows; what bars an exam shows in the first ones


def groups_in_the_way(examples: Sequence[Example]) -> int:
    """How many groups tie the rows so that no exam can be set aside, although it could be without them; else 0."""
    some = examples[:MOST_LOOKED_AT]
    groups = {example.group for example in some if example.group}
    if not groups or len(some) < FEWEST or can_be_split(some):
        return 0
    free = [example.model_copy(update={"group": ""}) for example in some]
    return len(groups) if can_be_split(free) else 0


def can_be_split(examples: Sequence[Example]) -> bool:
    """Whether an exam and a practice check can be set aside."""
    try:
        split(examples)
    except StudioError:
        return False
    return True
