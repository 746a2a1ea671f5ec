"""Distillation: a teacher answers questions without answers, people look at a sample, and a model learns from it."""

from datetime import datetime
from typing import Literal, get_args

from pydantic import Field

from studio.schemas.base import Record

TeacherKind = Literal["model", "version", "prompt"]
# Why a question has no answer of the teacher among the examples; the first that applies.
LeftOut = Literal[
    "no_question",
    "answered",
    "twice",
    "exam",
    "exam_copy",
    "taught",
    "too_long",
    "no_reply",
    "unfinished",
    "forgotten",
]
LEFT_OUT: tuple[LeftOut, ...] = get_args(LeftOut)
Mark = Literal["right", "wrong", "corrected", "open"]
MARKS: tuple[Mark, ...] = get_args(Mark)
MACHINE_MADE = "machine_made"  # the kind of the decision by which a teacher's answers came into a dataset


class Teacher(Record):
    """Who answers: another model, a version of the project, or the starting model with the prompted rival's prompt.

    `prompt` reads `instructions` and the nearest solved examples of `run` before each question. `fingerprint`: of the
    weights and layout that answered, empty until it was loaded. `prompt_tokens`: how many more tokens than the bare
    question it read for each question, as its own tokenizer counts.
    """

    kind: TeacherKind
    name: str
    model: str
    model_folder: str
    model_sha256: str = ""
    run: str = ""
    instructions: str = ""
    licence: str = ""
    fingerprint: str = ""
    prompt_tokens: float = 0.0


class TeacherRights(Record):
    """Who said when that the teacher's answers may be taught, and on what ground; `licence`: what was shown to her."""

    by: str
    at: datetime
    licence: str
    statement: str = Field(min_length=1, max_length=2000)


class UnansweredRow(Record):
    """A question that got no answer of the teacher, by its row in the source, and why."""

    row: str
    reason: LeftOut
    detail: str = ""


class AnswerMark(Record):
    """What a person says of one answer of the sample; the last line of a row counts. `open` takes it back."""

    row: str
    mark: Mark
    correction: str = ""
    by: str
    at: datetime


class Distillation(Record):
    """`distillation.json`: what was asked of whom. `questions_in = answers + sum(left_out)` once it is `finished`.

    `drawn`: how many answers the sample has that a person looks at. `used`: the dataset that holds the answers.
    """

    format: int = 1
    id: str
    project: str
    created: datetime
    by: str
    teacher: Teacher
    rights: TeacherRights
    source: str
    source_sha256: str = ""
    questions_in: int
    left_out: dict[LeftOut, int] = Field(default_factory=dict)
    room: int = 0
    seed: int = 0
    finished: datetime | None = None
    answers: int = 0
    drawn: int = 0
    used: str = ""
    unchecked: bool = False  # somebody said that nobody needs to look first
    request_key: str = ""  # the press that made it: the same press again is the same one
