"""Private details by kind on sentences of our own making: what is found, what is left, and the time it takes."""

import re
import time
from collections import Counter

import pytest

from studio.data.privacy import (
    bank_accounts,
    details,
    national_ids,
    person_names,
    phones,
    postal_addresses,
    secrets,
)
from studio.data.privacy.details import find_details
from studio.data.privacy.fake_details import MADE_UP, made_up, number_of
from studio.data.text.late_pattern import LatePattern
from tests.data.private_sentences import told

KINDS = ("phone", "iban", "card", "url", "email", "ip")


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_each_kind_is_found_and_little_else(seed: int) -> None:
    asked, met, wrong = Counter[str](), Counter[str](), Counter[str]()
    for one in told(seed):
        start = one.text.index(one.value) if one.kind else 0
        places = [(kind, start, start + len(one.value)) for kind in [one.kind] if kind]
        asked.update(kind for kind, _, _ in places)
        for found in find_details(one.text):
            right = (found.kind, found.start, found.end) in places
            (met if right else wrong)[found.kind] += 1
    for kind in KINDS:
        assert asked[kind] >= 100, kind
        assert met[kind] >= 0.97 * asked[kind], (kind, met[kind], asked[kind])
        assert wrong[kind] <= 0.02 * asked[kind], (kind, wrong[kind])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see https://me:pw@example.com/x?q=1 now", [("url", "https://me:pw@example.com/x?q=1")]),
        ("q=1&email=ana@b.org&z=2", [("email", "ana@b.org")]),
        ("line one\n@app.route and ana@b.org", [("email", "ana@b.org")]),
        ("Call 650-636-4884. 2 people wait.", [("phone", "650-636-4884")]),
        ("from ::ffff:198.51.100.7.", [("ip", "::ffff:198.51.100.7")]),
        ("4 8 12 16 20 24 28 32 36 40", []),
        ("the sum is 4111111111111111 = x", []),
        ("The profit per phone sold will be $1000 / 200 each.", []),
        ("He lived (973-1050) and wrote.", []),
        ("1700000000000 and 1717171717171", []),
        ("My card is 4929 1234 5678 9010, will you charge it?", [("card", "4929 1234 5678 9010")]),  # mistyped
        ("Parcel 4929 1234 5678 9010 came. I pay by card.", []),
        ("Born in 1971, licence MARSH702141HM9IJ, is that enough?", [("national_id", "MARSH702141HM9IJ")]),
        ("My driving licence number is D123 4567 8901.", [("national_id", "D123 4567 8901")]),
        ("Führerschein: B072RRE2I55", [("national_id", "B072RRE2I55")]),
        ("A driving licence B, C1 or BE is needed from 2026 on.", []),
        ("The licence ABCDE123456 of the program ran out.", []),
        ("The £92 went to your account ending in 4821 today.", [("iban", "4821")]),
        ("It was paid with the Visa card ending 4821, as before.", [("card", "4821")]),
        ("Paid from my card\nending in 4821, and the other card ending-4822.", [("card", "4821"), ("card", "4822")]),
        ("The last four digits of my card are 4821.", [("card", "4821")]),
        (
            "Visa **** **** **** 4821, card ****2027, card (last 4: 4823)",
            [("card", "4821"), ("card", "2027"), ("card", "4823")],
        ),
        ("The card ends in 2026, my visa ends in 2027 and the account ending in 2027 was.", []),
        ("The account ends in 365 days, the card ending 12-26 sooner, the account with 500 points.", []),
        ("I lost my driving licence 12-11-2026 and a Führerschein 2019 2024.", []),
        ("Bring your driving licence (2 PHOTOS 4 5 6 7).", []),
        ("I got my driving licence 01629 555123 call", [("phone", "01629 555123")]),
        ("my driving licence marsh702141hm9ij", [("national_id", "marsh702141hm9ij")]),
        ("My driving licence marsh 702141 hm9ij is lost.", [("national_id", "marsh 702141 hm9ij")]),
        ("driving licence no d1234567", [("national_id", "d1234567")]),
        ("My driving licence, number D1234567 AND MORE", [("national_id", "D1234567")]),
        ("driving licence\nD1234567", [("national_id", "D1234567")]),
        ("The offer for a new account ends 2027, the card ends on 31.12.2026.", []),
    ],
)
def test_edges_that_went_wrong_once(text: str, left: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.value) for one in find_details(text)] == left


# The examples that the offices themselves print, or that their rule's description works through.
PUBLISHED = {
    "IT": "RSSMRA85T10A562S", "BE": "85.07.30-033.28", "CH": "756.9217.0769.85", "SE": "811218-9876",
    "DK": "070761-4285", "FI": "131052-308T", "BR": "111.444.777-35", "CN": "11010519491231002X", "ES": "12345678Z",
    "FR": "2 55 08 14 168 025 38", "GB": "QQ 12 34 56 C".replace("QQ", "AB"), "US": "219-09-9999",
}  # fmt: skip
BARE = {
    "NL": "111222333", "BE": "85073003328", "CH": "7569217076985", "PL": "44051401359", "NO": "15108695088",
    "CA": "046 454 286", "AU": "123 456 782", "AT": "1237 010180", "PT": "501964843", "GB": "943 476 5919",
    "DE": "86095742719", "IN": "2341 2341 2346", "BR": "11144477735", "FR": "255081416802538", "SE": "8112189876",
    "DK": "0707614285",
}  # fmt: skip
BESIDE = {
    "NL": "BSN", "BE": "rijksregisternummer", "CH": "AHV-Nummer", "PL": "PESEL", "NO": "fødselsnummer", "CA": "SIN",
    "AU": "TFN", "AT": "SVNR", "PT": "NIF", "GB": "NHS", "DE": "Steuer-ID", "IN": "Aadhaar", "BR": "CPF", "FR": "NIR",
    "SE": "personnummer", "DK": "CPR",
}  # fmt: skip


