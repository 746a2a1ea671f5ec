"""The same question with answers that differ: only the person who knows can say which holds."""

import re
from collections import Counter

import numpy as np

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.checks.pairs.copies import masks_by_kind, tied
from studio.data.duplicates.edit_similarity import SHORT_WORDS
from studio.data.text.answer_equality import telling_signs
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.normalize import facts, words
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

MOST_DIFFERING = 4
NAME = re.compile(r"(?<=[\w,;:)”’\"'] )[^\W\d_a-z][\w’'-]*")


def conflict_groups(texts: ExampleTexts) -> list[list[int]]:
    """Places with the same or nearly the same question, at least two of whose answers differ."""
    answered = np.array([bool(answer.strip()) for answer in texts.answers], dtype=bool)
    same = [
        (left, right)
        for left, right in texts.near("asked").pairs.tolist()
        if answered[left] and answered[right] and same_question(texts.questions[left], texts.questions[right])
    ]
    return [group for group in tied(same) if not all(say_the_same(texts, group[0], other) for other in group[1:])]


def same_question(asked: str, other_asked: str) -> bool:
    """Few words differ, and no number, sign or denial: two questions about one long text are two questions."""
    if asked == other_asked:
        return True
    brief = min(len(words(asked)), len(words(other_asked))) < SHORT_WORDS
    if telling_signs(asked, brief=brief, emoji=False) != telling_signs(other_asked, brief=brief, emoji=False):
        return False
    left, right = words(asked), words(other_asked)
    one, other = Counter(left), Counter(right)
    only_one, only_other = one - other, other - one
    if only_one.total() + only_other.total() > MOST_DIFFERING or facts(left) != facts(right):
        return False
    return not (only_one.keys() & names(asked) or only_other.keys() & names(other_asked))


def names(text: str) -> set[str]:
    """Words with a capital letter inside a sentence: “the Heron” and “the Badger” are two things."""
    return {word for name in NAME.findall(text) for word in words(name)}


def say_the_same(texts: ExampleTexts, one: int, other: int) -> bool:
    """Nearly the same words with the same numbers, signs and denials; of answers without words the same marks."""
    if texts.answers[one] == texts.answers[other]:
        return True
    left, right = texts.answer_words(one), texts.answer_words(other)
    if not left and not right:
        return " ".join(texts.answers[one].split()) == " ".join(texts.answers[other].split())
    brief = min(len(left), len(right)) < SHORT_WORDS
    if telling_signs(texts.answers[one], brief=brief) != telling_signs(texts.answers[other], brief=brief):
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


def find_conflicts(texts: ExampleTexts) -> list[Finding]:
    """Every row whose question has another answer elsewhere."""
    groups = conflict_groups(texts)
    places = [place for group in groups for place in group]
    sentences = [Sentence.of("finding.conflicts.sentence", count=len(groups)), *masks_by_kind(texts, groups)]
    return finding("conflicting_answers", "serious", texts, places, sentences, groups=groups)


CONFLICTING_ANSWERS = Check(
    kind="conflicting_answers", scope="group", detect=of_texts(find_conflicts), counts_groups=True
)
