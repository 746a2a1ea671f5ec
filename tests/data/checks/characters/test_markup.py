"""The codes of a messenger are markup; what they stand for stays, and whom they name is a private detail."""

import pytest

from studio.data.checks.characters.markup import first_piece, repaired
from studio.data.checks.examination import examine
from studio.data.checks.fixes import after, fix_all
from studio.schemas.example import pair


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ask <@U0BBB7> now", "Ask @U0BBB7 now"),
        ("See <https://boat.invalid/plan|the plan> there", "See the plan there"),
        ("Hello <!here>, look in <#C0BBB3|harbour>", "Hello @here, look in #harbour"),
        ("Done :anchor: at last", "Done at last"),
        ("Done :anchor:", "Done"),
        ("a &lt; b &amp; c", "a < b & c"),
    ],
)
def test_what_a_code_stands_for_stays(text: str, left: str) -> None:
    assert first_piece(text)
    assert repaired(text) == left


@pytest.mark.parametrize(
    "text", ["At 10:30:15 sharp", "Note: see: that", "x <y> z", "std::vector::size", "AT&T", "a: b: c"]
)
def test_colons_and_angles_of_prose_are_none(text: str) -> None:
    assert first_piece(text) == ""
    assert repaired(text) == text


def test_whom_a_messenger_names_is_private_and_is_masked() -> None:
    rows = [pair(1, "Who steers?", "Ask <@U0BBB7>, please."), pair(2, "When?", "At noon.")]
    seen = {finding.kind: finding for finding in examine(rows)}
    assert seen["private_details"].rows == (1,)
    left = rows
    for effect in fix_all(rows):
        left = after(left, effect)
    assert "U0BBB7" not in left[0].answer
    assert left[0].answer.startswith("Ask @")
