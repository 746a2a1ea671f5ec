"""Everyday talk: greetings, thanks, questions about the model itself, how-to, why, opinions; one to four turns."""

from __future__ import annotations

from random import Random

from . import facts, words
from .document import Document, Turn, ask
from .text import parts, read_text

TEXT = read_text("smalltalk")


def _groups(text: str) -> list[tuple[list[str], list[str]]]:
    pairs = [line.split(" => ") for line in text.strip().split("\n")]
    return [(left.split("|"), right.split("|")) for left, right in pairs]


TALK_GROUPS, HOWTO_GROUPS, WHY_GROUPS = (_groups(TEXT[name]) for name in ("TALK", "HOWTO", "WHY"))
HOWTO_FORMS = parts(TEXT["HOWTO_FORMS"])
SYSTEMS = parts(TEXT["SYSTEMS"])
STYLED = parts(TEXT["STYLED"])
BEGINS = parts(TEXT["BEGINS"])
ENDS = parts(TEXT["ENDS"])
REPLIES = dict(line.split(" => ") for line in TEXT["REPLIES"].split("\n"))
OPINIONS = list(REPLIES)
NAME_INTROS = parts(TEXT["NAME_INTROS"])
NAME_ANSWERS = parts(TEXT["NAME_ANSWERS"])
NAME_QUESTIONS = parts(TEXT["NAME_QUESTIONS"])
TOLD = parts(TEXT["TOLD"])


def simple(rng: Random) -> tuple[str, str]:
    """One everyday question and its answer."""
    roll = rng.random()
    if roll < 0.5:
        questions, answers = rng.choice(TALK_GROUPS)
        question = rng.choice(questions)
        if rng.random() < 0.5:
            question = (
                question[:1].upper()
                + question[1:]
                + ("" if question[-1] in "?!" or rng.random() < 0.4 else rng.choice(".!"))
            )
        return question, rng.choice(answers)
    if roll < 0.62:
        tasks, answers = rng.choice(HOWTO_GROUPS)
        return rng.choice(HOWTO_FORMS).format(x=rng.choice(tasks)), answers[0]
    if roll < 0.68:
        questions, answers = rng.choice(WHY_GROUPS)
        return rng.choice(questions), answers[0]
    if roll < 0.77:
        pattern = rng.choice(OPINIONS)
        x = rng.choice(
            words.TOPIC_NAMES
            + [w + "s" for w in words.TOPICS["animals"][:3]]
            + ["swimming", "chess", "dancing", "reading", "cooking", "hiking"]
        )
        y = rng.choice(words.PRODUCTS).replace("pair of ", "")
        text = pattern.format(x=x, y=y)
        reply = rng.choice(REPLIES[pattern].split("|")).format(x=x, y=y, X=x.capitalize())
        return text.replace(" a a", " an a").replace(" a e", " an e").replace(" a u", " an u").replace(
            " a o", " an o"
        ), reply
    return facts.question_and_answer(rng)


def memory(rng: Random) -> Document:
    """The user tells something and asks for it a turn or two later."""
    turns: list[Turn] = []
    if rng.random() < 0.5:
        name = words.first_name(rng)
        turns += [
            ("user", rng.choice(NAME_INTROS).format(n=name)),
            ("assistant", rng.choice(NAME_ANSWERS).format(n=name)),
        ]
        question, answer, value = (
            rng.choice(NAME_QUESTIONS),
            rng.choice(("Your name is {n}.", "You are {n}.")).format(n=name),
            name,
        )
    else:
        slots = {
            "p": words.place(rng),
            "t": words.thing(rng),
            "c": rng.choice(words.COLOURS),
            "o": words.code(rng),
            "k": rng.randint(6, 90),
            "f": rng.choice(words.TOPICS["food"]),
            "h": words.clock(rng),
        }
        told, question, answer = (part.format(**slots) for part in _split(rng.choice(TOLD)))
        turns += [
            ("user", told),
            ("assistant", rng.choice(("I see.", "Good to know.", "Thank you for telling me.", "All right.", "Noted."))),
        ]
        value = answer.rstrip(".").split(" ", 2)[-1]
    if rng.random() < 0.4:
        middle = simple(rng)
        turns += [("user", middle[0]), ("assistant", middle[1])]
    turns += [("user", words.vary(rng, question)), ("assistant", answer)]
    return Document(turns, "contains", {"values": [value.split()[-1]]})


def _split(pattern: str) -> list[str]:
    return pattern.split(":")


def styled(rng: Random) -> Document:
    """The system message sets a manner of speaking; the answers keep to it."""
    rule, form = rng.choice(STYLED).split(":", 1)
    slots = {"b": rng.choice(BEGINS), "e": rng.choice(ENDS), "n": words.first_name(rng)}
    turns: list[Turn] = [("system", rule.format(**slots))]
    if rng.random() < 0.3:
        turns[0] = ("system", f"{rng.choice(SYSTEMS)} {turns[0][1]}")
    for _ in range(rng.choice((1, 1, 2))):
        question, answer = simple(rng)
        if slots["b"].endswith(",") and form.startswith("{b}") and not answer.startswith(("I ", "I'")):
            answer = answer[:1].lower() + answer[1:]
        turns += [("user", question), ("assistant", form.format(a=answer, A=answer.upper(), l=answer.lower(), **slots))]
    return Document(turns, "sentence")


def document(rng: Random) -> Document:
    roll = rng.random()
    if roll < 0.1:
        return memory(rng)
    if roll < 0.18:
        return styled(rng)
    turns: list[Turn] = []
    if rng.random() < 0.2:
        turns.append(("system", rng.choice(SYSTEMS)))
    for _ in range(rng.choice((1, 1, 1, 1, 2, 3))):
        question, answer = simple(rng)
        turns += [("user", words.vary(rng, question) if rng.random() < 0.4 else question), ("assistant", answer)]
    return Document(turns, "sentence") if len(turns) != 2 else ask(turns[0][1], turns[1][1])
