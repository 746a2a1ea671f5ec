"""Days and times, which a spreadsheet keeps as a number of days: since the end of 1899, or since 1904."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from studio.data.readers.workbook.month_names import DAYS, LANGUAGES, MONTHS

LAST_DAY = 2_958_466  # after 31 December 9999
ENGLISH = 9


class DatePart(Protocol):
    """A token of a number format."""

    @property
    def kind(self) -> str: ...

    @property
    def text(self) -> str: ...


def moment(serial: float, *, since_1904: bool, places: int = 0) -> tuple[datetime, str] | None:
    """The moment, rounded to so many places of a second. Excel counts a 29 February 1900 that never was: that day has
    no date. The second value is the day as year-month-day."""
    if not 0 <= serial < LAST_DAY:
        return None
    ticks = round(serial * 86_400 * 10**places)
    days, rest = divmod(ticks, 86_400 * 10**places)
    if since_1904:
        days += 1462
    if days == 60 or days >= LAST_DAY:
        return None
    start = date(1899, 12, 30) if days > 60 else date(1899, 12, 31)
    when = datetime.combine(start, datetime.min.time()) + timedelta(days=days)
    when += timedelta(microseconds=rest * 10 ** (6 - places))
    return when, when.date().isoformat()


def plain_date(serial: float, *, since_1904: bool) -> str | None:
    """Year-month-day, hours and minutes, or both: for formats that follow the computer's own setting."""
    found = moment(serial, since_1904=since_1904)
    if found is None:
        return None
    when, day = found
    time = f"{when:%H:%M}" + (f":{when:%S}" if when.second else "")
    if serial < 1:
        return time
    return day if time == "00:00" else f"{day} {time}"


def as_date(value: float, tokens: Sequence[DatePart], *, language: str | None, since_1904: bool) -> str | None:
    """A date, a time or a duration in the tokens of one section."""
    if any(token.kind == "elapsed" for token in tokens):
        return as_duration(value, tokens)
    places = max((len(token.text) - 1 for token in tokens if token.kind == "fraction"), default=0)
    found = moment(value, since_1904=since_1904, places=min(places, 6))
    named = any(token.kind == "date" and token.text[0] in "md" and len(token.text) > 2 for token in tokens)
    dated = any(token.kind == "date" and token.text[0] in "yde" for token in tokens)
    if found is None or places > 6 or (named and language is None) or (dated and value < 1 and not since_1904):
        return None  # Excel would write the day before 1 January 1900 as its 0th
    when, half = found[0], any(token.kind == "half" for token in tokens)
    out: list[str] = []
    for at, token in enumerate(tokens):
        if token.kind == "date":
            minutes = token.text[0] == "m" and len(token.text) < 3 and is_minutes(tokens, at)
            out.append(f"{when.minute:0{len(token.text)}}" if minutes else part(when, token.text, half, language or ""))
        elif token.kind == "half":
            first, _, second = token.text.partition("/")
            out.append(first if when.hour < 12 else second)
        elif token.kind == "fraction":
            out.append("." + f"{when.microsecond:06}"[: len(token.text) - 1])
        else:
            out.append(token.text)
    return "".join(out).strip()


def is_minutes(tokens: Sequence[DatePart], at: int) -> bool:
    """`m` beside hours or seconds is minutes; elsewhere it is a month."""
    dates = [place for place, token in enumerate(tokens) if token.kind in ("date", "elapsed")]
    here = dates.index(at)
    before = tokens[dates[here - 1]].text[0] if here else ""
    after = tokens[dates[here + 1]].text[0] if here + 1 < len(dates) else ""
    return before == "h" or after == "s"


def part(when: datetime, letters: str, half: bool, language: str) -> str:
    """`yyyy`, `mm`, `dddd`, `h`: one part of a moment."""
    kind, length = letters[0], len(letters)
    if kind in "ye":
        return f"{when.year % 100:02}" if kind == "y" and length <= 2 else f"{when.year:04}"
    if kind == "m" and length >= 3:
        short, full = MONTHS[language][when.month - 1]
        return short if length == 3 else full[0].upper() if length == 5 else full
    if kind == "d" and length >= 3:
        short, full = DAYS[language][when.weekday()]
        return short if length == 3 else full
    hour = (when.hour % 12 or 12) if half else when.hour
    number = {"m": when.month, "d": when.day, "h": hour, "s": when.second}[kind]
    return f"{number:0{min(length, 2)}}"


def as_duration(value: float, tokens: Sequence[DatePart]) -> str | None:
    """`[h]:mm`, `[mm]:ss`: hours, minutes or seconds that go on counting."""
    places = max((len(token.text) - 1 for token in tokens if token.kind == "fraction"), default=0)
    if value < 0 or value >= LAST_DAY or places > 6:
        return None
    ticks = round(value * 86_400 * 10**places)
    seconds, rest = divmod(ticks, 10**places)
    first = next(token.text[0] for token in tokens if token.kind == "elapsed")
    out: list[str] = []
    for token in tokens:
        letter = token.text[:1]
        if token.kind == "elapsed":
            out.append(f"{seconds // {'h': 3600, 'm': 60, 's': 1}[letter]:0{len(token.text)}}")
        elif token.kind == "date":
            if letter not in "ms" or (letter == "m" and first != "h"):
                return None
            out.append(f"{seconds // 60 % 60 if letter == 'm' else seconds % 60:0{min(len(token.text), 2)}}")
        elif token.kind == "fraction":
            out.append("." + f"{rest:0{places}}")
        elif token.kind == "half":
            return None
        else:
            out.append(token.text)
    return "".join(out).strip()


def language_of(place: str) -> str | None:
    """The language behind `407`, `de-DE` or `10409`; None for one whose months, digits or calendar are not known."""
    if re.fullmatch(r"[0-9A-Fa-f]{3,8}", place):
        number = int(place, 16)
        if number >> 24 not in (0, 1) or number >> 16 & 0xFF not in (0, 1):
            return None
        return LANGUAGES.get(number & 0x3FF)
    language = place.partition("-")[0].partition(",")[0].lower()
    return language if language in MONTHS and "," not in place else None
