"""A question as it may be kept."""

import pytest

from studio.schemas.loop.served_use import LONGEST_QUESTION
from studio.services.watch.masked_question import masked_question


@pytest.mark.parametrize(("said", "kept"), [
    ("Write to dora.kent@example.org please", "Write to [EMAIL] please"),
    ("My IBAN is DE89 3704 0044 0532 0130 00.", "My IBAN is [IBAN]."),
    ("Call +44 20 7946 0958 or +44 20 7946 0959", "Call [PHONE] or [PHONE]"),
    ("my password is Tr0ub4dor&3x", "my password is [SECRET]"),
    ("My name is Dora Kent and my parcel is late", "My name is [NAME] and my parcel is late"),
    ("Where is my parcel?", "Where is my parcel?"),
])  # fmt: skip
def test_private_details_are_their_kind_alone(said: str, kept: str) -> None:
    assert masked_question(said) == kept


def test_a_long_question_is_cut_after_it_was_masked() -> None:
    kept = masked_question("x " * 490 + "dora.kent@example.org " * 9 + "y" * 20_000)
    assert "dora" not in kept and len(kept) == LONGEST_QUESTION + 1
