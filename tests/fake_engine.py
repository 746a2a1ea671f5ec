"""An engine without torch: it keeps every promise of `services/engine.py` with canned words and no torch."""

import hashlib
import json
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from studio.errors import NotFound, RunFailed, StudioError, UnusableModel
from studio.schemas.chat import GenerationRequest, Reply, ReplySettings, TokenLogprob
from studio.schemas.example import Example, Message
from studio.schemas.exports.export import BaseReference, ExportCheck, ExportedVersion, Form, GgufOrder
from studio.schemas.fallback import Fallback
from studio.schemas.model import Forecast, Foretold, Length, ModelEntry, ModelFacts, TokenPiece
from studio.schemas.recipe import Recipe
from studio.schemas.run import ChosenVersion, RunResult, Status
from studio.schemas.sentence import Sentence
from studio.storage.files import write_bytes, write_json
from studio.storage.run_folder import RunFolder


class FakeLoadedModel:
    """Answers letter by letter; the tuned one knows the answer of the nearest question it was taught."""

    together = True
    fallbacks: tuple[Fallback, ...] = ()
    alarms: tuple[str, ...] = ()

    def __init__(self, adapters: Mapping[str, Path], pause: float) -> None:
        self.contestants = ("base", *adapters)
        self._adapters, self._pause = adapters, pause

    def fingerprint(self, contestant: str) -> str:
        """Twelve hex digits that differ by what is answered with, whatever it is called."""
        return hashlib.sha256(str(self._adapters.get(contestant, contestant)).encode()).hexdigest()[:12]

    def answer(self, chats: Mapping[str, Sequence[Message]], settings: Mapping[str, ReplySettings],
               stop: Callable[[], bool]) -> Iterator[dict[str, str]]:  # fmt: skip
        """Word by word, all contestants at the same pace."""
        whole = {name: self._text(name, chat) for name, chat in chats.items()}
        said = dict.fromkeys(whole, "")
        for place in range(max(len(text.split()) for text in whole.values())):
            if stop():
                break
            time.sleep(self._pause)
            said = {name: " ".join(text.split()[: place + 1]) for name, text in whole.items()}
            yield dict(said)
        return [
            Reply(contestant=name, text=text, tokens=len(text.split()), seconds=0.5, fingerprint=self.fingerprint(name),
                  stopped_by_itself=text == whole[name], note="" if text == whole[name] else "stopped")
            for name, text in said.items()
        ]  # fmt: skip

    def answer_all(self, contestant: str, chats: Sequence[Sequence[Message]], settings: ReplySettings,
                   stop: Callable[[], bool]) -> list[Reply]:  # fmt: skip
        """The same words at once."""
        return [
            Reply(contestant=contestant, text=self._text(contestant, chat), tokens=5, seconds=0.1,
                  fingerprint=self.fingerprint(contestant))
            for chat in chats
        ]  # fmt: skip

    def losses(self, contestant: str, conversations: Sequence[Sequence[Message]]) -> list[tuple[float, int]]:
        """The fewer of the answer's words it would have said itself, the larger; every general text alike."""
        found = []
        for turns in conversations:
            words = turns[-1].content.split()
            said = self._text(contestant, turns[:-1]).split() if len(turns) > 1 else words
            found.append((sum(0.1 if word in said else 3.0 for word in words), len(words)))
        return found

    def open_batch(self) -> "FakeBatch":
        """Word by word, all requests at one pace."""
        return FakeBatch(self._text, self._pause)

    def add(self, contestant: str, folder: Path) -> None:
        """One voice more."""
        self.contestants = (*self.contestants, contestant)

    def self_test(self) -> list[str]:
        """What the test that made it wants to hear."""
        return list(self.alarms)

    def close(self) -> None:
        """Nothing to free."""

    def _text(self, contestant: str, chat: Sequence[Message]) -> str:
        question = chat[-1].content
        if contestant == "base":
            return f"I am not sure about that. You asked: {question[:80]} Please contact the seller for help."
        return (
            f"Thanks for asking! Here is what we do: {question[:80]} We gladly take care of it today. Warmly, the desk"
        )


