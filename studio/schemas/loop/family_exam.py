"""How the versions of a project fared on one and the same exam."""

from datetime import datetime

from studio.schemas.report import ComparedRow, FamilyScore
from studio.schemas.sentence import SentenceText


class FamilyExam(SentenceText):
    """`family_exam.json` of a project: every version on the exam as it is, the newest compared with those before it.

    `better`, `worse`: ids of the questions on which the newest scored above, or below, the version before. No words of
    the exam stand here. `sentence`: what got better, what got worse, and whether it is luck.
    """

    format: int = 1
    created: datetime
    by: str
    project: str
    exam_sha256: str
    exam_version: int
    questions: int
    metric: str
    scores: tuple[FamilyScore, ...]  # oldest first
    comparisons: tuple[ComparedRow, ...] = ()
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # runs that could not sit it
