"""National ids by country: telling forms anywhere, bare digits beside their name or by chosen country."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from studio.data.privacy import checksums, national_checksums
from studio.data.privacy.phones import OTHER
from studio.data.text.late_pattern import late


class Country(NamedTuple):
    """A form of id that tells by itself, a check of bare digits, and the words that stand beside them."""

    telling: str = ""
    holds: Callable[[str], bool] | None = None
    bare: Callable[[str], bool] | None = None
    words: str = ""


COUNTRIES: dict[str, Country] = {
    "US": Country(
        r"\d{3}(?P<us>[- .])\d{2}(?P=us)\d{4}",
        checksums.is_us_social_security,
        checksums.is_us_social_security,
        r"ssn|social security",
    ),
    "GB": Country(
        r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]"
        r"|(?=[A-Z9]{5} ?\d)[A-Z]{1,5}9{0,4} ?\d(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])\d"
        r" ?[A-Z9]{2}[2-9][A-Z]{2}(?: ?\d{2})?",
        None,
        checksums.is_uk_health_number,
        r"nhs|national insurance",
    ),
    "DE": Country("", None, checksums.is_german_tax_id, r"steuer\w*|tax id|tin|idnr|identifikationsnummer"),
    "FR": Country(
        r"[12] \d{2} (?:0[1-9]|1[0-2]|[2-9]\d) (?:\d{2}|2[AB]) \d{3} \d{3} ?/? ?\d{2}",
        checksums.is_french_id,
        checksums.is_french_id,
        r"nir|sécurité sociale|insee",
    ),
    "ES": Country(r"[XYZxyz\d]-?\d{7}-?[A-Za-z]", checksums.is_spanish_id),
    "IT": Country(r"[A-Z]{6}[\dL-V]{2}[ABCDEHLMPRST][\dL-V]{2}[A-Z][\dL-V]{3}[A-Z]", national_checksums.is_italian_id),
    "NL": Country("", None, national_checksums.is_dutch_id, r"bsn|burgerservicenummer|sofi\w*"),
    "BE": Country(
        r"\d{2}\.\d{2}\.\d{2}-\d{3}[. ]\d{2}",
        national_checksums.is_belgian_id,
        national_checksums.is_belgian_id,
        r"rijksregister\w*|registre national|numéro national|insz|niss",
    ),
    "CH": Country(
        r"756\.\d{4}\.\d{4}\.\d{2}",
        national_checksums.is_swiss_id,
        national_checksums.is_swiss_id,
        r"ahv\w*|avs|sozialversicherungsnummer",
    ),
    "AT": Country("", None, national_checksums.is_austrian_id, r"svnr|sv-nummer|sozialversicherungsnummer"),
    "PL": Country("", None, national_checksums.is_polish_id, r"pesel"),
    "SE": Country(
        r"(?:19|20)?\d{6}[-+]\d{4}",
        national_checksums.is_swedish_id,
        national_checksums.is_swedish_id,
        r"personnummer|samordningsnummer",
    ),
    "NO": Country(
        r"\d{6} \d{5}",
        national_checksums.is_norwegian_id,
        national_checksums.is_norwegian_id,
        r"fødselsnummer|fodselsnummer|personnummer",
    ),
    "DK": Country(r"\d{6}-\d{4}", national_checksums.is_danish_id, national_checksums.is_danish_id, r"cpr\w*"),
    "FI": Country(r"\d{6}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y]", national_checksums.is_finnish_id),
    "PT": Country("", None, national_checksums.is_portuguese_id, r"nif|contribuinte"),
    "BR": Country(
        r"\d{3}\.\d{3}\.\d{3}-\d{2}",
        national_checksums.is_brazilian_id,
        national_checksums.is_brazilian_id,
        r"cpf",
    ),
    "CN": Country(r"[1-9]\d{16}[\dXx]", national_checksums.is_chinese_id),
    "IN": Country("", None, checksums.is_indian_id, r"aadhaar|aadhar|uidai"),
    "CA": Country("", None, national_checksums.is_canadian_id, r"sin|social insurance"),
    "AU": Country("", None, national_checksums.is_australian_id, r"tfn|tax file"),
}

TELLING = late(
    r"(?<![\w-])(?:"
    + "|".join(f"(?P<{code}>{one.telling})" for code, one in COUNTRIES.items() if one.telling)
    + r")(?![\w-])"
)
WORDS = {
    code: late(rf"\b(?:{one.words})\b", re.IGNORECASE) for code, one in COUNTRIES.items() if one.words
}  # fmt: skip
ANY_WORDS = late(
    r"\b(?:" + "|".join(one.words for one in COUNTRIES.values() if one.words) + r"|passport|id number)\b", re.IGNORECASE
)
MAY_TELL = late(r"\d[\d .\-/+]{4,20}\d|\d[A-Za-z\d]{7}")  # a quick first look
LICENCE = late(  # a driving licence of any country, beside its name: in capitals also in groups
    r"\b(?i:driv(?:er|ing)['’]?s?[ -]licen[cs]e|f(?:ü|ue)hrerschein|permis de conduire|permiso de conducir"
    r"|patente di guida|rijbewijs)"
    r"(?i:[\s,;:(-]{0,2}(?:no\b\.?|number|nummer|nr\b\.?|num[ée]ro|número|numero|id\b))?"
    r"(?i: (?:is|ist|lautet|est|es|è))?[\s:=#(]{1,3}"
    r"(?P<number>(?i:[a-z]{5} \d{6} [a-z9]{2}\d[a-z]{2}(?!\w))|[A-Z0-9](?:[ -]?[A-Z0-9]){5,17}(?!\w)"
    r"|[A-Za-z0-9](?:-?[A-Za-z0-9]){5,17}(?!\w))"
)
FEWEST_DIGITS = 5  # of a licence beside its name: “driving licence B, C1, BE” names classes
LONGEST_LETTERS = 5  # of a group without a digit: “MARSH 702141 HM9IJ”, and not “2 PHOTOS 4 5 6 7”
LONE_WORD = late(r"(?:[ -][A-Z]{2,})+\Z")
DAY = late(r"\d{1,2}[ -]\d{1,2}[ -](?:\d\d)?\d\d")
YEAR = late(r"(?:19|20)\d\d")
MAY_LICENSE = ("licen", "hrerschein", "permis", "patente", "rijbewijs")  # in small letters
BARE = late(r"(?<![\w.,-])\d(?:[ .]?\d){8,14}(?![\w-])(?![.,]\d)")


def find_ids(text: str, countries: Sequence[str] = ()) -> Iterator[tuple[int, int]]:
    """The places of national ids. Without chosen countries, bare digits want their country's word in the text."""
    if MAY_TELL.search(text):
        for match in TELLING.finditer(text):
            yield from telling_at(text, match)
    if any(map(text.lower().__contains__, MAY_LICENSE)):
        for match in LICENCE.finditer(text):
            number = LONE_WORD.sub("", match["number"])
            if is_licence(number):
                yield match.start("number"), match.start("number") + len(number)
    found = list(BARE.finditer(text))
    beside = bool(found) and ANY_WORDS.search(text) is not None
    if not found or not (beside or countries):
        return
    looked = [code for code in countries or COUNTRIES if code in COUNTRIES]
    named = {code for code in looked if beside and code in WORDS and WORDS[code].search(text)}
    for match in found:
        digits = match.group().replace(" ", "").replace(".", "")
        fitting = [code for code in looked if (check := COUNTRIES[code].bare) is not None and check(digits)]
        if named & set(fitting) or (fitting and countries and not OTHER.search(text[: match.start()][-60:])):
            yield match.span()


def is_licence(number: str) -> bool:
    """Whether what stands beside the word may be a licence's number: no date, years, phone number or list of things
    (a phone number there is found as one)."""
    groups = re.split(r"[ -]", number)
    if sum(map(str.isdigit, number)) < FEWEST_DIGITS or DAY.fullmatch(number):
        return False
    if number.startswith("0") and len(groups) > 1:
        return False
    if any(group.isalpha() and len(group) > LONGEST_LETTERS for group in groups):
        return False
    if all(map(str.isdigit, groups)) and any(YEAR.fullmatch(group) for group in groups):
        return False
    return max(sum(map(str.isdigit, group)) for group in groups) > 1  # “1 2 3 4 5” are counted


def telling_at(text: str, match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The place, if one of the countries whose form it has says that its check holds."""
    bare = re.sub(r"[ ./]", "", match.group()).upper()
    for one in COUNTRIES.values():
        if not one.telling or not re.fullmatch(one.telling, match.group()):
            continue
        if one.holds is None or one.holds(bare) or one.holds(re.sub(r"[-+]", "", bare)):
            yield match.span()
            return
