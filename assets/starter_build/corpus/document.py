"""One training conversation, with what the exam needs to judge an answer to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

Turn = tuple[str, str]


@dataclass
class Document:
    """Turns are (role, text). `form` names the rule of the exam for the last answer, `facts` is what the rule needs."""

    turns: list[Turn]
    form: str = "sentence"
    facts: dict = field(default_factory=dict)


Generator = Callable[[Random], Document]


def ask(question: str, answer: str, system: str = "", form: str = "sentence", **facts: object) -> Document:
    turns: list[Turn] = [("system", system)] if system else []
    return Document([*turns, ("user", question), ("assistant", answer)], form, dict(facts))


def place_task(rng: Random, instruction: str, text: str, answer: str, form: str, **facts: object) -> Document:
    """An instruction and a text, arranged in one of the ways people arrange them."""
    roll = rng.random()
    if roll < 0.2:
        return ask(text, answer, instruction, form, **facts)
    if roll < 0.26:
        return ask(f'{instruction} "{text}"', answer, "", form, **facts)
    opening = rng.choice(("", "", "", "Text: ", "Input: ", "Message: ", "Here is the text: "))
    gap = rng.choice(("\n", "\n\n", " ", "\n"))
    if roll < 0.86:
        return ask(f"{instruction}{gap}{opening}{text}", answer, "", form, **facts)
    return ask(f"{opening}{text}{gap}{instruction}", answer, "", form, **facts)
