"""Bank accounts without an IBAN: sort codes, account numbers and their last digits, told by the words beside them
alone."""

import re
from collections.abc import Iterator

from studio.data.text.late_pattern import late

DIGITS = r"\d(?:[ -]?\d){5,11}(?![\w-]|[.,]\d)"
SORT_CODE = late(r"\bsort[ -]?code\b[^\d\n]{0,12}(?P<number>\d\d[ –-]?\d\d[ –-]?\d\d)(?!\w)", re.IGNORECASE)
NAMED = late(
    r"\b(?:(?:bank )?account (?:no\b\.?|nr\b\.?|number)|acc(?:t\.?|\.)? no\b\.?|a/c(?: no\b\.?)?|BLZ|Bankleitzahl"
    r"|Konto(?:nummer|[- ]?nr\b\.?)|Kto\.?(?:[- ]?nr\b\.?)?|routing (?:no\b\.?|number)|num[ée]ro de compte"
    rf"|número de cuenta)(?:[:=# ]|\b(?:is|ist|lautet|est|es)\b){{1,4}}(?P<number>{DIGITS})",
    re.IGNORECASE,
)
AFTER_SORT_CODE = late(
    rf"[\s,;/]{{1,3}}(?:and |und )?(?:the )?(?:account|acc\.?|a/c)[:= ]{{1,3}}(?P<number>{DIGITS})", re.IGNORECASE
)
NO_BANK = late(r"\b(?:customer|client|user|member|loyalty|order)[' s]{0,3}\Z", re.IGNORECASE)
LAST_DIGITS = late(  # what is told of a longer number, so that its owner knows which one is meant
    r"\b(?P<of>(?:bank )?account|acct|a/c|konto|iban|(?:credit |debit |bank )?card|(?:kredit|bank)?karte|visa"
    r"|master ?card|amex)(?:[ -]?(?:no\b\.?|number|nummer|nr\b\.?))? (?:that |which |die |das )?"
    r"(?:(?:ending|ends|endet|endend) (?:in|with|auf|mit)|ending(?! (?:19|20)\d\d\b))"
    r"[: *#x•.…]{1,6}(?P<number>\d(?:[ -]?\d){2,7})(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
OF_BANKS = ("acct", "a/c", "konto", "iban")
LAST_HINTS = (" ending ", " ends ", " endet ", " endend")  # in small letters
HINTS = ("sort", "acc", "a/c", "blz", "bankleitzahl", "konto", "kto", "routing", "compte", "cuenta")  # in small letters


def find_accounts(text: str) -> Iterator[tuple[int, int]]:
    """The places of the numbers; an account of a customer with a shop is none with a bank."""
    lower = text.lower()
    if not any(hint in lower for hint in HINTS):
        return
    for match in SORT_CODE.finditer(text):
        yield match.span("number")
        if after := AFTER_SORT_CODE.match(text, match.end()):
            yield after.span("number")
    for match in NAMED.finditer(text):
        if not NO_BANK.search(text, max(0, match.start() - 12), match.start()):
            yield match.span("number")


def find_last_digits(text: str) -> Iterator[tuple[int, int, bool]]:
    """The places of the last digits of accounts and cards (True), “your account ending in 4821”."""
    lower = text.lower()
    if any(hint in lower for hint in LAST_HINTS):
        for match in LAST_DIGITS.finditer(text):
            yield *match.span("number"), "account" not in match["of"].lower() and match["of"].lower() not in OF_BANKS
