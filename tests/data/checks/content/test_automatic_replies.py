"""Replies that a program sent because somebody is away."""

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import effect_of, fix_all
from studio.schemas.example import pair

AWAY = "I am out of the office until 12 August with no access to mail. For urgent matters ring the shop."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Automatic reply: your newsletter", "Thank you for your mail."),
        ("What does it cost?", AWAY),
        (
            "What does it cost?",
            "Hello,\n\nI'm on annual leave, back on Monday. In my absence please write to the desk.",
        ),
        ("Was kostet es?", "Ich bin bis 12. August nicht im Büro. In dringenden Fällen rufen Sie bitte an."),
    ],
)
def test_an_automatic_reply_is_named_and_goes_only_when_said(asked: str, said: str) -> None:
    rows = [pair(1, asked, said), pair(2, "Is it open?", "Yes, it is open.")]
    assert [one.rows for one in examine(rows) if one.kind == "automatic_reply"] == [(1,)]
    assert effect_of("automatic_reply", rows).drops == {"r1": "automatic_reply"}
    assert "automatic_reply" not in [effect.kind for effect in fix_all(rows)]


@pytest.mark.parametrize(
    "said",
    [
        "We are on holiday until 3 January.",
        "Set the automatic reply under Settings, then write until when you are away.",
        "The clinic is open until nine. For urgent matters ring the nurse.",
    ],
)
def test_what_a_person_says_about_being_away_stays(said: str) -> None:
    asked = "How do I set up an out of office message?"
    assert "automatic_reply" not in [one.kind for one in examine([pair(1, asked, said)])]
