"""Questions that the expert writes for the exam, before the project's first run freezes it for ever."""

from collections.abc import Callable, Sequence
from datetime import datetime

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.example import Example, Message
from studio.storage.database import Database
from studio.storage.files import read_lines, write_lines
from studio.storage.home import Home

FILE = "exam_questions.jsonl"
MOST = 200


class ExamQuestions:
    """The verbs around an exam that is not frozen yet."""

    def __init__(self, home: Home, ledger: Database, clock: Callable[[], datetime]) -> None:
        self._home, self._ledger, self._clock = home, ledger, clock

    def all(self, project: str) -> list[Example]:
        """What was written so far, in the order of writing."""
        return written(self._home, project)

    def is_frozen(self, project: str) -> bool:
        """Whether the first run has begun: from then on the exam stays as it is."""
        return self._home.exam(project) is not None

    def write(self, project: str, question: str, answer: str, *, by: str) -> Example:
        """One more question with the expert's own answer."""
        self._refuse_when_frozen(project)
        if not question.strip() or not answer.strip():
            raise StudioError(
                say("exam_questions.question_exam_needs_answer"),
                hint=say("exam_questions.fill_both_fields"),
                where="exam",
            )
        known = self.all(project)
        if len(known) >= MOST:
            raise StudioError(
                say("exam_questions.questions_your_own_most", most=MOST),
                hint=say("exam_questions.remove_one_first"),
                where="exam",
            )
        if any(example.question.strip() == question.strip() for example in known):
            raise StudioError(
                say("exam_questions.question_exam_already"), hint=say("exam_questions.ask_another_one"), where="exam"
            )
        number = 1 + max((int(example.id[1:]) for example in known), default=0)
        turns = (Message(role="user", content=question.strip()), Message(role="assistant", content=answer.strip()))
        example = Example(id=f"q{number}", messages=turns, part="exam")
        self._keep(project, [*known, example])
        self._ledger.note(by, "write exam question", f"{project}/{example.id}")
        return example

    def remove(self, project: str, id: str, *, by: str) -> None:
        """Take one back."""
        self._refuse_when_frozen(project)
        self._keep(project, [example for example in self.all(project) if example.id != id])
        self._ledger.note(by, "remove exam question", f"{project}/{id}")

    def _keep(self, project: str, examples: Sequence[Example]) -> None:
        write_lines(self._home.project_folder(project) / FILE, examples)

    def _refuse_when_frozen(self, project: str) -> None:
        exam = self._home.exam(project)
        if exam is not None:
            raise StudioError(
                say('exam_questions.exam_frozen_since_stays', created=exam.created.astimezone()),
                hint=say('exam_questions.for_another_exam_begin'), where="exam",
            )  # fmt: skip


def written(home: Home, project: str) -> list[Example]:
    """The questions on disk."""
    return [Example.model_validate(line) for line in read_lines(home.project_folder(project) / FILE)]
