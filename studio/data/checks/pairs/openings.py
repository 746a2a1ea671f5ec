"""Rows whose question is another one's behind a few words that ask nothing: “Second try, do I have to clean it?”

Only words that are known to say nothing of the matter count. Any other (“Trade:”, “Wet day,”) may name a case that has
an answer of its own.
"""

import re
from collections.abc import Iterator

import numpy as np

from studio.data.text.example_texts import ExampleTexts
from studio.data.text.greetings import GREETINGS
from studio.data.text.hashed_tokens import hash_texts
from studio.data.text.late_pattern import late
from studio.data.text.mail_body import answer_body
from studio.data.text.normalize import words

FEWEST_ASKED, FEWEST_SAID = 3, 6  # words of a question, and of its answer, that two rows share by no chance
SAYS_NOTHING = (
    rf"(?:{GREETINGS})(?: (?:again|all|there|everyone|everybody|team|once more))?"
    r"|(?:(?:this is )?(?:my|the|our|a) )?(?:second|third|another|one more|new) (?:try|attempt)"
    r"|(?:just |only |and )?(?:(?:a|one|one more|another|one last) )?"
    r"(?:(?:quick|short|brief|simple|silly|stupid|small) )?(?:question|query)(?: again)?"
    r"|(?:just )?(?:(?:a|another) )?quick (?:one|thing)|one (?:more|last|other) (?:question|thing)|another thing"
    r"|(?:(?:i am|i'm|i’m|i was) )?(?:just |only )?(?:wondering|asking|checking|curious)(?: again)?"
    r"|(?:it is |it's |it’s |only |just )?me again|(?:once |here )?again|once more"
    r"|(?:(?:as )?(?:i|we)(?:'ve|’ve| have)? )?(?:already )?(?:asked|wrote|written|mailed|emailed)"
    r"(?: (?:this|that|you))?(?: (?:already|before|once|twice|again))?"
    r"|(?:(?:a|gentle|friendly|kind|quick|second) ){0,2}reminder"
    r"|(?:(?:i am|i'm|i’m|we are) )?(?:so |very )?sorry(?: to (?:ask|bother|trouble|disturb)(?: you)?)?(?: again)?"
    r"|apologies|excuse me|pardon(?: me)?|(?:yes )?please|thanks|thank you|ok|okay|so|well|anyway|by the way|btw|also"
    r"|(?:(?:nur|noch|mal) )?(?:eine )?(?:kurze |kleine )?frage|(?:zweiter|dritter|neuer) versuch"
    r"|(?:ich )?noch ?mals?|noch einmal|ich (?:schon )?wieder|(?:ich habe )?(?:schon|bereits) (?:einmal )?gefragt"
    r"|entschuldigung|bitte|übrigens|(?:encore )?(?:une )?(?:petite )?question(?: rapide)?|(?:deuxième|second) essai"
    r"|c['’]est encore moi|excusez-moi|s['’]il vous plaît|encore une fois|au fait"
    r"|(?:otra |una )?(?:pequeña )?pregunta(?: rápida)?|(?:segundo|tercer|otro) intento|soy yo otra vez|otra vez"
    r"|perdón|disculpen?|por favor|por cierto"
    r"|(?:un['’]altra |una )?(?:piccola )?domanda(?: veloce)?|(?:secondo|terzo|altro) tentativo|sono ancora io"
    r"|di nuovo|scus[ai]|scusate|mi scusi|per favore|per piacere"
    r"|(?:nog )?(?:een )?(?:korte |kleine |snelle )?vraag(?:je)?|(?:tweede|derde|nieuwe) poging|ik ben het weer"
    r"|nog een keer|nogmaals|pardon|alstublieft|trouwens"
    r"|(?:outra |uma )?(?:pequena )?pergunta(?: rápida)?|(?:segunda|terceira|outra) tentativa|sou eu de novo"
    r"|de novo|desculpem?|se faz favor|a propósito"
)
OPENING = late(
    rf"\W{{0,3}}(?:{SAYS_NOTHING})(?:,? (?:{SAYS_NOTHING}))? ?(?:[,.:;!…]|[–—-](?!\w)){{1,3}}\s+(?=\w)", re.IGNORECASE
)


def opened(texts: ExampleTexts) -> Iterator[tuple[int, int]]:
    """Rows whose question is another one's, word for word, behind such words, and whose answers say the same, word for
    word: each with the first row of the kind."""
    begun = {place: match for place, body in enumerate(texts.bodies) if (match := OPENING.match(body))}
    cuts = {place: match.string[match.end() :] for place, match in begun.items()}
    if not cuts:
        return
    marks = hash_texts(cuts.values()).signature
    known = np.flatnonzero(np.isin(texts.body_tokens.signature, marks)).tolist()
    if not known:
        return
    said_of = [hash_texts(answer_body(texts.answers[at]) for at in some).signature.tolist() for some in (known, cuts)]
    asked = texts.body_tokens.signature[known].tolist()
    firsts = dict(reversed([*zip(zip(asked, said_of[0], strict=True), known, strict=True)]))
    for (place, rest), mark, said in zip(cuts.items(), marks.tolist(), said_of[1], strict=True):
        other = firsts.get((mark, said))
        if other is not None and is_enough(rest, texts.answers[place]):
            yield other, place


def is_enough(asked: str, answer: str) -> bool:
    """Whether question and answer are long enough to be no words of course."""
    return len(words(asked)) >= FEWEST_ASKED and len(words(answer_body(answer))) >= FEWEST_SAID
