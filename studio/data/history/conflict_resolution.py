"""Conflicting answers, settled by the person who knows: one is right, another is right, all are, or a new one is."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from studio.copy.catalog import say
from studio.data.checks.check import Drops, Edits
from studio.data.checks.finding_builder import count_of
from studio.data.checks.pairs.conflicts import say_the_same
from studio.data.text.example_texts import ExampleTexts
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.schemas.finding import DropReason

MOST_COMPARED = 60
MOST_FIGURES, MOST_ROWS = 3, 10  # that are named
NUMBER_SIGNS = frozenset("0123456789.,:")
FIGURE = re.compile(r"[£$€] ?\d[\d.,:]{0,12}(?<![.,:])|\b\d[\d.,:]{0,12}(?<![.,:]) ?(?:[£$€%]|[^\W\d_]{2,20})")


class Resolution(NamedTuple):
    """Rows to leave out, answers to write, or ids that are no conflict."""

    drops: Drops
    edits: Edits
    dismissed: tuple[str, ...]
    sentence: str


def resolve_conflict(
    examples: Sequence[Example], rows: Sequence[int], *, keep: int | None = None, answer: str | None = None
) -> Resolution:
    """`keep` names the row whose answer holds; `answer` is a new one for all; neither: all are right.

    Rows of the group that say the same as the kept one stay. Raises StudioError when `keep` is not in the group.
    """
    group = [example for example in examples if example.row in set(rows)]
    if answer is not None:
        if not answer.strip():
            raise StudioError(
                say("conflict_resolution.new_answer_empty"),
                hint=say("conflict_resolution.write_right_answer"),
                where="answer",
            )
        edits = {example.id: example.with_pair(example.question, answer).messages for example in group}
        sentence = say("conflict_resolution.new_answer_for", count_of=count_of(len(group), "row", "rows"))
        return Resolution({}, edits, (), sentence + still_said(examples, group, answer))
    if keep is None:
        return Resolution(
            {},
            {},
            tuple(example.id for example in group),
            say(
                "conflict_resolution.both_right" if len(group) == 2 else "conflict_resolution.all_right",
                rows=len(group),
            ),
        )
    place = next((index for index, example in enumerate(group) if example.row == keep), None)
    if place is None:
        raise StudioError(
            say("conflict_resolution.row_not_one_these", keep=keep),
            hint=say("conflict_resolution.pick_one_rows_shown"),
            where="keep",
        )
    texts = ExampleTexts(group)
    wrong = [
        example.id for index, example in enumerate(group) if index != place and not say_the_same(texts, index, place)
    ]
    sentence = say("conflict_resolution.answer_row_holds", name_of=name_of(group[place]))
    sentence += still_said(examples, group, group[place].answer)
    return Resolution(dict.fromkeys(wrong, "conflicting_answers"), {}, (), sentence)


def still_said(examples: Sequence[Example], group: Sequence[Example], right: str) -> str:
    """Which other answers hold a price, a time or another figure that only the answers put aside gave; nothing where
    so many do that it is no mark of the old answer."""
    ids = {example.id for example in group}
    old = set().union(*(figures_in(example.answer) for example in group)) - figures_in(right)
    others = [example for example in examples if example.id not in ids]
    said = []
    for figure in sorted(old)[:MOST_FIGURES]:
        number = "".join(filter(NUMBER_SIGNS.__contains__, figure))
        near = [example for example in others if number in example.answer]
        rows = [example for example in near if figure in figures_in(example.answer)]
        if 0 < len(rows) <= MOST_ROWS:
            names = ", ".join(map(name_of, rows))
            said.append(say("conflict_resolution.still_said", figure=figure, rows=len(rows), names=names))
    return "".join(f" {one}" for one in said)


def figures_in(text: str) -> set[str]:
    """Numbers with what they count: “£12”, “15 %”, “20 days”."""
    return {" ".join(match.split()) for match in FIGURE.findall(text)}


def answers_of(group: Sequence[Example]) -> list[list[Example]]:
    """The rows of a group by what they answer, in the order of the rows: each inner list says the same.

    Beyond `MOST_COMPARED` different wordings only the same words count as the same.
    """
    by_words: dict[str, list[Example]] = {}
    for example in group:
        by_words.setdefault(" ".join(example.answer.split()), []).append(example)
    wordings = list(by_words.values())
    if len(wordings) > MOST_COMPARED:
        return wordings
    texts = ExampleTexts([wording[0] for wording in wordings])
    answers: list[list[int]] = []
    for place in range(len(wordings)):
        same = next((answer for answer in answers if say_the_same(texts, answer[0], place)), None)
        if same is None:
            answers.append([place])
        else:
            same.append(place)
    return [[example for place in answer for example in wordings[place]] for answer in answers]


def keep_one(examples: Sequence[Example], rows: Sequence[int], *, keep: int, kind: DropReason) -> Resolution:
    """Of rows that are copies of one another the chosen one stays, whatever the others say."""
    group = [example for example in examples if example.row in set(rows)]
    kept = next((example for example in group if example.row == keep), None)
    if kept is None:
        raise StudioError(
            say("conflict_resolution.row_not_one_these_copies", keep=keep),
            hint=say("conflict_resolution.pick_one_rows_shown"),
            where="keep",
        )
    gone = [example.id for example in group if example.row != keep]
    if not gone:
        raise StudioError(say("conflict_resolution.there_no_other_copy"), where="keep")
    sentence = say(
        "conflict_resolution.row_kept_left_out", name_of=name_of(kept), count_of=count_of(len(gone), "copy", "copies")
    )
    return Resolution(dict.fromkeys(gone, kind), {}, (), sentence)


def name_of(example: Example) -> str:
    """The row as the table shows it: 17, or a1 for one that a person added."""
    return example.label
