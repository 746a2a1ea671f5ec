"""Cells that hold a conversation or a list as text, read once when the table is: every later step meets the value.

A column counts when most of its filled cells begin as a list or object does; its other cells stay what they are.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

from studio.copy.catalog import say
from studio.data.formats.conversations import is_simple, messages_from, side_by_side
from studio.data.formats.json_shapes import is_chat
from studio.data.formats.message_contents import Unlearned, UnusableContent, sentences_about
from studio.data.formats.vendor_chats import with_messages
from studio.data.table import Table, TableRow
from studio.data.text.literals import NotALiteral, OmittedItems, parse_written
from studio.errors import UnreadableFile
from studio.schemas.finding import Drop

SAMPLE = 50
MOSTLY = 0.8  # one list among answers that are text stays as it is written
STARTS = ("[{", "[[", "[(", "['", '["', "{'", '{"', '"[', '"{', "array(", "[array(", "[\n", "[ {", "{\n", '[{\\"')
SPOKEN = ("role", "from", "sender", "author", "speaker")


def with_cells_read(table: Table, name: str) -> Table:
    """The table with its lists and objects read. Raises UnreadableFile where a whole column of them cannot be."""
    written = [column for column in table.columns if is_written(table, column)]
    if written:
        table = parsed(table, written, name)
    if any(with_messages(row.cells) is not row.cells for row in table.rows[:SAMPLE]):
        rows = [TableRow(row.number, with_messages(row.cells)) for row in table.rows]
        table = replace(table, rows=rows, columns=tuple(dict.fromkeys(key for row in rows for key in row.cells)))
    unlearned: Unlearned = Counter()
    notes: list[str] = []
    for column in table.columns:
        if holds_chats(table, column):
            counted, where = unlearned_in(table, column)
            notes += sentences_about(counted, where)
            unlearned += counted
    calls = unlearned["tool call"]
    return replace(table, notes=(*table.notes, *notes), tool_calls=calls) if notes or calls else table


def sample_of(table: Table, column: str) -> list[Any]:
    """The first filled cells of a column."""
    cells = (row.cells.get(column) for row in table.rows[: 10 * SAMPLE])
    return [cell for cell in cells if cell and (not isinstance(cell, str) or not cell.isspace())][:SAMPLE]


def is_written(table: Table, column: str) -> bool:
    """Whether most cells of this column are text that begins as a list or object does."""
    sample = sample_of(table, column)
    texts = [cell.lstrip() for cell in sample if isinstance(cell, str)]
    begun = [text for text in texts if text.startswith(STARTS)]
    share = 0.5 if any(is_spoken(text) for text in begun) else MOSTLY
    if not begun or len(begun) < share * len(sample):
        return False
    return any(like_a_value(text) for text in begun)


def like_a_value(text: str) -> bool:
    """Quotes, or the words of a chat: a Markdown link or a formula in brackets has neither."""
    head = text[:400]
    return any(sign in head for sign in ("':", '":', "',", '",', "']", '"]', "' '", '" "', "'\n", '"\n', '\\"')) or (
        "role" in head and "content" in head
    )


def parsed(table: Table, columns: list[str], name: str) -> Table:
    """The table with these columns' cells read; a row of which a conversation cannot be read becomes a drop."""
    rows: list[TableRow] = []
    drops: list[Drop] = []
    for row in table.rows:
        cells = dict(row.cells)
        trouble = ""
        for column in columns:
            text = cells.get(column)
            if not isinstance(text, str) or not text.lstrip().startswith(STARTS):
                continue
            try:
                cells[column] = value_of(text)
            except NotALiteral as error:
                if isinstance(error, OmittedItems) or is_spoken(text):
                    trouble = trouble or said_of(text, error)
        if trouble:
            drops.append(
                Drop(row=row.number, reason="unreadable_row", detail=trouble, file_row=table.file_row(row.number))
            )
        else:
            rows.append(TableRow(row.number, cells))
    if drops and not rows:
        raise UnreadableFile(
            say("nested_cells.holds", columns=columns[0], detail=drops[0].detail),
            hint=say("nested_cells.export_data_as_jsonl"),
            where=name,
        )
    if not drops:
        return replace(table, rows=rows)
    first = drops[0]
    more = say("nested_cells.more_cannot_be_read", drops=len(drops) - 1) if len(drops) > 1 else ""
    note = say("nested_cells.row_holds_export_data", row=first.shown_row, detail=first.detail, more=more)
    account = sorted([*table.drops, *drops], key=lambda drop: drop.row)
    return replace(table, rows=rows, drops=account, notes=(*table.notes, note))


def value_of(text: str) -> Any:
    """The value; a list of one text is that text, roles beside texts are turns."""
    value = parse_written(text)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return value[0]
    if isinstance(value, dict):
        return side_by_side(value) or value
    return value if isinstance(value, list) else text


def said_of(text: str, error: NotALiteral) -> str:
    """Which program wrote the list, and why it cannot be read."""
    numpy = isinstance(error, OmittedItems) or "} {" in text or "}\n {" in text or "array(" in text
    return say(
        "nested_cells.list_written_by_cannot", numpy="numpy" if numpy else say("nested_cells.program"), error=error
    )


def is_spoken(text: str) -> bool:
    """Whether the cell means to hold a conversation: training it as it stands would teach brackets."""
    head = text[:400]
    return any(word in head for word in SPOKEN) and any(word in head for word in ("content", "value", "text", "parts"))


def holds_chats(table: Table, column: str) -> bool:
    """Whether the cells of this column are conversations."""
    return any(is_chat(cell) for cell in sample_of(table, column)[:5])


def unlearned_in(table: Table, column: str) -> tuple[Unlearned, dict[str, list[int]]]:
    """What is read over in these conversations: how often, and in which rows."""
    unlearned: Unlearned = Counter()
    rows: dict[str, list[int]] = {}
    for row in table.rows:
        cell = row.cells.get(column)
        if cell and not is_simple(cell):
            counted: Unlearned = Counter()
            try:
                messages_from(cell, counted)
            except UnusableContent:
                continue
            for what in +counted:
                rows.setdefault(what, []).append(row.number)
            unlearned += counted
    return unlearned, rows
