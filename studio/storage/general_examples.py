"""General examples, mixed in so that a model does not forget what it knew: a small set of the studio's own writing."""

import json
import random
from collections.abc import Iterable
from pathlib import Path

from studio.schemas.example import Example, Message
from studio.schemas.recipe import Recipe
from studio.settings import shared_folder

FILE = "general.jsonl"


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
    found = [example for example in all_general() if folded(example.question) not in barred]
    random.Random(recipe.seed).shuffle(found)
    return found[:count]


def folded(text: str) -> str:
    """Without case and spacing."""
    return " ".join(text.casefold().split())
