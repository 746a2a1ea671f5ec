"""Prices that an answer states of a thing: “A full service is £65 plus parts”, “we charge 20 € for a spoke”.

Only sentences of a plain build are read, so that a price is never put to something else that stands beside it. What
else is said of it (“a day”, “for members”, “from”) is a part of what it is the price of.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from studio.data.text.greetings import GREETING
from studio.data.text.late_pattern import late
from studio.data.text.normalize import words

HINTS = ("£", "$", "€", "EUR", "GBP", "USD", "CHF", "euro", "Euro", "pound", "Franken", "dollar")  # a first look
CURRENCIES = {
    "gbp": "£", "pound": "£", "pounds": "£", "p": "p", "usd": "$", "dollar": "$", "dollars": "$", "eur": "€",
    "euro": "€", "euros": "€", "franken": "CHF", "chf": "CHF",
}  # fmt: skip
MOST_WORDS = 9  # of the thing
NUMBER = r"\d{1,3}(?:[ ,.’']\d{3})+(?:[.,]\d{2})?(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
AMOUNT = (
    rf"(?:(?P<before>[£$€]|\b(?:EUR|GBP|USD|CHF)\b) ?(?P<one>{NUMBER})(?:[.,][-–]+)?"
    rf"|(?<![\w£$€])(?P<other>{NUMBER})(?:[.,][-–]+)? ?(?P<after>[£€]|(?:(?i:EUR|GBP|USD|CHF|euros?|pounds?|dollars?"
    rf"|Franken)|p)(?!\w)))(?!\w|%|[.,]\d| ?(?:million|billion|thousand|k\b)"
    rf"| ?(?:-|–|/|to|or|and|bis|oder|und|à|ou|et) ?[£$€]?\d| ?(?:or|oder) )"
)
LEADS = r"(?:(?:yes|of course|sure|certainly|currently|at the moment|at present|so|ja|gerne|natürlich|derzeit),? )"
DEFINITE = "the|our|your|der|die|das|den|le|la|les|el|los|las|il|lo|gli|het|de"
INDEFINITE = "an|a|one|each|every|eine|einen|einer|ein|jede[rs]?|une|un|una|uno|een"
PRICE_OF = r"(?:(?:the|our) )?(?:price|cost|fee|charge)s? (?:of|for) "
VERB = (
    "is priced at|is|are|costs?|comes? to|will be|will cost|would be|would cost|starts? at|starts? from|kostet|kosten"
    "|beträgt|coûtent|coûte|est à|est de|cuestan|cuesta|costano|costa|kost"
)
MEANWHILE = r"(?: (?:takes?|lasts?|needs?|dauert) [^,;:£$€\n]{1,40}? (?:and|und))?"
ADVERB = r"(?: (?:now|only|just|currently|still|jetzt|nur|aktuell))?"
MODE = r"(?: (?P<mode>from|at least|up to|less than|about|around|roughly|ab|etwa|rund|bis zu|à partir de|desde|da))?"
MEASURED = (
    r"\d{1,4}(?:[.,]\d)? ?(?:kg|kilos?|g|lbs?|pounds|cm|mm|m|km|miles|l|litres?|years?|months?|Jahren?|Kilo)(?!\w)"
)
PLAIN = r"[^\d,;:()\[\]{}£$€\"“”\n]"
THING = rf"(?P<thing>{PLAIN}{{3,70}}?(?:{MEASURED}{PLAIN}{{0,40}}?)?)"
STATED = late(
    rf"{LEADS}{{0,2}}(?:{PRICE_OF})?(?:(?:(?P<definite>{DEFINITE})|{INDEFINITE}) )?{THING}{MEANWHILE}"
    rf" (?P<verb>{VERB}){ADVERB}{MODE} {AMOUNT}(?P<rest>[^\n]*)",
    re.IGNORECASE,
)
CHARGED = late(
    rf"{LEADS}{{0,2}}(?:we (?:charge|ask|take)|it (?:is|costs)|wir (?:berechnen|verlangen|nehmen)|es kostet)"
    rf"{ADVERB}{MODE} {AMOUNT} (?:for|für) (?:(?P<definite>{DEFINITE})|{INDEFINITE}) {THING}"
    r"(?P<rest>(?: (?:plus|including|with|and|zzgl|inklusive)(?!\w)|[,;.!?(]|\Z)[^\n]*)",
    re.IGNORECASE,
)
PRICED_FOR = late(  # “For a dog up to 20 kg it is 32 euros a night”, “for a dog over 20 kg the night is 38 euros”
    rf"{LEADS}{{0,2}}(?:for|für) (?:(?P<definite>{DEFINITE})|{INDEFINITE}) {THING},?"
    r" (?:(?:it|that|es|das)|(?:the|one|an?|each|every|die|der|das|eine?) (?P<of>[^\W\d_]{3,20}(?: [^\W\d_]{3,20})?))"
    rf" (?P<verb>{VERB}){ADVERB}{MODE} {AMOUNT}(?P<rest>[^\n]*)",
    re.IGNORECASE,
)
ASKED_THING = late(
    r"(?:how much|what) (?:is|are|does|do|would|will)(?: (?:the )?(?:price|cost|charge|fee)s? (?:of|for))?"
    rf" (?:(?:an?|the|your|one) )?(?P<thing>{PLAIN}{{3,60}}?)(?: (?:be|costs?))?(?: (?:with you|at yours))?\?",
    re.IGNORECASE,
)
ANSWERED = late(rf"(?P<subject>[^\d:;!?\n£$€]{{3,90}}?) (?:{VERB}){ADVERB} (?P<price>{AMOUNT})", re.IGNORECASE)
AMOUNTS = late(AMOUNT)
SENTENCES = late(r"(?<=[.!?])\s+|\n+")
CUT = late(  # where what is said of the price ends
    r"[.;:!?(–—]| - |, (?!if |when |until |for |on |in |unless |as long |wenn |für |bis |im )"
    r"| (?:and|but|so|which|und|aber) (?:it |its |takes? |we |you |includes? |lasts? |can |they |this |that |is |are "
    r"|the |a |please |dauert |wir |sie |es |die |der |das )| (?:but|which|because|aber) "
)
EMPTY = late(r"(?:now|today|only|currently|altogether|in total|at the moment|at present|all in|insgesamt|derzeit)\Z")
EXTRA = late(
    r"(?P<kind>plus|excluding|without|including|incl|inclusive of|inc|with|zzgl|zuzüglich|inkl|inklusive|mit)\b"
)
SAME_EXTRA = {"incl": "with", "including": "with", "inc": "with", "inclusive of": "with", "inkl": "with",
              "inklusive": "with", "mit": "with", "zzgl": "plus", "zuzüglich": "plus", "excluding": "plus",
              "without": "plus"}  # fmt: skip
CLAUSE_WORDS = (  # says that the subject is a clause, or stands for something that was named before
    "it this that these those he she they we you i which who what if when there here not no is are be been was were"
    " has have had do does can will would should as because than then while where how both all either neither es sie"
    " wir er das dies diese dieser wenn dass ist sind nicht kein keine man ce cela ça il elle vous nous si esto eso"
)
NO_THING = frozenset(CLAUSE_WORDS.split())
JOINING_WORDS = (
    "a an the of for to in on at with and or by from per your our my one each every der die das ein eine einen"
)
JOINING = frozenset(f"{JOINING_WORDS} von für mit und pro".split())
GENERAL_WORDS = (
    f"{JOINING_WORDS} new price prices cost costs fee"
    " fees charge charges total sum amount rate rest balance difference bill quote value answer result deal offer"
    " item items product products order orders everything anything something either other others standard normal"
    " usual basic average minimum maximum regular current full original final same next first second"
    " von für mit und preis kosten gebühr summe betrag"
)
EMPTY_WORDS = frozenset(GENERAL_WORDS.split())


class StatedPrice(NamedTuple):
    """`thing` as it is written; `key` tells what it is the price of, however that is put into words: what it names,
    from or up to, the currency; `extra` what it is with or without, if said.

    `needs_naming`: “the check”, “fitting” may be another thing in another row, unless its question names it.
    """

    thing: str
    key: tuple[tuple[str, ...], str, str]
    extra: tuple[str, str]
    currency: str
    amount: Decimal
    written: str
    needs_naming: bool


def stated_prices(text: str) -> list[StatedPrice]:
    """The prices that a text states, at most one in a sentence."""
    found = []
    for sentence in SENTENCES.split(GREETING.sub("", text).strip()):
        if not any(map(str.isdigit, sentence)) or len(sentence) > 400:
            continue
        match = PRICED_FOR.match(sentence) or STATED.match(sentence) or CHARGED.match(sentence)
        if match is not None and (price := price_in(match)) is not None:
            found.append(price)
    return found


def price_of_asked(asked: str, said: str) -> list[StatedPrice]:
    """The one price that an answer states, of the thing that the question names, where it names that in other words:
    “Bath, dry and nails for a standard poodle is 85 euros” to “What is a full groom for a standard poodle?”."""
    named = ASKED_THING.search(asked)
    if named is None or len(AMOUNTS.findall(said)) != 1:
        return []
    for sentence in SENTENCES.split(GREETING.sub("", said).strip()):
        match = ANSWERED.match(sentence)
        if match is not None:
            shared = {*words(named["thing"])} & {*words(match["subject"])} - JOINING
            return stated_prices(f"{named['thing']} is {sentence[match.start('price') :]}") if len(shared) > 1 else []
    return []


def price_in(match: re.Match[str]) -> StatedPrice | None:
    """The price of one sentence; None where its subject names no thing."""
    thing = " ".join(match["thing"].split())
    said = words(thing)
    telling = [word for word in said if word not in EMPTY_WORDS]
    if not telling or len(said) > MOST_WORDS or not NO_THING.isdisjoint(said):
        return None
    rest = match["rest"].strip()
    cut = CUT.search(f" {rest}")
    rest = rest if cut is None else f" {rest}"[: cut.start()].strip()
    extra = EXTRA.match(rest.lower())
    beside = words(rest)
    with_or_without = ("", "")
    if extra is not None:
        kind = extra["kind"]
        with_or_without, beside = (SAME_EXTRA.get(kind, kind), beside[-1] if beside else ""), []
    elif EMPTY.match(rest.lower()):
        beside = []
    mode = (match["mode"] or ("from" if match.groupdict().get("verb", "").lower().startswith("start") else "")).lower()
    currency, amount = amount_of(match)
    written = match.group("before") or ""
    written = f"{written}{match['one']}" if written else f"{match['other']}{spaced(match['after'])}"
    needs_naming = bool(match["definite"]) or len(telling) < 2
    named = {singular(word) for word in (*said, *beside, *words(match.groupdict().get("of") or ""))}
    key = (tuple(sorted(named - JOINING)), mode, currency)
    return StatedPrice(thing, key, with_or_without, currency, amount, written, needs_naming)


def singular(word: str) -> str:
    """“cats” and “a cat” are one thing; a price of two is told by the number."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def spaced(unit: str) -> str:
    """“65 €”, “50p”."""
    return unit if unit in ("p", "£") else f" {unit}"


def amount_of(match: re.Match[str]) -> tuple[str, Decimal]:
    """Currency and amount in one way of writing: 1,200.50 and 1.200,50 are one."""
    sign = match["before"] or match["after"]
    digits = match["one"] or match["other"]
    parts = re.split(r"[ ,.’']", digits)
    whole, cents = (parts[:-1], parts[-1]) if len(parts) > 1 and len(parts[-1]) < 3 else (parts, "0")
    currency = CURRENCIES.get(sign.lower(), sign)
    amount = Decimal("".join(whole) + "." + cents)
    return ("£", amount / 100) if currency == "p" else (currency, amount)
