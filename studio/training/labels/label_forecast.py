"""What a run of a label model would do and take, and the settings to begin with: counted before it starts."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.evaluation.metrics.task_kinds import sign_between_labels
from studio.models.chat_template import load_tokenizer
from studio.models.devices import free_bytes, has_accelerator, precision_of
from studio.models.encoders import LabelLayout
from studio.schemas.example import Example
from studio.schemas.model import Forecast, Length, ModelFacts, TokenPiece
from studio.schemas.recipe import Recipe
from studio.training.forecast import (
    LEFT_BEHIND,
    LEFT_ON_CARD,
    NARROW_BYTES,
    OVERHEAD_BYTES,
    length_for,
    steps_of,
    times_through,
)
from studio.training.labels.label_rows import LabelRows, make_label_rows, taught_labels, text_of
from studio.training.tokenization import TokenizedExample, TokenizedExamples

LEFT_WIDE = 77  # bytes that a token leaves in a layer for every hidden number, in float32
SEEN = 2_000  # rows that are read in all, by measurement (tests/benchmarks/README.md)
FEWEST_PASSES, MOST_PASSES = 3, 10
BATCH, LARGE_BATCH, MANY_ROWS = 16, 32, 2_000
BOLDNESS = 2e-4


class Tokens(Protocol):
    """A text as tokens."""

    @property
    def ids(self) -> list[int]:
        """What the encoder reads."""


def label_rows_for(facts: ModelFacts, recipe: Recipe, train: Sequence[Example]) -> tuple[LabelLayout, LabelRows]:
    """The rows as the run would make them; WrongSetting when there is nothing to choose between."""
    labels = taught_labels(train, recipe.label_separator)
    length = min(recipe.max_length, facts.context)
    layout = LabelLayout(load_tokenizer(Path(facts.folder)), labels, length, recipe.label_separator)
    return layout, make_label_rows(layout, train)


def forecast_labels(facts: ModelFacts, recipe: Recipe, train: Sequence[Example]) -> Forecast:
    """Everything but the time."""
    free = free_bytes()
    try:
        layout, rows = label_rows_for(facts, recipe, train)
    except WrongSetting as wrong:
        return Forecast(rows=0, free_bytes=free, blocked=f"{wrong.message} {wrong.hint}")
    counted = forecast_rows(facts, recipe, rows.rows)
    notes = [say("labels.plan", labels=len(layout.labels))]
    sign = "" if recipe.label_separator else sign_between_labels([example.answer for example in train])
    if sign:
        notes.append(say("labels.looks_like_several", sign=sign))
    if empty := len(rows.empty):
        notes.append(say("labels.left_out_empty", rows=empty))
    if unread := len(rows.unread):
        notes.append(say("labels.left_out_unread", rows=unread))
    return counted.model_copy(update={
        "rows_cut": len(rows.cut),
        "rows_left_out": len(rows.left_out),
        "rows_empty": len(rows.empty),
        "limit": layout.max_length,
        "cut_ids": rows.cut[:1000],
        "left_out_ids": rows.left_out[:1000],
        "longest": max((row.whole for row in rows.rows), default=0),
        "blocked": blocked(rows, counted.needs_bytes, free),
        "notes": tuple(notes),
    })  # fmt: skip


def forecast_rows(facts: ModelFacts, recipe: Recipe, rows: Sequence[Tokens]) -> Forecast:
    """What can be told of so many texts by the sizes of the model alone, which need not be here."""
    steps = steps_of(recipe, len(rows))
    return Forecast(
        rows=len(rows),
        context=facts.context,
        read_tokens=sum(len(row.ids) for row in rows),
        learned_tokens=len(rows),
        steps=steps,
        times_seen=times_through(recipe, steps, len(rows)),
        needs_bytes=memory_bytes(facts, recipe, rows),
        free_bytes=free_bytes(),
        disk_bytes=disk_bytes(facts, recipe),
    )


def blocked(rows: LabelRows, needs: int, free: int) -> str:
    """The sentence when the run cannot start; empty when it can."""
    if not rows.rows:
        return no_label_rows(rows)
    if needs > free:
        return say("labels.not_enough_memory", needs=needs / 1e9, free=free / 1e9)
    return ""


def no_label_rows(rows: LabelRows) -> str:
    """Why no row is left to learn from."""
    reasons = [("labels.without_label", len(rows.empty)), ("labels.without_text", len(rows.unread))]
    why = say("labels.and").join(say(key, rows=count) for key, count in reasons if count) or say("labels.none")
    return say("labels.nothing_left", why=why)


def learning(facts: ModelFacts, recipe: Recipe) -> int:
    """Roughly how many numbers learn."""
    if recipe.method == "full":
        return facts.parameters
    head = facts.hidden * facts.hidden
    if recipe.method == "last_layers":
        inner = facts.parameters - facts.vocabulary * facts.hidden
        return head + inner * min(recipe.trained_layers, max(facts.layers, 1)) // max(facts.layers, 1)
    return head + 18 * recipe.r * facts.hidden * max(facts.layers, 1)


def memory_bytes(facts: ModelFacts, recipe: Recipe, rows: Sequence[Tokens]) -> int:
    """The peak: weights, what learns with its optimizer, and what the largest step leaves behind."""
    narrow = precision_of(recipe.precision, facts.parameters).itemsize == 2
    longest = sorted((len(row.ids) for row in rows), reverse=True)[: recipe.per_device_train_batch_size]
    pieces = len(longest) * max(longest, default=0)
    layer = ((LEFT_ON_CARD if has_accelerator() else LEFT_BEHIND) if narrow else LEFT_WIDE) * facts.hidden
    layers = max(facts.layers, 1)
    left = 2 * layer + 4 * facts.hidden * layers if recipe.gradient_checkpointing else layer * layers
    weights = 4 * facts.parameters + NARROW_BYTES * narrow
    return int(OVERHEAD_BYTES + weights + 12 * learning(facts, recipe) + pieces * left)


def disk_bytes(facts: ModelFacts, recipe: Recipe) -> int:
    """Checkpoints with their optimizer, the best one, and the version."""
    learns = learning(facts, recipe)
    return (recipe.save_total_limit + 1) * (12 * learns + 100_000) + 4 * learns + 4_000_000


def label_lengths(folder: Path, examples: Sequence[Example]) -> list[Length]:
    """Tokens of each text. A long one is read from its beginning, so nothing of the label is ever lost."""
    layout = LabelLayout(load_tokenizer(folder), (), sys.maxsize)
    return [Length(0, whole) for _, whole in layout.encode([text_of(example) for example in examples])]


def label_pieces(facts: ModelFacts, recipe: Recipe, example: Example) -> list[TokenPiece]:
    """One example as a label model reads it: the text, what of it is cut off, and the label."""
    text, limit = text_of(example), min(recipe.max_length, facts.context)
    read = load_tokenizer(Path(facts.folder))(
        text, truncation=True, max_length=limit, padding=False, return_offsets_mapping=True
    )["offset_mapping"]
    end = max((last for _, last in read), default=0)
    parts = {"read": text[:end], "cut": text[end:].strip() and text[end:], "learned": example.answer}
    return [TokenPiece(text=words, part=part) for part, words in parts.items() if words]


def propose_label_knobs(facts: ModelFacts, train: Sequence[Example]) -> dict[str, Any]:
    """The settings to begin with, by the number and length of the rows."""
    return label_knobs([one.whole for one in label_lengths(Path(facts.folder), train)], facts.context)


def label_knobs(lengths: Sequence[int], context: int) -> dict[str, Any]:
    """The same by the tokens of each text alone, for a model that need not be here."""
    rows, count = [TokenizedExample("", [], 0, length) for length in lengths], max(len(lengths), 1)
    return {
        "task": "labels",
        "method": "full",
        "learning_rate": BOLDNESS,
        "lr_scheduler_type": "linear",
        "warmup_steps": 0.1,
        "num_train_epochs": float(max(FEWEST_PASSES, min(MOST_PASSES, SEEN // count))),
        "per_device_train_batch_size": LARGE_BATCH if count > MANY_ROWS else BATCH,
        "weight_decay": 0.01,
        "early_stopping_patience": 3,
        "max_length": length_for(TokenizedExamples(rows), context),
    }
