"""The teacher sits the exam of its student, so that the report can say how far one is behind the other."""

from collections.abc import Callable
from contextlib import closing

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.chat import Reply
from studio.schemas.loop.distillation import Teacher
from studio.schemas.project import Exam
from studio.services.chats.answering import AnswerSession, Progress
from studio.services.distillation.learned_answers import teachers_of
from studio.services.distillation.teachers import Teachers, contestant_of
from studio.services.work_plan import LOADING
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder


def teacher_to_ask(home: Home, folder: RunFolder) -> Teacher | None:
    """The one from whom most was learned; None where there is none, or where it is the prompted rival itself."""
    found = teachers_of(home, folder.spec)
    if not found or folder.spec.recipe.task == "labels":
        return None
    teacher = max(found, key=lambda one: len(one[1]))[0].teacher
    is_rival = teacher.kind == "prompt" and teacher.model_folder == folder.spec.model_folder
    return None if is_rival else teacher


def taught_by(home: Home, folder: RunFolder) -> tuple[str, ...]:
    """Who will sit the exam first; nobody where nothing was learned from a teacher that can be asked."""
    return ("teacher",) if teacher_to_ask(home, folder) is not None else ()


class TeacherExam:
    """Loads the teacher alone, before anybody else sits the exam, and lets it answer."""

    def __init__(self, home: Home, teachers: Teachers) -> None:
        self._home, self._teachers = home, teachers

    def ask(
        self, folder: RunFolder, exam: Exam, on_progress: Progress, stop: Callable[[], bool]
    ) -> tuple[list[Reply], str]:
        """Its replies, and why there are none where it cannot be asked any more."""
        teacher = teacher_to_ask(self._home, folder)
        if teacher is None:
            return [], ""
        on_progress(f"teacher, {LOADING}", 0, 1)
        try:
            model = self._teachers.load(teacher)
        except StudioError as error:
            return [], f"{say('taught_by.gone', teacher=teacher.name)} {error.message}"
        with closing(model):
            asking = AnswerSession(model, folder.path / "exam_answers.jsonl", on_progress, stop)
            chats, room = self._teachers.chats(teacher, exam.examples), self._teachers.room(teacher, folder.train)
            replies = asking.ask(contestant_of(teacher), chats, room, "teacher, exam")
        return [reply.model_copy(update={"contestant": "teacher"}) for reply in replies], ""
