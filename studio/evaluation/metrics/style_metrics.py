"""How it is said rather than what: length, refusals, style."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from studio.evaluation.metrics.text_metrics import WORD

REFUSES = re.compile(
    r"\b(?:(?:sorry|afraid),? (?:but )?(?:no\b|not\b|(?:that|this|it)(?:'s| is) not|helping|such)|"
    r"i(?: simply| really)? (?:can(?:not|'t| not)|won't|will not|"
    r"must not|am (?:not able|unable)|'m (?:not able|unable))|i (?:must|have to) (?:decline|refuse)|"
    r"not (?:able|allowed) to (?:help|assist)|(?:can(?:not|'t)|won't) (?:help|assist|do that|share|provide)|"
    r"against (?:my|the|our) (?:rules|guidelines|policy)|as an ai|"
    r"ich kann (?:ihnen |dir )?(?:dabei |das )?(?:leider )?nicht|leider kann ich)\b",
    re.IGNORECASE,
)
KNOWS_NOT = re.compile(
    r"\b(?:(?:i|we) (?:do not|don't|cannot|can't) (?:know|tell|say)|(?:i'm|i am|we are|we're) not sure|"
    r"(?:no|not any|don't have|do not have|without)(?: \w+){0,2} (?:information|details|data|record|idea)|"
    r"not (?:known|mentioned|stated|given|specified|provided)|"
    r"(?:cannot|can't|could not|couldn't) (?:find|be (?:answered|determined|known))|unanswerable|no answer|unknown|"
    r"nobody knows|impossible to (?:know|say)|(?:does not|doesn't) (?:say|mention|exist)|there (?:is|are) no|"
    r"never existed|weiß (?:ich |es )?nicht|keine (?:angabe|information))\b",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """Curly apostrophes made straight, so that "can’t" is found."""
    return text.replace("’", "'").replace("‘", "'")


def refuses(reply: str) -> bool:
    """The first 200 letters decline to help, or the reply is empty. A rule of phrases: read some of its finds.

    “I am sorry” alone declines nothing: it is how a polite house begins an answer.
    """
    return not reply.strip() or REFUSES.search(plain(reply)[:200]) is not None


def says_it_does_not_know(reply: str) -> bool:
    """A refusal or words of not knowing in the first 300 letters."""
    return refuses(reply) or KNOWS_NOT.search(plain(reply)[:300]) is not None


def length_ratio(reply: str, expert: str) -> float:
    """Words of the reply for each word of the expert; one word at least on either side."""
    return max(1, len(WORD.findall(reply))) / max(1, len(WORD.findall(expert)))


def length_match(reply: str, expert: str) -> float:
    """1 when as long as the expert's, 0.5 when twice or half as long: a bounded score to compare with."""
    ratio = length_ratio(reply, expert)
    return min(ratio, 1 / ratio)


def profile(texts: Sequence[str], most: int = 1500) -> dict[str, float]:
    """The commonest three-letter pieces and their weights (character n-gram profiles, Kešelj et al. 2003)."""
    counts: Counter[str] = Counter()
    for text in texts:
        line = f" {' '.join(text.split())} "
        counts.update(line[place : place + 3] for place in range(len(line) - 2))
    weights = {piece: math.sqrt(count) for piece, count in counts.most_common(most)}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {piece: weight / length for piece, weight in weights.items()}


def style_similarity(reply: str, house: Mapping[str, float]) -> float:
    """Cosine between the reply's pieces and the training answers' (`profile`): marks, endings, greetings count."""
    mine = profile([reply])
    return min(1.0, sum(weight * house.get(piece, 0.0) for piece, weight in mine.items()))
