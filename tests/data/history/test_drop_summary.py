"""Each row that is left out has its reason wherever a person looks."""

import pytest

from studio.data.checks.registry import CHECKS
from studio.data.history.drop_summary import account_of
from studio.schemas.finding import OTHER_REASONS, Drop
from studio.web.copy.examples import left_out

BLANK = [Drop(row=row, reason="blank_row") for row in (9, 4, 30, 12, 7, 8, 2)]
WIDE = Drop(row=3, reason="unreadable_row", detail="4 cells, 2 headings")


def test_the_first_five_of_each_reason_are_named_and_all_are_counted() -> None:
    told = account_of([*BLANK, WIDE])
    assert told["dropped"] == {"blank_row": 7, "unreadable_row": 1}
    assert [one["row"] for one in told["left_out"]] == [2, 4, 7, 8, 9, 3]
    wide = {"row": 3, "file_row": 3, "reason": "unreadable_row", "detail": "4 cells, 2 headings"}
    assert told["left_out"][-1] == wide


def test_a_row_of_a_sheet_is_named_as_the_sheet_numbers_it() -> None:
    told = account_of([Drop(row=5, file_row=9, reason="not_a_row")])
    assert left_out([Drop.model_validate(one) for one in told["left_out"]], told["dropped"]) == [
        "1 row left out, a total or a footer: row 9."
    ]


@pytest.mark.parametrize(("drops", "line"), [
    (BLANK, "7 rows left out, blank: rows 2, 4, 7, 8, 9 and 2 more."),
    (BLANK[:2], "2 rows left out, blank: rows 4 and 9."),
    ([WIDE, WIDE.model_copy(update={"row": 8})],
     "2 rows left out, could not be read (4 cells, 2 headings): rows 3 and 8."),
    ([WIDE], "1 row left out, could not be read: row 3 (4 cells, 2 headings)."),
    ([Drop(row=6, reason="exact_duplicate")], "1 row left out, the same as an earlier row: row 6."),
])  # fmt: skip
def test_a_line_says_how_many_and_which(drops: list[Drop], line: str) -> None:
    told = account_of(drops)
    assert left_out(drops, told["dropped"]) == [line]


@pytest.mark.parametrize("reason", [*(check.kind for check in CHECKS), *OTHER_REASONS])
def test_each_reason_has_words_of_its_own(reason: str) -> None:
    (line,) = left_out([Drop(row=1, reason=reason)], {reason: 1})
    assert "_" not in line and line.startswith("1 row left out, ")
