"""Keys, passwords and codes that name themselves, by their prefix or by the word before: never by looking random.

A code opens something: “alarm code 2580”, “the box opens with 7719”, “PIN 4471”. A number after “code” alone is none:
codes of discounts, errors, countries and posts are written so, too.
"""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from studio.data.text.late_pattern import late

SECRET = late(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}"
    r"|sk-(?:proj-|ant-|live-)?[A-Za-z0-9_-]{20,200}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,200}"
    r"|xox[abposr]-[A-Za-z0-9-]{10,250}|hf_[A-Za-z0-9]{30,60}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,300}"
    r"|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,300}|dop_v1_[a-f0-9]{64}"
    r"|eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,1000}"
    r")(?![A-Za-z0-9])"
    r"|-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?"
    r"PRIVATE KEY(?: BLOCK)?-----[^-]{0,10000}(?:-----END [A-Z ]{0,40}-----)?"
)
NAMED = late(
    r"\b(?:api[ _-]?key|secret[ _-]?key|access[ _-]?(?:key|token)|auth[ _-]?token|client[ _-]?secret|bearer"
    r"|password|passwort|passwd|pwd"
    r"|kennwort|contraseña|mot de passe)\b[\"']?\s{0,3}(?:is|ist|lautet|[:=])\s{0,3}[\"'`“]?([^\s\"'`“”,;<>]{6,128})",
    re.IGNORECASE,
)
HINTS = (
    "AKIA", "ASIA", "AGPA", "AIDA", "AROA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat", "sk-",
    "k_live", "k_test", "xox", "hf_", "AIza", "ya29", "SG.", "npm_", "pypi-", "dop_v1", "eyJ", "-----BEGIN",
)  # fmt: skip
NAMED_HINTS = ("key", "token", "secret", "bearer", "pass", "pwd", "kennwort", "contrase")
LOCKS = (
    "alarm|door|front door|gate|entry|entrance|access|safe|lock|padlock|key ?box|key ?safe|drop ?box|lock ?box|locker"
    "|garage|shed|barn"
)
SCHLÖSSER = "alarm|tür|haustür|tor|zugangs|zutritts|safe|tresor|schlüsselbox|schlüsseltresor|garagen|schloss|öffnungs"
VALUE = r"(?P<{0}>[#*]?(?:\d{{3,8}}|\d{{2}}(?:-\d{{2}}){{1,3}})[#*]?)(?![\w%€£$]|[.,:/]\d|\.?-\d)"
GAP = r"(?: ?[:=]| (?:is|was|ist|lautet|number|no\.?|nummer))?(?: now| still| jetzt)? {1,2}[\"'“„]?"
TELLING = rf"(?:{LOCKS})[ -]?code|pass ?code|password|(?:{SCHLÖSSER})-?(?:code|pin)|passwort|kennwort"
CODE = late(
    rf"(?<!\w)(?i:{TELLING}|(?:lock|safe|padlock) combination){GAP}{VALUE.format('named')}"
    r"(?! (?:means?|indicates?|stands?|appears?|bedeutet|heißt|digits?|char))"
    rf"|(?<!\w)(?:PIN|(?i:pin[ -]?(?:code|number|nummer)|pin(?= is|:)|geheimzahl)){GAP}{VALUE.format('pin')}"
    rf"|(?<!\w)(?i:code (?:for|of|to|at|für|von|zu[rm]?) (?:[\w-]+ ){{0,2}}?(?:{LOCKS}|tür|tor|haustür|schlüsselbox))"
    rf"{GAP}{VALUE.format('of')}"
    r"|(?<!\w)(?i:opens?|unlocks?|disarms?|öffnet(?: sich)?) (?i:with|by|mit)"
    rf"(?i: (?:the |dem |der )?(?:code|number|pin|nummer)):? {{1,2}}{VALUE.format('opens')}(?! [a-zäöü])"
    rf"|(?<!\w)(?i:(?:{LOCKS}|tür|tor|haustür|schlüsselbox|tresor)) (?i:opens?|unlocks?|disarms?|öffnet(?: sich)?)"
    rf" (?i:with|mit):? {{1,2}}{VALUE.format('locks')}(?! [a-zäöü])"
)
WENT_WRONG = frozenset(str(status.value) for status in HTTPStatus if status >= 400)
BETWEEN = r"(?: (?:me|us|a|an|the|only|just|always|now|still|my|this|mir|uns|den|einen|nur))*:? ?[\"'“„]?\Z"
SAYS = late(
    rf"\b(?:sa(?:ys?|id|ying)|show(?:s|ed|n|ing)?|display(?:s|ed|ing)?|errors?|fehler|zeigt|meldet){BETWEEN}", re.I
)
GETS = late(rf"\b(?:gets?|got|getting|receives?|received|returns?|returned|bekomme|erhalte){BETWEEN}", re.I)
PAGES = (
    r"errors?|pages?|web ?sites?|browsers?|https?|online|log(?:ged)? ?in|sign(?:ed)? in|denied|forbidden|not found"
    r"|fehler\w*|seite|anmelde\w*"
)
ABOUT_PAGES = late(rf"\b(?:{PAGES})\b", re.I)
ABOUT_SITES = late(rf"\b(?:{PAGES}|sites?|servers?|links?|apps?)\b", re.I)
OPENS = late(  # what a code opens, so that a number is none of what went wrong
    r"\b(?:(?:side|back|front)?doors?|(?:flood)?gates?|rooms?|(?:key|lock|drop|tool)? ?box(?:es)?|alarms?|safes?"
    r"|(?:pad)?locks?|lockers?|keypads?|garages?|sheds?|barns?|entr(?:y|ies|ance|ances)|buildings?|yards?|barriers?"
    r"|cabinets?|warehouses?|halls?|lifts?|flats?|car ?parks?|opens?|unlocks?"
    r"|\w*(?:tür|tor|raum|schloss|tresor|box|keller|garage)|öffnet)\b",
    re.I,
)
ENDS, SENTENCE = late(r"[.!?\n](?!\w)"), 150  # letters of a sentence, to each side
PIN_HINTS = ("PIN",)
CODE_HINTS = ("code", "passw", "kennwort", "pin ", "pin:", "pin-", "pinnummer", "geheimzahl", "combination",
              "opens ", "open with", "unlock", "disarm", "öffnet ")  # fmt: skip
