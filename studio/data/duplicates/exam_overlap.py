"""Rows of two files that are the same exam question: near copies by question, or by question and answer, or one group.

What is learned and what is examined must share none of them.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from studio.data.checks.pairs.copies import tied
from studio.data.duplicates.near_duplicates import near_pairs
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example

How = Literal["question", "question_and_answer", "group", "wording"]


class Overlap(NamedTuple):
    """An example and the row of the other file that it is too like: its very copy, else the first."""

    example: Example
    other: Example
    how: How


def overlap(examples: Sequence[Example], others: Sequence[Example]) -> list[Overlap]:
    """At most one entry for each example, in their order; the plainest likeness counts."""
    both = ExampleTexts([*examples, *others])
    edge = len(examples)
    same = both.pair_tokens.signature.tolist()
    found: dict[int, Overlap] = {}
    looks: tuple[tuple[How, list[list[int]]], ...] = (
        (
            "question",
            tied_by(near_pairs(both.question_tokens, both.question_words).tolist()) if both.has_questions else [],
        ),
        ("question", tied_by(both.near("body").pairs.tolist()) if both.has_questions else []),
        ("question_and_answer", tied_by(near_pairs(both.pair_tokens, both.pair_words).tolist())),
        ("group", grouped(both.examples)),
    )
    for how, groups in looks:
        for group in groups:
            partners = [place for place in group if place >= edge]
            alike = {same[place]: place for place in reversed(partners)}
            for place in group if partners else ():
                if place < edge:
                    partner = alike.get(same[place], partners[0])
                    found.setdefault(place, Overlap(examples[place], both.examples[partner], how))
    return [found[place] for place in sorted(found)]


def tied_by(pairs: Sequence[Sequence[int]]) -> list[list[int]]:
    """Places that hang together."""
    return tied([(left, right) for left, right in pairs])


def grouped(examples: Sequence[Example]) -> list[list[int]]:
    """Places of the same customer or document."""
    groups: dict[str, list[int]] = {}
    for place, example in enumerate(examples):
        if example.group:
            groups.setdefault(example.group, []).append(place)
    return list(groups.values())
