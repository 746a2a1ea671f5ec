"""Choosing one label from those given: by topic, by intention, by mood; often with definitions; any label names."""

from __future__ import annotations

from functools import partial
from random import Random

from . import wording, words
from .document import Document, place_task
from .text import parts, read_text

TEXT = read_text("labels")

# intention; its label names; definitions; what people write ({n} = some thing)
INTENTS = TEXT["INTENTS"].split("\n")
_PARSED = [line.split(";", 2) for line in INTENTS]
INTENT_LABELS = [row[0].split(",") for row in _PARSED]
INTENT_MEANING = [row[1] for row in _PARSED]
INTENT_TEXTS = [row[2].split("|") for row in _PARSED]
CLASH_NAMES = TEXT["CLASH_NAMES"]
_AT = {row[0]: at for at, row in enumerate(INTENT_LABELS)}
CLASHES = [
    {_AT[name] for name in group.split()} for group in CLASH_NAMES.replace("\n", "|").split("|")
]  # pairs too near to stand in one list of labels

TOPIC_SENTENCES = parts(TEXT["TOPIC_SENTENCES"])
NAME_TASKS = parts(TEXT["NAME_TASKS"])
DEFINED_TASKS = parts(TEXT["DEFINED_TASKS"])
CODE_STYLES = (
    "A B C D E F",
    "1 2 3 4 5 6",
    "red blue green yellow black white",
    "L1 L2 L3 L4 L5 L6",
    "alpha beta gamma delta omega sigma",
    "X Y Z W V U",
)
TOPIC_MEANINGS = (
    "about {t}",
    "anything to do with {t}",
    "texts on {t}",
    "{t}",
    "the text speaks of {t}",
    "it is about {t}",
)


def _intent(rng: Random, at: int) -> str:
    return rng.choice(INTENT_TEXTS[at]).format(
        n=rng.choice(words.PRODUCTS) if rng.random() < 0.6 else rng.choice(words.NOUNS)
    )


def topic_sentence(rng: Random, topic: str) -> str:
    a, b, c = rng.sample(words.TOPICS[topic], 3)
    pattern = rng.choice(TOPIC_SENTENCES)
    text = pattern.format(a=a, b=b, c=c, j=words.adjective(rng), j2=words.adjective(rng))
    for vowel in "aeiou":
        text = text.replace(f" a {vowel}", f" an {vowel}").replace(f"A {vowel}", f"An {vowel}")
    return text


def _case(rng: Random, labels: list[str]) -> list[str]:
    roll = rng.random()
    if roll < 0.6:
        return labels
    if roll < 0.72:
        return [label.upper() for label in labels]
    if roll < 0.86:
        return [label.capitalize().replace("_", " ") for label in labels]
    return [label.replace("_", " ") for label in labels]


def _pick_intents(rng: Random, count: int, below: int = 0) -> list[int]:
    """Intentions that can be told apart; `below` keeps to the first ones, whose texts are near paraphrases."""
    chosen: list[int] = []
    last = below or len(INTENT_LABELS)
    for at in rng.sample(range(last), last):
        if len(chosen) < count and not any(at in clash and set(chosen) & clash for clash in CLASHES):
            chosen.append(at)
    return chosen