def ids(text: str, *countries: str) -> list[str]:
    return [one.value for one in find_details(text, countries) if one.kind == "national_id"]


@pytest.mark.parametrize("country", PUBLISHED)
def test_a_telling_id_is_found_anywhere(country: str) -> None:
    assert ids(f"It says {PUBLISHED[country]}, she wrote.") == [PUBLISHED[country]]


@pytest.mark.parametrize("country", [country for country in PUBLISHED if country not in ("US", "GB")])
def test_a_wrong_check_sign_is_no_id(country: str) -> None:
    last = PUBLISHED[country][-1]
    wrong = PUBLISHED[country][:-1] + (chr(ord(last) - 1) if last not in "0A" else chr(ord(last) + 1))
    assert ids(f"It says {wrong}, she wrote.") == []


@pytest.mark.parametrize("country", BARE)
def test_bare_digits_want_their_word_or_their_country(country: str) -> None:
    number = BARE[country]
    assert ids(f"It says {number} there") == []
    assert ids(f"Her {BESIDE[country]} is {number} there") == [number]
    assert ids(f"It says {number} there", country) == [number]
    assert ids(f"It says {number} there", "FI") == []
    assert ids(f"Order {number} has shipped", country) == []


@pytest.mark.parametrize("country", BARE)
def test_bare_digits_with_a_wrong_check_are_none_even_where_the_country_was_chosen(country: str) -> None:
    check = national_ids.COUNTRIES[country].bare
    assert check is not None
    digits = BARE[country].replace(" ", "")
    place = 3 if country == "AT" else len(digits) - 1
    other = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
    assert check(digits) and not check(other)


@pytest.mark.parametrize("kind", ["email", "phone", "card", "iban", "ip", "url", "national_id", "name"])
def test_what_the_studio_made_up_is_not_found_again(kind: str) -> None:
    made = [made_up(kind, number) for number in (1, 7, 20, 21, 333, 65_537, 123_456)]
    assert len(set(made)) == len(made)
    for number, text in zip((1, 7, 20, 21, 333, 65_537, 123_456), made, strict=True):
        assert number_of(text) == (kind, number)
        assert find_details(f"The card, phone or SSN of {text}, call {text} please") == []


PATTERNS = (
    {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in (bank_accounts, details, national_ids, person_names, phones, postal_addresses, secrets)
        for name, value in vars(module).items()
        if isinstance(value, (re.Pattern, LatePattern))
    }
    | {f"bank_accounts.LAST_DIGITS.{at}": value for at, value in enumerate(bank_accounts.LAST_DIGITS)}
    | {"made_up.MADE_UP": MADE_UP}
)
HOSTILE = (
    "a" * 100_000, "1" * 100_000, "1 " * 50_000, "1-" * 50_000, "(1" * 50_000, "1." * 50_000, "a." * 50_000,
    "::" * 50_000, "0:" * 50_000, "@" * 100_000, "a@" * 50_000, "http://" * 14_000, "www.a" * 20_000, "DE12 " * 20_000,
    "DE12" * 25_000, "+1 (" * 25_000, "password " * 11_000, "eyJa." * 20_000, "-----BEGIN " * 9_000, "&a=" * 33_000,
    "my number " * 10_000, "12 34 56 78 90 " * 6_600, "RSSMRA85T10A562" * 6_600, "Robin Sample " * 7_600, "[]" * 50_000,
    "card ending in ***" * 5_500, "card " + "*" * 100_000, "driving licence " + "A1 " * 33_000, "card ending " * 8_000,
    "12 Aaa Bbb Ccc, " * 6_000, "1-2 Aa Bb Cc\n" * 7_600, "Flat 3, 8 Aa, " * 7_000, "access code 404 " * 6_200,
    "Dear Aaa Bbb Ccc Ddd " * 4_700, "\nDear " + "Aaa " * 25_000, "driving licence = " * 5_500,
    "phone " * 16_000 + "1", "sk-" * 33_000, " " * 100_000, "A1" * 50_000, "x=y&" * 25_000 + "@b.org",
)  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", PATTERNS)
def test_each_pattern_takes_linear_time(name: str) -> None:
    for text in HOSTILE:
        began = time.thread_time()
        for _ in PATTERNS[name].finditer(text):
            pass
        assert time.thread_time() - began < 1, (name, text[:12])


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_texts_are_searched_in_time(text: str) -> None:
    began = time.thread_time()
    find_details(text, ("NL", "DE"))
    assert time.thread_time() - began < 2


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Sort code 12-34-56, account 00123456.", ["12-34-56", "00123456"]),
        ("My account no. is 12345678.", ["12345678"]),
        ("BLZ 700 500 00, Kontonummer 1234567890", ["700 500 00", "1234567890"]),
        ("Kto.-Nr.: 1234567", ["1234567"]),
        ("The routing number is 021000021", ["021000021"]),
        ("My customer account number 12345678 is locked.", []),
        ("I have an account. No 123456 parcels came.", []),
        ("A sort code has six digits, an account number eight: 12345678 of them.", []),
    ],
)
def test_bank_accounts_are_told_by_the_words_beside_them(text: str, left: list[str]) -> None:
    assert [one.value for one in find_details(text) if one.kind == "iban"] == left
