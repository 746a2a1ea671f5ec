"""A plain yes against a plain no under questions that ask for the same, word for word but for words of no weight.

Only what the house decides is compared: whose question speaks of her own booking, or of what is free that day, has an
answer of its own.
"""

import re
from collections.abc import Iterator
from itertools import product

from studio.data.text.asked_words import ASKING, AT_YOURS
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.data.text.mail_body import answer_body
from studio.data.text.normalize import words
from studio.data.text.stated_prices import singular

MAY_SAY = late(r"^\W*(?:yes|no|ja|nein|oui|non|sí|nee)\b", re.IGNORECASE | re.MULTILINE)  # a first look
LOOKED_AT = 160  # letters of an answer: lines that greet and thank may stand before
SAYS_YES = late(r"\W*(?:yes|ja|oui|sí)\b", re.IGNORECASE)
SAYS_NO = late(
    r"\W*(?:no|nein|non|nee)\b(?! (?:problem|worries|matter|doubt|need|one|longer|more|trouble|issue)\b)", re.IGNORECASE
)
HERS_OR_THAT_DAY = late(
    r"\b(?:my|our|mine|ours|free|available|left|still|yet|already|in stock|booked|full|vacanc\w+|today|tomorrow|tonight"
    r"|now|mein\w*|unser\w*|frei|verfügbar|noch|schon|heute|morgen|jetzt)\b",
    re.IGNORECASE,
)
FEWEST_NAMED, FEWEST_SAID, MOST_ASKED = 2, 3, 60  # things of a question; words of an answer, and of a question
MOST_COMPARED = 20  # rows of each side that ask for the same
LIGHT_WORDS = (  # of a question, that make it no other one; “only”, “same” and the like do
    "a an the your please ever also usually generally actually perhaps people do does hello hi hey thanks thank"
    " der die das ein eine einen bitte auch eigentlich denn le la les un une"
)
ORDERING_WORDS = (  # with these the order of the words makes another question: “from Otterby to Buxton”
    "than from into before after without instead or if when unless until while als von nach vor ohne oder wenn"
)
NO_WEIGHT, IN_ORDER = frozenset(LIGHT_WORDS.split()), frozenset(ORDERING_WORDS.split())
ONE_FOR_ANOTHER = {"are": "is", "could": "can", "may": "can"}
YOU_OF_THE_HOUSE = late(r"\b([^\W\d_]{3,20}?)(?:e?n sie|e?t ihr)\b", re.IGNORECASE)  # “nehmen Sie”, “nehmt ihr”


def opposite_answers(texts: ExampleTexts) -> Iterator[tuple[int, int]]:
    """Pairs of places of which one says yes and the other one no."""
    by_asked: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for place in texts.once_a_row(with_yes_or_no):
        says_no = SAYS_NO.match(answer_body(texts.answers[place])) is not None
        by_asked.setdefault(asked_for(texts.bodies[place]), ([], []))[says_no].append(place)
    for asked, (yes, no) in by_asked.items():
        things = things_of(asked)
        if not yes or not no or len(things) < FEWEST_NAMED:
            continue
        named = {at: things & things_of(texts.answer_words(at)) for side in (yes, no) for at in side[:MOST_COMPARED]}
        for one, other in product(yes[:MOST_COMPARED], no[:MOST_COMPARED]):
            if not named[one].isdisjoint(named[other]):
                yield min(one, other), max(one, other)


def asked_for(question: str) -> tuple[str, ...]:
    """The words of a question that make it another one. Who does what, whether one must or may, and what is denied
    stay in it: “do I clean it?” and “do you clean it?” have two right answers."""
    said = words(YOU_OF_THE_HOUSE.sub(r"\1 you", AT_YOURS.sub(" ", question)))
    told = [ONE_FOR_ANOTHER.get(word, singular(word)) for word in said if word not in NO_WEIGHT]
    return tuple(told if not IN_ORDER.isdisjoint(told) else sorted(told))


def things_of(said: tuple[str, ...] | list[str]) -> set[str]:
    """The whole words that name something."""
    return {singular(word) for word in said if word not in ASKING}


def with_yes_or_no(texts: ExampleTexts) -> list[int]:
    """The places of which a short question is answered by a plain yes or no with something behind it."""
    return [
        place
        for place, answer in enumerate(texts.answers)
        if MAY_SAY.search(answer, 0, LOOKED_AT) and is_plain(texts.bodies[place], answer_body(answer))
    ]


def is_plain(asked: str, said: str) -> bool:
    """Whether such an answer is given to a question that is the same for everybody."""
    if not (SAYS_YES.match(said) or SAYS_NO.match(said)) or len(words(said)) < FEWEST_SAID:
        return False
    return len(words(asked)) <= MOST_ASKED and HERS_OR_THAT_DAY.search(asked) is None
