"""Dates of birth, by the words beside them."""

import re
from collections.abc import Iterator

from studio.data.privacy.details import Detail
from studio.data.text.late_pattern import late

MONTH = (
    r"jan(?:uary|uar|vier|uari)?|feb(?:ruary|ruar|ruari)?|février|mar(?:ch|s|zo)?|märz|maart|apr(?:il|ile)?|avril|abril"
    r"|may|mai|mei|mayo|maggio|jun[ei]?|juin|junio|giugno|jul[yi]?|juillet|julio|luglio|aug(?:ust|ustus)?|août|agosto"
    r"|sept?(?:ember|embre|tembre)?|septiembre|settembre|oct(?:ober|obre)?|okt(?:ober)?|octubre|ottobre|nov(?:ember|embre)?"
    r"|noviembre|dec(?:ember)?|dez(?:ember)?|décembre|dic(?:iembre|embre)?|enero|febrero|gennaio|febbraio"
    r"|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|października|listopada|grudnia"
)
YEAR = r"(?:19|20)\d{2}"
DATE = (
    rf"\d{{1,2}} ?[./-] ?\d{{1,2}} ?[./-] ?(?:{YEAR}|\d{{2}})(?!\d)|{YEAR}[./-]\d{{1,2}}[./-]\d{{1,2}}(?!\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)?,? (?:of |de |di )?(?:{MONTH})\.?,? (?:de |del )?{YEAR}(?!\d)"
    rf"|(?:{MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?,? {YEAR}(?!\d)"
)
WORDS = (
    r"born(?: on(?: the)?)?|d\.?o\.?b\.?|date of birth|birth ?date|birthday (?:is|was)(?: on)?|geboren(?: am)?"
    r"|geb\.?(?: am)?|geburtsdatum|geburtstag ist(?: der| am)?|née?(?: le)?|date de naissance"
    r"|naci(?:do|da|ó)?(?: el)?|nací(?: el)?"
    r"|fecha de nacimiento|nat[oa](?: il)?|data di nascita|geboren op|geboortedatum|urodzon[ya]|ur\.|data urodzenia"
    r"|nascid[oa](?: em)?|data de nascimento"
)
BORN = late(
    rf"(?<!\w)(?:{WORDS})\s{{0,2}}[:=(]?\s{{0,2}}(?:(?:is|was|ist|est|es|è|to|lautet|on)\b:?\s)?(?:(?:the|am|le|el|il)\s)?"
    rf"(?P<date>{DATE})",
    re.IGNORECASE,
)
HINTS = (
    "born",
    "dob",
    "d.o.b",
    "birth",
    "geb",
    "né",
    "naissance",
    "naci",
    "nací",
    "nato ",
    "nata ",
    "nasc",
    "urodz",
    "ur.",
)


def find_birth_dates(text: str) -> Iterator[Detail]:
    """The dates alone, without the words that tell them."""
    for match in BORN.finditer(text):
        yield Detail(*match.span("date"), "birthdate", match["date"])
