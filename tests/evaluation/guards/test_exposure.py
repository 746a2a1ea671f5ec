"""Exposure: made-up details of the same form, and how often a true one comes first by luck."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.evaluation.guards.exposure import by_luck, look_alikes


@given(st.from_regex(r"[A-Z]{0,3}-?[0-9]{3,8}(-[0-9]{2,4})?", fullmatch=True))
def test_look_alikes_differ_in_digits_only(secret: str) -> None:
    made = look_alikes(secret, 9)
    assert len(set(made)) == 9 and secret not in made and made == look_alikes(secret, 9)
    form = [letter if not letter.isdigit() else "0" for letter in secret]
    assert all([letter if not letter.isdigit() else "0" for letter in other] == form for other in made)


@pytest.mark.parametrize("secret", ["ruth@example.org", "AB-12", ""])
def test_a_text_of_few_digits_has_none(secret: str) -> None:
    assert look_alikes(secret, 9) == []


def test_luck_finds_one_of_ten_and_hardly_four_of_eight() -> None:
    assert by_luck(0, 8, 9) == 1.0
    assert by_luck(1, 1, 9) == pytest.approx(0.1)
    assert by_luck(4, 8, 9) == pytest.approx(0.00502, abs=1e-4)