class FakeGeneration:
    """A word is a token."""

    def __init__(self, request: GenerationRequest, whole: str, prompt_tokens: int) -> None:
        self.request, self.prompt_tokens = request, prompt_tokens
        self.words = whole.split()
        self.text, self.tokens, self.seconds = "", 0, 0.0
        self.logprobs: list[TokenLogprob] = []
        self.is_over = self.stopped_by_itself = False
        self.note = ""

    def write(self) -> None:
        """One word more."""
        word = self.words[self.tokens]
        self.tokens += 1
        self.text = " ".join(self.words[: self.tokens])
        if self.request.top_logprobs is not None:
            top = tuple((word, -0.5) for _ in range(self.request.top_logprobs))
            self.logprobs.append(TokenLogprob(token=word, logprob=-0.5, top=top))
        for stop in self.request.stop:
            if stop in self.text:
                self.text = self.text[: self.text.index(stop)]
                self.end("", by_itself=True)
        if self.tokens == len(self.words):
            self.end("", by_itself=True)
        elif self.tokens >= self.request.settings.max_new_tokens:
            self.end("cut")

    def end(self, note: str, *, by_itself: bool = False) -> None:
        """No more words."""
        self.is_over, self.note, self.stopped_by_itself = True, note, by_itself


class FakeBatch:
    """As many rows as there are; the word "explode" in a question makes a step fail."""

    context = 1024

    def __init__(self, answer: Callable[[str, Sequence[Message]], str], pause: float) -> None:
        self._answer, self._pause = answer, pause
        self.rows: list[FakeGeneration] = []
        self.most_at_once = 0

    def prepare(self, request: GenerationRequest) -> FakeGeneration:
        """Counted by words."""
        chat = request.messages or (Message(role="user", content=request.text or ""),)
        read = sum(len(message.content.split()) for message in chat)
        return FakeGeneration(request, self._answer(request.contestant, chat), read)

    def add(self, row: FakeGeneration) -> None:
        """At once."""
        self.rows.append(row)

    def has_room(self, row: FakeGeneration) -> bool:
        """Eight."""
        return len(self.rows) < 8

    def step(self) -> None:
        """A word for each."""
        time.sleep(self._pause)
        self.rows = [row for row in self.rows if not row.is_over]
        self.most_at_once = max(self.most_at_once, len(self.rows))
        for row in self.rows:
            row.write()
            if "explode" in row.text:
                raise StudioError("The memory is not enough.", hint="Ask again.")

    def clear(self) -> None:
        """Nothing goes on."""
        self.rows = []


