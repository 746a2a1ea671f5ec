"""Answers that a program wrote as a list or an object are told, and can be written as lines."""

import pytest

from studio.data.checks.characters.written_lists import as_lines, first_entry
from studio.data.checks.examination import examine
from studio.data.checks.fixes import effect_of
from studio.schemas.example import Example, pair


def found(*answers: str) -> tuple[int, ...]:
    examples = [pair(number, f"What is {number}?", answer) for number, answer in enumerate(answers, start=1)]
    return next((finding.rows for finding in examine(examples) if finding.kind == "written_lists"), ())


def test_lists_and_objects_are_told_with_the_first() -> None:
    examples: list[Example] = [
        pair(1, "Which?", "['oar', 'bailer']"),
        pair(2, "And?", "An oar."),
        pair(3, "So?", "[1]"),
    ]
    told = next(finding for finding in examine(examples) if finding.kind == "written_lists")
    assert told.sentence == "2 answers look like lists written by a program, such as ['oar', 'bailer']."
    assert told.rows == (1, 3)


@pytest.mark.parametrize(
    "answer", ["[sic] He said so.", "[see 4]", "{x}", "A list: [1, 2]", "[link](a)", "0", "false", ""]
)
def test_other_brackets_are_none(answer: str) -> None:
    assert found(answer, "An oar.", "A bailer.") == ()


def test_where_answers_are_objects_they_are_what_is_to_be_taught() -> None:
    objects = ['{"boat": "ferry"}', '{"boat": "yawl"}', '{"boat": "punt"}']
    assert found(*objects) == ()
    assert found(objects[0], "A yawl.", "A punt.") == (1,)
    assert found(*objects, "{'boat': 'gig'}") == (4,)


def test_lists_are_written_as_lines_or_by_their_first_entry() -> None:
    assert as_lines("['oar' 'bailer']") == "oar\nbailer"
    assert first_entry('["oar", "bailer"]') == "oar"
    assert as_lines('{"a": 1}') == '{"a": 1}'
    assert as_lines("[[1], [2]]") == "[[1], [2]]"
    rows = [pair(1, "Which?", "['oar', 'bailer']"), pair(2, "And?", "An oar.")]
    assert {key: turns[-1].content for key, turns in effect_of("written_lists", rows).edits.items()} == {
        "r1": "oar\nbailer"
    }
    assert effect_of("written_lists", rows, choice="first").edits["r1"][-1].content == "oar"