FIRST_HINTS, FIRST_ANY_CASE = (*HINTS, *PIN_HINTS), (*NAMED_HINTS, *CODE_HINTS)  # a first look at a whole table


def find_secrets(text: str) -> list[tuple[int, int]]:
    """The places of keys, passwords and codes, without overlaps."""
    found: list[tuple[int, int]] = []
    for hint in HINTS:  # a loop: `any` with a generator takes three times as long, and every row comes by here
        if hint in text:
            found += [match.span() for match in SECRET.finditer(text)]
            break
    lower = text.lower()
    if has_any(lower, NAMED_HINTS):
        found += apart(found, named_secrets(text))
    if PIN_HINTS[0] in text or has_any(lower, CODE_HINTS):
        found += apart(found, find_codes(text))
    return sorted(found)


def has_any(text: str, hints: tuple[str, ...]) -> bool:
    """Whether one of these stands in it."""
    return any(map(text.__contains__, hints))


def apart(found: list[tuple[int, int]], more: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of `more` that overlap none that was found."""
    return [(start, end) for start, end in more if not any(start < other and begin < end for begin, other in found)]


def named_secrets(text: str) -> Iterator[tuple[int, int]]:
    """Keys and passwords behind the word for them."""
    for match in NAMED.finditer(text):
        start, value = match.start(1), match.group(1).rstrip(".!?)")
        if is_random(value):
            yield start, start + len(value)


def find_codes(text: str) -> Iterator[tuple[int, int]]:
    """The places of codes, each without the word that tells it."""
    if sum(map(text.count, "0123456789")) < 3:
        return
    for match in CODE.finditer(text):
        if not is_status(text, match):
            yield match.span(match.lastgroup or 0)


def is_status(text: str, match: re.Match[str]) -> bool:
    """“The page says access code 404”: a number that HTTP gives to what went wrong, directly behind a word of telling,
    in a sentence about pages that names nothing to open. Any other may open a door."""
    if not match.group().lower().startswith("access") or match.group(match.lastgroup or 0) not in WENT_WRONG:
        return False
    first = max(0, match.start() - SENTENCE)
    start = max(first, *(text.rfind(sign, first, match.start()) + 1 for sign in ".!?\n"))
    stop = ENDS.search(text, match.end(), match.end() + SENTENCE)
    said = text[start : stop.start() if stop else match.end() + SENTENCE]
    before = text[max(start, match.start() - 40) : match.start()]
    about = ABOUT_SITES if SAYS.search(before) else ABOUT_PAGES if GETS.search(before) else None
    return about is not None and about.search(said) is not None and OPENS.search(said) is None


def is_random(value: str) -> bool:
    """Letters with digits or signs: “required” and “reset” are no passwords."""
    return (
        any(map(str.isdigit, value))
        and any(map(str.isalpha, value))
        and "://" not in value
        and not value.startswith(("{{", "[", "<"))
    )
