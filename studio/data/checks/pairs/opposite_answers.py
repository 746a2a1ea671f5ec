"""A plain yes against a plain no under questions that ask for the same in nearly the same words.

Only what the house decides is compared: whose question speaks of her own booking, or of what is free that day, has an
answer of its own.
"""

import re
from collections.abc import Iterator

from studio.data.text.asked_words import ASKING, AT_YOURS, DIFFERENT, names, stems
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.data.text.mail_body import answer_body
from studio.data.text.normalize import facts, words

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
FEWEST_NAMED, FEWEST_SAID, MOST_ASKED = 2, 3, 60  # stems of a question; words of an answer, and of a question
MOST_COMPARED = 20  # rows of each side that ask for the same


def opposite_answers(texts: ExampleTexts) -> Iterator[tuple[int, int]]:
    """Pairs of places of which one says yes and the other one no."""
    asked: dict[int, frozenset[str]] = {}
    by_named: dict[frozenset[str], tuple[list[int], list[int]]] = {}
    for place in texts.once_a_row(with_yes_or_no):
        body = texts.bodies[place]
        named = frozenset(stems(AT_YOURS.sub(" ", body)))
        if len(named) < FEWEST_NAMED:
            continue
        asked[place] = named
        says_no = SAYS_NO.match(answer_body(texts.answers[place])) is not None
        for key in {named, *(named - {one} for one in named if len(named) > FEWEST_NAMED)}:
            by_named.setdefault(key, ([], []))[says_no].append(place)
    seen: set[tuple[int, int]] = set()
    for yes, no in by_named.values():
        for one in yes[:MOST_COMPARED] if no else ():
            for other in no[:MOST_COMPARED]:
                pair = min(one, other), max(one, other)
                if pair not in seen and is_opposite(texts, one, other, asked[one], asked[other]):
                    yield pair
                seen.add(pair)


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


def is_opposite(texts: ExampleTexts, one: int, other: int, named: frozenset[str], other_named: frozenset[str]) -> bool:
    """Whether the questions ask for the same: at most one word more in one of them, which is no name or number and
    which its answer does not name (“electric bikes”), while both answers name what both ask for."""
    left, right = texts.bodies[one], texts.bodies[other]
    if len(named ^ other_named) > 1 or facts(words(left)) != facts(words(right)):
        return False
    said, other_said = stems(texts.answers[one]), stems(texts.answers[other])
    if (named ^ other_named) & (said | other_said) or not named & other_named & said & other_said:
        return False
    differing = {*words(left)} ^ {*words(right)}
    return DIFFERENT.isdisjoint(differing) and differing.isdisjoint((names(left) ^ names(right)) - ASKING)
