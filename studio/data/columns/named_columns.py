"""Columns that a person names herself, on the command line: `question=COL`, `answer=COL`."""

from collections.abc import Callable, Sequence

from studio.copy.catalog import say
from studio.data.table import Table
from studio.errors import StudioError
from studio.schemas.dataset import ColumnMapping

TOOL_CALLS = "tool_calls"
ROLES = ("question", "answer", "context", "system", "group", "part")


def mapping_from(texts: Sequence[str], table: Table, guess: Callable[[Table], ColumnMapping]) -> ColumnMapping:
    """`question=COL` and `answer=COL`, repeated or with commas; what is not named is guessed.

    `question=` with nothing behind it, or the column of the answers once more, says that there are none: the answers
    are texts. A named column has one role.
    `tool_calls=keep` teaches calls of tools as text.
    """
    given, calls = apart(named(texts, table))
    if calls:
        return mapping_of(given, table, guess).model_copy(update=calls)
    return mapping_of(given, table, guess)


def mapping_of(given: dict[str, str], table: Table, guess: Callable[[Table], ColumnMapping]) -> ColumnMapping:
    """The mapping with these roles, the others guessed."""
    if not given:
        return guess(table)
    refuse_two_roles(given)
    if given.get("question") == "" and "answer" in given:
        return ColumnMapping(schema_name="text", **given, sentence=say("named_columns.without_questions"))
    if not all(given.get(role, "x") for role in ("question", "answer")):
        raise StudioError(
            say("named_columns.no_column_was_named"), hint=say("named_columns.add_map_answer_column"), where="map"
        )
    main = {"question", "answer"} & given.keys()
    base = ColumnMapping() if len(main) == 2 and given["question"] != given["answer"] else guess(table)
    if len(main) == 2 and given["question"] == given["answer"] == base.question == base.answer:
        return base.model_copy(update=given)  # a column of conversations holds both
    taken = {role: "" for role in ROLES if role not in given and getattr(base, role) in given.values()}
    merged = base.model_copy(update={**taken, **given})
    if not main:
        return merged
    if len(main) == 2 and given["question"] == given["answer"]:
        said = say("named_columns.named_for_both", column=given["answer"][:60])
        return ColumnMapping(schema_name="text", **{**given, "question": ""}, sentence=said)
    if given.get("question", base.question) == given.get("answer", base.answer):
        both_named = given.get("answer", base.answer)
        raise StudioError(
            say("named_columns.cannot_be_both_question", both_named=both_named[:60]),
            hint=say("named_columns.name_two_columns_for"),
            where="map",
        )
    both = bool(merged.question and merged.answer)
    sentence = say("named_columns.holds_questions_answers", question=merged.question, answer=merged.answer)
    was_missing = both and any(not getattr(base, role) for role in main)
    return merged.model_copy(
        update={
            "schema_name": "table", "sentence": sentence if both else "", "doubt": "" if was_missing else base.doubt,
        }
    )  # fmt: skip


def named(texts: Sequence[str], table: Table) -> dict[str, str]:
    """Each role that was given, with its column; an empty one where nothing stands behind the sign."""
    given: dict[str, str] = {}
    for text in texts:
        parts = [text] if any("," in name for name in table.columns) else text.split(",")
        for part in parts:
            role, sign, column = part.partition("=")
            role = role.strip().lower()
            if role == TOOL_CALLS:
                given[role] = column.strip()
                continue
            if not sign or role not in ROLES:
                raise StudioError(
                    say("named_columns.no_mapping", part=part[:60]),
                    hint=say("named_columns.write_question_column_answer"),
                    where="map",
                )
            given[role] = find_column(column.strip(), table) if column.strip() else ""
    return given


def apart(given: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The columns, and the choice about calls of tools."""
    choice = given.get(TOOL_CALLS)
    if choice is None:
        return given, {}
    if choice not in ("keep", "leave_out"):
        raise StudioError(say("tool_calls.no_choice", choice=choice[:40]), hint=say("tool_calls.choices"), where="map")
    return {role: column for role, column in given.items() if role != TOOL_CALLS}, {TOOL_CALLS: choice}


def refuse_two_roles(given: dict[str, str]) -> None:
    """A column that is the question or the answer is nothing else: an answer inside its question teaches nonsense."""
    for role, column in given.items():
        main = next((one for one in ("answer", "question") if one != role and given.get(one) == column), "")
        if main and role not in ("question", "answer") and column:
            raise StudioError(
                say("named_columns.holds_s_cannot_be", column=column, main=main, role=role),
                hint=say("named_columns.name_another_column"),
                where="map",
            )


def find_column(column: str, table: Table) -> str:
    """The column of this name; case and spaces at the ends do not matter."""
    for name in table.columns:
        if name == column or name.strip().casefold() == column.casefold():
            return name
    listed = ", ".join(f"“{name}”" for name in table.columns[:8])
    raise StudioError(
        say("named_columns.there_no_column", column=column[:60]),
        hint=say("named_columns.columns", listed=listed),
        where="map",
    )
