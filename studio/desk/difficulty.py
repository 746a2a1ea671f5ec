"""How much the starting model knows already: some of the examples to learn from are put to it, untaught.

Never a row of the exam. Answers stay in memory until the studio stops: they are about these rows and this model only.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from studio.desk.asking import AT_ONCE, exam_chat
from studio.desk.engine import Engine
from studio.desk.examples import ExamplesDesk
from studio.desk.models import ModelsDesk
from studio.errors import StudioError
from studio.evidence.metrics import chrf, exact
from studio.prepare.same_answer import PLAIN, SameAnswer, rule_of
from studio.prepare.statistics import evenly
from studio.records.chat import ReplySettings
from studio.records.example import Example
from studio.records.picture import Difficulty, Tried

log = logging.getLogger("studio.difficulty")

MOST = 60
CLOSE = 60.0  # chrF: most of the words are the expert's
SHORTEST, LONGEST = 16, 200


@dataclass
class Trial:
    """One asking in progress or over."""

    done: int = 0
    total: int = 0
    over: bool = False
    result: Difficulty | None = None
    error: StudioError | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def tell(self, done: int, total: int) -> None:
        """Progress."""
        self.done, self.total = done, total


class DifficultyDesk:
    """The verb `difficulty`, and the trials of this server: one thread each."""

    def __init__(self, examples: ExamplesDesk, models: ModelsDesk, engine: Engine) -> None:
        self._examples, self._models, self._engine = examples, models, engine
        self._trials: dict[tuple[str, str], Trial] = {}
        self._lock = threading.Lock()

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
            raise StudioError("No example has a question and an answer.", hint="Mend the examples first.")
        folder = self._models.folder(model)
        settings = ReplySettings(max_new_tokens=self._room(folder, rows))
        tried: list[Tried] = []
        on_progress(0, len(rows))
        with closing(self._engine.open_panes(folder, {})) as panes:
            for start in range(0, len(rows), AT_ONCE):
                group = rows[start : start + AT_ONCE]
                replies = panes.answer_all("base", [exam_chat("", row) for row in group], settings, stop)
                if stop():
                    break
                tried += [judged(row, reply.text, rule) for row, reply in zip(group, replies, strict=True)]
                on_progress(len(tried), len(rows))
        if not tried:
            raise StudioError("It was stopped before the first answers.", hint="Ask again when there is time.")
        return summed(model, tried, stopped=len(tried) < len(rows))

    def begin(self, project: str, dataset: str, model: str) -> Trial:
        """Start in the background, or find the one that goes on for these rows and this model."""
        key = self._key(project, dataset, model)
        with self._lock:
            going = self._trials.get(key)
            if going is not None and not going.over:
                return going
            trial = self._trials[key] = Trial()
            work = (trial, project, dataset, model)
            trial.thread = threading.Thread(target=self._try, args=work, name="difficulty", daemon=True)
            trial.thread.start()
        return trial

    def of(self, project: str, dataset: str, model: str) -> Trial | None:
        """The last one of these rows and this model since the server started."""
        return self._trials.get(self._key(project, dataset, model))

    def stop(self, project: str, dataset: str, model: str) -> None:
        """End it after the answers that are being written; what was answered counts."""
        trial = self.of(project, dataset, model)
        if trial is not None:
            trial.stop.set()

    def close(self, seconds: float = 30.0) -> None:
        """Stop them all, and wait until each has let go of its model or the time is up."""
        end = time.monotonic() + seconds
        with self._lock:
            going = [trial for trial in self._trials.values() if not trial.over]
        for trial in going:
            trial.stop.set()
        for trial in going:
            if trial.thread is not None:
                trial.thread.join(timeout=max(0.0, end - time.monotonic()))

    def _key(self, project: str, dataset: str, model: str) -> tuple[str, str]:
        view = self._examples.view(project, dataset)
        return f"{view.project}/{view.id} {view.mark}", model

    def _try(self, trial: Trial, project: str, dataset: str, model: str) -> None:
        try:
            trial.result = self.difficulty(project, dataset, model, stop=trial.stop.is_set, on_progress=trial.tell)
        except StudioError as error:
            trial.error = error
        except Exception:  # a thread has nobody above it: written to the log, and told on the page
            log.exception("asking the starting model %s ended early", model)
            trial.error = StudioError("Something went wrong inside the studio while the model was asked.",
                                      hint="Nothing was changed: ask again.")  # fmt: skip
        finally:
            trial.over = True

    def _room(self, folder: Path, rows: list[Example]) -> int:
        answers = [row.answer.encode("utf-8", "replace").decode() for row in rows]
        longest = max(self._engine.count_tokens(folder, answers), default=0)
        return min(LONGEST, max(SHORTEST, longest + longest // 4))


def judged(row: Example, reply: str, rule: SameAnswer = PLAIN) -> Tried:
    """One reply beside the expert's answer."""
    return Tried(
        row=row.row, question=row.question, expert=row.answer, reply=reply, alike=round(chrf(reply, row.answer), 1),
        same=exact(reply, row.answer, rule),
    )  # fmt: skip


def summed(model: str, tried: list[Tried], *, stopped: bool) -> Difficulty:
    """The counts, with the likest answers first."""
    ordered = sorted(tried, key=lambda one: (-one.same, -one.alike, one.row))
    alike = sorted(one.alike for one in tried)
    return Difficulty(
        model=model, asked=len(tried), same=sum(one.same for one in tried),
        close=sum(not one.same and one.alike >= CLOSE for one in tried), middle=alike[len(alike) // 2],
        tried=tuple(ordered), stopped=stopped,
    )  # fmt: skip
