"""Plain facts of everyday life: what things are, what they are for, capitals, sounds, small sums, days and months."""

from __future__ import annotations

from random import Random

from . import words
from .document import Document, ask
from .text import parts, read_text

TEXT = read_text("facts")

WHAT_IS = parts(TEXT["WHAT_IS"])
CAPITALS = parts(TEXT["CAPITALS"])
SOUNDS = parts(TEXT["SOUNDS"])
COLOURS_OF = parts(TEXT["COLOURS_OF"])
HOMES = parts(TEXT["HOMES"])
COUNTS = parts(TEXT["COUNTS"])
USES = parts(TEXT["USES"])


KINDS = {
    "fruit": "fruit",
    "vegetables": "vegetable",
    "animals": "animal",
    "birds": "bird",
    "tools": "tool",
    "clothes": "piece of clothing",
    "furniture": "piece of furniture",
    "insects": "insect",
    "toys": "toy",
    "kitchen": "thing for the kitchen",
    "jewellery": "piece of jewellery",
}


def _what(rng: Random) -> tuple[str, str]:
    thing, meaning = rng.choice(WHAT_IS).split(":")
    if rng.random() < 0.3:
        topic = rng.choice(list(KINDS))
        thing, meaning = words.article(rng.choice(words.TOPICS[topic])), words.article(KINDS[topic])
        if thing.startswith("some "):
            thing = thing[5:]
    bare = thing.split(" ", 1)[1] if thing.startswith(("a ", "an ")) else thing
    question = rng.choice(
        (
            f"What is {thing}?",
            f"What does {bare} mean?",
            f"Explain {bare}.",
            f"What do you mean by {bare}?",
            f"Tell me what {thing} is.",
            f"Can you explain what {thing} is?",
            f"Define {bare}.",
            f"what's {thing}",
            f"Do you know what {thing} is?",
            f"Please describe {thing}.",
        )
    )
    return question, f"{thing[:1].upper() + thing[1:]} is {meaning}."


def _capital(rng: Random) -> tuple[str, str]:
    land, city = rng.choice(CAPITALS).split()
    if rng.random() < 0.25:
        return rng.choice(
            (f"Of which country is {city} the capital?", f"In which country is {city}?", f"Where is {city}?")
        ), rng.choice((f"{city} is the capital of {land}.", f"{city} is in {land}."))
    question = rng.choice(
        (
            f"What is the capital of {land}?",
            f"Which city is the capital of {land}?",
            f"Capital of {land}?",
            f"Name the capital of {land}.",
            f"Tell me the capital city of {land}.",
        )
    )
    return question, rng.choice((f"The capital of {land} is {city}.", f"It is {city}."))


def _small(rng: Random) -> tuple[str, str]:
    kind = rng.randrange(6)
    if kind == 0:
        animal, sound = rng.choice(SOUNDS).split()
        return rng.choice(
            (
                f"What sound does a {animal} make?",
                f"What does a {animal} do when it is loud?",
                f"How does a {animal} sound?",
            )
        ), f"A {animal} {sound}."
    if kind == 1:
        thing, colour = rng.choice(COLOURS_OF).split(":")
        return rng.choice(
            (f"What colour is {thing}?", f"Which colour has {thing}?", f"Tell me the colour of {thing}.")
        ), f"{thing[:1].upper() + thing[1:]} is {colour}."
    if kind == 2:
        animal, home = rng.choice(HOMES).split()
        return rng.choice(
            (f"Where does a {animal} live?", f"What is the home of a {animal}?", f"Where do I find a {animal}?")
        ), f"A {animal} lives in a {home}.".replace("in a water", "in water")
    if kind == 3:
        what, number = rng.choice(COUNTS).split(":")
        return rng.choice((f"How many {what}?", f"Tell me how many {what}.")), words.sentence(number)
    if kind == 4:
        thing, use = rng.choice(USES).split(":")
        verb = "are" if thing == "scissors" else "is"
        return rng.choice(
            (
                f"What {verb} {thing} for?",
                f"What do I do with {thing}?",
                f"What can I use {thing} for?",
                f"Why do people need {thing}?",
            )
        ), f"{thing[:1].upper() + thing[1:]} {verb} for {use}."
    names = rng.choice((words.DAYS, words.MONTHS))
    at = rng.randrange(len(names))
    word = "day" if names is words.DAYS else "month"
    if rng.random() < 0.5:
        return rng.choice(
            (
                f"Which {word} comes after {names[at]}?",
                f"What {word} follows {names[at]}?",
                f"What is the next {word} after {names[at]}?",
            )
        ), f"After {names[at]} comes {names[(at + 1) % len(names)]}."
    return rng.choice(
        (f"Which {word} comes before {names[at]}?", f"What is the {word} before {names[at]}?")
    ), f"Before {names[at]} comes {names[at - 1]}."


def _sum(rng: Random) -> tuple[str, str]:
    a, b = rng.randint(0, 10), rng.randint(0, 10)
    if rng.random() < 0.5:
        return rng.choice(
            (f"What is {a} plus {b}?", f"{a} + {b} = ?", f"How much is {a} and {b}?", f"Add {a} and {b}.")
        ), rng.choice((f"{a} plus {b} is {a + b}.", f"It is {a + b}."))
    a, b = max(a, b), min(a, b)
    return rng.choice((f"What is {a} minus {b}?", f"{a} - {b} = ?", f"Take {b} away from {a}.")), rng.choice(
        (f"{a} minus {b} is {a - b}.", f"It is {a - b}.")
    )


def _belongs(rng: Random) -> tuple[str, str]:
    topic = rng.choice(
        ("fruit", "vegetables", "animals", "birds", "tools", "clothes", "furniture", "insects", "drinks", "toys")
    )
    single = {
        "fruit": "a fruit",
        "vegetables": "a vegetable",
        "animals": "an animal",
        "birds": "a bird",
        "tools": "a tool",
        "clothes": "a piece of clothing",
        "furniture": "a piece of furniture",
        "insects": "an insect",
        "drinks": "a drink",
        "toys": "a toy",
    }
    true = rng.random() < 0.5
    word = rng.choice(words.TOPICS[topic if true else rng.choice([t for t in single if t != topic])])
    true = word in words.TOPICS[topic]
    shown = words.article(word).removeprefix("some ")
    question = rng.choice(
        (
            f"Is {shown} {single[topic]}?",
            f"Does {word} count as {single[topic]}?",
            f"True or false: {shown} is {single[topic]}.",
        )
    )
    return question, f"Yes, {shown} is {single[topic]}." if true else f"No, {shown} is not {single[topic]}."


def question_and_answer(rng: Random) -> tuple[str, str]:
    return rng.choices((_what, _capital, _small, _sum, _belongs), (35, 12, 30, 8, 15))[0](rng)


def document(rng: Random) -> Document:
    question, answer = question_and_answer(rng)
    return ask(words.vary(rng, question), answer)
