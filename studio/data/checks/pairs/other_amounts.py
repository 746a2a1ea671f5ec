"""One price, length of time or share told in other words: “The course is 240 euros” and “You pay 260 EUR for the
course”, under questions that ask for the same.

Precision comes first. Both answers hold one amount of the unit, both questions name the same things and neither is of
somebody's own matter, and beside the amount both name the same: what else one of them names may be why it differs.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from studio.data.checks.pairs.opposite_answers import (
    HERS_OR_THAT_DAY,
    MOST_ASKED,
    MOST_COMPARED,
    SMALL,
    asked_for,
)
from studio.data.text.asked_words import ASKING, DIFFERENT, LONG_STEM, OF_SIZE
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.data.text.mail_body import answer_body
from studio.data.text.normalize import NEGATIONS, words
from studio.data.text.price_sentences import HERS
from studio.data.text.stated_prices import AMOUNTS, HINTS, SENTENCES, amount_of, singular

UNITS = {
    "day": "days? tage?n? jours? días? dias? giorn[oi] dag dagen",
    "week": "weeks? wochen? semaines? semanas? settiman[ae] week weken",
    "month": "months? monate?n? mois mes meses mes[ei] maand maanden mês",
    "hour": "hours? stunden? heures? horas? or[ae] uur uren",
    "minute": "minutes? minuten? minutos? minut[oi] minuten",
    "share": "% percent prozent",
}
UNIT = "|".join(rf"(?P<{name}>{'|'.join(said.split())})" for name, said in UNITS.items())
MEASURES = late(rf"(?<![\w.,:/–-])(?P<number>\d{{1,4}}(?:[.,]\d{{1,2}})?) ?(?:{UNIT})(?!\w)", re.IGNORECASE)
DIGIT = late(r"\d")
MEASURE_HINTS = (
    "da", "tag", "week", "woche", "month", "monat", "hour", "stund", "minut", "%", "percent", "prozent", "jour", "día",
    "giorn", "semain", "seman", "settiman", "mois", "mes", "maand", "mês", "heure", "hora", "ore", "uur",
)  # fmt: skip
BELONGS = "with|without|for|mit|ohne|für|bei|avec|sans|pour|con|sin|senza|per|para|met|zonder|voor|com|sem"
PART = late(
    rf"[,(](?! ?(?:{BELONGS})\b)|[;:)–—]| and | but | und | aber | et | mais | y | pero | e | ma | en | maar | mas "
)
ABOUT = late(  # no one amount is told, or it hangs on something that only she knows
    r"\b(?:from|about|around|roughly|approximately|up to|at least|at most|starting|between|depend\w*|if|unless"
    r"|var(?:y|ies)|(?:over|under|above|below|über|unter)(?= \d)|(?:plus|moins|m[aá]s|menos|mais) de|(?:più|meno) di"
    r"|(?:mehr|weniger) als|(?:meer|minder) dan"
    r"|ab|etwa|rund|ungefähr|bis zu|mindestens|höchstens|zwischen|je nach|wenn|falls|à partir|environ|jusqu|au moins"
    r"|selon|entre|si|desde|hasta|aproximadamente|al menos|según|da|circa|fino a|almeno|secondo|se|vanaf|ongeveer|tot"
    r"|minstens|afhankelijk|als|cerca|até|pelo menos|conforme)\b",
    re.IGNORECASE,
)
FRAME_WORDS = (  # beside an amount, that say nothing of what it is the amount of
    "eur euro euros gbp usd pound pounds dollar dollars chf franken come comes amount amounts total altogether only"
    " yes sure certainly ja gerne oui sí claro sì certo sim must pays paying order takes take lasts last long"
    " duration within usually normally always exactly le la les l un une coûte coûtent prix est sont vous payez"
    " tarif el los las una cuesta cuestan precio es son paga pagas il lo gli i uno costa costano prezzo è sono paghi"
    " het een kost kosten prijs betaalt u je o a os as um uma custa custam preço são pagar quanto quanta wat hoeveel"
    " combien cuánto zahlen bezahlen kostet dauert das der die dura dure durée duur duurt"
)
NAMING = frozenset(("morning", "afternoon", "evening", "day", "dos"))  # “dos” is “of the”, and two
FRAME = (ASKING | SMALL | frozenset(FRAME_WORDS.split())) - NAMING
TURNING_WORDS = (  # small words with which one asks for something else: “to Rome”, “from Rome”
    "from into before after until than vor nach ohne vers avant après desde hasta antes después prima dopo depois até"
)
KEPT = NEGATIONS | frozenset(TURNING_WORDS.split())
OF_HERSELF = frozenset(("i", "we", "ich", "wir", "je", "nous", "yo", "io", "ik", "eu"))
OF_THE_HOUSE = frozenset(("you", "sie", "ihr", "vous", "usted", "ustedes", "lei", "u", "jullie", "você"))
MONTH_WORDS = (
    "january february march april may june july august september october november december januar februar märz mai juni"
    " juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre enero"
    " febrero marzo abril mayo junio julio agosto octubre noviembre diciembre"
)
MONTHS = frozenset(MONTH_WORDS.split())
TELLING = DIFFERENT | OF_SIZE | MONTHS
ONE_MORE = 4  # amounts under one question: more are a list of many things


class Told(NamedTuple):
    """One amount of an answer. `beside`: what its sentence names before it, and behind it up to a comma or the like;
    `telling`: the words of the whole answer by which a right amount may be another one.
    """

    unit: str
    amount: Decimal
    beside: frozenset[str]
    telling: frozenset[str]


def other_amounts(texts: ExampleTexts) -> Iterator[tuple[int, int]]:
    """Pairs of places whose answers tell two amounts of one thing."""
    by_asked: dict[tuple[bool, tuple[str, ...]], list[tuple[int, Told]]] = {}
    for place in texts.once_a_row(with_one_amount):
        asked = thing_asked(texts.bodies[place])
        if not asked:
            continue
        hers = is_of_herself(texts.bodies[place])
        for one in amounts_told(texts, place, asked):  # what one of the two pays the other gets, but “how long can I
            by_asked.setdefault((hers and one.unit in UNITS, asked), []).append((place, one))  # keep it?” is hers alone
    for stated in by_asked.values():
        by_unit: dict[tuple[str, frozenset[str], frozenset[str]], dict[Decimal, list[int]]] = {}
        for place, one in stated:
            sides = by_unit.setdefault((one.unit, one.beside, one.telling), {})
            sides.setdefault(one.amount, []).append(place)
        for sides in by_unit.values():
            if 1 < len(sides) <= ONE_MORE:
                first, *others = (side[:MOST_COMPARED] for _, side in sorted(sides.items()))
                for other in others:
                    yield from ((min(pair), max(pair)) for pair in product(first[:1], other))
                    yield from ((min(pair), max(pair)) for pair in product(first[1:], other[:1]))


def with_one_amount(texts: ExampleTexts) -> list[int]:
    """The places of which a question of nobody's own matter is answered with one amount of some unit."""
    some = {*texts.holding(HINTS), *texts.holding(MEASURE_HINTS, any_case=True)}
    return [
        place
        for place in sorted(some)
        if amounts_told(texts, place, ())
        and len(words(texts.bodies[place])) <= MOST_ASKED
        and HERS_OR_THAT_DAY.search(texts.bodies[place]) is None
    ]


