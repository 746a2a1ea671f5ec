"""How long examples are in pieces of words, before a model was chosen: counted with the built-in model's tokenizer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.desk.engine import Engine
from studio.records.example import Example
from studio.records.recipe import Recipe

SAMPLE = 2_000
LIMIT: int = Recipe.model_fields["max_length"].default


class Lengths:
    """Counts what needs counting: a text of fewer bytes than the limit cannot have more pieces than it has bytes."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder

    def counts(self, examples: Sequence[Example]) -> list[int]:
        """Pieces of each example; exact for those that could be too long, at most the limit for all others."""
        texts = ["\n".join(message.content for message in example.messages) for example in examples]
        found = [min(LIMIT, len(text) // 4) for text in texts]
        long = [place for place, text in enumerate(texts) if len(text.encode("utf-8", "replace")) > LIMIT]
        exact = self._engine.count_tokens(
            self._folder, [texts[place].encode("utf-8", "replace").decode() for place in long]
        )
        for place, count in zip(long, exact, strict=True):
            found[place] = count
        return found

    def summary(self, examples: Sequence[Example]) -> dict[str, Any]:
        """The spread over at most 2,000 examples evenly taken, and the limit that runs start from."""
        step = max(1, len(examples) // SAMPLE)
        texts = ["\n".join(message.content for message in example.messages) for example in examples[::step]]
        counts = sorted(self._engine.count_tokens(self._folder, [t.encode("utf-8", "replace").decode() for t in texts]))
        if not counts:
            return {"limit": LIMIT}
        at = {name: counts[min(len(counts) - 1, int(share * len(counts)))] for name, share in POINTS}
        mean = sum(counts) / len(counts)
        return {"counted_with": "starter", **at, "largest": counts[-1], "total": round(mean * len(examples)),
                "limit": LIMIT}  # fmt: skip


POINTS = (("smallest", 0.0), ("middle", 0.5), ("p99", 0.99))
