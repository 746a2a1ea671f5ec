"""The vocabulary: names, places, adjectives, things by topic, synonyms; and small makers of dates and codes."""

from __future__ import annotations

from random import Random

from .text import parts, read_text

TEXT = read_text("words")

FIRST_NAMES = TEXT["FIRST_NAMES"].split()
LAST_NAMES = TEXT["LAST_NAMES"].split()
PLACES = parts(TEXT["PLACES"])
STREETS = parts(TEXT["STREETS"])
COLOURS = TEXT["COLOURS"].split()
ADJECTIVES = TEXT["ADJECTIVES"].split()

# Topics: the everyday words that belong together. Much of the corpus asks, in many ways, which belongs to which.
TOPICS: dict[str, list[str]] = {
    name: things.split() for name, things in (line.split(": ") for line in TEXT["TOPICS"].split("\n"))
}
NOUNS = sorted({word for words in TOPICS.values() for word in words})
TOPIC_NAMES = sorted(TOPICS)

PRODUCTS = TEXT["PRODUCTS"]
PRODUCTS = [product.strip() for product in PRODUCTS.replace("\n", " ").split(",")]

SYNONYMS: list[list[str]] = [group.split("|") for group in TEXT["SYNONYMS"].split("\n")]
OPPOSITES = parts(TEXT["OPPOSITES"])
MONTHS = TEXT["MONTHS"].split()
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
NUMBER_WORDS = TEXT["NUMBER_WORDS"].split()
UNITS = ["day", "week", "month", "year", "hour", "minute"]

_ONSETS = TEXT["ONSETS"].split()
_MIDDLES = [
    "a",
    "e",
    "i",
    "o",
    "u",
    "ai",
    "ea",
    "ee",
    "oa",
    "oo",
    "ou",
    "ar",
    "er",
    "ir",
    "or",
    "an",
    "en",
    "in",
    "on",
    "un",
    "el",
    "il",
    "al",
]
_ENDS = TEXT["ENDS"].split()


def pseudo_word(rng: Random) -> str:
    """A pronounceable word that means nothing: whoever repeats it has copied it."""
    word = "".join(rng.choice(_ONSETS) + rng.choice(_MIDDLES) for _ in range(rng.choice((1, 1, 2))))
    return word + rng.choice(_ENDS) if rng.random() < 0.8 else word + rng.choice(_ONSETS) + rng.choice("aeiou")


def first_name(rng: Random) -> str:
    return rng.choice(FIRST_NAMES) if rng.random() < 0.85 else pseudo_word(rng).capitalize()


def full_name(rng: Random) -> str:
    last = rng.choice(LAST_NAMES) if rng.random() < 0.8 else pseudo_word(rng).capitalize()
    return f"{first_name(rng)} {last}"


def place(rng: Random) -> str:
    return rng.choice(PLACES) if rng.random() < 0.85 else pseudo_word(rng).capitalize()


def adjective(rng: Random) -> str:
    roll = rng.random()
    return rng.choice(ADJECTIVES) if roll < 0.75 else rng.choice(COLOURS) if roll < 0.93 else pseudo_word(rng)


def thing(rng: Random) -> str:
    """A product or noun, most often with an adjective before it."""
    noun = rng.choice(PRODUCTS) if rng.random() < 0.55 else rng.choice(NOUNS)
    if rng.random() < 0.08:
        noun = pseudo_word(rng)
    roll = rng.random()
    if roll < 0.3:
        return noun
    if roll < 0.88 or noun.startswith("pair"):
        return f"{adjective(rng)} {noun}".replace("pair of ", "")
    return f"{adjective(rng)} {rng.choice(COLOURS)} {noun}"


def price(rng: Random) -> str:
    whole = rng.choice((rng.randint(1, 20), rng.randint(5, 100), rng.randint(20, 999)))
    cents = rng.choice(("", "", f".{rng.randint(0, 99):02d}", ".50", ".99", ".95"))
    if rng.random() < 0.06:
        return f"{rng.choice('$€£')}{rng.randint(1, 24)},{rng.randint(0, 999):03d}"
    style = rng.random()
    if style < 0.45:
        return f"${whole}{cents}"
    if style < 0.6:
        return f"€{whole}{cents}"
    if style < 0.72:
        return f"£{whole}{cents}"
    if style < 0.84:
        return f"{whole} euros"
    return f"{whole} {rng.choice(('dollars', 'crowns', 'pounds', 'francs', 'coins', 'credits', 'pesos'))}"


