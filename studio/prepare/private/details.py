"""Where private details stand in a text: e-mail, web address, IP, card, bank account, national id, phone."""

import ipaddress
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from studio.prepare.private import checksums
from studio.prepare.private.phones import find_phones

NAMES = {
    "email": "e-mail address", "phone": "phone number", "card": "card number", "iban": "bank account", "ip": "IP"
    " address",
    "url": "web address", "national_id": "national id", "secret": "secret",
}  # fmt: skip


class Detail(NamedTuple):
    """One place in a text."""

    start: int
    end: int
    kind: str
    value: str


LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}$")
DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}")
URL = re.compile(
    r"(?<![\w@])(?:https?|ftp|sftp|ssh|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?|jdbc:\w{2,20})://[^\s<>\"'“”‘’`{}|\\^]{2,2000}"
    r"|(?<![\w@./-])www\.[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){1,6}(?:[/?#][^\s<>\"'“”`{}|\\^]{0,2000})?",
    re.IGNORECASE,
)
IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d]|\.\d)")
IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]){11,30}")
CARD = re.compile(r"(?<![\w+])\d(?:[ \-]?\d){11,18}(?!\w)")
SOCIAL = re.compile(r"(?<![\d-])\d{3}([- .])\d{2}\1\d{4}(?![\d-])")
SPANISH = re.compile(r"(?<![A-Za-z0-9])[XYZxyz\d]-?\d{7}-?[A-Za-z](?![A-Za-z0-9])")
UK_INSURANCE = re.compile(
    r"(?<![A-Za-z0-9])(?!BG|GB|NK|KN|TN|NT"
    r"|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])"
)
LONG_DIGITS = re.compile(r"(?<![\w-])\d(?:[ ]?\d){9,14}(?![\w-])")
ID_WORDS = re.compile(
    r"\b(?:ssn|social security|nhs|national insurance|steuer|tax id|tin\b|aadhaar|nir\b|sécurité sociale"
    r"|passport|id number)",
    re.IGNORECASE,
)
SOCIAL_WORDS = re.compile(r"\b(?:ssn|social security)\b", re.IGNORECASE)
BARE_SOCIAL = re.compile(r"(?<!\d)\d{9}(?!\d)")


def may_hold_details(text: str) -> bool:
    """A quick first look that may only find too much."""
    return (
        "@" in text
        or "://" in text
        or "www." in text.lower()
        or text.count(":") > 1
        or sum(map(text.count, "0123456789")) >= 6
    )


def find_details(text: str) -> list[Detail]:
    """All details, without overlaps, in the order of the text; of two that overlap the surer one stays."""
    taken: list[Detail] = []
    for detail in all_details(text):
        place = bisect_left(taken, detail)
        clear_before = place == 0 or taken[place - 1].end <= detail.start
        if clear_before and (place == len(taken) or detail.end <= taken[place].start):
            taken.insert(place, detail)
    return taken


def all_details(text: str) -> Iterator[Detail]:
    """The surest kinds first."""
    if "@" in text:
        yield from find_emails(text)
    if "://" in text or "www." in text.lower():
        yield from find_urls(text)
    if any(map(str.isdigit, text)):
        yield from find_ibans(text)
        yield from find_addresses(text)
        yield from find_social(text)
        yield from find_cards(text)
        yield from find_other_ids(text)
        yield from (Detail(start, end, "phone", text[start:end]) for start, end in find_phones(text))
    elif "::" in text:
        yield from find_addresses(text)


def find_emails(text: str) -> Iterator[Detail]:
    """Around each @: at most 64 letters before it, a domain with a dot behind it."""
    at = text.find("@")
    while at >= 0:
        before = LOCAL.search(text[max(0, at - 64) : at])
        after = DOMAIN.match(text, at + 1, at + 260)
        if before is not None and after is not None:
            local = before.group().lstrip(".'`*=/{|}#!?&$%^~")
            if local and not local.endswith("."):
                yield Detail(at - len(local), after.end(), "email", text[at - len(local) : after.end()])
        at = text.find("@", at + 1)


def find_urls(text: str) -> Iterator[Detail]:
    """Web addresses; the sentence's own stop at the end is not part of them."""
    for match in URL.finditer(text):
        value = match.group().rstrip(".,;:!?…")
        while value.endswith(")") and value.count("(") < value.count(")"):
            value = value[:-1].rstrip(".,;:!?")
        value = value.rstrip("]*_")
        yield Detail(match.start(), match.start() + len(value), "url", value)


def find_ibans(text: str) -> Iterator[Detail]:
    """Right by country, length and checksum; a word that follows is cut off."""
    for match in IBAN.finditer(text):
        value = match.group()
        length = checksums.IBAN_LENGTHS.get(value[:2].upper())
        if length is None:
            continue
        signs = [place for place, letter in enumerate(value, start=1) if letter not in " -"]
        end = signs[length - 1] if len(signs) >= length else len(value)
        if checksums.is_iban(value[:end]):
            yield Detail(match.start(), match.start() + end, "iban", value[:end])


def find_addresses(text: str) -> Iterator[Detail]:
    """IP addresses; versions such as 1.2.3.4 are told apart by the word before."""
    for match in IPV4.finditer(text):
        parts = match.group().split(".")
        if all(int(part) <= 255 and (part == "0" or part[0] != "0") for part in parts):
            before = text[max(0, match.start() - 12) : match.start()].lower()
            if not re.search(r"(?:\bv|version|release|build|section|§|chapter|rev)[ .:]*$", before):
                yield Detail(match.start(), match.end(), "ip", match.group())
    if text.count(":") > 1:
        for match in IPV6.finditer(text):
            if ("::" in match.group() and len(match.group()) > 4) or match.group().count(":") == 7:
                try:
                    ipaddress.IPv6Address(match.group())
                except ValueError:
                    continue
                yield Detail(match.start(), match.end(), "ip", match.group())


def find_social(text: str) -> Iterator[Detail]:
    """US social security numbers: written with signs, or bare beside their name."""
    for match in SOCIAL.finditer(text):
        if checksums.is_us_social_security(re.sub(r"\D", "", match.group())):
            yield Detail(match.start(), match.end(), "national_id", match.group())
    if SOCIAL_WORDS.search(text):
        for match in BARE_SOCIAL.finditer(text):
            if checksums.is_us_social_security(match.group()):
                yield Detail(match.start(), match.end(), "national_id", match.group())


def find_cards(text: str) -> Iterator[Detail]:
    """By length and check digit."""
    for match in CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        is_sum = text[match.end() : match.end() + 2].strip()[:1] == "="
        if not is_sum and checksums.is_card(digits) and (digits[0] != "0" or "card" in text.lower()):
            yield Detail(match.start(), match.end(), "card", match.group())


def find_other_ids(text: str) -> Iterator[Detail]:
    """National ids whose form or checksum is telling; those of digits alone want their name nearby."""
    for match in SPANISH.finditer(text):
        if checksums.is_spanish_id(match.group()):
            yield Detail(match.start(), match.end(), "national_id", match.group())
    for match in UK_INSURANCE.finditer(text):
        yield Detail(match.start(), match.end(), "national_id", match.group())
    if ID_WORDS.search(text):
        for match in LONG_DIGITS.finditer(text):
            digits = match.group().replace(" ", "")
            checks = (
                checksums.is_uk_health_number,
                checksums.is_german_tax_id,
                checksums.is_french_id,
                checksums.is_indian_id,
            )
            if any(check(digits) for check in checks):
                yield Detail(match.start(), match.end(), "national_id", match.group())
