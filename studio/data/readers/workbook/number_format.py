"""Excel's number formats, as far as a person reads them: `0000000`, `0.0%`, `[h]:mm`, `dd/mm/yyyy`, `"no. "0`.

A format is up to four sections (positive; negative; zero; text). What is not understood gives None: whoever asks then
keeps the stored value and says so. Rules: ECMA-376 part 1, 18.8.30 and 18.8.31; width and colour are not text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from studio.data.readers.workbook.digits import as_fraction, as_number, as_power, decimal_of, general
from studio.data.readers.workbook.serial_dates import as_date, language_of

LONGEST_CODE = 255  # Excel's own limit
TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.?)|\*(?P<fill>.?)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<half>AM/PM|A/P)|(?P<power>E[+-])|(?P<date>y+|m+|d+|h+|s+|e+)|(?P<digit>[0#?])"
    r"|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d{1,15}(?:\.\d{1,15})?)")
COLOURS = {"black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"}


@dataclass(frozen=True)
class FormatToken:
    """One piece of a section: `literal`, `digit`, `point`, `comma`, `percent`, `power`, `slash`, `text`, `general`,
    `date`, `elapsed` or `half` (of the day)."""

    kind: str
    text: str


@dataclass(frozen=True)
class FormatSection:
    """What one kind of value is written with. `odd`: something in it is not understood."""

    tokens: tuple[FormatToken, ...] = ()
    condition: tuple[str, Decimal] | None = None
    language: str | None = "en"  # of months and days; None: one that is not known
    odd: bool = False

    def has(self, *kinds: str) -> bool:
        """Whether a token of these kinds is in it."""
        return any(token.kind in kinds for token in self.tokens)

    @property
    def is_date(self) -> bool:
        """Whether it writes a date, a time or a duration."""
        return self.has("date", "elapsed", "half")


@dataclass(frozen=True)
class NumberFormat:
    """The sections of one code, ready to write values."""

    sections: tuple[FormatSection, ...]

    def number(self, value: float, *, since_1904: bool = False) -> str | None:
        """The text that is shown for a number; None when the format is not understood."""
        section, bare = self._section_for(value)
        if section.odd:
            return None
        amount = decimal_of(value)
        if section.is_date:
            return as_date(value, section.tokens, language=section.language, since_1904=since_1904)
        if section.has("general", "text"):
            written = "".join(general(abs(value)) if t.kind in ("general", "text") else t.text for t in section.tokens)
        else:
            drawn = draw(abs(amount), section.tokens)
            if drawn is None:
                return None
            written = drawn
        return ("-" if value < 0 and not bare else "") + written.strip()

    def text(self, words: str) -> str:
        """The text that is shown for a text: most formats leave it alone."""
        last = self.sections[-1]
        if last.odd or not (len(self.sections) == 4 or last.has("text")):
            return words
        return "".join(words if token.kind == "text" else token.text for token in last.tokens)

    @property
    def changes_text(self) -> bool:
        """Whether a text is shown as something else than itself."""
        return self.text("x") != "x"

    @property
    def is_date(self) -> bool:
        """Whether numbers stand for days or times."""
        return self.sections[0].is_date

    def _section_for(self, value: float) -> tuple[FormatSection, bool]:
        """The section, and whether it says by itself that a number is negative."""
        numeric = [*self.sections]
        if len(numeric) == 4 or (len(numeric) > 1 and numeric[-1].has("text")):
            numeric.pop()
        if any(section.condition for section in numeric[:2]):
            for section in numeric[:2]:
                if section.condition and holds(decimal_of(value), section.condition):
                    sign, limit = section.condition
                    return section, sign in ("<", "<=") and limit <= 0
            return numeric[-1], len(numeric) > 1 and numeric[0].condition == (">=", Decimal(0))
        if value < 0 and len(numeric) > 1:
            return numeric[1], True
        if value == 0 and len(numeric) > 2:
            return numeric[2], True
        return numeric[0], False


@lru_cache(maxsize=4096)
def parse(code: str) -> NumberFormat:
    """The sections of a code."""
    sections: list[FormatSection] = []
    tokens: list[FormatToken] = []
    condition, language, odd = None, "en", len(code) > LONGEST_CODE
    spoken: str | None = language
    for found in TOKEN.finditer(code[:LONGEST_CODE]):
        kind, text = found.lastgroup or "", found.group(found.lastgroup or 0) or ""
        if kind == "plain" and text == ";":
            sections.append(FormatSection(tuple(tokens), condition, spoken, odd))
            tokens, condition, spoken, odd = [], None, "en", False
        elif kind == "bracket":
            if match := CONDITION.fullmatch(text.strip()):
                condition = (match.group(1), Decimal(match.group(2)))
            elif text.lower().strip("hms") == "" and len(set(text.lower())) == 1:
                tokens.append(FormatToken("elapsed", text.lower()))
            elif text.startswith("$"):
                sign, _, place = text[1:].partition("-")
                tokens.append(FormatToken("literal", sign))
                spoken = language_of(place) if place else spoken
            elif text.lower() not in COLOURS and not re.fullmatch(r"(?i)color ?\d{1,2}", text):
                odd = True
        else:
            tokens.append(token_of(kind, text))
            odd = odd or tokens[-1].kind == "odd"
    sections.append(FormatSection(tuple(tokens), condition, spoken, odd))
    return NumberFormat(tuple(with_dates(section) for section in sections[:4]))


def token_of(kind: str, text: str) -> FormatToken:
    """A token of the kinds that `FormatToken` lists; `odd` for a letter that means nothing here."""
    if kind in ("quoted", "escaped"):
        return FormatToken("literal", text)
    if kind in ("space", "fill"):
        return FormatToken("literal", " " if kind == "space" else "")
    if kind in ("date", "half"):
        return FormatToken(kind, text.lower() if kind == "date" else text)
    if kind in ("general", "power", "digit"):
        return FormatToken(kind, text.upper())
    named = {".": "point", ",": "comma", "%": "percent", "/": "slash", "@": "text"}
    odd = text.isascii() and text.isalpha()
    return FormatToken("odd" if odd else named.get(text, "literal"), text)


def with_dates(section: FormatSection) -> FormatSection:
    """In a date the signs of numbers are only signs, except the places after the point of seconds."""
    if not section.is_date:
        return section
    tokens: list[FormatToken] = []
    after_seconds = False
    for token in section.tokens:
        if token.kind in ("date", "elapsed"):
            after_seconds = token.text[0] == "s"
        elif token == FormatToken("digit", "0") and after_seconds and tokens[-1].text.startswith("."):
            tokens[-1] = FormatToken("fraction", tokens[-1].text + "0")
            continue
        elif token.kind in ("digit", "percent", "power", "general", "text"):
            return FormatSection(section.tokens, section.condition, section.language, odd=True)
        elif token.kind != "half":
            token = FormatToken("literal", token.text)
        tokens.append(token)
    return FormatSection(tuple(tokens), section.condition, section.language, section.odd)


def draw(amount: Decimal, tokens: Sequence[FormatToken]) -> str | None:
    """A number that is not negative, in the tokens of one section."""
    kinds = [(token.kind, token.text) for token in tokens]
    if "power" in dict(kinds):
        return as_power(amount, kinds)
    if "slash" in dict(kinds) and "digit" in dict(kinds):
        return as_fraction(amount, kinds)
    return as_number(amount, kinds)


def holds(value: Decimal, condition: tuple[str, Decimal]) -> bool:
    """Whether a number meets `[>=100]`."""
    sign, limit = condition
    below, same = value < limit, value == limit
    return {"<": below, "<=": below or same, "=": same, "<>": not same, ">": not below and not same}.get(
        sign, not below
    )
