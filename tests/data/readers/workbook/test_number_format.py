"""Excel's number formats: what a person sees, from what the file stores. Expected texts are Excel's own."""

import pytest

from studio.data.readers.workbook.digits import general
from studio.data.readers.workbook.number_format import parse


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("00000", 42, "00042"),
        ("0%", 0.07, "7%"),
        ("0.0%", 0.1234, "12.3%"),
        ("#,##0", 1234567.5, "1,234,568"),
        ("#,##0.00", -1234.5, "-1,234.50"),
        ('#,##0.00" CHF"', 9.9, "9.90 CHF"),
        ('"€ "0.00', 12.5, "€ 12.50"),
        ("[$£-809]#,##0", 1500, "£1,500"),
        ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', -12.5, "-12.50 €"),
        ("#,##0_);[Red](#,##0)", -1234, "(1,234)"),
        ('0;-0;"none"', 0, "none"),
        ("0#\\ ##\\ ##\\ ##\\ ##", 142030405, "01 42 03 04 05"),
        ("(000) 000-0000", 2025551234, "(202) 555-1234"),
        ('0.0,"k"', 12345, "12.3k"),
        ('[>=1000]0.0,"k";0', 999, "999"),
        ("0.##", 1.5, "1.5"),
        ("#.00", 0.256, ".26"),
        ('"room "0', -3, "-room 3"),
        ('General" km"', 12.5, "12.5 km"),
        ("0.00", 1.005, "1.01"),  # halves go up, as typed: the stored number is a little less
    ],
)
def test_numbers(code: str, value: float, shown: str) -> None:
    assert parse(code).number(value) == shown


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("# ?/?", 2.75, "2 3/4"),
        ("# ??/??", 0.3125, "5/16"),
        ("# ?/8", 1.5, "1 4/8"),
        ("?/?", 1.5, "3/2"),
        ("0.00E+00", 12345, "1.23E+04"),
        ("##0.0E+0", 12345, "12.3E+3"),
        ("0E-0", 0.00012, "1E-4"),
    ],
)
def test_fractions_and_powers_of_ten(code: str, value: float, shown: str) -> None:
    assert parse(code).number(value) == shown


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("dd.mm.yyyy", 45000, "15.03.2023"),
        ("d-mmm-yy", 45000, "15-Mar-23"),
        ("dddd, d mmmm", 45000, "Wednesday, 15 March"),
        ("[$-407]d. mmmm yyyy", 45000, "15. März 2023"),
        ("[$-fr-FR]ddd d mmm", 45000, "mer. 15 mars"),
        ("m/d/yy h:mm", 45000.75, "3/15/23 18:00"),
        ("h:mm AM/PM", 0.75, "6:00 PM"),
        ("hh:mm:ss", 0.3541666666666667, "08:30:00"),
        ("mm:ss.0", 0.0006, "00:51.8"),
        ("[h]:mm", 1.5, "36:00"),
        ("[mm]:ss", 0.0625, "90:00"),
        ('yyyy"年"m"月"d"日"', 45000, "2023年3月15日"),
    ],
)
def test_days_times_and_durations(code: str, value: float, shown: str) -> None:
    assert parse(code).number(value) == shown


def test_old_macintosh_files_count_from_1904() -> None:
    assert parse("yyyy-mm-dd").number(43538, since_1904=True) == parse("yyyy-mm-dd").number(45000) == "2023-03-15"


def test_a_format_for_text_is_used_for_text_alone() -> None:
    assert parse('0;-0;0;"Dr. "@').text("Weiss") == "Dr. Weiss"
    assert parse('"closed"').text("Weiss") == "Weiss"


@pytest.mark.parametrize("code", ["[DBNum1]0", "ggge", "0 KG", "[$-D07041E]d mmm", "[$-41E]mmmm", '0"' + "x" * 300])
def test_what_is_not_understood_is_not_guessed(code: str) -> None:
    assert parse(code).number(45000) is None


@pytest.mark.parametrize("value", [-1.0, 60.0, 2_958_466.0, 1e300, 0.5])
def test_days_that_no_calendar_has_are_not_guessed(value: float) -> None:
    assert parse("dd/mm/yyyy").number(value) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333"),
        (12345.678901234, "12345.6789"),
        (4915771234567.0, "4915771234567"),
        (0.00001, "0.00001"),
        (1.5e-9, "1.5E-09"),
        (1e21, "1E+21"),
        (-0.0, "0"),
    ],
)
def test_a_number_without_a_format_has_eleven_places_but_whole_ones_stay_whole(value: float, shown: str) -> None:
    assert general(value) == shown