def date(rng: Random) -> str:
    day, month = rng.randint(1, 28), rng.choice(MONTHS)
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}.get(day, "th")
    return rng.choice(
        (
            f"{day} {month}",
            f"{month} {day}",
            f"{month} {day}{ending}",
            f"{day} {month} {rng.randint(1990, 2030)}",
            f"{rng.randint(2018, 2030)}-{rng.randint(1, 12):02d}-{day:02d}",
            rng.choice(DAYS),
            f"{rng.choice(DAYS)} {day} {month}",
            f"{day:02d}/{rng.randint(1, 12):02d}/{rng.randint(2019, 2030)}",
        )
    )


def clock(rng: Random) -> str:
    hour = rng.randint(1, 12)
    return rng.choice(
        (
            f"{hour} {rng.choice(('am', 'pm'))}",
            f"{hour}:{rng.choice(('00', '15', '30', '45'))}",
            f"{rng.randint(0, 23):02d}:{rng.choice(('00', '10', '15', '20', '30', '40', '45', '50'))}",
            f"{hour} o'clock",
            f"half past {rng.choice(NUMBER_WORDS[:10])}",
            "noon",
        )
    )


def code(rng: Random) -> str:
    """Order numbers, vouchers and the like."""
    letters = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(1, 3)))
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(3, 6)))
    return rng.choice(
        (
            f"{letters}-{digits}",
            f"{letters}{digits}",
            digits,
            f"#{digits}",
            f"{rng.choice(NOUNS).upper().split('-')[0]}{rng.randint(5, 99)}",
            f"{digits[:2]}-{digits[2:]}{letters}",
        )
    )


def weight(rng: Random) -> str:
    number = rng.choice(
        (f"{rng.randint(1, 900)}", f"{rng.randint(1, 40)}.{rng.randint(1, 9)}", f"{rng.randint(1, 30)}")
    )
    return f"{number}{rng.choice((' kg', ' kilos', ' g', ' grams', 'kg', ' pounds', ' tons'))}"


def size(rng: Random) -> str:
    number = rng.randint(2, 250)
    return rng.choice(
        (
            f"{number} cm",
            f"{number}cm",
            f"{rng.randint(1, 9)}.{rng.randint(1, 9)} metres",
            f"{number} x {rng.randint(2, 250)} cm",
            rng.choice(["S", "M", "L", "XL", "XXL"]),
            f"{rng.randint(30, 50)}",
            f"{number} inches",
        )
    )


def duration(rng: Random) -> str:
    number = rng.randint(2, 30) if rng.random() < 0.7 else rng.choice(NUMBER_WORDS)
    unit = rng.choice(UNITS)
    if rng.random() < 0.12:
        return f"one {unit}"
    return f"{number} {unit}s" if rng.random() < 0.85 else f"{number} working days"


def phone(rng: Random) -> str:
    return rng.choice(("555-{:04d}", "0{:03d} {:04d}", "+{} {:06d}")).format(
        rng.randint(10, 999), rng.randint(1000, 99999)
    )


def email(rng: Random) -> str:
    box = rng.choice(("help", "info", "hello", "sales", "care", first_name(rng).lower()))
    return f"{box}@{pseudo_word(rng)}.{rng.choice(('com', 'org', 'net', 'example'))}"


MASS = set(TEXT["MASS"].split())
PLURALS = set(TEXT["PLURALS"].split())


def article(noun: str) -> str:
    """The thing with its article; what cannot be counted gets "some"."""
    last = noun.split(" of ")[0].split()[-1] if noun else ""
    if last in MASS or last in PLURALS:
        return noun if noun.startswith("pair of") else f"some {noun}"
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def sentence(text: str) -> str:
    """First letter large, one stop at the end."""
    text = text[:1].upper() + text[1:]
    return text if text[-1:] in ".?!" else text + "."


def vary(rng: Random, text: str) -> str:
    """How people really type: sometimes without capitals, stop or with a greeting before it."""
    roll = rng.random()
    if roll < 0.08:
        text = text[:1].lower() + text[1:]
    elif roll < 0.14:
        text = text.lower() if not any(ch.isdigit() for ch in text) else text
    if rng.random() < 0.08:
        text = text.rstrip(".?!")
    if rng.random() < 0.05:
        text = rng.choice(
            ("Hi, ", "Hello, ", "Hey, ", "Hi there, ", "Good morning, ", "Excuse me, ", "Please, ", "Quick question: ")
        ) + (text[:1].lower() + text[1:] if not text.startswith(("I ", "I'")) else text)
    return text


def joined(parts: list[str], last: str = "and") -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
