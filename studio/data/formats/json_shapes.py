"""Where the rows lie inside a JSON document: lists, wrappers, columns, SQuAD's paragraphs, topics with pairs."""

from typing import Any

from studio.copy.catalog import say
from studio.data.columns.headings import rank
from studio.data.formats.annotations import UnsubmittedRow, submitted_rows
from studio.data.formats.conversations import ROLES, SPOKEN_BY, is_pairs, role_of, rounds_of
from studio.data.formats.messengers import is_talk, messages_in
from studio.data.formats.vendor_chats import with_messages
from studio.errors import UnreadableFile

CHATS = ("messages", "conversations", "conversation", "dialogue", "dialog")
INNER = ("paragraphs", "qas", "variations", "questions", "faqs", "items", "pairs", "qa_pairs", "examples")


def rows_within(value: Any, name: str) -> tuple[list[Any], list[str]]:
    """The rows and what was done to find them. Raises UnreadableFile when there is nothing like rows."""
    notes: list[str] = []
    if isinstance(value, dict):
        rows = rows_of_object(value, notes)
    elif isinstance(value, list):
        rows = value
    else:
        what = say("json_shapes.one_text") if type(value) is str else say("json_shapes.one_value")
        raise UnreadableFile(
            say("json_shapes.file_holds_not_list", what=what), hint=say("json_shapes.list_of_objects"), where=name
        )
    if not rows:
        raise UnreadableFile(say("json_shapes.file_holds_no_rows"), hint=say("json_shapes.list_of_objects"), where=name)
    rows = [{"messages": row} if is_chat(row) else row for row in rows]
    rows = submitted_rows([from_web_page(row) for row in pairs_as_objects(rows)], notes)
    rows = unfold([row if holds_rows(row) else with_messages(row) for row in rows], notes)
    return [flat(row) for row in rows], notes


def from_web_page(row: Any) -> Any:
    """A question of a web page in schema.org's words (FAQPage, QAPage), its accepted answer beside it."""
    if not isinstance(row, dict) or row.get("@type") != "Question":
        return row
    said = row.get("acceptedAnswer") or row.get("suggestedAnswer")
    said = said[0] if isinstance(said, list) and said else said
    asked = row.get("text") or row.get("name")
    if not isinstance(said, dict) or not isinstance(said.get("text"), str) or not isinstance(asked, str):
        return row
    return {"question": asked, "answer": said["text"]}


def is_chat(value: Any) -> bool:
    """A list of turns, in OpenAI's or ShareGPT's words, or as Arrow writes maps; not what people wrote each other."""
    if not isinstance(value, list) or not value:
        return False
    if not isinstance(value[0], dict):
        return is_pairs(value[0])
    if "role" in value[0] or len(rounds_of(value[0])) > 1:
        return True
    return any(name in value[0] for name in SPOKEN_BY) and (role_of(value[0]) in ROLES or not is_talk(value))


def rows_of_object(value: dict[str, Any], notes: list[str]) -> list[Any]:
    """An object around the rows, an object of columns, an object of topics, or one single row."""
    if (talk := messages_in(value)) is not None:
        notes.append(say("json_shapes.rows_taken_from_messages"))
        return talk
    if with_messages(value) is not value or submitted_rows([value], []) != [value]:
        return [value]
    if any(is_chat(value.get(key)) for key in CHATS):
        return [value]
    if sum(is_named(key) and isinstance(cell, str) for key, cell in value.items()) >= 2:
        return [value]
    lists = {key: cell for key, cell in value.items() if isinstance(cell, list) and cell}
    tables = {key: cell for key, cell in lists.items() if all(isinstance(row, dict) for row in cell[:50])}
    if tables:
        key = max(tables, key=lambda one: len(tables[one]))
        parts = {"train", "training", "validation", "valid", "dev", "test", "exam"}
        if len(tables) > 1 and all(one.lower() in parts for one in tables):
            notes.append(say("json_shapes.rows_taken_from_parts", tables=len(tables)))
            return [{**row, "split": one} for one, rows in tables.items() for row in rows]
        notes.append(say("json_shapes.rows_taken_from", key=key))
        return tables[key]
    if len(lists) >= 2 and len({len(cell) for cell in lists.values()}) == 1:
        return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]
    if len(value) >= 1 and all(isinstance(cell, dict) for cell in value.values()):
        inner = list(value.values())
        if len(inner) >= 2 and all(cell.keys() == inner[0].keys() for cell in inner) and is_column(inner[0]):
            return [{key: cell[row] for key, cell in value.items()} for row in inner[0]]
        if len(inner) == 1:
            notes.append(say("json_shapes.rows_taken_from_2", next=next(iter(value))))
            return rows_of_object(inner[0], notes)
        return inner
    if lists and all(is_pair(pair) for cell in lists.values() for pair in cell[:50]):
        return [
            {"question": pair[0], "answer": pair[1], "topic": key}
            for key, cell in lists.items()
            for pair in cell
            if is_pair(pair)
        ]
    if len(lists) == 1 and len(value) <= 3:
        notes.append(say("json_shapes.rows_taken_from_2", next=next(iter(lists))))
        return next(iter(lists.values()))
    if len(value) >= 3 and all(isinstance(cell, str) for cell in value.values()) and not any(map(is_named, value)):
        return [{"question": key, "answer": cell} for key, cell in value.items()]
    return [value]


