"""Two prices for one thing, or two limits for cancelling it, in rows whose questions are worded differently: only a
person can say which one holds.

Rows with the same question are contradictions, and are told there. A table may hold several right prices, so that a
row whose question names what makes the difference (“for a tandem”) is no second price. Where the answer says itself for
what it holds (“a night for a dog up to 20 kg”), the question need not: nobody asks in these words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from itertools import combinations, product
from typing import NamedTuple

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.checks.pairs.conflicts import conflict_groups, with_opposites
from studio.data.text.asked_words import ASKING, AT_YOURS, DIFFERENT, OF_SIZE, long_stems, names, stems
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.data.text.mail_body import mail_body
from studio.data.text.normalize import words
from studio.data.text.price_sentences import HERS, PriceSentence, price_sentences
from studio.data.text.stated_prices import HINTS, StatedPrice, price_of_asked, stated_prices
from studio.data.text.time_limits import HINTS as LIMIT_HINTS
from studio.data.text.time_limits import LIMIT, time_limits
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

FEWEST = 2  # rows that give one of the prices; one is enough where each is asked for plainly, or says for what it holds
SPECIFIED = 4  # words that say what a price is for
MOST_PRICES = 4  # of one thing: more are no price list of it
MOST_COMPARED = 60  # rows with one sentence, of all its amounts together
EITHER = frozenset(["or", "and", "half", "alike", "oder", "und", "halb", "ou", "et"])
TELLING = DIFFERENT | OF_SIZE
NEAR = 2  # words before and behind such a one are alternatives
MOST_TOLD, MOST_ROWS = 5, 6  # things, and rows of each price, in the sentences
PART, ROW = "\x1f", "\x1e"  # between what a state holds, and between two things of one row
PARTS = late(r"[.?!\n]+\s*|,? and (?=(?:can|could|do|does|is|are|may|will|would|should)\b)", re.IGNORECASE)
OTHER_QUESTION = late(
    r"\s*(?:can|could|do|does|is|are|may|will|would|should|how|what|when|where|which|who)\b[^.\n]*\Z", re.IGNORECASE
)
FROM_PHONE = late(r"\s*(?:sent|gesendet) (?:from|von) (?:my|meinem?)\b", re.IGNORECASE)
DAYS = "weekend weekends sunday saturday until before after two three four five six long last"
OF_TIME = frozenset(DAYS.split())
BESIDE = late(r"\b(?:for|on|of|with|in|für|mit|pour|para|per)\b", re.IGNORECASE)
BESIDE_TOO = late(rf"{BESIDE.pattern}|\b(?:at|by|from|to|during|without|via|auf|bei|nach|zu[rm]?)\b", re.IGNORECASE)
TOLD = late(r"[^.!?\n]+[.!?\n]?")
AROUND_IT = late(r"[.,;:?!()\n]")


class TwoPrices(NamedTuple):
    """The places that give each price of a thing, as it is written there first."""

    thing: str
    sides: Mapping[str, tuple[int, ...]]

    @property
    def places(self) -> list[int]:
        """All of them, in order."""
        return sorted({place for side in self.sides.values() for place in side})


def two_prices(texts: ExampleTexts) -> list[TwoPrices]:
    """Things with more than one price, the first row's before; none whose rows contradict each other already."""
    by_key: dict[tuple[tuple[str, ...], str, str], list[tuple[int, StatedPrice]]] = {}
    for place in texts.once_a_row(with_prices):
        prices = priced_things(texts, place)
        for price in prices:
            if sum(other.key == price.key for other in prices) == 1:
                by_key.setdefault(price.key, []).append((place, price))
    found = [one for stated in by_key.values() for one in told_apart(texts, stated)]
    told = [set(one.places) for one in found]
    found += [one for one in in_equal_sentences(texts) if not any(places & {*one.places} for places in told)]
    if not found:
        return []
    contradicting = [set(group) for group in contradictions(texts, {place for one in found for place in one.places})]
    return sorted((one for one in found if not is_known(one, contradicting)), key=lambda one: one.places)