class FakeEngine:
    """The Engine protocol. `steps` and `pause` say how long teaching takes; `failing` makes it fail in words."""

    def __init__(self, *, steps: int = 40, pause: float = 0.02, failing: str = "") -> None:
        self.steps, self.pause, self.failing = steps, pause, failing
        self.warmed = False

    def warm(self) -> None:
        """Remember that it was asked."""
        self.warmed = True

    def devices(self) -> list[dict[str, object]]:
        """One small computer."""
        return [{"name": "processor", "memory_bytes": 8 * 10**9, "free_bytes": 5 * 10**9}]

    def methods(self) -> dict[str, str]:
        """No graphics card."""
        return {"lora": "", "rslora": "", "dora": "", "qlora": "QLoRA needs an NVIDIA graphics card.", "full": "",
                "last_layers": ""}  # fmt: skip

    def inspect(self, folder: Path) -> ModelFacts:
        """Any folder passes, except one that is not there."""
        if folder.name != "starter" and not (folder / "config.json").is_file():
            raise UnusableModel(
                "This folder holds no model: config.json is missing.", hint="Choose the folder that holds it.",
                where=str(folder),
            )  # fmt: skip
        return ModelFacts(
            folder=str(folder), sha256="0" * 64, architecture="LlamaForCausalLM", parameters=7_500_000, context=1024,
            vocabulary=8192, layers=6, hidden=256,
        )  # fmt: skip

    def count_tokens(self, folder: Path, texts: Sequence[str]) -> list[int]:
        """A word is a piece."""
        return [len(text.split()) for text in texts]

    def context(self, folder: Path) -> int:
        """As many as `inspect` says."""
        return 1024

    def lengths(self, folder: Path, examples: Sequence[Example], instructions: str = "") -> list[Length]:
        """A word is a piece, and each turn takes two marks."""

        def words(text: str) -> int:
            return len(text.split()) + 2

        said = len(instructions.split())
        return [
            Length(said + sum(words(turn.content) for turn in example.messages[:-1]),
                   said + sum(words(turn.content) for turn in example.messages))
            for example in examples
        ]  # fmt: skip

    def find_names(self, folder: Path, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Two words with capitals after “ask for” are a name."""
        return [[match.span(1) for match in re.finditer(r"ask for (\w+ \w+)", text)] for text in texts]

    def propose_knobs(self, facts: ModelFacts, train: Sequence[Example]) -> dict[str, object]:
        """What a small model wants."""
        return {"learning_rate": 2e-3, "num_train_epochs": 10.0, "max_length": 256, "per_device_train_batch_size": 8}

    def foretell(
        self, entry: ModelEntry, lengths: Sequence[Length], *, wait: bool = False, passes: float = 1.0
    ) -> Foretold:  # fmt: skip
        """Of a small computer: eight bytes and a thousand seconds for each million of parameters and hundred rows."""
        seconds = entry.parameters / 1e6 * len(lengths) / 100 * passes
        return Foretold(
            seconds=seconds, needs_bytes=3 * entry.parameters + 10**8, free_bytes=5 * 10**9, error=0.3
        )  # fmt: skip

    def forecast(
        self, facts: ModelFacts, recipe: Recipe, train: Sequence[Example], *, measured: bool = True
    ) -> Forecast:
        """Counted by words; a table of less than two rows is refused."""
        words = [len(example.question.split()) + len(example.answer.split()) for example in train]
        at_once = recipe.per_device_train_batch_size * recipe.gradient_accumulation_steps
        steps = recipe.max_steps if recipe.max_steps > 0 else math.ceil(len(train) * recipe.num_train_epochs / at_once)
        return Forecast(
            rows=len(train), read_tokens=sum(words), learned_tokens=sum(len(e.answer.split()) for e in train),
            longest=max(words, default=0), steps=steps, times_seen=recipe.num_train_epochs,
            seconds=steps * 0.2 if measured else None,
            needs_bytes=700_000_000, free_bytes=5 * 10**9, disk_bytes=3_000_000,
            blocked="" if len(train) > 1 else "There are too few examples to learn from.",
        )  # fmt: skip

    def see(self, facts: ModelFacts, recipe: Recipe, example: Example) -> list[TokenPiece]:
        """The plain layout."""
        return [
            TokenPiece(text=f"<|user|>\n{example.question}\n<|assistant|>\n", part="read"),
            TokenPiece(text=f"{example.answer}<|end|>", part="learned"),
        ]

    def train(self, run_folder: Path, should_stop: Callable[[], bool]) -> RunResult:
        """A falling curve, a practice check every fourth step, and an adapter folder at the end."""
        folder = RunFolder(run_folder)
        lock = folder.lock
        if not lock.take():
            raise RunFailed("Somebody already carries out this run.")
        try:
            return self._teach(folder, should_stop)
        finally:
            lock.release()

    def _teach(self, folder: RunFolder, should_stop: Callable[[], bool]) -> RunResult:
        began = time.monotonic()
        folder.move_to(Status.RUNNING, total_steps=self.steps, started=datetime.now(UTC))
        if self.failing:
            folder.move_to(Status.FAILED, reason=self.failing, hint="Free some space and press Resume.")
            raise RunFailed(self.failing)
        stopped, step = False, 0
        folder.append_metric(step=0, epoch=0.0, eval_loss=3.3, elapsed_seconds=0.0)
        for question in folder.questions:
            folder.append_answer(question=question, contestant="base", step=0, answer="I am not sure.",
                                 at=datetime.now(UTC).isoformat())  # fmt: skip
        for step in range(1, self.steps + 1):
            time.sleep(self.pause)
            loss = 0.9 + 2.2 * math.exp(-step / (self.steps / 3)) + 0.08 * math.sin(step)
            folder.append_metric(
                step=step, epoch=round(step / self.steps * 10, 3), loss=loss,
                learning_rate=2e-3 * (1 - step / self.steps),
                grad_norm=1.0, tokens_per_second=1840.0, tokens=step * 300, elapsed_seconds=time.monotonic() - began,
                memory_bytes=700_000_000,
            )  # fmt: skip
            if step % max(1, self.steps // 12) == 0:
                folder.append_metric(step=step, epoch=round(step / self.steps * 10, 3), eval_loss=loss + 0.12,
                                     elapsed_seconds=time.monotonic() - began)  # fmt: skip
                for question in folder.questions:
                    said = f"After {step} steps: {question}"
                    folder.append_answer(question=question, contestant="tuned", step=step, answer=said,
                                         at=datetime.now(UTC).isoformat())  # fmt: skip
            if should_stop() or folder.stop_requested():
                stopped = True
                break
        write_json(folder.adapter / "adapter_config.json", {"peft_type": "LORA"})
        write_bytes(folder.adapter / "adapter_model.safetensors", b"")
        outcome = RunResult(
            status=Status.STOPPED if stopped else Status.DONE, steps=step, train_loss=1.2, eval_loss=1.14,
            best_step=step, adapter=str(folder.adapter), elapsed_seconds=time.monotonic() - began,
            tokens_per_second=1840.0,
        )  # fmt: skip
        write_json(folder.path / "outcome.json", json.loads(outcome.model_dump_json()))
        folder.move_to(outcome.status, step=step, total_steps=self.steps, best_step=step,
                       reason="Stopped when you asked." if stopped else "")  # fmt: skip
        return outcome

    def keep(self, run_folder: Path, step: int, *, by: str, questions: Sequence[str] = ()) -> ChosenVersion:
        """Written down; the version is the same canned one."""
        folder = RunFolder(run_folder)
        if step not in self.points(run_folder):
            raise NotFound(f"There is no whole saved point of step {step}.", where=folder.id)
        chosen = ChosenVersion(step=step, by=by, at=datetime.now(UTC), questions=tuple(questions))
        folder.choose(chosen)
        if not folder.lock.is_free():
            folder.ask_to_stop()
        return chosen

    def points(self, run_folder: Path) -> list[int]:
        """Every practice check but the starting model's left one."""
        return [int(line["step"]) for line in RunFolder(run_folder).metrics() if line["step"] and "eval_loss" in line]

    def load_adapters(self, model_folder: Path, adapters: Mapping[str, Path]) -> FakeLoadedModel:
        """Two canned voices."""
        return FakeLoadedModel(adapters, self.pause)

    def load_to_serve(self, model_folder: Path, adapters: Mapping[str, Path]) -> FakeLoadedModel:
        """The same voices, for applications."""
        return FakeLoadedModel(adapters, self.pause)

    def export_version(
        self, run_folder: Path, form: Form, folder: Path, exam: Sequence[Example], room: int,
        tell: Callable[[str, int, int], None], stop: Callable[[], bool], gguf: GgufOrder | None = None,
    ) -> ExportedVersion:  # fmt: skip
        """Two small files, and every question is answered alike unless `failing` says otherwise."""
        for place in range(len(exam)):
            time.sleep(self.pause)
            tell("The tested version answers", place + 1, len(exam))
            if stop():
                raise StudioError("The export was stopped.", hint="Nothing was left behind.")
        name = "adapter_model.safetensors" if form == "adapter" else "model.safetensors"
        write_bytes(folder / (gguf.file if gguf else name), form.encode())
        write_bytes(folder / "chat_template.jinja", b"{{ messages }}")
        alike = len(exam) - bool(self.failing)
        check = ExportCheck(name="answers", passed=alike == len(exam), alike=alike, of=len(exam),
                            said=(Sentence.of("export.check.answers", alike=alike, of=len(exam)),))  # fmt: skip
        base = BaseReference(name="starter", licence="Apache-2.0", weights={"model.safetensors": "0" * 64})
        return ExportedVersion(form=form, base=base, checks=(check,), fingerprint="0" * 12, context=1024, room=room,
                               rank=16 if form == "adapter" else 0, parameters=7_500_000,
                               architecture="LlamaForCausalLM", gguf=gguf.file if gguf else "",
                               gguf_type=gguf.type if gguf else "")  # fmt: skip

    def close(self) -> None:
        """Nothing is measured here."""
