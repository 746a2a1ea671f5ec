"""No press takes out most of a table, and no fix leaves nothing."""

import pytest

from studio.data.checks.examination import examine
from studio.data.checks.fixes import effect_of, fix_all, most_lost, refuse_empty_rows, refuse_emptying
from studio.errors import StudioError
from studio.schemas.example import Example, pair
from studio.schemas.finding import Finding


def rows(*answers: str) -> list[Example]:
    return [pair(n, f"Where is the {n}. boat of the harbour?", answer) for n, answer in enumerate(answers, start=1)]


def seen(kind: str, examples: list[Example]) -> Finding:
    return next(one for one in examine(examples) if one.kind == kind)


MOSTLY_EMPTY = rows("", "", "", "At the pier.")


def test_a_fix_that_would_leave_out_most_rows_is_told_with_their_number() -> None:
    assert most_lost(seen("empty_answer", MOSTLY_EMPTY), MOSTLY_EMPTY) == 3


@pytest.mark.parametrize("answers", [("", "", "At the pier.", "In shed 2."), ("", "One.", "Two.", "Three.")])
def test_half_of_the_rows_and_fewer_may_go(answers: tuple[str, ...]) -> None:
    assert most_lost(seen("empty_answer", rows(*answers)), rows(*answers)) == 0


def test_copies_keep_one_of_each_however_many_there_are() -> None:
    copies = [pair(n, "Where is it?", "At the pier.") for n in range(1, 30)]
    assert most_lost(seen("exact_duplicate", copies), copies) == 0


def test_only_the_choice_that_takes_rows_out_counts() -> None:
    private = rows(*(f"Write to person{n}@sea.example." for n in range(8)))
    finding = seen("private_details", private)
    assert (most_lost(finding, private, "mask"), most_lost(finding, private, "drop")) == (0, 8)


def test_blanks_that_a_person_fills_in_do_not_count() -> None:
    blanks = rows("I am {{name}}.", "Ask {{name}}.", "By {{date}}.", "N/A")
    assert most_lost(seen("placeholder", blanks), blanks) == 0


def test_fixes_that_leave_nothing_are_refused_in_a_sentence() -> None:
    nothing = rows("", "N/A", "<br>", " ")
    with pytest.raises(StudioError, match="This would leave out all 4 rows"):
        refuse_emptying(fix_all(nothing), nothing)
    with pytest.raises(StudioError, match="This would leave out the only row"):
        refuse_emptying([effect_of("empty_answer", rows(""))], rows(""))
    refuse_emptying(fix_all(MOSTLY_EMPTY), MOSTLY_EMPTY)
    refuse_emptying([], [])


def test_rows_that_are_empty_twice_count_once() -> None:
    examples = [pair(1, "", ""), pair(2, "", ""), pair(3, "Where?", "At the pier."), pair(4, "When?", "At noon.")]
    refuse_empty_rows(examples, ["empty_answer", "empty_question"])
    with pytest.raises(StudioError):
        refuse_empty_rows(examples[:2], ["empty_answer", "empty_question"])