def is_column(cell: dict[str, Any]) -> bool:
    """Numbered entries: how pandas writes a column."""
    return all(key.isdigit() for key in list(cell)[:50])


def is_pair(value: Any) -> bool:
    """A question and an answer in a list of two."""
    return isinstance(value, list) and len(value) == 2 and all(isinstance(item, str) for item in value)


def is_named(key: str) -> bool:
    """A key that is a heading, so that the object is a row and no glossary."""
    return any(rank(key, role) is not None for role in ("question", "answer", "context", "system"))


def pairs_as_objects(rows: list[Any]) -> list[Any]:
    """Lists of cells: the first may be the headings."""
    if not all(isinstance(row, list) for row in rows[:50]) or not rows[0]:
        return rows
    width = max(len(row) for row in rows if isinstance(row, list))
    first = rows[0]
    headed = (
        all(type(cell) is str for cell in first)
        and any(is_named(cell) for cell in first)
        and len(set(first)) == len(first)
    )
    names = [*first] if headed else [f"Column {number}" for number in range(1, width + 1)]
    return [
        dict(zip(names, row, strict=False)) if isinstance(row, list) else row for row in (rows[1:] if headed else rows)
    ]


def unfold(rows: list[Any], notes: list[str]) -> list[Any]:
    """Rows that hold lists of question-and-answer rows give way to those, with what stood around them."""
    for _ in range(3):
        sample = [row for row in rows[:50] if isinstance(row, dict)]
        key = next((name for name in INNER if sum(has_rows(row, name) for row in sample) > len(sample) // 2), "")
        if not key:
            return rows
        notes.append(say("json_shapes.each_entry_became_row", key=key))
        rows = [row for outer in rows for row in unfolded(outer, key)]
    return rows


def has_rows(row: dict[str, Any], key: str) -> bool:
    """Whether this entry is a list of objects that are rows: pairs in it are no rounds of one talk."""
    inner = row.get(key)
    if not isinstance(inner, list) or not inner or not all(isinstance(item, dict) for item in inner):
        return False
    return not is_chat(inner) or ("role" not in inner[0] and len(rounds_of(inner[0])) > 1)


def holds_rows(row: Any) -> bool:
    """Whether several wordings or questions stand in this row, each with its answer: rows of their own, no talk."""
    return isinstance(row, dict) and any(has_rows(row, key) for key in INNER)


def unfolded(outer: Any, key: str) -> list[Any]:
    """One row per inner object; the outer's own texts go along."""
    if isinstance(outer, UnsubmittedRow) or not isinstance(outer, dict) or not isinstance(outer.get(key), list):
        return [outer]
    around = {name: cell for name, cell in outer.items() if name != key and not isinstance(cell, list | dict)}
    return [{**around, **item} for item in outer[key] if isinstance(item, dict)] or [around]


def flat(row: Any) -> Any:
    """Objects in objects become columns with a dot, unless they are turns of a chat or a preference."""
    if not isinstance(row, dict) or not any(isinstance(cell, dict) for cell in row.values()):
        return row
    made: dict[str, Any] = {}
    for key, cell in row.items():
        if isinstance(cell, dict) and cell and key not in ("chosen", "rejected", *CHATS) and question_like(cell):
            made.update({f"{key}.{inner}": value for inner, value in cell.items()})
        else:
            made[key] = cell
    return made


def question_like(cell: dict[str, Any]) -> bool:
    """Whether one of its keys is a heading: an answer that is an object (to extract) stays whole."""
    return any(rank(key, "question") is not None and isinstance(value, str) for key, value in cell.items())
