"""General examples, mixed in so that a model does not forget what it knew: a small set of the studio's own writing."""

import json
import random
from collections.abc import Iterable
from pathlib import Path

from studio.schemas.example import Example, Message
from studio.schemas.recipe import Recipe
from studio.settings import shared_folder

FILE = "general.jsonl"
TEXTS = "general_texts.txt"
EVERY = 3  # of what is mixed in, every third is a running text: questions alone keep answers, but not texts


def all_general(assets: Path | None = None) -> list[Example]:
    """The whole set, in its own order. Its ids (g1, g2, …) are nobody's rows."""
    lines = ((assets or shared_folder("assets")) / FILE).read_text(encoding="utf-8").splitlines()
    examples = []
    for number, line in enumerate(lines, start=1):
        record = json.loads(line)
        messages = (
            Message(role="user", content=record["question"]),
            Message(role="assistant", content=record["answer"]),
        )
        examples.append(Example(id=f"g{number}", messages=messages))
    return examples


def all_texts(assets: Path | None = None) -> list[Example]:
    """Running texts, one a line, each a message that stands alone. Their ids (t1, t2, …) are nobody's rows."""
    lines = ((assets or shared_folder("assets")) / TEXTS).read_text(encoding="utf-8").splitlines()
    return [
        Example(id=f"t{number}", messages=(Message(role="assistant", content=line),))
        for number, line in enumerate(lines, start=1)
    ]


def wanted(recipe: Recipe, rows: int) -> int:
    """How many general examples make the recipe's share of all rows; there may be fewer."""
    share = recipe.general_share
    return round(rows * share / (1 - share))


def mixed_in(recipe: Recipe, rows: int, kept_out: Iterable[str] = ()) -> list[Example]:
    """Those that go with so many rows of the person's: the same for the same seed, whatever else changes.

    `kept_out` are questions of the exam and of the validation part, which nothing that is learned may hold.
    """
    count = wanted(recipe, rows)
    if not count:
        return []
    barred = {folded(question) for question in kept_out}
    chats = [example for example in all_general() if folded(example.question) not in barred]
    texts = all_texts()
    draw = random.Random(recipe.seed)
    draw.shuffle(chats)
    draw.shuffle(texts)
    found = []
    while chats or texts:
        found += [*chats[: EVERY - 1], *texts[:1]]
        chats, texts = chats[EVERY - 1 :], texts[1:]
    return found[:count]


def folded(text: str) -> str:
    """Without case and spacing."""
    return " ".join(text.casefold().split())
