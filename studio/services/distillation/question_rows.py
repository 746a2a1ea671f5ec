"""Questions without answers, from a table: those of the exam and their near copies never pass."""

from collections.abc import Collection, Iterable, Sequence

from studio.copy.catalog import say
from studio.data.columns.column_mapping import propose_mapping
from studio.data.duplicates.exam_overlap import overlap
from studio.data.table import Table, text_of
from studio.data.text.normalize import words
from studio.errors import StudioError
from studio.schemas.example import Example, Message
from studio.schemas.loop.distillation import LeftOut, UnansweredRow
from studio.services.privacy.redaction import FORGOTTEN

MOST_QUESTIONS = 20_000
LONGEST_QUESTION = 8_000


def question_column(table: Table) -> tuple[str, str]:
    """The column of questions, and the one of answers that rows may have beside them, else nothing.

    StudioError where no column looks like questions.
    """
    guessed = propose_mapping(table)
    if guessed.schema_name == "text" and guessed.answer and not guessed.question:
        return guessed.answer, ""  # one column of texts is taken for answers, until a person says what it is
    if not guessed.question:
        raise StudioError(
            say("distillation.no_question_column"),
            hint=say("distillation.name_question_column", columns=table.columns[:12]),
            where="column",
        )
    return guessed.question, guessed.answer if guessed.answer != guessed.question else ""


def questions_of(table: Table, column: str = "") -> tuple[list[Example], list[UnansweredRow]]:
    """One question of each row, and the rows that hold none or have an answer already.

    `column` names the questions; then nothing else of the table is read.
    """
    if column and column not in table.columns:
        raise StudioError(
            say("distillation.no_such_column", column=column[:60]),
            hint=say("distillation.name_question_column", columns=table.columns[:12]),
            where="column",
        )
    asked, said = (column, "") if column else question_column(table)
    found: list[Example] = []
    left = [UnansweredRow(row=str(drop.shown_row), reason="no_question", detail=drop.reason) for drop in table.drops]
    for row in table.rows:
        question = text_of(row.cells.get(asked, "")).strip()
        file_row = table.file_row(row.number)
        label = str(file_row or row.number)
        if not question:
            left.append(UnansweredRow(row=label, reason="no_question"))
        elif said and text_of(row.cells.get(said, "")).strip():
            left.append(UnansweredRow(row=label, reason="answered"))
        elif len(question) > LONGEST_QUESTION:
            left.append(UnansweredRow(row=label, reason="too_long"))
        else:
            found.append(asked_in(f"r{row.number}", question, file_row))
    return found, left


def asked_in(id: str, question: str, file_row: int = 0) -> Example:
    """A question that nobody has answered yet."""
    return Example(id=id, messages=(Message(role="user", content=question),), file_row=file_row)


def to_be_asked(
    questions: Sequence[Example], exam: Sequence[Example], taught: Sequence[Example]
) -> tuple[list[Example], list[UnansweredRow]]:
    """The questions that a teacher may answer, and why the others not.

    Word for word (compared without capitals and signs) a question of the exam, or a near copy of one; one that the
    examples answer already; one that stood before.
    """
    in_exam, in_rows = asked_before(exam), asked_before(taught)
    copies = {found.example.id for found in overlap(questions, exam)} if exam else set()
    seen: set[str] = set()
    kept: list[Example] = []
    left: list[UnansweredRow] = []
    for example in questions:
        key = key_of(example)
        reason = why_left_out(key, example.id in copies, in_exam, in_rows, seen)
        seen.add(key)
        if reason is None:
            kept.append(example)
        else:
            left.append(UnansweredRow(row=example.label, reason=reason))
    if len(kept) > MOST_QUESTIONS:
        raise StudioError(
            say("distillation.too_many_questions", questions=len(kept)),
            hint=say("distillation.at_most_questions", most=MOST_QUESTIONS),
            where="questions",
        )
    return kept, left


def without_forgotten(rows: Sequence[Example]) -> tuple[list[Example], list[UnansweredRow]]:
    """Those of which nothing was forgotten for good since, and the others: what is left of them is asked and taught by
    nobody."""
    gone = [row for row in rows if any(FORGOTTEN in message.content for message in row.messages)]
    ids = {row.id for row in gone}
    return [row for row in rows if row.id not in ids], [UnansweredRow(row=row.label, reason="forgotten")
                                                        for row in gone]  # fmt: skip


def why_left_out(
    key: str, is_copy: bool, in_exam: Collection[str], in_rows: Collection[str], seen: Collection[str]
) -> LeftOut | None:
    """The first reason that applies; None: it may be asked."""
    reasons: tuple[tuple[LeftOut, bool], ...] = (
        ("exam", key in in_exam), ("exam_copy", is_copy), ("taught", key in in_rows), ("twice", key in seen),
    )  # fmt: skip
    return next((reason for reason, applies in reasons if applies), None)


def asked_before(examples: Iterable[Example]) -> set[str]:
    """The questions of these examples, as they are compared."""
    return {key_of(example) for example in examples}


def key_of(example: Example) -> str:
    """A question without capitals and signs; one that is signs alone, as it stands."""
    return " ".join(words(example.question)) or example.question.strip()
