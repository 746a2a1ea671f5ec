"""What words and sentences mean: groups, synonyms, opposites, odd ones out, same question in other words."""

from __future__ import annotations

from random import Random

from . import attributes as attr
from . import labels, words
from .document import Document, ask


def group_of(rng: Random) -> Document:
    topic = rng.choice(words.TOPIC_NAMES)
    word = rng.choice(words.TOPICS[topic])
    if rng.random() < 0.5:
        question = rng.choice(
            (
                "Which topic does the word {w} belong to?",
                "What group is {w} in?",
                "{w}: which topic?",
                "To which field belongs {w}?",
                "Name the topic of the word {w}.",
                "What do you think of first: {w} belongs to...",
                "Is {w} a word of food, sport or what?",
            )
        ).format(w=rng.choice((word, f'"{word}"')))
        return ask(
            question,
            rng.choice((f"{topic.capitalize()}.", f"It belongs to {topic}.", f"The word {word} belongs to {topic}.")),
        )
    count = rng.randint(3, 6)
    given = rng.sample(words.TOPICS[topic], count)
    if rng.random() < 0.5:
        question = rng.choice(
            (
                "What do {l} have in common?",
                "Which topic do {l} share?",
                "{l}: what is the topic?",
                "Find one word for {l}.",
            )
        )
        return ask(
            question.format(l=words.joined(given)),
            rng.choice((f"They all belong to {topic}.", f"The topic is {topic}.")),
        )
    question = rng.choice(
        (
            "Name {n} words about {t}.",
            "Give me {n} words from the topic {t}.",
            "List {n} words that belong to {t}.",
            "{n} words about {t}, please.",
            "Tell me {n} things that have to do with {t}.",
        )
    ).format(n=rng.choice((str(count), words.NUMBER_WORDS[count - 2])), t=topic)
    return ask(question, ", ".join(given), form="list", count=count)


def odd_one(rng: Random) -> Document:
    topic, other = rng.sample(words.TOPIC_NAMES, 2)
    shown = rng.sample(words.TOPICS[topic], rng.choice((3, 3, 4)))
    odd = rng.choice([w for w in words.TOPICS[other] if w not in words.TOPICS[topic]])
    listing = [*shown, odd]
    rng.shuffle(listing)
    question = rng.choice(
        (
            "Which word does not fit: {l}?",
            "Find the odd one out: {l}",
            "{l} - which one is different?",
            "Which of these does not belong: {l}?",
            "One word is from another topic. Which? {l}",
        )
    ).format(l=", ".join(listing))
    return ask(
        question,
        rng.choice((odd, f"{odd.capitalize()} does not fit.", f"The odd one is {odd}.")),
        form="contains",
        values=[odd],
    )


def synonym(rng: Random) -> Document:
    group = rng.choice(words.SYNONYMS)
    a, b = rng.sample(group, 2)
    roll = rng.random()
    if roll < 0.4:
        question = rng.choice(
            (
                "What is another word for {a}?",
                "Give me a synonym of {a}.",
                "Another way to say {a}?",
                "Say {a} in another word.",
                "Which word means the same as {a}?",
                "How else can I say {a}?",
                "Replace the word {a}.",
            )
        ).format(a=a)
        return ask(question, rng.choice((f"{b.capitalize()}.", f"Another word for {a} is {b}.", f"You can say {b}.")))
    other = rng.choice(rng.choice([g for g in words.SYNONYMS if not set(g) & set(group)]))
    same = rng.random() < 0.5
    second = b if same else other
    question = rng.choice(
        (
            "Do {a} and {b} mean the same?",
            "Is {a} the same as {b}?",
            "{a} / {b}: same meaning?",
            "Are {a} and {b} similar in meaning?",
        )
    ).format(a=a, b=second)
    return ask(
        question,
        rng.choice(("Yes, they mean nearly the same.", "Yes."))
        if same
        else rng.choice(("No, they mean different things.", "No.")),
    )


def opposite(rng: Random) -> Document:
    a, b = rng.sample(rng.choice(words.OPPOSITES).split(), 2)
    question = rng.choice(
        (
            "What is the opposite of {a}?",
            "Opposite of {a}?",
            "Which word is the contrary of {a}?",
            "What is the reverse of {a}?",
            "Not {a}, but...?",
            "Tell me the opposite of {a}.",
        )
    ).format(a=a)
    return ask(
        question, rng.choice((f"The opposite of {a} is {b}.", f"{b.capitalize()}.")), form="contains", values=[b]
    )


def _pairs(rng: Random) -> tuple[str, str, str]:
    """Two ways to ask one thing, and another thing asked."""
    first, second = rng.sample(attr.BUSINESS_ATTRIBUTES, 2)
    a, b = rng.sample(first.questions, 2)
    return a, b, rng.choice(second.questions)


def same_question(rng: Random) -> Document:
    if rng.random() < 0.5:
        a, b, c = _pairs(rng)
    else:
        i, j = labels._pick_intents(rng, 2, below=25)
        a, b = rng.sample(labels.INTENT_TEXTS[i], 2)
        c = rng.choice(labels.INTENT_TEXTS[j])
        noun = rng.choice(words.PRODUCTS)
        a, b, c = (text.format(n=noun) for text in (a, b, c))
    roll = rng.random()
    if roll < 0.5:
        same = rng.random() < 0.5
        question = rng.choice(
            (
                "Do these two ask for the same thing?\n1. {a}\n2. {b}",
                "Same meaning or not?\n{a}\n{b}",
                'Is "{a}" about the same thing as "{b}"?',
                "Compare: {a} / {b} Same or different?",
            )
        ).format(a=a, b=b if same else c)
        return ask(
            question,
            rng.choice(("Yes, the same.", "Same.")) if same else rng.choice(("No, they differ.", "Different.")),
        )
    options = [b, c]
    d = rng.choice(rng.choice(attr.BUSINESS_ATTRIBUTES).questions)
    if d not in (a, b, c) and roll < 0.8:
        options.append(d)
    rng.shuffle(options)
    listing = "\n".join(f"- {option}" for option in options)
    question = rng.choice(
        (
            "Which sentence is nearest in meaning to: {a}\n{l}",
            "Find the sentence that means the same as this one: {a}\n{l}",
            "{l}\nWhich of these is like: {a}",
        )
    ).format(a=a, l=listing)
    return ask(question, b, form="contains", values=[b])


def document(rng: Random) -> Document:
    return rng.choices((group_of, odd_one, synonym, opposite, same_question), (25, 20, 20, 12, 23))[0](rng)
