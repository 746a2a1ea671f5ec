"""Conflicting answers, settled by the person who knows: one is right, another is right, all are, or a new one is."""

from collections.abc import Sequence
from typing import NamedTuple

from studio.errors import StudioError
from studio.prepare.findings.conflicts import say_the_same
from studio.prepare.fixes import Drops, Edits
from studio.prepare.texts import Texts
from studio.records.example import Example


class Settlement(NamedTuple):
    """Rows to leave out, answers to write, or ids that are no conflict."""

    drops: Drops
    edits: Edits
    dismissed: tuple[str, ...]
    sentence: str


def settle(
    examples: Sequence[Example], rows: Sequence[int], *, keep: int | None = None, answer: str | None = None
) -> Settlement:
    """`keep` names the row whose answer holds; `answer` is a new one for all; neither: all are right.

    Rows of the group that say the same as the kept one stay. Raises StudioError when `keep` is not in the group.
    """
    group = [example for example in examples if example.row in set(rows)]
    if answer is not None:
        if not answer.strip():
            raise StudioError("The new answer is empty.", hint="Write the right answer.", where="answer")
        edits = {example.id: example.with_pair(example.question, answer).messages for example in group}
        return Settlement({}, edits, (), f"A new answer for {len(group)} rows.")
    if keep is None:
        return Settlement({}, {}, tuple(example.id for example in group), f"All {len(group)} answers are right.")
    place = next((index for index, example in enumerate(group) if example.row == keep), None)
    if place is None:
        raise StudioError(f"Row {keep} is not one of these answers.", hint="Pick one of the rows shown.", where="keep")
    texts = Texts(group)
    wrong = [
        example.id for index, example in enumerate(group) if index != place and not say_the_same(texts, index, place)
    ]
    return Settlement(dict.fromkeys(wrong, "conflicting_answers"), {}, (), f"The answer of row {keep} holds.")
