"""What one can know of a business, a person or a thing: how it is stated, asked in many ways, and answered.

Each block is `@name maker`, then lines `s` (statements), `q` (questions), `a` (answers); `|` parts the wordings and
`{v}` stands for the value. The same table feeds answering from a given text and the invented support desks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from . import words
from .text import parts, read_text

TEXT = read_text("attributes")

BUSINESS = TEXT["BUSINESS"]

PERSON = TEXT["PERSON"]

GARMENTS = ("coat", "hat", "scarf", "jumper", "jacket", "shirt", "dress", "cap", "belt")
PAYMENTS = parts(TEXT["PAYMENTS"])
PARKING = parts(TEXT["PARKING"])
HOWTO_VERBS = ["open", "visit", "go to", "look at", "click on", "choose", "press", "tap"]
HOWTO_PLACES = parts(TEXT["HOWTO_PLACES"])
HOWTO_ENDS = parts(TEXT["HOWTO_ENDS"])
JOBS = TEXT["JOBS"].split()
HOBBIES = parts(TEXT["HOBBIES"])
MATERIALS = parts(TEXT["MATERIALS"])
LANGUAGES = TEXT["LANGUAGES"].split()
BUSINESS_NAME_TAILS = TEXT["BUSINESS_NAME_TAILS"].replace("\n", "").split("|")


def _howto(rng: Random) -> str:
    noun = rng.choice(words.NOUNS)
    middle = rng.choice(HOWTO_PLACES).format(n=noun)
    return f"{rng.choice(HOWTO_VERBS)} {middle} {rng.choice(HOWTO_ENDS).format(n=rng.choice(words.NOUNS))}".strip()


MAKERS: dict[str, Callable[[Random], str]] = {
    "duration": words.duration,
    "weight": words.weight,
    "size": words.size,
    "price": words.price,
    "clock": words.clock,
    "weekday": lambda rng: rng.choice(words.DAYS),
    "street": lambda rng: f"{rng.randint(1, 120)} {rng.choice(words.STREETS)}",
    "place": words.place,
    "phone": words.phone,
    "email": words.email,
    "person": words.full_name,
    "year": lambda rng: str(rng.randint(1780, 2024)),
    "code": words.code,
    "payment": lambda rng: rng.choice(PAYMENTS),
    "thing": words.thing,
    "pets": lambda rng: (
        words.joined(
            [
                rng.choice(("small", "quiet", "calm", "clean", "friendly", "")) + " " + w + "s"
                for w in rng.sample(
                    ["dog", "cat", "parrot", "rabbit", "goat", "hamster", "donkey", "turtle"], rng.choice((1, 1, 2))
                )
            ]
        )
        .strip()
        .replace("  ", " ")
    ),
    "number": lambda rng: str(rng.randint(2, 99) if rng.random() < 0.8 else rng.randint(100, 900)),
    "date": words.date,
    "colour": lambda rng: rng.choice(words.COLOURS),
    "place_to_park": lambda rng: rng.choice(PARKING),
    "howto": _howto,
    "job": lambda rng: rng.choice(JOBS),
    "petname": lambda rng: f"{words.article(rng.choice(words.TOPICS['animals']))} called {words.first_name(rng)}",
    "hobby": lambda rng: rng.choice(HOBBIES),
    "food": lambda rng: f"{words.adjective(rng)} {rng.choice(words.TOPICS['food'])}",
    "clothes": lambda rng: f"{words.adjective(rng)} {rng.choice(GARMENTS)}",
    "slogan": lambda rng: (
        f"{rng.choice(words.ADJECTIVES)} and {rng.choice(words.ADJECTIVES)} since {rng.randint(1800, 2020)}"
    ),
    "material": lambda rng: rng.choice(MATERIALS),
    "language": lambda rng: words.joined(rng.sample(LANGUAGES, rng.choice((1, 2, 3)))),
}


@dataclass(frozen=True)
class Attribute:
    name: str
    make: Callable[[Random], str]
    statements: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]


def _parse(text: str) -> list[Attribute]:
    found = []
    for block in text.strip().split("@")[1:]:
        head, *lines = block.strip().split("\n")
        name, maker = head.split()
        parts = {line[0]: tuple(line[3:].split("|")) for line in lines}
        found.append(Attribute(name, MAKERS[maker], parts["s"], parts["q"], parts["a"]))
    return found


BUSINESS_ATTRIBUTES = _parse(BUSINESS)
PERSON_ATTRIBUTES = _parse(PERSON)


def fill(pattern: str, value: str, who: str = "") -> str:
    """Put the value into a wording; `{V}` is the value with a capital, `{v_a}` the value with its article."""
    large = value[:1].upper() + value[1:]
    with_article = words.article(value)
    text = pattern.format(v=value, V=large, v_a=with_article, V_a=with_article[:1].upper() + with_article[1:], who=who)
    return text[:-1] if text.endswith("..") else text


def business_name(rng: Random) -> str:
    tail = rng.choice(BUSINESS_NAME_TAILS)
    roll = rng.random()
    if roll < 0.35:
        return f"{rng.choice(words.LAST_NAMES)} {tail}"
    if roll < 0.55:
        return f"{words.place(rng)} {tail}"
    if roll < 0.8:
        return f"{rng.choice(words.ADJECTIVES).capitalize()} {rng.choice(words.NOUNS).capitalize()} {tail}"
    return f"{words.pseudo_word(rng).capitalize()} {tail}"
