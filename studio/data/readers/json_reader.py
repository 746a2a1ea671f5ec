"""JSON and JSON Lines: numbers stay as written, a broken line is named, wrappers are looked into."""

import json
from collections.abc import Iterator
from typing import Any

from studio.copy.catalog import say
from studio.data.formats.annotations import UnsubmittedRow, submitted_rows
from studio.data.formats.json_shapes import is_chat, rows_within
from studio.data.formats.vendor_chats import with_messages
from studio.data.table import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Table, TableRow, some_rows
from studio.data.text.literals import number_of
from studio.errors import UnreadableFile
from studio.schemas.finding import Drop


class NumberAsWritten(str):
    """A number as the file writes it; told from text, so that nested ones can become numbers again."""


class NotANumber(NumberAsWritten):
    """NaN or an infinity, which JSON does not know."""


class RepeatedKeys(dict[str, Any]):
    """An object that names a key twice."""

    key = ""


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object; one with a doubled key says so."""
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    doubled = RepeatedKeys(made)
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            doubled.key = key
        seen.add(key)
    return doubled


DECODER = json.JSONDecoder(
    parse_int=NumberAsWritten, parse_float=NumberAsWritten, parse_constant=NotANumber, object_pairs_hook=object_of
)


def read_json(text: str, name: str, encoding: str) -> Table:
    """One JSON document, or one per line whatever the file is called."""
    text = text.removeprefix("\ufeff")
    try:
        value = DECODER.decode(text.strip())
    except json.JSONDecodeError as error:
        if is_lines(text):
            return read_json_lines(text, name, encoding)
        raise broken_document(error, name, text) from error
    except RecursionError as error:
        raise too_deep(name) from error
    rows, notes = rows_within(value, name)
    return table_of(list(enumerate(rows, start=1)), [], notes, "json", encoding, name)


def is_lines(text: str) -> bool:
    """Whether the first line that is not blank is an object by itself."""
    first = next((line for line in text.lstrip().split("\n", 1)[:1]), "").strip()
    if not first.startswith(("{", "[{")):
        return False
    try:
        value = DECODER.decode(first)
        return isinstance(value, dict) or is_chat(value)
    except (json.JSONDecodeError, RecursionError):
        second = [line for line in text.split("\n", 3)[:3] if line.strip()]
        return len(second) > 1 and all(line.lstrip().startswith("{") for line in second) and "}" in first


def read_json_lines(text: str, name: str, encoding: str) -> Table:
    """One object a line; a line that is none becomes a drop that names it."""
    values: list[tuple[int, Any]] = []
    drops: list[Drop] = []
    for number, line in enumerate(lines_of(text), start=1):
        if number > MAX_ROWS:
            raise UnreadableFile(
                say("json_reader.file_has_more_than", max_rows=MAX_ROWS),
                hint=say("json_reader.split_into_smaller_files"),
                where=name,
            )
        if not line or line.isspace():
            drops.append(Drop(row=number, reason="blank_row"))
            continue
        try:
            values.append((number, DECODER.decode(line.strip())))
        except json.JSONDecodeError as error:
            drops.append(
                Drop(
                    row=number,
                    reason="unreadable_row",
                    detail=say("json_reader.no_json", what_is_wrong=what_is_wrong(error, line)),
                )
            )
        except RecursionError:
            drops.append(Drop(row=number, reason="unreadable_row", detail=say("json_reader.nested_too_deeply")))
    notes = []
    broken = [drop.row for drop in drops if drop.reason == "unreadable_row"]
    if broken:
        first = next(drop for drop in drops if drop.reason == "unreadable_row")
        notes.append(say("json_reader.line", row=first.row, detail=first.detail))
        if len(broken) > 1:
            notes.append(
                say(
                    "json_reader.lines_cannot_be_read",
                    broken=len(broken),
                    replace=some_rows(broken).replace("rows", "lines"),
                )
            )
    if not values and broken:
        raise UnreadableFile(
            say(
                "json_reader.line_2",
                broken=broken[0],
                detail=drops[0].detail if drops[0].row == broken[0] else say("json_reader.no_json_2"),
            ),
            hint=say("json_reader.each_line_must_be"),
            where=say("json_reader.line_3", name=name, broken=broken[0]),
        )
    values, drops = unpacked_lines(values, drops, notes)
    return table_of(values, drops, notes, "jsonl", encoding, name)


def unpacked_lines(
    values: list[tuple[int, Any]], drops: list[Drop], notes: list[str]
) -> tuple[list[tuple[int, Any]], list[Drop]]:
    """Conversations of other makers under one name; where tasks of an annotation tool become several rows, numbered
    anew together with the lines that are none."""
    values = [(number, {"messages": value} if is_chat(value) else value) for number, value in values]
    rows = [value for _, value in values]
    made = [submitted_rows([row], []) for row in rows] if submitted_rows(rows[:50], []) != rows[:50] else []
    if not made:
        return [(number, with_messages(value)) for number, value in values], drops
    submitted_rows(rows, notes)
    lines: list[tuple[int, Any]] = [(number, found) for (number, _), found in zip(values, made, strict=True)]
    lines += [(drop.row, drop) for drop in drops]
    numbered: list[tuple[int, Any]] = []
    left_out: list[Drop] = []
    count = 0
    for _, found in sorted(lines, key=lambda line: line[0]):
        for one in [found] if isinstance(found, Drop) else found:
            count += 1
            if isinstance(one, Drop):
                left_out.append(one.model_copy(update={"row": count}))
            else:
                numbered.append((count, one))
    return numbered, left_out


def lines_of(text: str) -> Iterator[str]:
    """Lines end at a line feed (or at a lone carriage return when there is no line feed)."""
    separator = "\n" if "\n" in text else "\r"
    body = text[:-1] if text.endswith(separator) else text
    yield from body.split(separator)


def table_of(
    values: list[tuple[int, Any]], drops: list[Drop], notes: list[str], kind: str, encoding: str, name: str
) -> Table:
    """Objects become rows with the union of their keys; what is no object becomes a drop."""
    columns: dict[str, None] = {}
    rows: list[TableRow] = []
    constants: list[int] = []
    doubled: list[tuple[int, str]] = []
    several: list[int] = []
    for number, value in values:
        if isinstance(value, UnsubmittedRow):
            drops.append(Drop(row=number, reason=value.reason, detail=value.detail))
            continue
        if isinstance(value, dict) and "instances" in value:
            value = first_instance(value, number, several)
        if isinstance(value, str) and not isinstance(value, NumberAsWritten):
            value = {"text": value}
        if not isinstance(value, dict):
            what = {"list": "a list", "NoneType": "nothing", "bool": "true or false"}.get(
                type(value).__name__, "a number"
            )
            drops.append(
                Drop(row=number, reason="unreadable_row", detail=say("json_reader.where_object_due", what=what))
            )
            continue
        if isinstance(value, RepeatedKeys):
            doubled.append((number, value.key))
        cells = {key: cell if type(cell) is str else plain_cell(cell) for key, cell in value.items()}
        if any(isinstance(cell, NotANumber) for cell in value.values()):
            constants.append(number)
        if not any(cells.values()):
            drops.append(Drop(row=number, reason="blank_row"))
            continue
        if any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells.values()):
            detail = say("json_reader.value_more_than_characters", max_cell=MAX_CELL)
            drops.append(Drop(row=number, reason="unreadable_row", detail=detail))
            continue
        if not columns.keys() >= cells.keys():
            columns.update(dict.fromkeys(cells))
            if len(columns) > MAX_COLUMNS:
                raise UnreadableFile(
                    say("json_reader.rows_have_more_than", max_columns=MAX_COLUMNS),
                    hint=say("json_reader.keep_only_keys_with"),
                    where=name,
                )
        rows.append(TableRow(number, cells))
    if constants:
        notes.append(say("json_reader.nan_or_infinity_kept", some_rows=some_rows(constants)))
    if doubled:
        notes.append(say("json_reader.row_names_twice_last", doubled=doubled[0][0], doubled_2=doubled[0][1]))
    if several:
        notes.append(say("json_reader.several_instances_first_each", some_rows=some_rows(several)))
    if not rows:
        raise UnreadableFile(
            say("json_reader.file_holds_no_rows"), hint=say("json_reader.give_list_objects_each"), where=name
        )
    drops.sort(key=lambda drop: drop.row)
    return Table(
        format=kind, encoding=encoding, columns=tuple(columns), rows=rows, drops=drops, notes=tuple(notes),
        rows_read=len(rows) + len(drops),
    )  # fmt: skip


def first_instance(value: dict[str, Any], number: int, several: list[int]) -> dict[str, Any]:
    """A task with a list of input-and-output instances, as one row."""
    inner = value["instances"]
    if not isinstance(inner, list) or not inner or not isinstance(inner[0], dict):
        return value
    if len(inner) > 1:
        several.append(number)
    return {**{key: cell for key, cell in value.items() if key != "instances"}, **inner[0]}


def plain_cell(value: object) -> object:
    """Numbers and truth values as written; nested lists and objects with numbers that are numbers again."""
    if isinstance(value, NumberAsWritten):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return nested(value)


def nested(value: object) -> object:
    """Inside a list or object a number is a number again, unless that would change how it is written."""
    if isinstance(value, NumberAsWritten):
        return number_of(value)
    if isinstance(value, list):
        return [nested(item) for item in value]
    if isinstance(value, dict):
        return {key: nested(item) for key, item in value.items()}
    return value


def what_is_wrong(error: json.JSONDecodeError, line: str) -> str:
    """The usual slips in plain words."""
    rest = line.strip()[error.pos : error.pos + 1]
    if not rest or error.msg.startswith("Unterminated"):
        return say("json_reader.breaks_off_before_end")
    if rest == "'":
        return say("json_reader.has_single_quotes_json")
    if rest in "}]":
        return say("json_reader.there_comma_too_many")
    if rest == "/" or rest == "#":
        return say("json_reader.comments_not_allowed")
    if error.msg.startswith("Extra data"):
        return say("json_reader.more_text_follows_at", pos=error.pos + 1)
    return say("json_reader.character_does_not_fit", pos=error.pos + 1)


def broken_document(error: json.JSONDecodeError, name: str, text: str) -> UnreadableFile:
    """The sentence for a whole document, with the line."""
    line = text.lstrip()[: error.pos].count("\n") + text[: len(text) - len(text.lstrip())].count("\n") + 1
    return UnreadableFile(
        say("json_reader.line_no_json", line=line, replace=what_is_wrong(error, text).replace("it ", "the file ", 1)),
        hint=say("json_reader.mend_line_or_save"),
        where=say("json_reader.line_4", name=name, line=line),
    )


def too_deep(name: str) -> UnreadableFile:
    """The refusal for thousands of brackets in brackets."""
    return UnreadableFile(
        say("json_reader.file_nested_too_deeply"), hint=say("json_reader.give_list_objects_each"), where=name
    )
