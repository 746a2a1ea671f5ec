"""`distillations/<id>/` of a project: what was asked of whom, the questions, the answers, and what people say of them.

`questions.jsonl` and `left_out.jsonl` are written once, `replies.jsonl` grows while the teacher answers,
`answers.jsonl` and `no_answer.jsonl` are there when it is done, and a line of `marks.jsonl` is what somebody says of
one answer.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import NotFound
from studio.schemas.example import Example
from studio.schemas.loop.distillation import AnswerMark, Distillation, UnansweredRow
from studio.storage.files import FileLock, append_line, read_lines, safe_name, write_json, write_lines
from studio.storage.home import Home
from studio.storage.staged_folder import LOCK

FOLDER = "distillations"
HALF_MADE = ".new-"


class DistillationStore:
    """Paths and moves."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def put(self, made: Distillation, questions: Sequence[Example], left: Sequence[UnansweredRow]) -> None:
        """Keep a new one, whole or not at all."""
        whole = self._home.project_folder(made.project) / FOLDER
        sweep(whole)
        fresh = whole / f"{HALF_MADE}{made.id}"
        lock = FileLock(fresh / LOCK)
        try:
            lock.take()  # makes the folder
            write_lines(fresh / "questions.jsonl", questions)
            write_lines(fresh / "left_out.jsonl", left)
            write_json(fresh / "distillation.json", made)
            lock.release()
            (fresh / LOCK).unlink()
            fresh.rename(whole / made.id)
        finally:
            lock.release()
            shutil.rmtree(fresh, ignore_errors=True)

    def folder(self, project: str, id: str) -> Path:
        """The folder of one that exists."""
        folder = self._home.project_folder(project) / FOLDER / safe_name(id)
        if not (folder / "distillation.json").is_file():
            raise NotFound(
                say("distillation.there_is_none", id=id[:60]), hint=say("distillation.list_them"), where="id"
            )
        return folder

    def read(self, project: str, id: str) -> Distillation:
        """What is written of it. Its project is the one in which it lies: a copied project is its own."""
        made = self._home.record(self.folder(project, id) / "distillation.json", Distillation, "distillation")
        return made.model_copy(update={"project": project})

    def change(self, made: Distillation, **changes: Any) -> Distillation:
        """The same one, further on."""
        made = made.model_copy(update=changes)
        write_json(self.folder(made.project, made.id) / "distillation.json", made)
        return made

    def ids(self, project: str) -> list[str]:
        """All of a project, newest first."""
        found = (self._home.project_folder(project) / FOLDER).glob("[!.]*/distillation.json")
        return sorted((path.parent.name for path in found), reverse=True)

    def questions(self, made: Distillation) -> list[Example]:
        """What the teacher is asked, in the order of the source."""
        return examples_in(self.folder(made.project, made.id) / "questions.jsonl")

    def answers(self, made: Distillation) -> list[Example]:
        """Its answers as examples, once it is done."""
        return examples_in(self.folder(made.project, made.id) / "answers.jsonl")

    def left_out(self, made: Distillation) -> list[UnansweredRow]:
        """Which questions were not asked, or got no answer."""
        folder = self.folder(made.project, made.id)
        lines = [line for name in ("left_out.jsonl", "no_answer.jsonl") for line in read_lines(folder / name)]
        return [UnansweredRow.model_validate(line) for line in lines]

    def finish(
        self, made: Distillation, rows: Sequence[Example], left: Sequence[UnansweredRow], **changes: Any
    ) -> Distillation:
        """The teacher is done. Said last, so that a kill before it leaves one that goes on."""
        folder = self.folder(made.project, made.id)
        write_lines(folder / "answers.jsonl", rows)
        write_lines(folder / "no_answer.jsonl", left)
        return self.change(made, **changes)

    def marks(self, made: Distillation) -> dict[str, AnswerMark]:
        """What was said of each answer last; nothing of one whose mark was taken back."""
        lines = read_lines(self.folder(made.project, made.id) / "marks.jsonl")
        last = {mark.row: mark for mark in map(AnswerMark.model_validate, lines)}
        return {row: mark for row, mark in last.items() if mark.mark != "open"}

    def mark(self, made: Distillation, mark: AnswerMark) -> None:
        """One more line, on disk before this returns."""
        append_line(self.folder(made.project, made.id) / "marks.jsonl", mark, sync=True)


def sweep(whole: Path) -> None:
    """Remove what a kill left half made: it holds questions, and nobody would find it. What is written now stays."""
    for left in whole.glob(f"{HALF_MADE}*"):
        if FileLock(left / LOCK).is_free():
            shutil.rmtree(left, ignore_errors=True)


def examples_in(path: Path) -> list[Example]:
    """Rows of a file; none where it is not there."""
    return [Example.model_validate(line) for line in read_lines(path)]
