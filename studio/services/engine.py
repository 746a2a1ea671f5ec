"""What the services expect of the engine: tests hand them a fake one, and services never import torch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from studio.schemas.chat import GenerationRequest, Reply, ReplySettings, TokenLogprob
from studio.schemas.example import Example, Message
from studio.schemas.exports.export import ExportedVersion, Form, GgufOrder
from studio.schemas.fallback import Fallback
from studio.schemas.model import Forecast, Foretold, Length, ModelEntry, ModelFacts, TokenPiece
from studio.schemas.recipe import Recipe
from studio.schemas.run import ChosenVersion, RunResult


class LoadedModel(Protocol):
    """One loaded copy of a starting model and any number of adapters on it, answering side by side."""

    contestants: tuple[str, ...]
    together: bool  # False: this architecture answers in turn, and the page says so

    @property
    def fallbacks(self) -> Sequence[Fallback]:
        """Where its answers take longer than promised, or come one after another."""

    def fingerprint(self, contestant: str) -> str:
        """Twelve hex digits over the weights as they lie in memory for this contestant, and the chat layout."""

    def answer(
        self,
        chats: Mapping[str, Sequence[Message]],
        settings: Mapping[str, ReplySettings],
        stop: Callable[[], bool],
    ) -> Iterator[dict[str, str]]:
        """Texts so far by contestant, at most about 20 times a second; the generator returns the Replies."""

    def answer_all(
        self,
        contestant: str,
        chats: Sequence[Sequence[Message]],
        settings: ReplySettings,
        stop: Callable[[], bool],
    ) -> list[Reply]:
        """Many questions for one contestant, batched; in the order given."""

    def losses(self, contestant: str, conversations: Sequence[Sequence[Message]]) -> list[tuple[float, int]]:
        """For the answer that ends each conversation: the sum of the mistakes score over its pieces, and their number.

        A message that stands alone is a text without any chat layout. Nothing is written; 0 pieces: out of reach.
        """

    def self_test(self) -> list[str]:
        """Sentences when two contestants that should differ are the same, or one answers with another's weights."""

    def close(self) -> None:
        """Free the memory."""


class Generation(Protocol):
    """One answer in the making, for an application."""

    logprobs: list[TokenLogprob]
    is_over: bool
    stopped_by_itself: bool
    seconds: float

    @property
    def text(self) -> str:
        """What may be shown so far; it only grows."""

    @property
    def prompt_tokens(self) -> int:
        """How many tokens it reads."""

    @property
    def tokens(self) -> int:
        """How many tokens it has written."""

    def end(self, note: str, *, by_itself: bool = False) -> None:
        """No more will come."""


G = TypeVar("G", bound=Generation)


class GenerationBatch(Protocol[G]):
    """Answers that are written together and join and leave between two tokens. For one thread, except `prepare`."""

    context: int

    def prepare(self, request: GenerationRequest) -> G:
        """The request in tokens. One that is too long to read is over from the beginning."""

    def add(self, row: G) -> None:
        """Join at the next step."""

    def has_room(self, row: G) -> bool:
        """Whether it fits beside those that are written now."""

    def step(self) -> None:
        """One more token for every row; rows that are over leave. StudioError: no row goes on."""

    def clear(self) -> None:
        """Forget every row, after a step that failed."""


class ServedModel(LoadedModel, Protocol):
    """A loaded model that writes, for several applications at once."""

    def open_batch(self) -> GenerationBatch[Any]:
        """A batch on this one copy of the weights."""

    def add(self, contestant: str, folder: Path) -> None:
        """Load one adapter more beside the others, while applications are answered."""


class Engine(Protocol):
    """What trains and answers, as the services see it. Every method imports what it needs when called."""

    def warm(self) -> None:
        """Import the heavy libraries, so that the first click does not wait."""

    def devices(self) -> list[dict[str, object]]:
        """`name, memory_bytes, free_bytes` of every accelerator; the CPU when there is none."""

    def methods(self) -> dict[str, str]:
        """Every method of a Recipe, with the sentence why it cannot be used here; empty where it can."""

    def inspect(self, folder: Path) -> ModelFacts:
        """Open a folder in a child with limits; UnusableModel says in a sentence what is wrong with it."""

    def count_tokens(self, folder: Path, texts: Sequence[str]) -> list[int]:
        """Pieces of words of each text by this model's tokenizer, chat layout not counted. Needs no torch."""

    def context(self, folder: Path) -> int:
        """How many pieces the built-in model reads, by its configuration alone. Needs no torch."""

    def lengths(self, folder: Path, examples: Sequence[Example], instructions: str = "") -> list[Length]:
        """Pieces of each example as this model reads it, chat layout and instructions counted."""

    def find_names(self, folder: Path, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Where people's names stand in each text, by a model for marking words; slow, so only when asked for."""

    def propose_knobs(self, facts: ModelFacts, train: Sequence[Example]) -> dict[str, Any]:
        """Knobs that suit this model and these rows, by their Recipe names; presets are up to the services."""

    def forecast(
        self, facts: ModelFacts, recipe: Recipe, train: Sequence[Example], *, measured: bool = True
    ) -> Forecast:
        """Count with the model's own tokenizer and layout. The time is by the sizes of the matrices or, `measured`, by
        a few steps that are tried."""

    def foretell(
        self, entry: ModelEntry, lengths: Sequence[Length], *, wait: bool = False, passes: float = 1.0
    ) -> Foretold:  # fmt: skip
        """What teaching rows of these lengths would take with a model that need not be here, by its sizes alone.

        Without `wait` no heavy library is imported for it, and the time is not known until they are there. `passes`:
        times as many through the rows as the proposed recipe has, as a preset wants."""

    def see(self, facts: ModelFacts, recipe: Recipe, example: Example) -> list[TokenPiece]:
        """One example as the model reads it."""

    def train(self, run_folder: Path, should_stop: Callable[[], bool]) -> RunResult:
        """Carry out a prepared run folder; writes metrics, checkpoints and the adapter there, and nowhere else.

        Raises RunFailed for what a person can understand (disk full, memory, divergence, vanished model).
        """

    def keep(self, run_folder: Path, step: int, *, by: str, questions: Sequence[str] = ()) -> ChosenVersion:
        """Make a saved point the person's version; a run that is going stops for it. Written down in the run."""

    def points(self, run_folder: Path) -> list[int]:
        """The steps of the saved points that can be kept, oldest first."""

    def load_adapters(self, model_folder: Path, adapters: Mapping[str, Path]) -> LoadedModel:
        """Load the starting model once and the adapters beside it: contestant name -> adapter folder."""

    def load_to_serve(self, model_folder: Path, adapters: Mapping[str, Path]) -> ServedModel:
        """The same for versions that write, to be asked by applications."""

    def export_version(
        self, run_folder: Path, form: Form, folder: Path, exam: Sequence[Example], room: int,
        tell: Callable[[str, int, int], None], stop: Callable[[], bool], gguf: GgufOrder | None = None,
    ) -> ExportedVersion:  # fmt: skip
        """Write the run's version into an empty folder for other programs, open it there in a process without the
        studio, and compare its answers to these questions; `room`: tokens for an answer. `tell`: stage, done, total.
        `gguf` says how that form is made.

        StudioError when it cannot be written or opened, or when somebody stops it.
        """

    def close(self) -> None:
        """End what is being measured, and wait for it a while; runs and loaded models are ended by who began them."""
