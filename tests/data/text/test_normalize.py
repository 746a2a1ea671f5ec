"""Texts as they are compared: words, and masks of private details by their kind."""

import pytest

from studio.data.privacy.masks import LABELS
from studio.data.text.hashed_tokens import hash_texts
from studio.data.text.normalize import by_kind, facts, words


def test_the_number_of_a_mask_is_no_difference_and_other_brackets_stay() -> None:
    for label in LABELS.values():
        assert by_kind(f"Ask [{label}_12] or [{label}_3].") == f"Ask [{label}] or [{label}]."
    assert by_kind("[STEP_1] then [NAME] and [1]") == "[STEP_1] then [NAME] and [1]"


def test_words_and_their_numbers_agree_about_masks() -> None:
    one, other = "Dear [NAME_2], é", "Dear [NAME_71], é"
    assert words(one) == words(other) == ["dear", "name", "é"]
    for left, right in ((one, other), (one[:-1], other[:-1])):
        first, second = hash_texts([left, right]).signature.tolist()
        assert first == second


@pytest.mark.parametrize(("one", "other"), [
    ("We take dogs.", "We never take dogs."),
    ("Wir nehmen Hunde.", "Wir nehmen keinen Hund."),
    ("Nous prenons des chiens.", "Nous ne prenons aucun chien."),
    ("Aceptamos perros.", "Jamás aceptamos perros."),
    ("Prendiamo cani.", "Non prendiamo cani."),
    ("Wij nemen honden.", "Wij nemen nooit honden."),
    ("Aceitamos cães.", "Não aceitamos cães."),
])  # fmt: skip
def test_what_is_denied_is_another_fact(one: str, other: str) -> None:
    assert facts(words(one)) == ((), 0) and facts(words(other)) == ((), 1)
