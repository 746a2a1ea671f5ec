"""Columns that a person names herself, at the side door: `question=COL`, `answer=COL`."""

from collections.abc import Callable, Sequence

from studio.errors import StudioError
from studio.prepare.table import Table
from studio.records.dataset import Mapping

ROLES = ("question", "answer", "context", "system", "group", "part")


def mapping_from(texts: Sequence[str], table: Table, guess: Callable[[Table], Mapping]) -> Mapping:
    """`question=COL` and `answer=COL`, repeated or with commas; what is not named is guessed."""
    given: dict[str, str] = {}
    for text in texts:
        parts = [text] if any("," in name for name in table.columns) else text.split(",")
        for part in parts:
            role, sign, column = part.partition("=")
            role = role.strip().lower()
            if not sign or role not in ROLES:
                raise StudioError(
                    f"“{part[:60]}” is no mapping.", hint="Write question=COLUMN and answer=COLUMN.", where="map"
                )
            given[role] = find_column(column.strip(), table)
    if not given:
        return guess(table)
    base = Mapping() if {"question", "answer"} <= given.keys() else guess(table)
    if given.get("question", base.question) == given.get("answer", base.answer) and base.schema_name != "text":
        raise StudioError("Question and answer are the same column.", hint="Name two columns.", where="map")
    merged = base.model_copy(update=given)
    sentence = f"“{merged.question}” holds the questions and “{merged.answer}” the answers."
    return merged.model_copy(
        update={
            "schema_name": "table" if {"question", "answer"} & given.keys() else base.schema_name,
            "sentence": sentence,
        }
    )


def find_column(column: str, table: Table) -> str:
    """The column of this name; case and spaces at the ends do not matter."""
    for name in table.columns:
        if name == column or name.strip().casefold() == column.casefold():
            return name
    listed = ", ".join(f"“{name}”" for name in table.columns[:8])
    raise StudioError(f"There is no column “{column[:60]}”.", hint=f"The columns are {listed}.", where="map")
