"""What the page's script sends of a press, and what is made of what it could not have sent."""

import json

import pytest

from studio.errors import StudioError
from studio.web.layout.page_press import LONGEST, read_press


def test_a_press_is_an_act_with_its_words_the_mark_that_was_seen_and_what_was_picked() -> None:
    press = read_press(
        json.dumps({"press": "fix secret drop", "seen": "3-ab", "picked": {"way-email": "fake"}, "nonce": "n"})
    )
    assert (press.act, press.words, press.seen, press.picked) == (
        "fix",
        ("secret", "drop"),
        "3-ab",
        {"way-email": "fake"},
    )
    assert (press.word(1), press.word(2)) == ("drop", "")


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", "3", '{"press": ""}', '{"press": "fix", "picked": 3}', "[" * LONGEST, '{"seen": "1"}']
)
def test_anything_else_is_no_button_of_ours(text: str) -> None:
    with pytest.raises(StudioError, match="not known"):
        read_press(text)
