"""How much the starting model knows already: some of the examples to learn from are put to it, untaught.

Never a row of the exam. The answers are about these rows and this model only: changed rows are asked anew.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from studio.copy.catalog import say
from studio.data.profile.dataset_profile import evenly
from studio.data.text.answer_equality import PLAIN, SameAnswer, rule_of
from studio.errors import StudioError
from studio.evaluation.metrics.text_metrics import chrf, exact
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Example
from studio.schemas.profile import Difficulty, DifficultyAnswer
from studio.services.chats.answering import AT_ONCE, exam_chat
from studio.services.datasets.dataset_service import DatasetService
from studio.services.engine import Engine
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.models.model_service import ModelService

JOB = "difficulty"

MOST = 60
CLOSE = 60.0  # chrF: most of the words are the expert's
SHORTEST, LONGEST = 16, 200


class DifficultyService:
    """The verb `difficulty`, here and now or in the background."""

    def __init__(self, examples: DatasetService, models: ModelService, engine: Engine, jobs: Jobs) -> None:
        self._examples, self._models, self._engine, self._jobs = examples, models, engine, jobs

    def difficulty(
        self,
        project: str,
        dataset: str,
        model: str,
        *,
        stop: Callable[[], bool] = lambda: False,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        most: int = MOST,
    ) -> Difficulty:
        """Ask at most `most` evenly taken examples; stopped early, it tells of those that were answered."""
        view = self._examples.view(project, dataset)
        rows = [row for row in self._examples.split(view).train if row.question.strip() and row.answer.strip()]
        rule = rule_of(row.answer for row in rows)
        rows = list(evenly(rows, most))
        if not rows:
            raise StudioError(say("difficulty.no_example_has_question"), hint=say("difficulty.mend_examples_first"))
        folder = self._models.folder(model)
        settings = ReplySettings(max_new_tokens=self._room(folder, rows))
        tried: list[DifficultyAnswer] = []
        on_progress(0, len(rows))
        with closing(self._engine.load_adapters(folder, {})) as loaded:
            for start in range(0, len(rows), AT_ONCE):
                group = rows[start : start + AT_ONCE]
                replies = loaded.answer_all("base", [exam_chat("", row) for row in group], settings, stop)
                if stop():
                    break
                tried += [judged(row, reply.text, rule) for row, reply in zip(group, replies, strict=True)]
                on_progress(len(tried), len(rows))
        if not tried:
            raise StudioError(say("difficulty.was_stopped_before_first"), hint=say("difficulty.ask_again_when_there"))
        return summed(model, tried, stopped=len(tried) < len(rows))

    def begin(self, project: str, dataset: str, model: str, *, by: str = "") -> BackgroundJob:
        """Start in the background, or find the one that goes on for these rows and this model."""

        def work(job: BackgroundJob) -> Difficulty:
            def tell(done: int, total: int) -> None:
                job.progress(model, done, total)

            return self.difficulty(project, dataset, model, stop=job.is_cancelled, on_progress=tell)

        return self._jobs.begin(JOB, project, self._about(project, dataset, model), work, by=by)

    def of(self, project: str, dataset: str, model: str) -> BackgroundJob | None:
        """The last one of these rows and this model, also from before the server was started."""
        return self._jobs.last(JOB, project, self._about(project, dataset, model))

    def stop(self, project: str, dataset: str, model: str) -> None:
        """End it after the answers that are being written; what was answered counts."""
        self._jobs.cancel(JOB, project, self._about(project, dataset, model))

    def _about(self, project: str, dataset: str, model: str) -> str:
        view = self._examples.view(project, dataset)
        return f"{view.id} {view.mark} {model}"

    def _room(self, folder: Path, rows: list[Example]) -> int:
        answers = [row.answer.encode("utf-8", "replace").decode() for row in rows]
        longest = max(self._engine.count_tokens(folder, answers), default=0)
        return min(LONGEST, max(SHORTEST, longest + longest // 4))


def result_of(job: BackgroundJob | None) -> Difficulty | None:
    """What such a job came to; None while it goes on, and when it ended early."""
    found = job.record.result if job is not None else None
    return Difficulty.model_validate(found) if found is not None else None


def judged(row: Example, reply: str, rule: SameAnswer = PLAIN) -> DifficultyAnswer:
    """One reply beside the expert's answer."""
    return DifficultyAnswer(
        row=row.file_row or row.row,
        question=row.question,
        expert=row.answer,
        reply=reply,
        alike=round(chrf(reply, row.answer), 1),
        same=exact(reply, row.answer, rule),
    )


def summed(model: str, tried: list[DifficultyAnswer], *, stopped: bool) -> Difficulty:
    """The counts, with the likest answers first."""
    ordered = sorted(tried, key=lambda one: (-one.same, -one.alike, one.row))
    alike = sorted(one.alike for one in tried)
    return Difficulty(
        model=model, asked=len(tried), same=sum(one.same for one in tried),
        close=sum(not one.same and one.alike >= CLOSE for one in tried), middle=alike[len(alike) // 2],
        tried=tuple(ordered), stopped=stopped,
    )  # fmt: skip
