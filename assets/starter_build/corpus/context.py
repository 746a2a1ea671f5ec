"""Answering from what stands in the prompt, word for word, and saying so when it does not stand there."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from . import attributes as attr
from . import words
from .document import Document, Turn, ask
from .text import parts, read_text

TEXT = read_text("context")

Round = tuple[str, str, str, dict]  # question, answer, form, what the form needs

UNKNOWN = parts(TEXT["UNKNOWN"])
UNKNOWN_WORDS = (
    "know",
    "not say",
    "not mention",
    "no information",
    "not in the",
    "cannot tell",
    "not have that",
    "don't have that",
    "not stated",
    "nothing about",
    "can't find",
    "not mentioned",
    "not sure",
    "cannot find",
    "not given",
)
SYSTEM_OPENINGS = parts(TEXT["SYSTEM_OPENINGS"])
SYSTEM_RULES = parts(TEXT["SYSTEM_RULES"])
TEXT_REQUESTS = parts(TEXT["TEXT_REQUESTS"])
QUESTION_MARKS = ["Question: ", "Q: ", "Now: ", "My question: ", "", "", "", "", ""]
FILLERS = parts(TEXT["FILLERS"])
OTHER_QUESTIONS = parts(TEXT["OTHER_QUESTIONS"])
POLITE_STARTS = ("", "", "", "", "", "", "Of course. ", "Sure. ", "Yes. ", "Thank you for asking. ", "Gladly. ")


def _facts(
    rng: Random, table: list[attr.Attribute], count: int, who: str = ""
) -> list[tuple[attr.Attribute, str, str]]:
    chosen = rng.sample(table, count)
    result = []
    for attribute in chosen:
        value = attribute.make(rng)
        result.append((attribute, value, attr.fill(rng.choice(attribute.statements), value, who)))
    return result


def _layout(rng: Random, lines: list[str]) -> str:
    roll = rng.random()
    if roll < 0.5:
        return " ".join(line if line[-1] in ".!?" else line + "." for line in lines)
    if roll < 0.75:
        return "\n".join(f"- {line}" for line in lines)
    return "\n".join(lines)


def business_system(rng: Random, count: int) -> tuple[str, list, str]:
    """A system message with facts of an invented business: (text, facts, name)."""
    name = attr.business_name(rng)
    facts = _facts(rng, attr.BUSINESS_ATTRIBUTES, count)
    parts = [rng.choice(SYSTEM_OPENINGS).format(name=name)]
    if rng.random() < 0.5:
        parts.append(rng.choice(SYSTEM_RULES))
    text = (
        rng.choice((" ", "\n")).join(parts)
        + rng.choice((" ", "\n", "\nFacts:\n"))
        + _layout(rng, [f[2] for f in facts])
    )
    return text, facts, name


def _question(rng: Random, attribute: attr.Attribute, who: str = "") -> str:
    return words.vary(rng, attr.fill(rng.choice(attribute.questions), "", who))


def _unknown_question(rng: Random, table: list[attr.Attribute], facts: list, who: str = "") -> str:
    if rng.random() < 0.25:
        return words.vary(rng, rng.choice(OTHER_QUESTIONS).format(n=rng.choice(words.NOUNS)))
    used = {f[0].name for f in facts}
    return _question(rng, rng.choice([a for a in table if a.name not in used]), who)


def business(rng: Random) -> Document:
    """A help desk with its facts in the system message (or before the question), one to four questions."""
    count = rng.choice((1, 2, 3, 3, 4, 5, 6, 8, rng.randint(9, 24) if rng.random() < 0.15 else 4))
    text, facts, _ = business_system(rng, count)
    turns: list[Turn] = []
    form, extra = "sentence", {}
    unknown_wording = rng.choice(UNKNOWN)
    rounds = rng.choice((1, 1, 2, 3, 4, 5)) if count > 2 else rng.choice((1, 2))
    for _ in range(rounds):
        if rng.random() < 0.4:
            question, answer, form, extra = (
                _unknown_question(rng, attr.BUSINESS_ATTRIBUTES, facts),
                unknown_wording,
                "unknown",
                {},
            )
        else:
            attribute, value, _statement = rng.choice(facts)
            question = _question(rng, attribute)
            answer = rng.choice(POLITE_STARTS) + attr.fill(rng.choice(attribute.answers), value)
            form, extra = "contains", {"values": [value]}
        turns += [("user", question), ("assistant", answer)]
    if rng.random() < 0.7:
        turns.insert(0, ("system", text))
    else:
        body = text.split("\n", 1)[-1]
        mark = rng.choice(QUESTION_MARKS)
        turns[0] = ("user", f"{rng.choice(TEXT_REQUESTS)}\n{body}\n{mark}{turns[0][1]}")
    return Document(turns, form, extra)


def people(rng: Random) -> Document:
    """A short text about one to three people; the right person's fact is asked."""
    names = [
        words.first_name(rng) if rng.random() < 0.6 else words.full_name(rng) for _ in range(rng.choice((1, 2, 2, 3)))
    ]
    per = rng.choice((1, 2, 3)) if len(names) > 1 else rng.choice((2, 3, 4, 5))
    shared = rng.sample(attr.PERSON_ATTRIBUTES, per) if rng.random() < 0.6 else []
    facts = []
    for name in dict.fromkeys(names):
        if shared:
            for attribute in shared:
                value = attribute.make(rng)
                facts.append((attribute, value, attr.fill(attribute.statements[0], value, name), name))
        else:
            facts += [(*fact, name) for fact in _facts(rng, attr.PERSON_ATTRIBUTES, per, name)]
    if rng.random() < 0.4:
        rng.shuffle(facts)
    lines = [words.sentence(f[2]) for f in facts]
    if rng.random() < 0.3:
        lines.insert(rng.randint(0, len(lines)), rng.choice(FILLERS))
    text = " ".join(lines) if rng.random() < 0.8 else "\n".join(lines)

    def asked() -> Round:
        if rng.random() < 0.4:
            who = rng.choice(names) if rng.random() < 0.7 else words.first_name(rng)
            used = [fact for fact in facts if fact[3] == who]
            question = _unknown_question(rng, attr.PERSON_ATTRIBUTES, used, who)
            return question, rng.choice(UNKNOWN), "unknown", {}
        attribute, value, _statement, who = rng.choice(facts)
        answer = words.sentence(attr.fill(rng.choice(attribute.answers), value, who))
        return _question(rng, attribute, who), answer, "contains", {"values": [value]}

    return _arranged(rng, text, asked)


