"""The checks of the report are one list: what each needs is there, and a new one counts in the correction."""

import pytest

from studio.copy.catalog import has
from studio.evidence.guards.check import level_of
from studio.evidence.guards.checks import CHECKS


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_each_has_words_for_its_title_and_for_what_to_leave_alone_when_it_fails(name: str) -> None:
    assert has(f"guard.{name}.title") and has(f"not_for.{name}")


def test_all_checks_share_one_level_of_error() -> None:
    assert level_of(CHECKS) == pytest.approx(2 * 0.05 / len(CHECKS))
    assert level_of([*CHECKS, CHECKS[0]]) == pytest.approx(2 * 0.05 / (len(CHECKS) + 1))
