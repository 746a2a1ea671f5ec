"""The prompts of the exam: 300 by the corpus' generators with another seed, and forty more in words it lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from corpus import document
from corpus.document import Document
from corpus.text import parts, read_text

FAMILY_COUNTS = {
    "context": 72,
    "extract": 63,
    "labels": 52,
    "meaning": 21,
    "support": 32,
    "smalltalk": 14,
    "facts": 11,
    "sentences": 9,
    "rewrite": 26,
}

TEXT = read_text("exam")
EVERYDAY = parts(TEXT["EVERYDAY"])
FREE_TASKS = [json.loads(line) for line in TEXT["FREE_TASKS"].split("\n")]


def exam(seed: str, is_seen: Callable[[Document], bool] = lambda _: False) -> list[tuple[str, Document]]:
    """340 (family, document) pairs, the forty in free wording last; none that `is_seen` knows from the training."""
    rng = Random(f"exam/{seed}")
    chosen: list[tuple[str, Document]] = []
    for family, count in FAMILY_COUNTS.items():
        prompts: set[str] = set()
        for _ in range(count * 400):
            one = document(rng, family)
            prompt = repr(one.turns[:-1])
            if prompt in prompts or is_seen(one):
                continue
            prompts.add(prompt)
            chosen.append((family, one))
            if len(prompts) == count:
                break
    chosen += [("free wording", Document([("user", text), ("assistant", "")], "sentence")) for text in EVERYDAY]
    for row in FREE_TASKS:
        facts = {name: value for name, value in row.items() if name not in ("form", "ask")}
        chosen.append(("free wording", Document([("user", row["ask"]), ("assistant", "")], row["form"], facts)))
    return chosen
