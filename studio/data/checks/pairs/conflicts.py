"""The same question with answers that differ: only the person who knows can say which holds."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal

import numpy as np

from studio.data.checks.check import Check, CheckContext
from studio.data.checks.finding_builder import finding
from studio.data.checks.pairs.copies import masks_by_kind, tied
from studio.data.checks.pairs.opposite_answers import opposite_answers
from studio.data.checks.pairs.other_amounts import other_amounts
from studio.data.duplicates.edit_similarity import SHORT_WORDS
from studio.data.text.answer_equality import telling_signs
from studio.data.text.asked_words import names, places_named
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.mail_body import answer_body
from studio.data.text.normalize import MASK, facts, words
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

MOST_DIFFERING = 4
NAME_MASK = re.compile(r"(?<=[\w,;:)”’\"'] )\[NAME_\d{1,9}\]")


def conflict_groups(texts: ExampleTexts, by: Literal["asked", "body"] = "asked") -> list[list[int]]:
    """Places with the same or nearly the same question, at least two of whose answers differ.

    `by` "body" is for whoever would rather be told too often: it is one question, whoever greets and signs.
    """
    questions = texts.questions if by == "asked" else texts.bodies
    answered = np.array([bool(answer.strip()) for answer in texts.answers], dtype=bool)
    same = [
        (left, right)
        for left, right in texts.near(by).pairs.tolist()
        if answered[left] and answered[right] and same_question(questions[left], questions[right])
    ]
    return [group for group in tied(same) if not all(say_the_same(texts, group[0], other) for other in group[1:])]


def same_question(asked: str, other_asked: str) -> bool:
    """Few words differ, and no number, sign, denial or place: two questions about one long text are two questions.

    What was hidden in them still tells them apart, as it did before: hiding makes no new contradiction.
    """
    if asked == other_asked:
        return True
    if hidden(asked) != hidden(other_asked):
        return False
    brief = min(len(words(asked)), len(words(other_asked))) < SHORT_WORDS
    if telling_signs(asked, brief=brief, emoji=False) != telling_signs(other_asked, brief=brief, emoji=False):
        return False
    left, right = words(asked), words(other_asked)
    one, other = Counter(left), Counter(right)
    only_one, only_other = one - other, other - one
    if only_one.total() + only_other.total() > MOST_DIFFERING or facts(left) != facts(right):
        return False
    here, there = places_named(only_one), places_named(only_other)
    if here and there and here.isdisjoint(there):
        return False
    return not (only_one.keys() & names(asked) or only_other.keys() & names(other_asked))


def hidden(text: str) -> tuple[set[str], set[str]]:
    """Masked numbers and addresses, wherever they stand, and masked names inside a sentence."""
    if "[" not in text:
        return set(), set()
    masks = {match[0] for match in MASK.finditer(text)}
    return {mask for mask in masks if not mask.startswith("[NAME_")}, set(NAME_MASK.findall(text))


def say_the_same(texts: ExampleTexts, one: int, other: int) -> bool:
    """Whether two answers say the same, whoever is greeted and whoever signs."""
    answer, other_answer = texts.answers[one], texts.answers[other]
    if answer == other_answer or alike(answer, other_answer, texts.answer_words(one), texts.answer_words(other)):
        return True
    body, other_body = answer_body(answer), answer_body(other_answer)
    if body == answer and other_body == other_answer:
        return False
    return alike(body, other_body, words(body), words(other_body))


def alike(answer: str, other_answer: str, left: list[str], right: list[str]) -> bool:
    """Nearly the same words with the same numbers, signs and denials; of answers without words the same marks."""
    if not left and not right:
        return " ".join(answer.split()) == " ".join(other_answer.split())
    brief = min(len(left), len(right)) < SHORT_WORDS
    if telling_signs(answer, brief=brief) != telling_signs(other_answer, brief=brief):
        return False
    if left == right:
        return True
    if facts(left) != facts(right):
        return False
    if brief:
        from rapidfuzz.distance import Levenshtein

        return bool(Levenshtein.normalized_similarity(" ".join(left), " ".join(right)) >= 0.9)
    a, b = set(zip(left, left[1:], left[2:], strict=False)), set(zip(right, right[1:], right[2:], strict=False))
    return len(a & b) >= 0.8 * len(a | b)


def is_open(texts: ExampleTexts, group: list[int], settled: Collection[str]) -> bool:
    """Whether one of these rows was in no decision, and another one of them says something else."""
    new = [place for place in group if texts.examples[place].id not in settled]
    return any(not say_the_same(texts, place, other) for place in new for other in group)


def with_opposites(texts: ExampleTexts, groups: Sequence[list[int]]) -> list[list[int]]:
    """With the pairs of which one answer says yes and the other no, or that tell two amounts of one thing; what hangs
    together is one group."""
    pairs = [*opposite_answers(texts), *other_amounts(texts)]
    return tied([*((group[0], place) for group in groups for place in group[1:]), *pairs]) if pairs else [*groups]


def find_conflicts(texts: ExampleTexts, context: CheckContext) -> list[Finding]:
    """Every row whose question has another answer elsewhere, a yes for its no, or another amount.

    Rows whose answers were all called right are asked about again only when a row comes beside them that nobody decided
    about.
    """
    settled = context.dismissed.get("conflicting_answers", ())
    found = with_opposites(texts, conflict_groups(texts))
    groups = [group for group in found if is_open(texts, group, settled)] if settled else found
    places = [place for group in groups for place in group]
    sentences = [Sentence.of("finding.conflicts.sentence", count=len(groups)), *masks_by_kind(texts, groups)]
    left_alone = set(settled) - {texts.examples[place].id for place in places}
    if not context.is_part:  # a few rows do not tell which of the others are still there
        left_alone &= {example.id for example in texts.examples}
    if left := len(left_alone):
        sentences.append(Sentence.of("finding.left", rows=left))
    return finding("conflicting_answers", "serious", texts, places, sentences, groups=groups)


CONFLICTING_ANSWERS = Check(
    kind="conflicting_answers", scope="group", detect=find_conflicts, counts_groups=True, reads_dismissed=True
)
