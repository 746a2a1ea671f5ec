"""Answers in CAPITAL LETTERS: a model learns to shout from them, and splits such words into more pieces."""

import re

import numpy as np

from studio.data.checks.check import Check, Drops, Edits, changed, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

LEAST_LETTERS = 20
MOSTLY = 0.8
SHOWN = 80  # letters
# What is no wording: addresses, stand-ins such as [EMAIL_1] and {{NAME}}, and codes with a number in them
KEPT = re.compile(r"\S*(?:://|@|www\.)\S*|\[[^\]\s]{1,40}\]|\{\{?[^{}]{1,60}\}?\}|<[^<>\s]{1,60}>|[\w-]*\d[\w-]*")
SENTENCE_START = re.compile(r"(?:^|(?<=[.!?…])\s+|\n)[\W\d_]*[^\W\d_]")
ENGLISH = re.compile(r"\b(?:the|and|you|your|is|are|for|of|to|it|we|have)\b")
LONE_I = re.compile(r"(?<![\w'’])i(?=['’ ]|$)", re.MULTILINE)


def is_shouted(text: str) -> bool:
    """Enough letters, nearly all of them capitals; letters of a script without case count as small ones."""
    letters = [letter for letter in KEPT.sub(" ", text) if letter.isalpha()]
    return len(letters) >= LEAST_LETTERS and sum(map(str.isupper, letters)) >= MOSTLY * len(letters)


def in_sentence_case(text: str) -> str:
    """A shouted text with capitals at the start of sentences and lines alone; any other text as it is."""
    if not is_shouted(text):
        return text
    spans = [(match.start(), match.end()) for match in KEPT.finditer(text)]
    calm = text.lower() if len(text.lower()) == len(text) else "".join(letter.lower()[0] for letter in text)
    calm = SENTENCE_START.sub(lambda match: match[0][:-1] + match[0][-1].upper()[0], calm)
    if ENGLISH.search(calm):
        calm = LONE_I.sub("I", calm)
    for start, end in spans:
        calm = calm[:start] + text[start:end] + calm[end:]
    return calm


def suspects(texts: ExampleTexts) -> list[int]:
    """The places with enough capitals in all their turns together, or with letters beyond ASCII."""
    capitals = np.array([chr(code).isupper() for code in range(256)])
    many = np.flatnonzero(texts.counted(capitals) >= MOSTLY * LEAST_LETTERS).tolist()
    return sorted({*many, *texts.beyond_ascii})


def find_capitals(texts: ExampleTexts) -> list[Finding]:
    """Rows of which an answer, in whichever turn, is shouted."""
    notes: dict[int, str] = {}
    for place in suspects(texts):
        for message in texts.examples[place].messages:
            if message.role == "assistant" and is_shouted(message.content):
                notes[place] = message.content.strip()[:SHOWN]
                break
    sentence = Sentence.of("finding.capitals.sentence", count=len(notes))
    return finding("capitals", "look", texts, notes, sentence, "finding.capitals.fix", notes=notes)


def calmed(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """The answers alone: a `repair` would rewrite what was asked as well."""
    edits: Edits = {}
    for place in suspects(texts):
        example = texts.examples[place]
        turns = tuple(
            changed(one, in_sentence_case(one.content)) if one.role == "assistant" else one for one in example.messages
        )
        if turns != example.messages:
            edits[example.id] = turns
    return {}, edits


CAPITALS = Check(
    kind="capitals", scope="row", detect=of_texts(find_capitals), effect=calmed, order=38,
    preview=lambda _, answer: in_sentence_case(answer),
)  # fmt: skip