def _arranged(rng: Random, text: str, asked: Callable[[], Round]) -> Document:
    """The text with one question, or several in a row; before it, after it, or with the text as system message."""
    question, answer, form, facts = asked()
    roll = rng.random()
    if roll < 0.3:
        first = ask(f"{rng.choice(TEXT_REQUESTS)}\n{text}\n{rng.choice(QUESTION_MARKS)}{question}", answer)
    elif roll < 0.5:
        first = ask(f"{text}\n{question}" if rng.random() < 0.6 else f"{text} {question}", answer)
    elif roll < 0.65:
        first = ask(f"{question}\n\n{text}", answer)
    elif roll < 0.85:
        first = ask(question, answer, f"{rng.choice(SYSTEM_RULES)}\n{text}")
    else:
        first = ask(question, answer, text)
    turns = first.turns
    for _ in range(rng.choice((0, 0, 1, 2, 3, 4))):
        question, answer, form, facts = asked()
        turns += [("user", question), ("assistant", answer)]
    return Document(turns, form, facts)


TABLE_QUESTIONS = parts(TEXT["TABLE_QUESTIONS"])
TABLE_ANSWERS = parts(TEXT["TABLE_ANSWERS"])
TABLE_HEADS = ("price", "code", "colour", "number", "date", "place", "person", "clock", "room", "owner")


def table(rng: Random) -> Document:
    """A list of things with a value each; one is looked up (or is missing)."""
    head = rng.choice(TABLE_HEADS)
    word = {"clock": "time"}.get(head, head)
    make = attr.MAKERS[{"room": "number", "owner": "person"}.get(head, head)]
    names = list(dict.fromkeys(words.thing(rng) for _ in range(rng.randint(2, 7))))
    values = [make(rng) for _ in names]
    joint = rng.choice((": ", " = ", " - ", ", "))
    text = rng.choice(("\n", "\n", "; ")).join(f"{n}{joint}{v}" for n, v in zip(names, values, strict=True))
    if rng.random() < 0.4:
        text = (
            rng.choice((f"{word.capitalize()} list:\n", f"Here is the {word} of each thing.\n", f"Thing and {word}:\n"))
            + text
        )

    def asked() -> Round:
        name = words.thing(rng) if rng.random() < 0.36 else rng.choice(names)
        question = rng.choice(TABLE_QUESTIONS).format(w=word, n=name)
        if name not in names:
            return words.vary(rng, question), rng.choice(UNKNOWN), "unknown", {}
        value = values[names.index(name)]
        answer = rng.choice(TABLE_ANSWERS).format(w=word, n=name, v=value)
        return words.vary(rng, question), answer, "contains", {"values": [value]}

    return _arranged(rng, text, asked)


STORY_PATTERNS = TEXT["STORY_PATTERNS"].split("\n")


def story(rng: Random) -> Document:
    """One or two sentences of a story and a question whose answer is a short piece of it."""
    lines, items = [], []
    for pattern in rng.sample(STORY_PATTERNS, rng.choice((1, 1, 2, 3))):
        t, u = words.thing(rng), words.thing(rng)
        slots = {
            "a": words.first_name(rng),
            "b": words.first_name(rng),
            "p": words.place(rng),
            "q": words.place(rng),
            "d": words.date(rng),
            "t": words.article(t),
            "t_the": f"the {t}",
            "u_the": f"the {u}",
            "c": words.price(rng),
            "k": words.clock(rng),
            "n": str(rng.randint(2, 90)),
            "o": words.code(rng),
        }
        statement, pairs = pattern.split(";", 1) if pattern.count(";") == 1 else pattern.rsplit(";", 1)
        lines.append(words.sentence(statement.format(**slots)))
        items += [pair.format(**slots).split("=") for pair in pairs.split("|")]
    if rng.random() < 0.25:
        lines.insert(rng.randint(0, len(lines)), rng.choice(FILLERS))
    text = " ".join(lines)

    def asked() -> Round:
        if rng.random() < 0.36:
            question = rng.choice(OTHER_QUESTIONS).format(n=rng.choice(words.NOUNS))
            return words.vary(rng, question), rng.choice(UNKNOWN), "unknown", {}
        question, answer = rng.choice(items)
        return words.vary(rng, question), words.sentence(answer), "contains", {"values": [answer]}

    return _arranged(rng, text, asked)


def document(rng: Random) -> Document:
    roll = rng.random()
    if roll < 0.45:
        return business(rng)
    if roll < 0.65:
        return people(rng)
    return table(rng) if roll < 0.8 else story(rng)
