"""Where private details stand in a text: e-mail, web address, IP, card, bank account, national id, phone."""

import ipaddress
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from studio.copy.catalog import Phrases
from studio.data.privacy import checksums
from studio.data.privacy.bank_accounts import LAST_HINTS, find_accounts, find_last_digits
from studio.data.privacy.fake_details import find_made_up
from studio.data.privacy.national_ids import find_ids
from studio.data.privacy.phones import find_phones
from studio.data.text.late_pattern import late

NAMES = Phrases("details.names")  # fmt: skip


class Detail(NamedTuple):
    """One place in a text."""

    start: int
    end: int
    kind: str
    value: str


LOCAL = late(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}\Z")
KEY = late(r"(?:^|&)[\w.\[\]-]{0,30}=")  # the name of a field, in the address line of a form
DOMAIN = late(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}")
URL = late(
    r"(?<![\w@])(?:https?|ftp|sftp|ssh|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?|jdbc:\w{2,20})://[^\s<>\"'“”‘’`{}|\\^]{2,2000}"
    r"|(?<![\w@./-])www\.[^\W_][\w-]{0,62}(?:\.[\w-]{1,63}){1,6}(?:[/?#][^\s<>\"'“”`{}|\\^]{0,2000})?",
    re.IGNORECASE,
)
IPV4 = late(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d]|\.\d)")
IPV6 = late(
    r"(?<![\w:.])(?:(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:]|\.\d)|::[fF]{4}:(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d))"
)
VERSION = late(
    r"(?:\bv|version|release|build|section|§|chapter|rev|firmware|driver|kernel|update|patch|art|nr|no)[ .:]*$"
)
IBAN = late(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]){11,30}")
CARD = late(r"(?<![\w+])\d(?:[ \-]?\d){11,18}(?!\w)")
CARD_WORDS = late(
    r"\b(?:card|visa|master ?card|amex|american express|discover|maestro|diners|jcb|credit|debit|pay\w*|charge\w*|karte"
    r"|kreditkarte|carte|tarjeta|carta|cartão|cc)\b",
    re.IGNORECASE,
)
CARD_BEFORE = late(
    r"\b(?:card|visa|master ?card|amex|credit|debit|(?:kredit)?karte|carte|tarjeta|carta|cartão)\b[^.\n\d]{0,30}$",
    re.IGNORECASE,
)
NO_CARD = late(
    r"\b(?:order|bestell\w*|track\w*|serial|isbn|imei|ean|gtin|article|artikel\w*|ticket|parcel|shipment|invoice|rechnung\w*"
    r"|timestamp|sku|barcode)\b[^.\n]{0,20}$|[+*/×÷=]\s?$",
    re.IGNORECASE,
)
HANDLE = late(r"(?<![\w.])@([UW](?=[A-Z0-9]{0,12}\d)[A-Z0-9]{4,12})(?!\w|[.-]\w)")  # Slack's id of a person
NOBODYS = frozenset(["0.0.0.0", "127.0.0.1"])


def may_hold_details(text: str) -> bool:
    """A quick first look that may only find too much."""
    return (
        "@" in text
        or "://" in text
        or "www." in text.lower()
        or text.count(":") > 1
        or sum(map(text.count, "0123456789")) >= 6
        or any(map(text.lower().__contains__, LAST_HINTS))
    )


def find_details(text: str, countries: Sequence[str] = ()) -> list[Detail]:
    """All details, without overlaps, in the order of the text; of two that overlap the surer one stays.

    `countries` are those whose bare-digit national ids are looked for; what the studio made up itself is nobody's.
    """
    taken: list[Detail] = [Detail(start, end, "own", text[start:end]) for start, end in find_made_up(text)]
    for detail in all_details(text, countries):
        place = bisect_left(taken, detail)
        clear_before = place == 0 or taken[place - 1].end <= detail.start
        if clear_before and (place == len(taken) or detail.end <= taken[place].start):
            taken.insert(place, detail)
    return [detail for detail in taken if detail.kind != "own"]


def all_details(text: str, countries: Sequence[str] = ()) -> Iterator[Detail]:
    """The surest kinds first."""
    urls = list(find_urls(text)) if "://" in text or "www." in text.lower() else []
    if "@" in text:
        yield from (url for url in urls if "@" in url.value.partition("://")[2].partition("/")[0])
        yield from find_emails(text)
        yield from (Detail(*match.span(1), "name", match[1]) for match in HANDLE.finditer(text))
    yield from urls
    if any(map(str.isdigit, text)):
        yield from find_ibans(text)
        yield from (Detail(start, end, "iban", text[start:end]) for start, end in find_accounts(text))
        for start, end, is_card in find_last_digits(text):
            yield Detail(start, end, "card" if is_card else "iban", text[start:end])
        yield from find_addresses(text)
        yield from (Detail(start, end, "national_id", text[start:end]) for start, end in find_ids(text, countries))
        yield from find_cards(text)
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
            local = KEY.split(before.group())[-1].lstrip(".'`*=/{|}#!?&$%^~")
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
    if text.count(":") > 1:
        for match in IPV6.finditer(text):
            if ("::" in match.group() and len(match.group()) > 4) or match.group().count(":") == 7:
                try:
                    ipaddress.IPv6Address(match.group())
                except ValueError:
                    continue
                yield Detail(match.start(), match.end(), "ip", match.group())
    for match in IPV4.finditer(text):
        parts = match.group().split(".")
        if match.group() in NOBODYS or is_netmask(parts):
            continue
        if all(int(part) <= 255 and (part == "0" or part[0] != "0") for part in parts):
            before = text[max(0, match.start() - 12) : match.start()].lower()
            if not VERSION.search(before):
                yield Detail(match.start(), match.end(), "ip", match.group())


def is_netmask(parts: Sequence[str]) -> bool:
    """255.255.0.0 and its like."""
    bits = "".join(f"{int(part):08b}" for part in parts if int(part) <= 255)
    return parts[0] == "255" and "01" not in bits


def find_cards(text: str) -> Iterator[Detail]:
    """By length, check digit and grouping; numbers that no bank begins a card with want the word beside them. One in
    four groups of four behind the word is somebody's card also where a digit of it was mistyped."""
    named: bool | None = None
    for match in CARD.finditer(text):
        written = match.group()
        digits = re.sub(r"\D", "", written)
        sizes = [len(group) for group in re.split(r"[ -]", written)]
        is_told = sizes == [4, 4, 4, 4] and CARD_BEFORE.search(text[max(0, match.start() - 45) : match.start()])
        if not (checksums.is_card(digits) or is_told) or text[match.end() : match.end() + 2].strip()[:1] == "=":
            continue
        if len(sizes) > 1 and (sizes[0] not in (4, 6) or min(sizes[:-1]) < 4 or (" " in written and "-" in written)):
            continue
        if named is None:
            named = CARD_WORDS.search(text) is not None
        usual = digits[0] in "23456" or digits.startswith("1800")
        if named or (usual and not NO_CARD.search(text[max(0, match.start() - 40) : match.start()])):
            yield Detail(match.start(), match.end(), "card", written)
