"""The folder of one run: the only thing that the trainer and the page have in common."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.records.example import Example
from studio.records.run import RunState, Status, Ticket
from studio.storage.files import FileLock, append_line, read_lines, read_record, write_bytes, write_json, write_lines


class RunFolder:
    """Paths and moves of a run folder. Holds no state: two of them on one path always agree."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.adapter = path / "adapter"
        self.checkpoints = path / "checkpoints"
        self.log = path / "log.txt"

    @property
    def id(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def lock(self) -> FileLock:
        """Held for as long as someone carries the run out."""
        return FileLock(self.path / "lock")

    def create(self, ticket: Ticket, train: list[Example], validation: list[Example], questions: list[str]) -> None:
        """Freeze everything the run needs; the status is written last, so a folder with one is complete."""
        self.path.mkdir(parents=True)
        write_lines(self.path / "train.jsonl", train)
        write_lines(self.path / "validation.jsonl", validation)
        write_json(self.path / "questions.json", questions)
        write_json(self.path / "recipe.json", ticket)
        self.write_state(RunState(status=Status.QUEUED, at=datetime.now(UTC)))

    @property
    def ticket(self) -> Ticket:
        """What was fixed at launch."""
        return read_record(self.path / "recipe.json", Ticket, "run")

    @property
    def train(self) -> list[Example]:
        """The rows it learns from, in their frozen order."""
        return [Example.model_validate(line) for line in read_lines(self.path / "train.jsonl")]

    @property
    def validation(self) -> list[Example]:
        """The rows of the practice check."""
        return [Example.model_validate(line) for line in read_lines(self.path / "validation.jsonl")]

    @property
    def state(self) -> RunState:
        """As written; a run whose carrier died still says `running` here (see `seen_state`)."""
        return read_record(self.path / "status.json", RunState, "run")

    def seen_state(self) -> RunState:
        """As it is: `running` without anybody holding the lock is `interrupted`."""
        state = self.state
        if state.status is Status.RUNNING and self.lock.is_free():
            state = self.state  # it may have ended between the two looks
            if state.status is Status.RUNNING:
                return state.model_copy(update={
                    "status": Status.INTERRUPTED,
                    "reason": "The studio was closed or the computer stopped while this run was going.",
                    "hint": "Press Resume to go on from the last saved point.",
                })  # fmt: skip
        return state

    def write_state(self, state: RunState) -> None:
        """Whole or not at all."""
        write_json(self.path / "status.json", state)

    def move_to(self, status: Status, **changes: Any) -> RunState:
        """The next state by a legal move; StudioError otherwise."""
        state = self.seen_state()
        if not state.status.may_become(status):
            raise StudioError(f"This run is {state.status.value} and cannot become {status.value}.", where=self.id)
        after = state.model_copy(
            update={"status": status, "at": datetime.now(UTC), "reason": "", "hint": "", **changes}
        )
        self.write_state(after)
        return after

    def append_metric(self, **values: Any) -> None:
        """One line of the curve."""
        append_line(self.path / "metrics.jsonl", values)

    def metrics(self) -> list[dict[str, Any]]:
        """The curve: after a resume at step N, earlier lines above N are dropped."""
        kept: list[dict[str, Any]] = []
        for line in read_lines(self.path / "metrics.jsonl"):
            if "resumed_from" in line:
                kept = [earlier for earlier in kept if earlier["step"] <= line["resumed_from"]]
            else:
                kept.append(line)
        return kept

    @property
    def metrics_size(self) -> int:
        """Bytes of the curve so far: a page that saw this size has nothing new to draw."""
        path = self.path / "metrics.jsonl"
        return path.stat().st_size if path.exists() else 0

    def append_answer(self, **values: Any) -> None:
        """One live answer: question, contestant, step, answer."""
        append_line(self.path / "answers.jsonl", values)

    def answers(self) -> Iterator[dict[str, Any]]:
        """The live answers so far."""
        return read_lines(self.path / "answers.jsonl")

    def ask_to_stop(self) -> None:
        """Leave the note that the trainer looks for between steps."""
        write_bytes(self.path / "stop", b"")

    def stop_requested(self) -> bool:
        """Whether somebody asked."""
        return (self.path / "stop").exists()

    def forget_stop(self) -> None:
        """A resumed run starts without the old note."""
        (self.path / "stop").unlink(missing_ok=True)
