"""Mentions of groups of people are counted by language, and compared only where there is enough to tell."""

from collections import Counter

import pytest

from studio.data.profile.dataset_profile import describe
from studio.data.profile.group_mentions import apart
from studio.data.profile.group_words import GROUPS
from studio.schemas.example import Example, pair
from studio.schemas.profile import GroupMention


def mentions(examples: list[Example]) -> dict[str, GroupMention]:
    return {mention.group: mention for mention in describe(examples).mentions}


def rows(count: int, question: str, answer: str, start: int = 1) -> list[Example]:
    return [pair(start + n, f"{question} Case {n}.", answer) for n in range(count)]


@pytest.mark.parametrize("language", ["English", "German", "French", "Spanish"])
def test_a_word_stands_for_one_group_within_a_language(language: str) -> None:
    listed = Counter(word for group in GROUPS.values() for word in group[language].split())
    assert not [word for word, count in listed.items() if count > 1]


def test_a_row_counts_once_for_a_group_however_often_it_is_named() -> None:
    found = mentions([pair(1, "Can she bring her mother?", "Yes, she can."), pair(2, "Is it open?", "Yes.")])
    assert found["women"].rows == 1
    assert dict(found["women"].words) == {"she": 1, "her": 1, "mother": 1}


def test_a_word_counts_in_its_own_language_only() -> None:
    french = "Est-ce que son chien est avec vous dans la maison pour les vacances ?"
    english = "Can you tell me if the son of the owner is with you in the house?"
    assert "men" not in mentions([pair(1, french, "Oui, il est avec nous dans la maison.")])
    assert mentions([pair(1, english, "Yes, that is what we have on file for you.")])["men"].rows == 1


def test_what_goes_with_a_mention_is_told_from_twenty_rows_on() -> None:
    refused = "I cannot help with that."
    few = rows(19, "My grandmother wants a loan.", refused) + rows(60, "I want a loan.", "Gladly, here it is.", 100)
    many = rows(20, "My grandmother wants a loan.", refused) + rows(60, "I want a loan.", "Gladly, here it is.", 100)
    assert mentions(few)["women"].contrasts == ()
    refusal = next(one for one in mentions(many)["women"].contrasts if one.what == "refusal")
    assert (refusal.here, refusal.elsewhere, refusal.differs) == (1.0, 0.0, True)


def test_labels_that_differ_are_named() -> None:
    examples = rows(30, "A man applies for the flat.", "accept") + rows(30, "A woman applies for it.", "reject", 100)
    labels = {one.what: one for one in mentions(examples)["women"].contrasts}
    assert labels["reject"].differs and labels["reject"].here == 1.0


def test_a_difference_that_chance_makes_is_none() -> None:
    assert not apart(0.5, 20, 0.4, 20)
    assert apart(0.9, 100, 0.1, 100)
    assert not apart(0.0, 50, 0.0, 50)
