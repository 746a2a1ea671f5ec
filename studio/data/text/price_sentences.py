"""Sentences that tell a price, without it: of two that are equal but for one amount, one may be out of date."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from studio.data.text.greetings import GREETING
from studio.data.text.late_pattern import late
from studio.data.text.normalize import words
from studio.data.text.stated_prices import AMOUNTS, HINTS, SENTENCES, amount_of

FEWEST_WORDS, MOST_LETTERS = 6, 400  # beside the amounts, of a sentence that stands in two rows by no chance
SHOWN = 36  # letters before and behind the amount
HERS = late(  # what one customer paid or gets back, or what was: another customer's is another sum
    r"\b(?:refund\w*|credit(?:ed)?|reimburs\w*|paid|sent|went|was|were|had|been|charged|took|received|gave"
    r"|transfer\w*|returned|invoices?|bills?|balance|totals?|altogether|quote[ds]?|owe[ds]?|due|left|compensat\w*|voucher"
    r"|sorry|apologi[sz]e|your (?:order|account|booking|deposit|payment|card|claim|stay|repair|case|parcel|purchase)"
    r"|erstatt\w*|gutschrift|rechnung\w*|überwiesen|bezahlt|war|waren|insgesamt|rembours\w*|facture)\b",
    re.IGNORECASE,
)


class PriceSentence(NamedTuple):
    """One amount of a sentence. `rest` is the same in sentences that are equal but for this amount."""

    rest: tuple[str, ...]
    shown: str
    amount: Decimal
    written: str


def price_sentences(text: str) -> Iterator[PriceSentence]:
    """Each amount of the sentences of a text that tell what something costs whoever asks."""
    if not any(map(text.__contains__, HINTS)):
        return
    for sentence in SENTENCES.split(GREETING.sub("", text).strip()):
        matches = [*AMOUNTS.finditer(sentence)] if len(sentence) <= MOST_LETTERS else []
        if not matches or HERS.search(sentence):
            continue
        amounts = [amount_of(match) for match in matches]
        if sum(len(words(part)) for part in parts_between(sentence, matches)) < FEWEST_WORDS:
            continue
        for place, (match, (currency, amount)) in enumerate(zip(matches, amounts, strict=True)):
            others = [f"{sign}{number.normalize()}" for sign, number in (*amounts[:place], *amounts[place + 1 :])]
            said = [" ".join(words(part)) for part in parts_between(sentence, matches)]
            yield PriceSentence(
                (*said, str(place), currency, *others), shown_of(sentence, match), amount, match.group()
            )


def parts_between(sentence: str, matches: list[re.Match[str]]) -> Iterator[str]:
    """What stands before, between and behind the amounts."""
    end = 0
    for match in matches:
        yield sentence[end : match.start()]
        end = match.end()
    yield sentence[end:]


def shown_of(sentence: str, match: re.Match[str]) -> str:
    """“The 1.5 tonne mini digger is … for the weekend”: the words around an amount, cut between words."""
    before, behind = sentence[: match.start()].strip(), sentence[match.end() :].strip(" .!")
    if len(before) > SHOWN:
        before = before[-SHOWN:].partition(" ")[2]
    if len(behind) > SHOWN:
        behind = behind[:SHOWN].rpartition(" ")[0]
    return f"{before} … {behind}".strip(" ,;:")
