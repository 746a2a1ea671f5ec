"""Judgements about the rows of the tiny model, and runs that learn from them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.example import Example, Message
from studio.schemas.loop.preference import FrozenJudgement, Judgement, PreferencePair, ThumbedReply
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.storage.run_folder import RunFolder

PrepareJudged = Callable[..., RunFolder]


def pair_of(example: Example) -> PreferencePair:
    """The short reply is preferred."""
    return PreferencePair(turns=example.messages[:1], chosen="yes we do.", rejected=f"well {example.answer}")


def thumb_of(example: Example, good: bool) -> ThumbedReply:
    reply = "yes we do." if good else f"well {example.answer}"
    return ThumbedReply(turns=example.messages[:1], reply=reply, good=good)


def asked_otherwise(judgement: Judgement) -> Judgement:
    asked = judgement.turns[0]
    return judgement.model_copy(update={"turns": (asked.model_copy(update={"content": f"and {asked.content}"}),)})


@pytest.fixture
def prepare_judged(
    tmp_path: Path, tiny: Path, examples: list[Example], taught: Callable[..., RunFolder]
) -> PrepareJudged:
    """Freezes a run folder that goes on from a taught version: `prepare_judged(learn_from="thumbs")`."""
    made: list[RunFolder] = []

    def prepare(judgements: list[Judgement] | None = None, afresh: bool = False, **knobs: Any) -> RunFolder:
        number = len(made) + 1
        usual = {"learning_rate": 3e-3, "max_steps": 12, "per_device_train_batch_size": 4, "r": 4, "lora_alpha": 8,
                 "learn_from": "preferences", "eval_steps": 6}  # fmt: skip
        recipe = Recipe(base_model=str(tiny), **{**usual, **knobs})
        pairs: list[Judgement] = [pair_of(example) for example in examples]
        thumbs: list[Judgement] = [thumb_of(example, number % 4 != 0) for number, example in enumerate(examples)]
        rows = judgements or (pairs if recipe.learn_from == "preferences" else thumbs)
        if recipe.replay_share:  # taught rows are learned again where their questions were not judged
            rows = [asked_otherwise(one) for one in rows]
        frozen = [
            FrozenJudgement(part="train" if place < 32 else "validation", judgement=one)
            for place, one in enumerate(rows)
        ]
        spec = RunSpec(
            id=f"judged-{number}", project="p", created=datetime(2026, 1, 1, tzinfo=UTC), by="ana", recipe=recipe,
            dataset="d", dataset_sha256="0", model_folder=str(tiny), parent="run-1", teaches_on=not afresh,
        )  # fmt: skip
        folder = RunFolder(tmp_path / f"judged-{number}")
        folder.create(
            spec, examples[:32], examples[32:], [], judgements=frozen, start=None if afresh else taught().adapter
        )
        made.append(folder)
        return folder

    return prepare


def asked(example: Example) -> list[Message]:
    return list(example.messages[:1])