def thing_asked(question: str) -> tuple[str, ...]:
    """The words of a question that name what it asks for, and those that deny; in their order where this counts."""
    told = asked_for(question)
    return tuple(word for word in told if word not in FRAME or word in KEPT) if named_in(told) else ()


def is_of_herself(question: str) -> bool:
    """Whether she asks what she does herself, and not what the house does."""
    said = {*words(question)}
    return not said.isdisjoint(OF_HERSELF) and said.isdisjoint(OF_THE_HOUSE)


def named_in(said: Iterable[str]) -> frozenset[str]:
    """What words name, by their first letters."""
    return frozenset(singular(word)[:LONG_STEM] for word in said if word not in FRAME and word not in NEGATIONS)


def amounts_told(texts: ExampleTexts, place: int, asked: tuple[str, ...]) -> list[Told]:
    """The amounts of an answer that are the only ones of their unit."""
    if DIGIT.search(texts.answers[place]) is None:
        return []
    said = answer_body(texts.answers[place])
    if not (AMOUNTS.search(said) or MEASURES.search(said)) or HERS.search(said) or ABOUT.search(said):
        return []
    known = named_in(asked)
    telling = TELLING.intersection(words(said))
    found: dict[str, list[Told]] = {}
    for sentence in SENTENCES.split(said):
        for match in (*AMOUNTS.finditer(sentence), *MEASURES.finditer(sentence)):
            unit, amount = read(match)
            behind = PART.search(sentence, match.end())
            rest = f"{sentence[: match.start()]} {sentence[match.end() : behind.start() if behind else None]}"
            beside = (named_in(words(rest)) - known) | NEGATIONS.intersection(words(rest))
            found.setdefault(unit, []).append(Told(unit, amount, beside, telling))
    return [of[0] for of in found.values() if len(of) == 1]


def read(match: re.Match[str]) -> tuple[str, Decimal]:
    """The unit and the amount of one match, of money or of a measure."""
    if "number" in match.groupdict():
        unit = next(name for name in UNITS if match[name])
        return unit, Decimal(match["number"].replace(",", "."))
    return amount_of(match)
