"""What is unclear about a guess of columns, in one sentence: then a person is asked instead of deciding for her."""

import shlex
from collections.abc import Iterable

from studio.errors import StudioError
from studio.prepare.headers import rank
from studio.prepare.looks import Look
from studio.prepare.table import Table
from studio.records.dataset import Mapping

FEW_VALUES = 20  # a column of so many different numbers, each of them repeated, may be what is to be learned


def doubt_about_texts(texts: Look, others: Iterable[Look]) -> str:
    """Why one column of texts should not be taken as texts without questions unasked; nothing when it is prose."""
    name = texts.name
    if rank(name, "answer") is not None:
        return f"“{name}” sounds like the answers, but no column looks like the questions."
    if texts.written > 0.2:
        return f"“{name}” holds lists or objects that a program wrote, not sentences."
    if texts.asks > 0.5:
        return f"“{name}” holds questions, and no column looks like the answers."
    for other in others:
        if rank(other.name, "answer") is not None or 2 <= other.distinct <= min(FEW_VALUES, other.rows // 2):
            return f"“{name}” holds texts, and “{other.name}” could be the answers."
    if texts.prose < 0.5:
        return f"“{name}” is the only column with words, and they are no sentences."
    return ""


def refuse_doubt(columns: Mapping, table: Table) -> None:
    """StudioError where a guess is not clear, with the words that make it so at the side door."""
    if not columns.doubt:
        return
    if columns.question or columns.answer:
        named = {role: getattr(columns, role) or "COLUMN" for role in ("question", "answer")}
        given = " ".join(f"--map {shlex.quote(f'{role}={name}')}" for role, name in named.items())
        hint = f"Say which columns to use: {given}."
    else:
        hint = "Say which columns to use: --map question=COLUMN --map answer=COLUMN."
    listed = ", ".join(f"“{name}”" for name in table.columns[:8])
    hint += f" The columns are {listed}."
    if not columns.question and columns.answer:
        texts = shlex.quote(f"answer={columns.answer}")
        hint += f" For texts without questions: --map question= --map {texts}."
    raise StudioError(columns.doubt, hint=hint, where="map")
