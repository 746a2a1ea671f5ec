"""The support desk: many invented businesses, each in its own voice; the same wish in many wordings.

A third of these conversations carry a list of questions and answers in the system message and ask in other words:
whoever answers those has understood that two sentences mean the same, and copied the answer exactly.
"""

from __future__ import annotations

from random import Random

from . import attributes as attr
from . import labels, wording, words
from .document import Document, Turn
from .text import parts, read_text

TEXT = read_text("support")

# Replies to the first intentions of labels.py, in their order.
REPLIES = TEXT["REPLIES"].split("\n")
REPLY_LISTS = [line.split("|") for line in REPLIES]
VOICES = parts(TEXT["VOICES"])
CLOSINGS = parts(TEXT["CLOSINGS"])
SYSTEMS = parts(TEXT["SYSTEMS"])
FAQ_HEADS = TEXT["FAQ_HEADS"]


def _voice(rng: Random, name: str, who: str) -> tuple[str, str]:
    return rng.choice(VOICES).format(name=name, who=who), rng.choice(CLOSINGS).format(name=name, who=who)


def desk(rng: Random) -> Document:
    """No facts given: a plausible, kind reply to what the customer wants."""
    name, who = attr.business_name(rng), words.first_name(rng)
    before, after = _voice(rng, name, who)
    turns: list[Turn] = []
    if rng.random() < 0.6 or "{" in before or after:
        system = rng.choice(SYSTEMS).format(name=name, who=who)
        if before or after:
            if before:
                system += f' Begin with "{before.strip()}".'
            if after:
                system += f' End with "{after.strip()}".'
        turns.append(("system", system))
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randrange(len(REPLY_LISTS))
        noun = rng.choice(words.PRODUCTS).replace("pair of ", "") if rng.random() < 0.85 else words.pseudo_word(rng)
        text = rng.choice(labels.INTENT_TEXTS[at])
        asked = text.format(n=noun)
        reply = (
            rng.choice(REPLY_LISTS[at])
            if "{n}" in text
            else rng.choice([r for r in REPLY_LISTS[at] if "{n}" not in r] or ["We will gladly help you."])
        )
        answer = f"{before}{reply.format(n=noun)}{after}"
        if before.endswith(", "):
            answer = (
                before + reply.format(n=noun)[:1].lower() + reply.format(n=noun)[1:] + after
                if not reply.startswith("I ")
                else answer
            )
        turns += [
            ("user", words.vary(rng, asked) if rng.random() < 0.7 else wording.around(rng, asked)),
            ("assistant", answer),
        ]
    return Document(turns, "sentence")


def faq(rng: Random) -> Document:
    """Questions with answers are given; the user asks one of them in other words."""
    name = attr.business_name(rng)
    chosen = rng.sample(attr.BUSINESS_ATTRIBUTES, rng.choice((2, 3, 3, 4, 5, 6)))
    before, after = _voice(rng, name, words.first_name(rng)) if rng.random() < 0.4 else ("", "")
    entries = []
    for attribute in chosen:
        questions = rng.sample(attribute.questions, min(3, len(attribute.questions)))
        answer = before + attr.fill(rng.choice(attribute.answers), attribute.make(rng)) + after
        entries.append((questions, answer))
    style = rng.choice((("Q: ", "A: "), ("", ""), ("Question: ", "Answer: "), ("- ", "  ")))
    listing = "\n".join(f"{style[0]}{questions[0]}\n{style[1]}{answer}" for questions, answer in entries)
    system = f"{rng.choice(FAQ_HEADS.split('|')).format(name=name)}\n{listing}"
    turns: list[Turn] = [("system", system)] if rng.random() < 0.75 else []
    form, facts = "contains", {}
    for number in range(rng.choice((1, 1, 2, 3))):
        questions, answer = rng.choice(entries)
        question = words.vary(rng, rng.choice(questions[1:]) if rng.random() < 0.85 else questions[0])
        if not turns and number == 0:
            question = f"{system}\n\n{question}"
        turns += [("user", question), ("assistant", answer)]
        facts = {"values": [answer]}
    return Document(turns, form, facts)


def house(rng: Random) -> Document:
    """A conversation in which facts come up once and are asked for again in other words."""
    name, who = attr.business_name(rng), words.first_name(rng)
    before, after = _voice(rng, name, who) if rng.random() < 0.5 else ("", "")
    turns: list[Turn] = [("system", rng.choice(SYSTEMS).format(name=name, who=who))] if rng.random() < 0.5 else []
    known = []
    for attribute in rng.sample(attr.BUSINESS_ATTRIBUTES, rng.choice((1, 2, 2, 3))):
        answer = before + attr.fill(rng.choice(attribute.answers), attribute.make(rng)) + after
        asked = rng.sample(attribute.questions, 2)
        known.append((asked[1], answer))
        turns += [("user", words.vary(rng, asked[0])), ("assistant", answer)]
    for question, answer in rng.sample(known, rng.choice((1, min(2, len(known))))):
        turns += [("user", words.vary(rng, question)), ("assistant", answer)]
    return Document(turns, "contains", {"values": [turns[-1][1]]})


def document(rng: Random) -> Document:
    """Few of the last kind: it teaches answers out of nothing, while `context` teaches to say "I do not know"."""
    roll = rng.random()
    if roll < 0.44:
        return desk(rng)
    return faq(rng) if roll < 0.94 else house(rng)