def session(rng: Random) -> Document:
    """One instruction, then several texts in a row, each answered with its label; or examples before the text."""
    count = rng.choice((2, 3, 4, 5))
    if rng.random() < 0.6:
        picks = _pick_intents(rng, count)
        names, makers = [rng.choice(INTENT_LABELS[at]) for at in picks], [partial(_intent, at=at) for at in picks]
    else:
        names = rng.sample(words.TOPIC_NAMES, count)
        makers = [partial(topic_sentence, topic=name) for name in names]
    names = _case(rng, names)
    if len(set(names)) < len(names):
        return session(rng)
    as_system = rng.random() < 0.75
    rounds = [rng.randrange(count) for _ in range(rng.randint(2, 8) if as_system else 1)]
    texts = [makers[at](rng) for at in rounds]
    texts = [words.vary(rng, text) if rng.random() < 0.3 else text for text in texts]
    shown = rng.sample(names, count)
    instruction = _instruction(rng, shown)
    answer = names[rounds[-1]]
    if as_system:
        turns = [("system", instruction)]
        for at, text in zip(rounds, texts, strict=True):
            turns += [("user", text), ("assistant", names[at])]
        return Document(turns, "label", {"options": names, "gold": answer})
    if rng.random() < 0.2:
        names = [words.pseudo_word(rng) for _ in names]
        instruction, answer = _instruction(rng, names), names[rounds[-1]]
    left, right = rng.choice((("Text: ", "Label: "), ("", "-> "), ("Q: ", "A: "), ("Message: ", "Class: ")))
    examples = "\n".join(f"{left}{maker(rng)}\n{right}{name}" for maker, name in zip(makers, names, strict=True))
    return Document(
        [("user", f"{instruction}\n{examples}\n{left}{texts[-1]}\n{right}".rstrip()), ("assistant", answer)],
        "label",
        {"options": names, "gold": answer},
    )


def _instruction(rng: Random, shown: list[str]) -> str:
    if rng.random() < 0.5:
        return wording.label_instruction(rng, words.joined(shown, rng.choice(("or", "and"))))
    return rng.choice(NAME_TASKS).format(
        labels=rng.choice((", ", ", ", " / ", " | ")).join(shown),
        labels_or=words.joined(shown, "or"),
        labels_and=words.joined(shown),
    )


def document(rng: Random) -> Document:
    if rng.random() < 0.35:
        return session(rng)
    count = rng.choice((2, 3, 3, 4, 4, 5, 5, 6))
    if rng.random() < 0.62:
        picks = _pick_intents(rng, count)
        labels = [rng.choice(INTENT_LABELS[at]) for at in picks]
        meanings = [INTENT_MEANING[at] for at in picks]
        text = _intent(rng, picks[0])
        if rng.random() < 0.12:
            text += " " + _intent(rng, picks[0])
    else:
        topics = rng.sample(words.TOPIC_NAMES, count)
        labels = list(topics)
        meanings = [rng.choice(TOPIC_MEANINGS).format(t=topic) for topic in topics]
        if rng.random() < 0.25:
            meanings = [f"{', '.join(rng.sample(words.TOPICS[topic], 3))} and the like" for topic in topics]
        text = topic_sentence(rng, topics[0])
        if rng.random() < 0.1:
            text = f"{rng.choice(words.FIRST_NAMES)} said: {text}"
    defined = rng.random() < 0.4
    if defined and rng.random() < 0.45:
        style = rng.random()
        if style < 0.4:
            labels = rng.choice(CODE_STYLES).split()[:count]
        elif style < 0.7:
            labels = [f"{rng.choice(words.ADJECTIVES)}_{rng.choice(words.NOUNS)}" for _ in labels]
        else:
            labels = [words.pseudo_word(rng) for _ in labels]
    elif rng.random() < 0.12:
        tail = rng.choice(("question", "message", "team", "desk", "topic", "issue", "request"))
        labels = [f"{label}_{tail}" for label in labels]
    if len(set(labels)) < len(labels):
        return document(rng)
    labels = _case(rng, labels)
    answer = labels[0]
    order = rng.sample(range(count), count)
    if defined:
        joint = rng.choice((": ", " = ", " - ", " means "))
        rules = rng.choice(("\n", "\n", "; ")).join(f"{labels[i]}{joint}{meanings[i]}" for i in order)
        instruction = f"{rng.choice(DEFINED_TASKS)}\n{rules}\n"
    else:
        instruction = _instruction(rng, [labels[i] for i in order])
    text = words.vary(rng, text) if rng.random() < 0.5 else wording.around(rng, text) if rng.random() < 0.4 else text
    return place_task(
        rng,
        instruction.strip() if rng.random() < 0.5 else instruction,
        text,
        answer,
        "label",
        options=labels,
        gold=answer,
    )
