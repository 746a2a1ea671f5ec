"""Until when something may be cancelled, as an answer says it: “you can cancel free of charge up to 48 hours before
arrival”. Only this one matter is read: what may be sent back or paid later has another limit for each thing.
"""

import re
from decimal import Decimal

from studio.data.text.greetings import GREETING
from studio.data.text.late_pattern import late
from studio.data.text.normalize import words
from studio.data.text.stated_prices import SENTENCES, StatedPrice, singular

HINTS = ("cancel", "call off", "called off", "calling off", "storn", "absag")  # in any case, a first look
LIMIT = "h"  # stands where a price has its currency: limits are compared in hours
HOURS = {"hour": 1, "stunde": 1, "day": 24, "tag": 24, "week": 168, "woche": 168, "month": 720, "monat": 720}
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
           "twelve": 12, "fourteen": 14, "eine": 1, "einen": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
           "sieben": 7, "acht": 8, "zehn": 10, "vierzehn": 14}  # fmt: skip
MATTER = late(r"\b(?:cancel\w*|call(?:ed|ing)? off|call (?:it|the \w+) off|storn\w*|absag\w*)", re.IGNORECASE)
TIME = late(
    rf"(?P<written>(?P<count>\d{{1,3}}|{'|'.join(NUMBERS)}) (?P<unit>hours?|days?|weeks?|months?|Stunden?|Tage?n?"
    r"|Wochen?|Monate?n?)) (?:before|prior to|vor) (?:(?:the|your|our|der|dem|ihrer|ihrem) )?"
    r"(?P<event>(?!(?:you|they|your|the)\b)[^\W\d_]{3,20})",
    re.IGNORECASE,
)
FREE = late(
    r"\b(?:free|no (?:charge|fee|cost)|without (?:a |any )?(?:charge|fee|cost)|kostenlos|kostenfrei|gratis)\b",
    re.IGNORECASE,
)
FOR_SOME = late(r"\b(?:with |mit |for (?!free\b|nothing\b)|für |except|unless|if |wenn |außer )", re.IGNORECASE)


def time_limits(asked: str, said: str) -> list[StatedPrice]:
    """The limit of an answer that states one alone; none where its sentence holds for some cases only."""
    lower = f"{asked} {said}".lower()
    if not any(map(lower.__contains__, HINTS)) or len([*TIME.finditer(said)]) != 1:
        return []
    for sentence in SENTENCES.split(GREETING.sub("", said).strip()):
        match = TIME.search(sentence)
        matter = match and (MATTER.search(sentence) or MATTER.search(asked))
        if match is None or not matter or FOR_SOME.search(sentence):
            continue
        count = NUMBERS.get(match["count"].lower()) or int(match["count"])
        unit = match["unit"].lower().rstrip("sn")
        hours = next(hours for name, hours in HOURS.items() if unit.startswith(name.rstrip("e")))
        event = singular(words(match["event"])[0])
        thing = f"{matter.group()} … {match.group()[len(match['written']) :].strip()}"
        free = "free" if FREE.search(sentence) else ""
        return [StatedPrice(thing, (("cancel", event), free, LIMIT), ("", ""), LIMIT, Decimal(count * hours),
                            match["written"], needs_naming=False)]  # fmt: skip
    return []
