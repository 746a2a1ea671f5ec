"""Which of two saved points is kept: the one with the fewest mistakes in the practice check, or the last one.

The mistakes are the cross entropy of the expert's words. They rise as a model gets surer of what no example told it,
also while the answers that it writes get better: Ouyang et al. 2022 (“Training language models to follow instructions
with human feedback”, section 3.5) saw the validation loss overfit after one epoch while people preferred the answers of
later ones, and chose among saved points by a score of answers. So where the last point is not the best one, both answer
the practice check's questions, and the last one is kept where its answers are nearer.

Imported late: this module imports the heavy libraries.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from studio.evaluation.metrics.text_metrics import chrf
from studio.evaluation.statistics.intervals import difference_interval
from studio.inference.decoding import STOPPED
from studio.schemas.example import Example, Message
from studio.schemas.fallback import Fallback
from studio.schemas.run import AnswerComparison
from studio.training.answers.trained_model_answers import TrainedModelAnswers
from studio.training.train import MEMORY_WORDS

FEWEST, MOST = 10, 40  # questions
AT_ONCE = 8  # rows: no more memory than a batch that learns
MOST_TOKENS = 200  # of an answer
ROOM = 1.5  # times the expert's tokens that an answer may have
SECONDS, SHARE = 120.0, 0.15  # both together may take so long, or this share of the run where that is more


class AnswerCheck:
    """Asks the model in the trainer's hands, which is the last point, and then with the best point's adapter in it."""

    def __init__(
        self, answers: TrainedModelAnswers, rows: Sequence[Example], should_stop: Callable[[], bool] = bool
    ) -> None:
        self.answers, self.should_stop = answers, should_stop
        self.rows = [row for row in rows if row.question and row.answer][:MOST]

    def compare(self, best_step: int, best: Path, last_step: int) -> AnswerComparison | None:
        """Both points' answers by their likeness to the expert's (chrF, 0 to 100); None where there are fewer than ten
        questions that both had answered in time, or somebody asked for a stop. `best` is the folder of the best point;
        its adapter stays loaded."""
        if len(self.rows) < FEWEST:
            return None
        from peft import load_peft_weights, set_peft_model_state_dict

        began = time.monotonic()
        lasting = max(SECONDS, SHARE * self.answers.trainer.progress.clock.elapsed)
        try:
            with_last = self._ask(began + lasting / 2)
            model = self.answers.trainer.model
            set_peft_model_state_dict(model, load_peft_weights(str(best), device=str(model.device)))
            with_best = self._ask(began + lasting)
        except RuntimeError as error:
            if not is_for_memory(error):
                raise
            with_last = with_best = []
        if self.should_stop():
            return None
        pairs = [
            (chrf(late, row.answer), chrf(early, row.answer))
            for row, late, early in zip(self.rows, with_last, with_best, strict=False)
            if late is not None and early is not None
        ]
        if len(pairs) < FEWEST:
            self.answers.folder.fell_back(Fallback.ANSWERS_NOT_COMPARED)
            return None
        gain = difference_interval([late for late, _ in pairs], [early for _, early in pairs], 100.0)
        return AnswerComparison(
            questions=len(pairs), best_step=best_step, last_step=last_step,
            best=sum(early for _, early in pairs) / len(pairs), last=sum(late for late, _ in pairs) / len(pairs),
            low=gain.low, high=gain.high, seconds=round(time.monotonic() - began, 3),
        )  # fmt: skip

    def _ask(self, until: float) -> list[str | None]:
        """An answer to each question, which may be no word at all; None for one that was not read or not finished."""
        tokens = self.answers.chat_template.tokens([row.answer for row in self.rows])
        limits = [min(MOST_TOKENS, int(ROOM * len(answer)) + 8) for answer in tokens]
        asked = [self.answers.row(before_the_answer(row), limit) for row, limit in zip(self.rows, limits, strict=True)]
        for first in range(0, len(asked), AT_ONCE):
            self.answers.answer(asked[first : first + AT_ONCE], lambda: time.monotonic() > until or self.should_stop())
        answered = [row.stopped_by_itself or (row.is_over and row.note != STOPPED and row.new_ids) for row in asked]
        return [row.text if said else None for row, said in zip(asked, answered, strict=True)]


def is_for_memory(error: RuntimeError) -> bool:
    """Whether it says that memory was not enough: on a processor torch has no kind of its own for that."""
    return isinstance(error, torch.OutOfMemoryError) or any(words in str(error) for words in MEMORY_WORDS)


def before_the_answer(example: Example) -> tuple[Message, ...]:
    """What the model is given: all turns before the last answer."""
    last = max(place for place, turn in enumerate(example.messages) if turn.role == "assistant")
    return example.messages[:last]
