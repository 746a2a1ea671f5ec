"""Live questions: what the model answers at the start and at every checkpoint, so that a person sees answers change.

Draws no random numbers and learns nothing: a run that is asked has the losses of one that is not.
Imported late: this module imports the heavy libraries.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import torch

from studio.copy.catalog import say
from studio.inference.decoding import STOPPED
from studio.schemas.example import Message
from studio.schemas.fallback import Fallback
from studio.storage.run_folder import RunFolder
from studio.training.answers.trained_model_answers import TrainedModelAnswers

MAX_NEW_TOKENS = 80  # the longest live answer
SECONDS_AT_ONCE = 20.0  # one asking ends there, with what was written so far
FREE_SECONDS = 60.0  # so much answering is never too much
SHARE = 0.1  # beyond that, and before the last, a checkpoint is asked whole only up to this share of the run
FIRST_WORDS = 12  # tokens of an answer once answering has taken that much


class LiveAnswers:
    """Asks the model that is being taught, and writes its answers into the run folder."""

    def __init__(self, folder: RunFolder, trainer: Any, answers: TrainedModelAnswers) -> None:
        self.folder, self.trainer, self.answers = folder, trainer, answers
        self.questions = folder.questions
        self.seconds = 0.0

    def ask_first(self) -> None:
        """The starting model answers what it has not answered yet. To be called before anything was learned."""
        known = {line["question"] for line in self.folder.answers() if line["contestant"] == "base"}
        self._ask("base", 0, [question for question in self.questions if question not in known])

    def ask(self, step: int) -> None:
        """The model as it is after this step answers all; with its first words alone once answering took too much of
        the run. After the last step it answers whole: what came of the run is what a person wants to see."""
        is_last = step >= self.trainer.plan.steps
        if is_last or self.seconds <= max(FREE_SECONDS, SHARE * self.trainer.progress.clock.elapsed):
            self._ask("tuned", step, self.questions)
        else:
            self.folder.fell_back(Fallback.LIVE_SHORTENED)
            self._ask("tuned", step, self.questions, FIRST_WORDS, say("live_answers.shortened"))

    def _ask(self, contestant: str, step: int, questions: Sequence[str], most: int = MAX_NEW_TOKENS,
             note: str = "") -> None:  # fmt: skip
        """`most`: tokens of an answer; `note`: what is said beside those that ended there."""
        if not questions:
            return
        began = time.monotonic()
        rows = [self.answers.row([Message(role="user", content=question)], most) for question in questions]
        failed = ""
        try:
            self.answers.answer(rows, lambda: time.monotonic() > began + SECONDS_AT_ONCE)
        except torch.OutOfMemoryError:
            failed = say("live_answers.no_memory")
            self.folder.fell_back(Fallback.LIVE_NO_MEMORY)
        self.seconds += time.monotonic() - began
        if any(row.note == STOPPED for row in rows):
            self.folder.fell_back(Fallback.LIVE_CUT)
        notes = [
            failed
            or (say("live_answers.cut", seconds=SECONDS_AT_ONCE) if row.note == STOPPED else "")
            or (note if note and len(row.new_ids) >= most else row.note)
            for row in rows
        ]
        self._write(contestant, step, zip(questions, (row.text for row in rows), notes, strict=True))

    def _write(self, contestant: str, step: int, answers: Iterable[tuple[str, str, str]]) -> None:
        """Question, answer and note, one line each."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        for question, answer, note in answers:
            self.folder.append_answer(
                question=question, contestant=contestant, step=step, answer=answer, at=at,
                **({"note": note} if note else {}),
            )  # fmt: skip
