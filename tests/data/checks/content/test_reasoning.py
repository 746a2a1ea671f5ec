"""Thoughts before the answer are kept or taken out whole; a text about the tags survives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.data.checks.content.reasoning import find_thoughts, thoughts_in, without_thoughts
from studio.data.checks.examination import examine
from studio.data.checks.fixes import after, effect_of, fix_all
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, Message, pair
from studio.schemas.finding import Finding

ANSWER = "The ferry leaves at nine."


@pytest.mark.parametrize(
    "text",
    [
        f"<think>\nNine, I believe.\n</think>\n\n{ANSWER}",
        f"<think>Nine.</think>{ANSWER}",
        f"<think>\n\n</think>\n\n{ANSWER}",
        f"Nine, I believe.\n</think>\n\n{ANSWER}",
        f"Nine, I believe.</think>{ANSWER}",
        f"<thinking>Nine.</thinking> {ANSWER}",
        f"<reasoning>\nNine.\n</reasoning>\n{ANSWER}",
        f"<|begin_of_thought|>Nine.<|end_of_thought|>\n{ANSWER}",
        f"[THINK]Nine.[/THINK]{ANSWER}",
        f"<think>Nine.</think>\n<answer>{ANSWER}</answer>",
        f"<think>Is it <think>nine</think>? Yes.</think>\n{ANSWER}",
        f"<think>\n```\nleave(9)\n</think>\n{ANSWER}",
    ],
)
def test_a_thought_goes_as_a_whole(text: str) -> None:
    assert without_thoughts(text) == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "It is `</think>`, written at the end.",
        "Put the thought between <think> and </think>, then answer.",
        "<think> and </think> are the tags.",
        "<think> is the opening tag.",
        "The closing tag is </think>.",
        "</think> marks the end of a thought.",
        "</thinking> and <thinking> belong together.",
        "```\n<think>\nso\n</think>\n```\nis what it looks like.",
        "I think so, after some thought.",
    ],
)
def test_a_text_about_the_tags_survives(text: str) -> None:
    assert without_thoughts(text) == text
    assert find_thoughts(ExampleTexts([pair(1, "Which tag?", text)])) == []


def rows() -> list[Example]:
    turns = (
        Message(role="user", content="Hello"),
        Message(role="assistant", content="<think>A greeting.</think>Hello!"),
        Message(role="user", content="When?"),
        Message(role="assistant", content=ANSWER),
    )
    return [
        pair(1, "When?", f"<think>Nine.</think>\n{ANSWER}"), pair(2, "Where?", "<think>only a thought"),
        pair(3, "How?", "By bus."), Example(id="r4", messages=turns),
    ]  # fmt: skip


def found(examples: list[Example]) -> dict[str, Finding]:
    return {finding.kind: finding for finding in examine(examples)}


def test_the_finding_counts_answers_in_every_turn_and_names_a_thought_alone_as_empty() -> None:
    seen = found(rows())
    assert seen["thoughts"].sentence == "3 answers hold thoughts before the answer."
    assert seen["thoughts"].rows == (1, 2, 4)
    assert seen["empty_answer"].rows == (2,)


def test_taking_out_leaves_a_row_without_an_answer_out() -> None:
    effect = effect_of("thoughts", rows())
    assert effect.drops == {"r2": "empty_answer"}
    left = after(rows(), effect)
    assert [message.content for example in left for message in example.messages if message.role == "assistant"] == [
        ANSWER, "By bus.", "Hello!", ANSWER,
    ]  # fmt: skip
    assert "thoughts" not in found(left)


def test_thoughts_are_kept_unless_a_person_says_otherwise() -> None:
    assert effect_of("thoughts", rows(), choice="keep").edits == {}
    assert "thoughts" not in [effect.kind for effect in fix_all(rows())]


PIECES = st.lists(
    st.sampled_from(
        ["<think>", "</think>", "\n", " ", "Nine.", "leave", "`", "```", "<thinking>", "</thinking>", "is"]
    ),
    max_size=12,
).map("".join)


@given(PIECES)
def test_taking_out_twice_changes_nothing_more(text: str) -> None:
    left = without_thoughts(text)
    assert without_thoughts(left) == left
    assert len(left) <= len(text)
    if not thoughts_in(text):
        assert left == text


@pytest.mark.parametrize(
    "piece", ["<think>", "</think>", "a </think> ", "`<think>`", "<think> and </think> ", "\n</think>"]
)
def test_many_tags_take_no_time(piece: str) -> None:
    without_thoughts(piece * (200_000 // len(piece)))
