"""The furnace's door: what the desk asks of it. Each verb imports what it needs when it is called.

Nothing heavy comes with this module, so that the page is up before torch is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.engine.inspector import Inspector
from studio.records.example import Example
from studio.records.model import Forecast, ModelFacts, Piece
from studio.records.recipe import Recipe
from studio.records.run import Outcome

if TYPE_CHECKING:
    from studio.engine.panes import LoadedPanes


class Furnace:
    """Remembers what it found out about model folders, and nothing else."""

    def __init__(self) -> None:
        self._inspector = Inspector()

    def warm(self) -> None:
        """Import the heavy libraries, so that the first click does not wait."""
        import studio.engine.lesson  # noqa: F401

    def devices(self) -> list[dict[str, object]]:
        """`name, memory_bytes, free_bytes` of every accelerator; the processor when there is none."""
        from studio.engine.devices import devices

        return devices()

    def inspect(self, folder: Path) -> ModelFacts:
        """Open a folder in a child with limits; UnusableModel says in a sentence what is wrong with it."""
        return self._inspector.inspect(folder)

    def forecast(self, facts: ModelFacts, recipe: Recipe, train: Sequence[Example]) -> Forecast:
        """Count with the model's own tokenizer and layout; measure a few steps for the time."""
        from studio.engine.forecast import forecast, rows_for

        _, rows = rows_for(facts, recipe, train)
        return forecast(facts, recipe, rows)

    def count_tokens(self, folder: Path, texts: Sequence[str]) -> list[int]:
        """Pieces of words of each text by this model's tokenizer, chat layout not counted. Needs no torch."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return [len(found.ids) for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def propose_knobs(self, facts: ModelFacts, train: Sequence[Example]) -> dict[str, Any]:
        """Settings to begin with, by the model's size and the rows."""
        from studio.engine.forecast import propose_knobs, rows_for

        recipe = Recipe(base_model=facts.folder, max_length=max(8, facts.context))
        return propose_knobs(facts, rows_for(facts, recipe, train)[1])

    def see(self, facts: ModelFacts, recipe: Recipe, example: Example) -> list[Piece]:
        """One example as the model reads it."""
        from studio.engine.layout import load_layout
        from studio.engine.rows import pieces_of

        layout = load_layout(Path(facts.folder)).with_instructions(recipe.instructions)
        return pieces_of(layout, example, min(recipe.max_length, facts.context))

    def teach(
        self,
        run_folder: Path,
        should_stop: Callable[[], bool],
        turn: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> Outcome:
        """Carry out a prepared run folder; writes there and nowhere else."""
        from studio.engine.teach import teach

        return teach(run_folder, should_stop, turn)

    def open_panes(self, model_folder: Path, adapters: Mapping[str, Path]) -> LoadedPanes:
        """Load the starting model once and the adapters beside it: contestant name -> adapter folder."""
        from studio.engine.panes import open_panes

        return open_panes(model_folder, adapters)
