"""What the services ask of models and training on this computer. Each method imports what it needs when called.

Nothing heavy comes with this module, so that the page is up before torch is.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from studio.inference.fair_lock import FairLock
from studio.models.context_length import context_length_of_json
from studio.models.inspector import Inspector
from studio.models.model_files import task_of_folder
from studio.schemas.example import Example
from studio.schemas.exports.export import ExportedVersion, Form, GgufOrder
from studio.schemas.fallback import SENTENCES, Fallback
from studio.schemas.model import Forecast, Foretold, Length, ModelEntry, ModelFacts, TokenPiece
from studio.schemas.recipe import Recipe
from studio.schemas.run import ChosenVersion, RunResult
from studio.storage.run_folder import RunFolder

if TYPE_CHECKING:
    from studio.inference.label_models import LabelModels
    from studio.inference.multi_adapter import MultiAdapterModel
    from studio.models.chat_template import ChatTemplate
    from studio.training.estimates.step_cost import ProductRate
    from studio.training.throughput import Throughput
    from studio.training.tokenization import TokenizedExamples
    from studio.training.trainer import Layout, Row


AGAIN_SECONDS = 10.0  # between measurements of a computer that is busy
CLOSE_SECONDS = 20.0  # a step of a large model may take long
MEASURED_BELOW = 400_000_000  # parameters: larger models are not loaded just to be timed


class LocalEngine:
    """Remembers what it found out about model folders and speeds, and nothing else."""

    def __init__(self) -> None:
        self._inspector = Inspector()
        self._fair_lock = FairLock()
        self._paces: dict[tuple[Any, ...], Throughput] = {}
        self._rows: tuple[str, ChatTemplate, TokenizedExamples] | None = None
        self._running = 0
        self._lock, self._importing = threading.Lock(), threading.Lock()
        self._rates: dict[Any, tuple[ProductRate, float]] = {}
        self._warmed = False
        self._closing = threading.Event()

    def close(self) -> None:
        """End what is being measured and wait for it, so that no thread is left inside torch when Python ends."""
        self._closing.set()
        if self._lock.acquire(timeout=CLOSE_SECONDS):
            self._lock.release()

    def warm(self) -> None:
        """Import the heavy libraries, so that the first click does not wait."""
        with self._importing:
            import studio.training.job  # noqa: F401
        from studio.models.devices import precision_of

        self._warmed = True
        self._rate(precision_of("auto", MEASURED_BELOW))

    def _import_tokenizers(self) -> None:
        """Import what opens a tokenizer, after a warm-up that is under way: two threads that import transformers at
        once can find each other's modules half made ("cannot import name 'AutoTokenizer'")."""
        with self._importing:
            from transformers import AutoTokenizer  # noqa: F401

    def devices(self) -> list[dict[str, object]]:
        """`name, memory_bytes, free_bytes` of every accelerator; the processor when there is none."""
        from studio.models.devices import devices

        return devices()

    def methods(self) -> dict[str, str]:
        """Every method of a Recipe, with the sentence why it cannot be used here; empty where it can."""
        from studio.models.devices import methods_here

        return methods_here()

    def inspect(self, folder: Path) -> ModelFacts:
        """Open a folder in a child with limits; UnusableModel says in a sentence what is wrong with it."""
        return self._inspector.inspect(folder)

    def foretell(
        self, entry: ModelEntry, lengths: Sequence[Length], *, wait: bool = False, passes: float = 1.0
    ) -> Foretold:  # fmt: skip
        """What teaching rows of these lengths would take with a model that need not be here, by its sizes alone."""
        if wait and not self._warmed:
            self.warm()
        if not self._warmed:
            from studio.training.estimates.entry_sizes import rough_bytes

            return Foretold(seconds=None, needs_bytes=rough_bytes(entry),
                            free_bytes=psutil.virtual_memory().available)  # fmt: skip
        from studio.training.estimates.step_cost import foretell

        return foretell(entry, lengths, self._rate, passes)

    def _rate(self, dtype: Any) -> ProductRate:
        """Measured once, and now and then again while others keep this computer busy: so it is told while they do."""
        from studio.models.devices import QUIET
        from studio.training.estimates.step_cost import better, measure_rate

        known, at = self._rates.get(dtype, (None, 0.0))
        now = time.monotonic()
        if known is None or (known.free < QUIET and now - at > AGAIN_SECONDS):
            known = better(known, measure_rate(dtype))
            self._rates[dtype] = known, now
        return known

    def forecast(
        self, facts: ModelFacts, recipe: Recipe, train: Sequence[Example], *, measured: bool = True
    ) -> Forecast:
        """Count with the model's own tokenizer and chat template; time a few steps, once for each shape."""
        self._import_tokenizers()
        if recipe.task == "labels":
            return self._forecast_labels(facts, recipe, train, measured=measured)
        from studio.storage.general_examples import mixed_in
        from studio.training.forecast import forecast
        from studio.training.tokenization import general_rows

        chat_template, rows = self._read(facts, recipe, train)
        general = general_rows(chat_template, mixed_in(recipe, len(train)), min(recipe.max_length, facts.context))
        forecasted = forecast(facts, recipe, rows, general)
        learned = [*rows.rows, *general]
        if forecasted.blocked:
            return forecasted
        from studio.training.estimates.step_cost import throughput_of_sizes

        by_sizes = throughput_of_sizes(facts, recipe, learned, self._rate)
        if not measured:
            from studio.training.throughput import with_time

            return with_time(forecasted, by_sizes, learned, recipe, measured=False)
        return self._timed(facts, recipe, forecasted, chat_template, learned, by_sizes)

    def _timed(
        self, facts: ModelFacts, recipe: Recipe, forecasted: Forecast, layout: Layout, learned: Sequence[Row],
        otherwise: Throughput | None = None, **how: Any,
    ) -> Forecast:  # fmt: skip
        """With the time that a few steps foretell; a note where they cannot be tried, and the time `otherwise` told.

        `how`: see `measure_throughput`.
        """
        from studio.training.throughput import with_time

        pace = self._pace(facts, recipe, layout, learned, **how)
        if pace is None:
            large = facts.parameters >= MEASURED_BELOW
            kind = Fallback.TIME_NOT_MEASURED_LARGE if large else Fallback.TIME_NOT_MEASURED_BUSY
            forecasted = forecasted.model_copy(update={"notes": (*forecasted.notes, SENTENCES[kind])})
        found = pace or otherwise
        return with_time(forecasted, found, learned, recipe, measured=pace is not None) if found else forecasted

    def _forecast_labels(
        self, facts: ModelFacts, recipe: Recipe, train: Sequence[Example], *, measured: bool
    ) -> Forecast:
        from studio.training.labels.label_forecast import forecast_labels, label_rows_for

        forecasted = forecast_labels(facts, recipe, train)
        if forecasted.blocked:
            return forecasted
        from studio.training.estimates.step_cost import throughput_of_sizes
        from studio.training.throughput import with_time
        from studio.training.tokenization import TokenizedExample

        layout, found = label_rows_for(facts, recipe, train)
        rows = [TokenizedExample(row.example, row.ids, len(row.ids), row.whole) for row in found.rows]
        by_sizes = throughput_of_sizes(facts, recipe, rows, self._rate)
        if not measured:
            return with_time(forecasted, by_sizes, rows, recipe, measured=False)
        from studio.training.labels.label_job import load_with_head
        from studio.training.labels.label_trainer import LabelTrainer

        def load(folder: Path, short: Recipe) -> Any:
            return load_with_head(folder, short, layout)

        how: dict[str, Any] = {"load": load, "teach": LabelTrainer}
        return self._timed(facts, recipe, forecasted, layout, found.rows, by_sizes, **how)

    def _read(
        self, facts: ModelFacts, recipe: Recipe, train: Sequence[Example]
    ) -> tuple[ChatTemplate, TokenizedExamples]:
        """The rows of the recipe; the last ones are kept, since most knobs leave them as they are."""
        from studio.training.forecast import rows_for

        digest = hashlib.sha256(f"{facts.sha256} {recipe.max_length} {recipe.instructions}".encode())
        for example in train:
            digest.update(f"{example.id} {example.content_hash}".encode())
        key = digest.hexdigest()
        kept = self._rows
        if kept is None or kept[0] != key:
            kept = (key, *rows_for(facts, recipe, train))
            self._rows = kept
        return kept[1], kept[2]

    def _pace(
        self, facts: ModelFacts, recipe: Recipe, layout: Layout, rows: Sequence[Row], **how: Any
    ) -> Throughput | None:
        """As measured or remembered; nothing while a run uses the machine, or for a large model."""
        key = speed_key(facts.folder, recipe)
        with self._lock:
            if key not in self._paces and not self._running and facts.parameters < MEASURED_BELOW:
                from studio.training.throughput import measure_throughput

                pace = None
                if not self._closing.is_set():
                    pace = measure_throughput(facts, recipe, layout, rows, self._closing.is_set, **how)
                if pace is not None:
                    self._paces[key] = pace
        return self._paces.get(key)

    def count_tokens(self, folder: Path, texts: Sequence[str]) -> list[int]:
        """Tokens of each text by this model's tokenizer, chat template not counted. Needs no torch."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_padding()  # encoders often come with both switched on
        tokenizer.no_truncation()
        return [len(found.ids) for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def context(self, folder: Path) -> int:
        """How many tokens the built-in model reads, by its configuration alone. Needs no torch."""
        return context_length_of_json(json.loads((folder / "config.json").read_text(encoding="utf-8")))

    def lengths(self, folder: Path, examples: Sequence[Example], instructions: str = "") -> list[Length]:
        """Tokens of each example as this model reads it, chat template and instructions counted."""
        self._import_tokenizers()
        if task_of_folder(folder) == "labels":
            from studio.training.labels.label_forecast import label_lengths

            return label_lengths(folder, examples)
        from studio.models.chat_template import load_chat_template
        from studio.training.tokenization import lengths_of

        return lengths_of(load_chat_template(folder).with_instructions(instructions), examples)

    def find_names(self, folder: Path, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Where people's names stand in each text, by the model in this folder."""
        self._import_tokenizers()
        from studio.models.name_recognition import NameRecognizer

        return NameRecognizer(folder).find(texts)

    def propose_knobs(self, facts: ModelFacts, train: Sequence[Example]) -> dict[str, Any]:
        """Settings to begin with, by the model's size and the rows."""
        self._import_tokenizers()
        if facts.task == "labels":
            from studio.training.labels.label_forecast import propose_label_knobs

            return propose_label_knobs(facts, train)
        from studio.training.forecast import propose_knobs

        recipe = Recipe(base_model=facts.folder, max_length=max(8, facts.context))
        return propose_knobs(facts, self._read(facts, recipe, train)[1])

    def see(self, facts: ModelFacts, recipe: Recipe, example: Example) -> list[TokenPiece]:
        """One example as the model reads it."""
        self._import_tokenizers()
        if recipe.task == "labels":
            from studio.training.labels.label_forecast import label_pieces

            return label_pieces(facts, recipe, example)
        from studio.models.chat_template import load_chat_template
        from studio.training.tokenization import pieces_of

        chat_template = load_chat_template(Path(facts.folder)).with_instructions(recipe.instructions)
        return pieces_of(chat_template, example, min(recipe.max_length, facts.context))

    def train(self, run_folder: Path, should_stop: Callable[[], bool]) -> RunResult:
        """Carry out a prepared run folder; writes there and nowhere else. Takes turns with chats, step by step."""
        self._import_tokenizers()
        from studio.training.train import run_training

        with self._lock:
            self._running += 1
        try:
            outcome = run_training(run_folder, should_stop, lambda: self._fair_lock)
        finally:
            with self._lock:
                self._running -= 1
        spec = RunFolder(run_folder).spec
        if outcome.tokens_per_second:
            from studio.training.throughput import Throughput

            key = speed_key(spec.model_folder, spec.recipe)
            usual = self._paces.get(key) or Throughput(0.0)
            self._paces[key] = replace(usual, tokens_per_second=outcome.tokens_per_second)
        return outcome

    def keep(self, run_folder: Path, step: int, *, by: str, questions: Sequence[str] = ()) -> ChosenVersion:
        """Make a checkpoint the person's version; a run that is going stops for it. Written down in the run."""
        self._import_tokenizers()
        from studio.training.promotion import promote_checkpoint

        return promote_checkpoint(run_folder, step, by=by, questions=questions)

    def points(self, run_folder: Path) -> list[int]:
        """The steps of the checkpoints that can be kept, oldest first."""
        from studio.training.promotion import promotable_steps

        return promotable_steps(run_folder)

    def load_adapters(self, model_folder: Path, adapters: Mapping[str, Path]) -> MultiAdapterModel | LabelModels:
        """Load the starting model once and the adapters beside it: contestant name -> adapter folder. Of label models
        each version is loaded whole: they are small, and nobody answers who was not taught."""
        self._import_tokenizers()
        if task_of_folder(model_folder) == "labels":
            from studio.inference.label_models import load_label_models

            return load_label_models(model_folder, adapters, lock=self._fair_lock)
        from studio.inference.multi_adapter import load_multi_adapter

        return load_multi_adapter(model_folder, adapters, lock=self._fair_lock)

    def load_to_serve(self, model_folder: Path, adapters: Mapping[str, Path]) -> MultiAdapterModel:
        """The same for versions that write, to be asked by applications: by a process that does nothing else."""
        self._import_tokenizers()
        from studio.inference.multi_adapter import load_multi_adapter
        from studio.models.devices import keep_a_core_for_requests

        model = load_multi_adapter(model_folder, adapters, lock=self._fair_lock)
        keep_a_core_for_requests(model.weight_bytes)
        return model

    def export_version(
        self, run_folder: Path, form: Form, folder: Path, exam: Sequence[Example], room: int,
        tell: Callable[[str, int, int], None], stop: Callable[[], bool], gguf: GgufOrder | None = None,
    ) -> ExportedVersion:  # fmt: skip
        """Write the version for other programs, open it where the studio is not, and compare."""
        self._import_tokenizers()
        from studio.inference.exports.version_export import VersionExport

        source = RunFolder(run_folder)
        if gguf is not None:
            from studio.inference.exports.gguf.gguf_export import GgufExport

            return GgufExport(source.spec, source.adapter, form, room, tell, stop, order=gguf).write(folder, exam)
        return VersionExport(source.spec, source.adapter, form, room, tell, stop).write(folder, exam)


def speed_key(folder: str, recipe: Recipe) -> tuple[Any, ...]:
    """What a speed depends on: the model, and the knobs that change the work of a step."""
    names = ("method", "r", "target_modules", "trained_layers", "per_device_train_batch_size", "max_length", "packing",
             "gradient_accumulation_steps", "optim", "precision", "gradient_checkpointing", "lora_dropout")  # fmt: skip
    return (os.path.abspath(folder), *(getattr(recipe, name) for name in names))
