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
OF = (
    r"\b(?P<of>(?:bank )?account|acct|a/c|konto|iban|(?:credit |debit |bank )?card|(?:kredit|bank)?karte|visa"
    r"|master ?card|amex)"
)
NUMBER_WORD = r"(?:[ -]?(?:no\b\.?|number|nummer|nr\b\.?))?"
MASK = r"[*•x#…][*•x#… -]{0,23}"
BLIND = r"(?:\*{4}|•{4}|x{4})[ -]?"
UNITS = (
    r"(?:days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|seconds?|users?|seats?|members?|points?|digits?|percent"
    r"|miles|km|stunden?|tagen?|wochen?|monaten?|jahren?|minuten|sekunden|punkten?|nutzern?|pounds|euros?|dollars?)"
)
LAST = rf"(?P<number>\d(?:[ -]?\d){{2,7}})(?![\w%€£$-]|[.,/]\d|\s{UNITS}\b)"
NO_DAY = r"(?!20[1-4]\d(?!\d)|(?:0?[1-9]|1[0-2])-(?:20)?[1-4]\d(?!\d)|\d{1,2}-\d{1,2}-(?:20)?\d\d(?!\d))"  # nor year
ARE = r"(?:[\s:=]{1,3}(?:(?:are|is|were|was|sind|lauten):? )?)"
LAST_DIGITS = (  # what is told of a longer number, so that its owner knows which one is meant
    late(
        rf"{OF}{NUMBER_WORD}\s{{1,2}}(?:that |which |die |das )?"
        r"(?:(?:ending|ends|endet|endend)\s{1,2}(?:in|with|auf|mit)|ending)"
        rf"(?:[\s:.-]{{1,3}}{NO_DAY}|[\s:.-]{{0,3}}{MASK}){LAST}",
        re.IGNORECASE,
    ),
    late(rf"{OF}{NUMBER_WORD}(?: is| was| ist)?[\s:(]{{0,3}}(?=\*{{3}}|[•x…]{{2}}|#{{3}}){MASK}{LAST}", re.IGNORECASE),
    late(
        r"\b(?:last (?:three|four|3|4)(?: (?:digits|numbers|figures))?(?: (?:of|on|from))?|letzten (?:drei|vier|3|4)"
        rf"(?: (?:ziffern|zahlen|stellen))?(?: von)?)\s(?:[a-zäöü]{{2,8}}\s){{0,2}}{OF}{NUMBER_WORD}{ARE}{LAST}",
        re.IGNORECASE,
    ),
    late(
        rf"{OF}{NUMBER_WORD}[\s,;:(]{{1,3}}(?:the |its |my |die )?(?:last (?:three|four|3|4)(?: (?:digits|numbers))?"
        rf"|letzte[nr]? (?:drei|vier|3|4)(?: (?:ziffern|zahlen|stellen))?){ARE}{LAST}",
        re.IGNORECASE,
    ),
    late(rf"(?<![\w*•])(?P<of>{BLIND}{BLIND}{BLIND}){LAST}", re.IGNORECASE),
)
OF_BANKS = ("acct", "a/c", "konto", "iban")
LAST_HINTS = (  # in small letters
    " ending", "\nending", " ends ", " ends\n", "\nends ", " endet", "\nendet", " endend", "\nendend", "***", "••",
    "xx", "###", "……", "last four", "last 4", "last three", "last 3", "letzten vier", "letzten 4", "letzten drei",
    "letzten 3", "letzte vier", "letzte 4",
)  # fmt: skip
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
        for pattern in LAST_DIGITS:
            for match in pattern.finditer(text):
                of = match["of"].lower()
                yield *match.span("number"), "account" not in of and of not in OF_BANKS
