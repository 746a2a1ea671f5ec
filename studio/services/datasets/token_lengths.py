"""How long examples are in pieces of words, as one starting model reads them: said before anything is started."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.data.checks.content.lengths import read_by_in_words
from studio.schemas.example import Example
from studio.schemas.model import Length, ModelFacts
from studio.services.datasets.dataset_view import DatasetView
from studio.services.engine import Engine

SAMPLE = 2_000
MARKS = 64  # bytes that a chat layout may add to a turn, roomy


class TokenLengths:
    """Counts what needs counting: a text of fewer bytes than the limit cannot have more pieces than it has bytes."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder
        self._limit = 0
        self._other: tuple[tuple[str, str, str], tuple[int, int]] = (("", "", ""), (0, 0))  # the last one counted

    @property
    def limit(self) -> int:
        """How many pieces the model reads."""
        self._limit = self._limit or self._engine.context(self._folder)
        return self._limit

    def counts(self, examples: Sequence[Example]) -> list[Length]:
        """Pieces of each example; exact for those that could be too long, within the limit for all others."""
        return counted(self._engine, self._folder, self.limit, examples)

    def unread(self, folder: Path, context: int, examples: Sequence[Example], instructions: str = "") -> set[str]:
        """The ids of examples of which a model cannot read more than the question: nobody can be examined on them."""
        found = counted(self._engine, folder, context, examples, instructions)
        return {example.id for example, one in zip(examples, found, strict=True) if one.asked >= context}

    def summary(self, examples: Sequence[Example]) -> dict[str, Any]:
        """The spread over at most 2,000 examples evenly taken, the limit, and of all of them what is beyond it."""
        step = max(1, len(examples) // SAMPLE)
        texts = ["\n".join(message.content for message in example.messages) for example in examples[::step]]
        counts = sorted(self._engine.count_tokens(self._folder, [t.encode("utf-8", "replace").decode() for t in texts]))
        if not counts:
            return {"limit": self.limit}
        at = {name: counts[min(len(counts) - 1, int(share * len(counts)))] for name, share in POINTS}
        mean = sum(counts) / len(counts)
        return {"counted_with": "starter", **at, "largest": counts[-1], "total": round(mean * len(examples)),
                **self.beyond(examples)}  # fmt: skip

    def beyond(self, examples: Sequence[Example]) -> dict[str, int]:
        """The limit, and how many answers are lost or lose their end by it."""
        lost, cut = lost_and_cut(self.counts(examples), self.limit)
        return {"limit": self.limit, "answers_lost": lost, "answers_cut": cut}

    def said_of(self, name: str, facts: ModelFacts, view: DatasetView) -> list[str]:
        """What another model than the built-in one loses, in sentences; that it loses nothing where the other does."""
        key = facts.folder, view.id, view.mark
        if self._other[0] != key:
            found = counted(self._engine, Path(facts.folder), facts.context, view.examples)
            self._other = key, lost_and_cut(found, facts.context)
        cut_here = any(finding.kind == "too_long" for finding in view.findings)
        return read_by_in_words(name, *self._other[1], facts.context, cut_here=cut_here)


def lost_and_cut(lengths: Sequence[Length], limit: int) -> tuple[int, int]:
    """How many answers are lost whole, and of how many the end is, when so many pieces are read."""
    return sum(one.asked >= limit for one in lengths), sum(one.asked < limit < one.whole for one in lengths)


POINTS = (("smallest", 0.0), ("middle", 0.5), ("p99", 0.99))


def counted(
    engine: Engine, folder: Path, limit: int, examples: Sequence[Example], instructions: str = ""
) -> list[Length]:
    """Lengths of all examples; of the short ones only a guess, so that no tokenizer is asked about them."""
    told = byte_count(instructions) + MARKS
    sizes = [told + sum([byte_count(turn.content) + MARKS for turn in example.messages]) for example in examples]
    guesses = [Length(0, pieces) for pieces in range(limit + 1)]
    found = [guesses[min(limit, size // 4)] for size in sizes]
    long = [place for place, size in enumerate(sizes) if size > limit]
    if long:
        exact = engine.lengths(folder, [sound(examples[place]) for place in long], instructions)
        for place, one in zip(long, exact, strict=True):
            found[place] = one
    return found


def sound(example: Example) -> Example:
    """Lone surrogates replaced: a tokenizer takes none."""
    turns = tuple(
        turn.model_copy(update={"content": turn.content.encode("utf-8", "replace").decode()})
        for turn in example.messages
    )
    return example if turns == example.messages else example.model_copy(update={"messages": turns})


def byte_count(text: str) -> int:
    """How many bytes a text takes in UTF-8; plain ASCII needs no copy to know."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
