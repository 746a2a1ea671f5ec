"""When two answers are the same: what can change a meaning counts, what cannot does not."""

import csv
import time
from pathlib import Path

import pytest

from studio.data.text.answer_equality import PLAIN, any_same, rule_of, telling_signs

REPORTED = "shared/material/cases/34-exact-match-traps/pairs.csv"
CASES = next((found for up in Path(__file__).resolve().parents if (found := up / REPORTED).is_file()), Path(REPORTED))

SAME = [
    ("Zürich", "Zu\u0308rich"), ("  the\tlid ", "The lid."), ("“Thursday”", "thursday"), ("ﬂoor", "floor"),
    ("ＴＡＸ", "tax"), ("−7", "-7"), ("–7 °C", "-7°C"), ("10³", "10^3"), ("4 + 4", "4+4"), ("8,25", "8.25"),
    ("1.234,50", "1,234.5"), ("1\u202f250", "1250"), (".5", "0.5"), ("7.0", "7"), ("20 %", "20%"), ("**Oslo**", "Oslo"),
    ("don’t", "don't"), ("❤️", "❤"), ("?", " ?"), ("3–5", "3-5"), ("in\u00adform", "inform"), ("٣", "3"),
]  # fmt: skip
DIFFERENT = [
    ("-7", "7"), ("−7", "7"), ("2.71", "271"), ("8,25", "825"), ("20", "2.0"), ("1,000", "1.000"), ("F#", "F"),
    ("C++", "C#"), (".NET", "net"), ("10³", "103"), ("②", "2"), ("½", "12"), ("H₂O", "H2O"), ("😀", "😡"), ("?", "!"),
    ("?", "A"), ("", ""), (" ", "\n"), ("", "?"), ("A", "A-"), ("A+", "A"), ("AB+", "AB-"), ("a < b", "a > b"),
    ("5 €", "5 $"), ("<max>", "max"), ("3:1", "31"), ("5-7", "57"), ("00412", "412"), ("Buße", "Busse"), ("में", "मा"),
    ("6'", '6"'), ("(1+2)*3", "1+2*3"), ("1½", "11/2"), ("50%", "50"), ("no", "There is no rule, so yes."),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_cannot_change_a_meaning_does_not_count(one: str, other: str) -> None:
    assert PLAIN.same(one, other) and PLAIN.same(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_can_change_a_meaning_counts(one: str, other: str) -> None:
    assert not PLAIN.same(one, other) and not PLAIN.same(other, one)


def test_three_digits_after_a_mark_are_read_as_the_column_writes_its_numbers() -> None:
    comma, point = rule_of(["2,5", "0,75", "1.250"]), rule_of(["2.5", "0.75", "1,250"])
    assert comma.same("1.250", "1250") and comma.same("1,250", "1.25") and not comma.same("1.250", "1.25")
    assert point.same("1,250", "1250") and point.same("1.250", "1.25") and not point.same("1,250", "1.25")
    assert not PLAIN.same("1.250", "1250") and not PLAIN.same("1.250", "1.25")  # nobody can tell
    assert "1.000 is a thousand" in comma.sentence and "1,000 is a thousand" in point.sentence


def test_capitals_count_where_they_alone_tell_two_answers_apart() -> None:
    rule = rule_of(["MW", "mW", "kW"] * 3)
    assert not rule.same("mw", "MW") and rule.same("kW", "kW.")
    assert "Capitals count: they alone tell “MW” from “mW”." in rule.sentence


def test_one_slip_of_the_pen_does_not_make_capitals_count() -> None:
    rule = rule_of(["roads"] * 40 + ["Roads"])
    assert rule.same("ROADS", "roads") and rule.sentence.endswith("Capitals, spaces and closing marks do not count.")


def test_closing_zeros_count_where_they_alone_tell_two_answers_apart() -> None:
    rule = rule_of(["2.1", "2.10", "2.2"])
    assert not rule.same("2.1", "2.10") and "“2.1” and “2.10” are two of your answers" in rule.sentence


def test_a_text_holds_an_answer_as_whole_words_and_signs() -> None:
    assert any_same(PLAIN, "We use C#, since 2019.", ["c#"]) and any_same(PLAIN, "It was −4 °C.", ["-4°C"])
    assert not any_same(PLAIN, "We use C#.", ["C"]) and not any_same(PLAIN, "It was -4.", ["4"])
    assert not any_same(PLAIN, "", [""]) and not any_same(PLAIN, "?", ["?"])


def test_signs_that_tell_two_texts_apart_are_named() -> None:
    assert telling_signs("It is -4 in C#, at 5 % or 10²") == ("%", "-4", "^", "c#")
    assert telling_signs("Well-known, isn't it? (yes)") == ()


@pytest.mark.parametrize("piece", ["*", "'", "1,", "-", "- ", "1'", "**a ", "1 ", ".a", " ", "`", "= -", "é*"])
def test_no_text_takes_long(piece: str) -> None:
    began = time.thread_time()
    PLAIN.form(piece * (60_000 // len(piece)))
    assert time.thread_time() - began < 2


@pytest.mark.skipif(not CASES.is_file(), reason="the reported cases are not on this computer")
def test_the_reported_pairs_count_as_their_last_column_says() -> None:
    rows = list(csv.DictReader(CASES.read_text(encoding="utf-8").splitlines(keepends=True)))
    expected = {"yes": True, "yes (not empty)": True, "no": False, "contains: must not count": False,
                "decide, say which": False, "an empty right answer is no question": False}  # fmt: skip
    assert len(rows) == 13
    for row in rows:
        same = PLAIN.same(row["model's answer"], row["right answer"])
        assert same is expected[row["should count as the same"]], row
    assert "① is not 1" in PLAIN.sentence


def test_a_hidden_detail_counts_by_its_kind_and_the_rule_says_so() -> None:
    rule = rule_of(["Ring [PHONE_1].", "Write to [EMAIL_1]."])
    assert rule.same("Ring [PHONE_1].", "ring [PHONE_4]") and not rule.same("Ring [PHONE_1]", "Ring [EMAIL_1]")
    assert rule.sentence.endswith("A hidden detail counts by its kind: [NAME_2] and [NAME_7] are the same.")
    assert "hidden" not in rule_of(["Yes.", "No."]).sentence