def in_equal_sentences(texts: ExampleTexts) -> Iterator[TwoPrices]:
    """Sentences of two rows that are equal but for one amount, under questions that ask for the same."""
    by_rest: dict[tuple[str, ...], list[tuple[int, PriceSentence]]] = {}
    for place in texts.once_a_row(with_amounts):
        for one in price_sentences(texts.answers[place]):
            by_rest.setdefault(one.rest, []).append((place, one))
    for stated in by_rest.values():
        if not 1 < len({one.amount for _, one in stated}) <= MOST_PRICES:
            continue
        some = of_each_amount(stated)
        asked = {place: asked_of(texts, place) for of in some.values() for place in of}
        sides: dict[Decimal, dict[int, str]] = {amount: {} for amount in some}
        for amount, other in combinations(some, 2):
            side, other_side = sides[amount], sides[other]
            for place, at in product(some[amount], some[other]):
                is_new = place != at and (place not in side or at not in other_side)
                if is_new and ask_for_the_same(asked[place], asked[at]):
                    side[place], other_side[at] = some[amount][place], some[other][at]
        of_amounts = [of for _, of in sorted(sides.items()) if of]
        if of_amounts:
            yield TwoPrices(stated[0][1].shown, {next(iter(of.values())): tuple(sorted(of)) for of in of_amounts})


def of_each_amount(stated: Sequence[tuple[int, PriceSentence]]) -> dict[Decimal, dict[int, str]]:
    """The first rows of each amount, as it is written there: a price that one row gives is not lost behind many of
    another one."""
    some: dict[Decimal, dict[int, str]] = {one.amount: {} for _, one in stated}
    for place, one in stated:
        if len(some[one.amount]) < MOST_COMPARED // len(some):
            some[one.amount].setdefault(place, one.written)
    return some


class Asked(NamedTuple):
    """What a question names, and what its answer does. `beside`: what the question names and the answer does not;
    `either`: what the answer names beside an “or” or the like: the price may hang on it (“small or large”)."""

    is_hers: bool
    named: Set[str]
    beside: Set[str]
    telling: Set[str]
    said: Set[str]
    words: Set[str]
    either: Set[str]


def asked_of(texts: ExampleTexts, place: int) -> Asked:
    """What is compared of one row."""
    asked, answered = texts.bodies[place], texts.answer_words(place)
    told = words(asked)
    named = long_stems(words(AT_YOURS.sub(" ", asked)) if AT_YOURS.search(asked) else told)
    said = long_stems(answered)
    near = [range(at - NEAR, at + NEAR + 1) for at, word in enumerate(answered) if word in EITHER]
    either = {answered[at] for some in near for at in some if 0 <= at < len(answered)}
    beside = {stem for stem in named if not is_said(stem, said)}
    return Asked(
        HERS.search(asked) is not None, named, beside, TELLING.intersection(told), said, set(answered), either
    )  # fmt: skip


def ask_for_the_same(one: Asked, other: Asked) -> bool:
    """Whether two questions share what the answers name, and what only one of them names the answers do, too, and not
    beside an “or”: the difference of the questions then is none of the matter."""
    if one.is_hers or other.is_hers or not (one.beside <= other.named and other.beside <= one.named):
        return False
    said, either = one.said & other.said, one.either | other.either
    if not one.named & other.named & said or not one.telling ^ other.telling <= (one.words & other.words) - either:
        return False
    return all(is_said(stem, said) and not is_begun(stem, either) for stem in one.named ^ other.named)


def is_said(stem: str, said: Set[str]) -> bool:
    """Whether an answer holds a word, or one that begins alike (“deliver”, “delivery”); numbers are none of these."""
    alike = (of for of in said if len(of) > 3 and of.isalpha() and (stem.startswith(of) or of.startswith(stem)))
    return stem in said or (stem.isalpha() and any(alike))


def is_begun(stem: str, said: Iterable[str]) -> bool:
    """Whether one of these words begins so."""
    return any(word.startswith(stem) for word in said)


def with_amounts(texts: ExampleTexts) -> list[int]:
    """The places whose answers hold a sentence that tells a price."""
    return [place for place in texts.holding(HINTS) if any(price_sentences(texts.answers[place]))]


def with_prices(texts: ExampleTexts) -> list[int]:
    """The places whose answers state a price of a thing, or a limit."""
    some = {*texts.holding(HINTS), *texts.holding(LIMIT_HINTS, any_case=True)}
    return [place for place in sorted(some) if priced_things(texts, place)]


