"""Answers and questions without words."""

import re
from collections.abc import Callable

from studio.data.checks.check import DEFAULT, Check, Drops, Edits, of_texts
from studio.data.checks.content.reasoning import SIGNS, is_thought_alone
from studio.data.checks.finding_builder import finding
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding, Kind, Severity
from studio.schemas.sentence import Sentence

READABLE = re.compile(
    "[^\\s\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)


def find_empty_answers(texts: ExampleTexts) -> list[Finding]:
    """An empty answer teaches silence; so does one that is a thought and nothing else."""
    places = texts.once_a_row(unanswered)
    sentences = Sentence.of("finding.empty.answer", count=len(places))
    severity: Severity = "stop" if len(places) == len(texts) else "serious"
    return finding("empty_answer", severity, texts, places, sentences, "finding.empty.fix")


def find_empty_questions(texts: ExampleTexts) -> list[Finding]:
    """An empty question has nothing to answer."""
    if not texts.has_questions:
        return []
    places = texts.once_a_row(unasked)
    sentences = Sentence.of("finding.empty.question", count=len(places))
    return finding("empty_question", "serious", texts, places, sentences, "finding.empty.fix")


def unanswered(texts: ExampleTexts) -> list[int]:
    """The places without an answer."""
    bare = [place for place, answer in enumerate(texts.answers) if is_empty(answer)]
    return sorted({*bare, *(place for place in texts.holding(SIGNS) if is_thought_alone(texts.answers[place]))})


def unasked(texts: ExampleTexts) -> list[int]:
    """The places without a question."""
    asked = {
        place
        for place, example in enumerate(texts.examples)
        for one in example.messages
        if one.role == "user" and not is_empty(one.content)
    }
    return [place for place, question in enumerate(texts.questions) if place not in asked or is_empty(question)]


def is_empty(text: str) -> bool:
    """Nothing that a person could read, also by way of invisible letters."""
    return not text[:1].isalnum() and READABLE.search(text) is None


def without(
    kind: Kind, find: Callable[[ExampleTexts], list[Finding]]
) -> Callable[[ExampleTexts, str, Rules], tuple[Drops, Edits]]:
    """The effect that leaves out the rows which `find` names."""

    def effect(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
        rows = {row for one in find(texts) for row in one.rows}
        if not rows:
            return {}, {}
        return dict.fromkeys([example.id for example in texts.examples if example.row in rows], kind), {}

    return effect


EMPTY_ANSWER = Check(
    kind="empty_answer", scope="row", detect=of_texts(find_empty_answers),
    effect=without("empty_answer", find_empty_answers), order=70, by_rule=True, takes_out=DEFAULT,
)  # fmt: skip
EMPTY_QUESTION = Check(
    kind="empty_question", scope="row", detect=of_texts(find_empty_questions),
    effect=without("empty_question", find_empty_questions), order=80, by_rule=True, takes_out=DEFAULT,
)  # fmt: skip
