"""What the Examples tab says of the rows that are ready."""

from studio.data.checks.finding_preview import FindingPreview
from studio.schemas.example import pair
from studio.schemas.finding import Finding
from studio.web.copy.examples import fix_all_kind, of_row, parts, status, two_answers
from studio.web.copy.profile import habit


def test_a_row_without_an_answer_is_not_ready_and_is_told_beside_the_parts() -> None:
    empty = [Finding(kind="empty_answer", severity="serious", count=1, rows=(4,)),
             Finding(kind="empty_question", severity="serious", count=1, rows=(9,))]  # fmt: skip
    assert status(150, empty).startswith("148 examples ready")
    assert "2 rows among them have no question or no answer" in parts(121, 14, 15, empty)
    assert parts(121, 14, 15) in parts(121, 14, 15, empty)


def test_two_answers_are_quoted_from_where_they_differ() -> None:
    """Cut at the same letter, both looked the same."""
    start = "Thank you for your mail. A mild one with oats, without scent. If the vet gave you one,"
    said = two_answers("Which shampoo?", f"{start} bring it.", f"{start} leave it at home.")
    assert said == (
        "“Which shampoo?” is answered with “… the vet gave you one, bring it.” and with "
        "“… the vet gave you one, leave it at home.”."
    )
    assert two_answers("When?", "At nine.", "At ten.") == "“When?” is answered with “At nine.” and with “At ten.”."


def test_no_row_is_hidden_behind_and_one_more() -> None:
    named = fix_all_kind("exact_duplicate", 13, 0, [str(row) for row in range(1, 14)])
    assert named.endswith("11, 12, 13).") and "more" not in named
    assert fix_all_kind("exact_duplicate", 20, 0, [str(row) for row in range(1, 21)]).endswith("12 and 8 more).")


def test_a_habit_of_no_answer_reads_as_a_sentence() -> None:
    assert habit("A closing line", 0, 123) == "A closing line: none."
    assert habit("A closing line", 1, 123) == "A closing line: 1 in 123."


def test_a_code_is_shown_where_it_stands_and_not_what_it_is() -> None:
    """Its row's answer was quoted, in which there was nothing to hide."""
    row = pair(34, "The key is under the pot, alarm code 2580. Thanks!", "Thank you, we fetch Lotte on Friday.")
    told = of_row("Row 34", "secret", FindingPreview(row))
    assert told == "Row 34: “… The key is under the pot, alarm code ••• …”"
    two = pair(35, "Alarm code 2580 or 7719, and ring me@firm.example: 0171 99 88 77.", "Thank you.")
    said = of_row("Row 35", "secret", FindingPreview(two))
    assert not [one for one in ("2580", "7719", "firm", "0171") if one in said]
