"""A teacher's answers join the examples of a project, as decisions that can be undone like any other."""

from collections.abc import Sequence

from studio.copy.catalog import say
from studio.data.checks.content.balance import FEWEST
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.schemas.loop.distillation import MACHINE_MADE, Distillation
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.decisions import DecisionDraft
from studio.services.datasets.exam_questions import written
from studio.services.distillation.distillation_view import DistillationView
from studio.services.distillation.question_rows import to_be_asked, without_forgotten
from studio.storage.files import write_lines
from studio.storage.home import Home
from studio.storage.loop.distillation_store import DistillationStore

USE = "distillation"


class AnswerJoin:
    """Adds the answers of one distillation to the newest examples, or begins a project's examples with them."""

    def __init__(self, home: Home, store: DistillationStore, examples: DatasetService) -> None:
        self._home, self._store, self._examples = home, store, examples

    def add(self, view: DistillationView, newest: str, by: str) -> DatasetView:
        """One decision for rows that people vouch for where the exam needs them, one for those of the teacher."""
        made = view.made
        exam, taught = held_of(self._home, self._examples, made.project)
        frozen = self._home.exam(made.project) is not None
        rows, _ = to_be_asked(rows_to_teach(view), exam, taught)
        if not rows:
            raise StudioError(say("distillation.nothing_to_teach"), hint=say("distillation.bring_questions"))
        vouched = [] if frozen or len(taught) >= FEWEST else [row for row in rows if row.id in view.marks]
        lacking = 0 if frozen else FEWEST - len(taught) - len(vouched)
        if lacking > 0:
            raise StudioError(
                say("distillation.no_exam_to_be_made", fewest=FEWEST), where=made.id,
                hint=say("distillation.look_at_so_many", more=lacking),
            )  # fmt: skip
        known = {row.id for row in vouched}
        rest = [row for row in rows if row.id not in known]
        facts = {"teacher": made.teacher.name, "fingerprint": made.teacher.fingerprint,
                 "licence": made.teacher.licence or say("card.not_stated")}  # fmt: skip
        if not newest:
            dataset = self._uploaded(made, vouched, by, say("distillation.origin", **facts))
            vouched = []
        else:
            dataset = self._examples.view(made.project, newest)
        drafts = [
            DecisionDraft("add", kind, say(f"distillation.{word}", answers=len(some), **facts),
                          edits={row.id: row.messages for row in some})
            for kind, word, some in (("", "vouched_added", vouched), (MACHINE_MADE, "machine_added", rest)) if some
        ]  # fmt: skip
        if not drafts:
            return dataset
        return self._examples.deciding.take(dataset, by, drafts, request_key=key_of_use(made.id))

    def _uploaded(self, made: Distillation, rows: Sequence[Example], by: str, origin: str) -> DatasetView:
        """The project's first examples: the answers that people looked at."""
        path = self._store.folder(made.project, made.id) / "looked_at.jsonl"
        write_lines(path, [{"question": row.question, "answer": row.answer} for row in rows])
        return self._examples.upload(
            path, path.name, by=by, project=made.project, origin=origin, licence=made.rights.statement,
            request_key=key_of_use(made.id),
        )  # fmt: skip


def held_of(home: Home, examples: DatasetService, project: str) -> tuple[list[Example], list[Example]]:
    """The exam's questions, frozen or written so far, and the examples; nothing of a project that has none yet."""
    exam, newest = home.exam(project), next(iter(home.datasets(project)), "")
    taught = examples.view(project, newest).examples if newest else ()
    return [*(exam.examples if exam else ()), *written(home, project)], list(taught)


def key_of_use(id: str) -> str:
    """By which the decisions that brought its answers in are known, and done once."""
    return f"{USE} {id}"


def rows_to_teach(view: DistillationView) -> list[Example]:
    """The answers without those that somebody called wrong or that were forgotten, and with her corrections."""
    kept = []
    for row in view.answers:
        mark = view.marks.get(row.id)
        if mark is None or mark.mark == "right":
            kept.append(row)
        elif mark.mark == "corrected":
            kept.append(row.with_pair(row.question, mark.correction))
    return without_forgotten(kept)[0]
