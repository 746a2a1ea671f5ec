"""Answering from what stands in the prompt, word for word, and saying so when it does not stand there."""

from __future__ import annotations

from random import Random

from . import attributes as attr
from . import words
from .document import Document, Turn, ask
from .text import parts, read_text

TEXT = read_text("context")

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
    rounds = rng.choice((1, 1, 1, 2, 3, 4)) if count > 2 else 1
    for _ in range(rounds):
        if rng.random() < 0.34:
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
    if rng.random() < 0.34:
        who = rng.choice(names) if rng.random() < 0.7 else words.first_name(rng)
        used = [f for f in facts if f[3] == who]
        question = _unknown_question(rng, attr.PERSON_ATTRIBUTES, used if used else [], who)
        answer, form, extra = rng.choice(UNKNOWN), "unknown", {}
    else:
        attribute, value, _statement, who = rng.choice(facts)
        question = _question(rng, attribute, who)
        answer = words.sentence(attr.fill(rng.choice(attribute.answers), value, who))
        form, extra = "contains", {"values": [value]}
    return _arranged(rng, text, question, answer, form, **extra)


def _arranged(rng: Random, text: str, question: str, answer: str, form: str, **extra: object) -> Document:
    roll = rng.random()
    if roll < 0.3:
        return ask(
            f"{rng.choice(TEXT_REQUESTS)}\n{text}\n{rng.choice(QUESTION_MARKS)}{question}", answer, "", form, **extra
        )
    if roll < 0.5:
        return ask(f"{text}\n{question}" if rng.random() < 0.6 else f"{text} {question}", answer, "", form, **extra)
    if roll < 0.65:
        return ask(f"{question}\n\n{text}", answer, "", form, **extra)
    if roll < 0.85:
        return ask(question, answer, f"{rng.choice(SYSTEM_RULES)}\n{text}", form, **extra)
    return ask(question, answer, text, form, **extra)


TABLE_HEADS = ("price", "code", "colour", "number", "date", "place", "person", "clock", "room", "owner")


def table(rng: Random) -> Document:
    """A list of things with a value each; one is looked up (or is missing)."""
    head = rng.choice(TABLE_HEADS)
    make = attr.MAKERS[{"room": "number", "owner": "person"}.get(head, head)]
    names = list(dict.fromkeys(words.thing(rng) for _ in range(rng.randint(2, 7))))
    values = [make(rng) for _ in names]
    joint = rng.choice((": ", " = ", " - ", ", "))
    text = rng.choice(("\n", "\n", "; ")).join(f"{n}{joint}{v}" for n, v in zip(names, values, strict=True))
    if rng.random() < 0.4:
        text = (
            rng.choice((f"{head.capitalize()} list:\n", f"Here is the {head} of each thing.\n", f"Thing and {head}:\n"))
            + text
        )
    word = {"clock": "time"}.get(head, head)
    missing = rng.random() < 0.3
    at = rng.randrange(len(names))
    name = words.thing(rng) if missing else names[at]
    missing = missing and name not in names
    question = rng.choice(
        (
            f"What is the {word} of the {name}?",
            f"Which {word} belongs to the {name}?",
            f"Tell me the {word} of the {name}.",
            f"{name}: which {word}?",
            f"What {word} does the {name} have?",
            f"I need the {word} for the {name}.",
        )
    )
    if missing:
        answer, form, extra = rng.choice(UNKNOWN), "unknown", {}
    else:
        value = values[at] if name == names[at] else values[names.index(name)]
        answer = rng.choice(
            (f"The {word} of the {name} is {value}.", f"It is {value}.", f"The {name} has the {word} {value}.")
        )
        form, extra = "contains", {"values": [value]}
    return _arranged(rng, text, words.vary(rng, question), answer, form, **extra)


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
    if rng.random() < 0.28:
        question = words.vary(rng, rng.choice(OTHER_QUESTIONS).format(n=rng.choice(words.NOUNS)))
        return _arranged(rng, text, question, rng.choice(UNKNOWN), "unknown")
    question, answer = rng.choice(items)
    return _arranged(rng, text, words.vary(rng, question), words.sentence(answer), "contains", values=[answer])


def document(rng: Random) -> Document:
    roll = rng.random()
    if roll < 0.45:
        return business(rng)
    if roll < 0.65:
        return people(rng)
    return table(rng) if roll < 0.8 else story(rng)
