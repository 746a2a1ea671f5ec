"""The starter model's whole school book: an endless, seeded stream of written-by-grammar conversations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from random import Random

from . import context, extract, facts, labels, meaning, rewrite, sentences, smalltalk, support
from .document import Document, Generator, Turn

FAMILIES: dict[str, tuple[float, Generator]] = {
    "context": (34.0, context.document),
    "extract": (16.0, extract.document),
    "labels": (22.0, labels.document),
    "meaning": (12.0, meaning.document),
    "support": (8.0, support.document),
    "smalltalk": (12.0, smalltalk.document),
    "facts": (6.0, facts.document),
    "sentences": (4.0, sentences.document),
    "rewrite": (12.0, rewrite.document),
}
LONG_SHARE = 0.012  # of the documents: several tasks in one conversation, up to some 900 tokens


def document(rng: Random, family: str = "") -> Document:
    """One conversation of the named family, or of any, by their shares. (Shares are of documents, not of tokens.)"""
    if family:
        return FAMILIES[family][1](rng)
    if rng.random() < LONG_SHARE:
        return long_conversation(rng)
    (maker,) = rng.choices([maker for _, maker in FAMILIES.values()], [share for share, _ in FAMILIES.values()])
    return maker(rng)


def long_conversation(rng: Random) -> Document:
    """Several unrelated tasks one after the other, as in a long chat."""
    turns: list[Turn] = []
    last = Document([])
    limit = rng.randint(1000, 2800)
    while sum(len(text) for _, text in turns) < limit:
        last = document(rng)
        if last.turns[0][0] == "user":
            turns += last.turns
    return Document(turns, last.form, last.facts)


def documents(seed: str, count: int) -> Iterator[Document]:
    """The first `count` documents of the stream that this seed names; the same seed gives the same text."""
    rng = Random(seed)
    return (document(rng) for _ in islice(iter(int, 1), count))


def all_questions(seed: str, count: int) -> Iterator[str]:
    """Every user text of the stream, for checks that somebody else's questions are not in it."""
    for one in documents(seed, count):
        yield from (text for role, text in one.turns if role == "user")