def priced_things(texts: ExampleTexts, place: int) -> list[StatedPrice]:
    """The prices and limits of one answer, each of a thing that is the same in every row."""
    question, answer = texts.questions[place], texts.answers[place]
    prices = stated_prices(answer) or price_of_asked(question, answer)
    prices = [*prices, *time_limits(question, answer)]
    if not any(price.needs_naming for price in prices):
        return prices
    asked = stems(texts.questions[place])
    return [one for one in prices if not one.needs_naming or asked & stems(one.thing)]


def told_apart(texts: ExampleTexts, stated: Sequence[tuple[int, StatedPrice]]) -> list[TwoPrices]:
    """The prices of one thing, as far as they are with or without the same; where nothing is said they may be."""
    if len({price.amount for _, price in stated}) < 2:
        return []
    extras = dict.fromkeys(price.extra for _, price in stated if any(price.extra)) or {("", ""): None}
    for extra in extras:
        sides: dict[Decimal, list[int]] = {}
        written: dict[Decimal, str] = {}
        for place, price in stated:
            if price.extra == extra or not any(price.extra) or alike(price.extra, extra):
                sides.setdefault(price.amount, []).append(place)
                written.setdefault(price.amount, price.written)
        price = stated[0][1]
        is_specified = is_said_for_what(price)
        if is_specified:
            sides = {amount: left for amount, side in sides.items()
                     if (left := [at for at in side if not asks_for_another(texts.questions[at], price)])}  # fmt: skip
        else:
            sides = {amount: side for amount, side in sides.items() if not is_told(texts, side, sides, price)}
        asked = [any(asks_plainly(texts.questions[at], price) for at in side) for side in sides.values()]
        is_enough = is_specified or all(asked) or max(map(len, sides.values())) >= FEWEST
        if 1 < len(sides) <= MOST_PRICES and (is_specified or any(asked)) and is_enough:
            named = {written[amount]: tuple(side) for amount, side in sorted(sides.items())}
            return [TwoPrices(price.thing, named)]
    return []


def is_said_for_what(price: StatedPrice) -> bool:
    """Whether the answer says itself for what it holds: by a measure, or in many words."""
    return (
        price.currency == LIMIT
        or len(price.key[0]) >= SPECIFIED
        or any(any(map(str.isdigit, word)) for word in price.key[0])
    )


def asks_for_another(question: str, price: StatedPrice) -> bool:
    """Whether a question tells that its price may be another one: by a time, by who pays, by somebody's or a place's
    name, or by a number of things."""
    asked = mail_body(question)
    if asks_plainly(question, price):
        return False
    if price.currency == LIMIT:
        told, beside = DIFFERENT & {*words(asked)} - OF_TIME, False
    else:
        told = DIFFERENT & {*words(asked)}
        beside = names_beside(asked, price) or tells_a_case(asked, price)
    return beside or bool(told) or bool(names(asked) - set(words(price.thing)) - ASKING)


def names_beside(asked: str, price: StatedPrice) -> bool:
    """“At the counter”, “with medicine”: whether a part behind such a word names nothing of the thing. A number tells
    the case of whoever asks (“of 11 kilos”), as the answer does."""
    named = stems(" ".join((price.thing, *price.key[0])))
    parts = [AROUND_IT.split(part, maxsplit=1)[0] for part in BESIDE_TOO.split(AT_YOURS.sub(" ", asked))[1:]]
    return any((said := stems(part)) and said.isdisjoint(named) and not any(map(str.isdigit, part)) for part in parts)


def tells_a_case(asked: str, price: StatedPrice) -> bool:
    """“My van is stuck. What is a tow?”: whether a sentence that asks nothing names something beside the thing. One
    with a number tells the measure by which the answer holds (“He is a beagle, 14 kg.”)."""
    named = stems(" ".join((price.thing, *price.key[0])))
    told = (part for part in TOLD.findall(asked) if not part.endswith("?") and not FROM_PHONE.match(part))
    return any(stems(part) - named and not any(map(str.isdigit, part)) for part in told)


def alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """“including the tube” and “including a new inner tube”."""
    return one[0] == other[0] and one[1].rstrip("s") == other[1].rstrip("s")


