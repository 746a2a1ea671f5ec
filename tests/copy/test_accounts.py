"""An account that every computer has names nobody; the page and the printed report leave it out."""

from datetime import UTC, datetime

import pytest

from studio.copy.accounts import names_somebody
from studio.web.copy import decisions, votes


@pytest.mark.parametrize(("account", "named"), [
    ("ana", True), ("A. Lund", True), ("root", False), ("Administrator", False), ("1000", False), ("", False),
])  # fmt: skip
def test_only_a_persons_name_names_somebody(account: str, named: bool) -> None:
    assert names_somebody(account) is named


def test_a_decision_of_nobody_named_is_told_by_its_time_alone() -> None:
    at = datetime(2026, 11, 27, tzinfo=UTC)
    assert decisions.who_and_when("root", at).startswith("decided on 2")
    assert decisions.who_and_when("ana", at).startswith("decided by ana, ")


def test_whoever_votes_alone_needs_no_name() -> None:
    assert "root" not in votes.name_help("root") and votes.place_line("root", 0, 4, 0).startswith("Question 1 of 4")
    assert votes.votes_of([("root", "tie")], "one", "other") == "as good"
