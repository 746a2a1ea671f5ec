"""Mail that a program sent because somebody is away: it answers nothing, and a model would learn to be away."""

import re

from studio.data.checks.check import DEFAULT, Check, Drops, Edits, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

HINTS = ("automatic", "auto-reply", "autoreply", "auto reply", "out of office", "out of the office", "away from",
         "leave", "holiday", "vacation", "automatisch", "abwesenheit", "nicht im büro", "nicht im haus", "abwesend",
         "automatique", "automática", "afwezig")  # fmt: skip
SUBJECT = late(
    r"\s*(?:(?:re|aw|fwd?|wg|subject|betreff): ?)*(?:automatic reply|automatic response|auto-?reply|auto reply"
    r"|out of (?:the )?office(?: reply)?|automatische antwort|abwesenheitsnotiz|réponse automatique"
    r"|respuesta automática|automatisch antwoord)\s*(?:[:\n–—-]|\Z)",
    re.IGNORECASE,
)
AWAY = late(
    r"\b(?:i am|i['’]m|i will be|i shall be|we are) (?:currently |now |presently )?(?:out of (?:the )?office"
    r"|away from (?:the office|my desk|work)|on (?:annual |parental |maternity |sick )?leave|on (?:holiday|vacation))\b"
    r"|\b(?:nicht im (?:büro|haus)|abwesend)\b",
    re.IGNORECASE,
)
UNTIL = late(r"\b(?:until|till|returning|i return|be back|back on|bis|wieder ab|zurück)\b", re.IGNORECASE)
MEANWHILE = late(
    r"\b(?:no|limited|without|little|intermittent) access\b|\b(?:urgent|emergency|in my absence|while i am away"
    r"|dringend\w*|weitergeleitet|vertretung)\b",
    re.IGNORECASE,
)
LOOKED_AT = 600  # letters


def is_automatic(text: str) -> bool:
    """By its subject, or because it says all three: away, until when, and what to do meanwhile."""
    head = text[:LOOKED_AT]
    return SUBJECT.match(head) is not None or all(one.search(head) for one in (AWAY, UNTIL, MEANWHILE))


def automatic(texts: ExampleTexts) -> list[int]:
    """The places whose question or answer is one."""
    near = texts.holding(HINTS, any_case=True)
    return [place for place in near if is_automatic(texts.questions[place]) or is_automatic(texts.answers[place])]


def find_automatic(texts: ExampleTexts) -> list[Finding]:
    """Rows to look at: a question about such a reply may have a good answer."""
    places = automatic(texts)
    sentence = Sentence.of("finding.automatic.sentence", count=len(places))
    return finding("automatic_reply", "look", texts, places, sentence, "finding.automatic.fix")


def without_automatic(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """These rows go."""
    return {texts.examples[place].id: "automatic_reply" for place in automatic(texts)}, {}


AUTOMATIC_REPLY = Check(
    kind="automatic_reply", scope="row", detect=of_texts(find_automatic), effect=without_automatic, order=92,
    takes_out=DEFAULT,
)  # fmt: skip