def is_told(
    texts: ExampleTexts, side: Sequence[int], sides: Mapping[Decimal, Sequence[int]], price: StatedPrice
) -> bool:
    """Whether the questions of these rows tell why the price is another one: none asks for the thing alone, and all
    name something that those of the other prices do not (“tandem”), or each asks for something beside the thing."""
    if any(asks_plainly(texts.questions[place], price) for place in side):
        return False
    asked = [stems(AT_YOURS.sub(" ", texts.questions[place])) for place in side]
    others = {stem for of in sides.values() if of is not side for place in of for stem in stems(texts.questions[place])}
    if set.intersection(*asked) - stems(price.thing) - others:
        return True
    return all(asks_beside(texts.questions[place], price.thing) for place in side)


def asks_beside(question: str, thing: str) -> bool:
    """“A full service for my tandem”: a part that begins with “for” or the like does not name the thing."""
    parts = BESIDE.split(AT_YOURS.sub(" ", question))[1:]
    return any((named := stems(part)) and named.isdisjoint(stems(thing)) for part in parts)


def asks_plainly(question: str, price: StatedPrice) -> bool:
    """Whether a question asks for the thing and nothing else, but for other questions beside it (“and can she bring her
    own basket?”)."""
    named = stems(" ".join((price.thing, *price.key[0])))
    asked = AT_YOURS.sub(" ", mail_body(question))
    parts = [part for part in PARTS.split(asked) if words(part) and not FROM_PHONE.match(part)]
    of_it = [part for part in parts if stems(part) and stems(part) <= named]
    others = [part for part in parts if not stems(part) <= named]
    return bool(of_it) and all(OTHER_QUESTION.match(part) for part in others)


def contradictions(texts: ExampleTexts, places: Iterable[int]) -> list[list[int]]:
    """The contradictions among these rows."""
    some = sorted(places)
    of_these = ExampleTexts([texts.examples[place] for place in some])
    return [[some[at] for at in group] for group in with_opposites(of_these, conflict_groups(of_these))]


def is_known(one: TwoPrices, contradicting: Sequence[set[int]]) -> bool:
    """Whether all its rows are in one contradiction."""
    return any(group.issuperset(one.places) for group in contradicting)


def find_second_prices(texts: ExampleTexts) -> list[Finding]:
    """Every row that gives a price where another row gives another one."""
    things = two_prices(texts)
    notes: dict[int, str] = {}
    states: dict[int, str] = {}
    for one in things:
        for price, side in one.sides.items():
            for place in side:
                notes[place] = ", ".join(filter(None, (notes.get(place), f"“{one.thing}” {price}")))
                state = PART.join((one.thing, price, texts.examples[place].label))
                states[place] = ROW.join(filter(None, (states.get(place), state)))
    groups = [one.places for one in things]
    return finding("second_price", "look", texts, notes, prices_in_words(states, len(notes), None), groups=groups,
                   notes=notes, states=states)  # fmt: skip


def prices_in_words(states: Mapping[int, str], rows: int, limit: int | None) -> list[Sentence]:
    """How many things have more than one price, and of the first few which rows give which."""
    things: dict[str, dict[str, list[str]]] = {}
    for _, state in sorted(states.items()):
        for thing, price, label in (one.split(PART) for one in state.split(ROW)):
            things.setdefault(thing, {}).setdefault(price, []).append(label)
    told = {thing: sides for thing, sides in things.items() if len(sides) > 1}
    said = [Sentence.of("finding.second_price.sentence", count=len(told))]
    return said + [thing_in_words(thing, sides) for thing, sides in list(told.items())[:MOST_TOLD]]


def thing_in_words(thing: str, sides: Mapping[str, Sequence[str]]) -> Sentence:
    """“Full service”: £65 (rows 2, 5), £78 (rows 7, 9)."""
    said = tuple(side_in_words(price, labels) for price, labels in sides.items())
    return Sentence.of("finding.second_price.thing", thing=thing, sides=said)


def side_in_words(price: str, labels: Sequence[str]) -> Sentence:
    """“£65 (rows 2, 5)”, the first few of many rows."""
    rows = ", ".join(labels[:MOST_ROWS]) + (" …" if len(labels) > MOST_ROWS else "")
    return Sentence.of("finding.second_price.side", price=price, count=len(labels), rows=rows)


SECOND_PRICE = Check(
    kind="second_price", scope="group", detect=of_texts(find_second_prices), counts_groups=True, say=prices_in_words
)
