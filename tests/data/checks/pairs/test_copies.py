"""Near copies of mails: whoever is greeted and whoever signs, a row that says the same is one."""

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import effect_of
from studio.schemas.example import Example, pair

ASKED = "Do you hire out bikes?"
SAID = "Yes, we hire out hybrids for £22 a day, helmet and lock included."
SIGNED = (
    f"{SAID}\n\nKind regards,\nBea Lindqvist\nSpoke & Chain Cycle Workshop\n14 Mill Lane, Otterby\nTel. 01632 960 411"
)


def near(*rows: Example) -> list[tuple[int, ...]]:
    return [group for one in examine(rows) if one.kind == "near_duplicate" for group in one.groups]


@pytest.mark.parametrize("asked", [f"Good morning. {ASKED} Regards, Pete", f"Hi Bea,\n{ASKED}\nThanks\nPete", ASKED])
def test_greeting_and_signature_make_no_other_row(asked: str) -> None:
    rows = (pair(1, ASKED, SAID), pair(2, asked, SIGNED))
    assert near(*rows) == [(1, 2)]
    assert effect_of("near_duplicate", rows).drops == {"r2": "near_duplicate"}


def test_what_is_said_may_not_differ() -> None:
    other = SIGNED.replace("£22", "£24")
    assert near(pair(1, ASKED, SAID), pair(2, f"Hello, {ASKED}", other)) == []
    assert near(pair(1, ASKED, SAID), pair(2, "Good morning. Do you hire out tents? Regards, Pete", SIGNED)) == []
