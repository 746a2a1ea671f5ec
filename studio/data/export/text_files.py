"""Cleaned examples as files that other programs read, and that this one reads back as the same examples."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

from studio.copy.catalog import say
from studio.data.export.other_columns import NO_OTHERS, OtherColumns
from studio.data.table import FOR_EXCEL, MAX_CELL
from studio.schemas.example import Example, Message
from studio.storage.files import write_atomically

TRIGGERS = tuple("=+-@\t\r\n＝＋－＠'")
UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff]")
PORTION = 1_000  # rows at a time
PLAIN = ("question", "answer", "system", "group", "part")


def write_csv(path: Path, examples: Sequence[Example], *, for_excel: bool = False, separator: str = ",",
              others: OtherColumns = NO_OTHERS) -> None:  # fmt: skip
    """UTF-8 with its mark. Her own table, where its layout is known and holds everything; else plain pairs as question
    and answer, other conversations with all turns in one more column, and then her `others`, in her order.

    `for_excel` puts a ' before cells that Excel would take for formulas; the headings say so, and reading undoes it.
    Where a comma stands in numbers, Excel wants `;` between the cells.
    """
    names = columns_of(examples)
    if fits(examples, names, others):
        write_atomically(path, lambda stream: write_own(stream, examples, others, for_excel, separator))
        return

    def write(stream: BinaryIO) -> None:
        every = [*names, *others.names]
        heads = [name + FOR_EXCEL for name in every] if for_excel else every
        stream.write(line_of_cells(heads, separator).encode("utf-8-sig"))
        for start in range(0, len(examples), PORTION):
            rows = [cells_of(example, names) for example in examples[start : start + PORTION]]
            if others.names:
                portion = zip(rows, examples[start : start + PORTION], strict=True)
                rows = [[*cells, *map(bendless, others.of(example))] for cells, example in portion]
            if for_excel:
                rows = [[safe(cell) for cell in cells] for cells in rows]
            lines = "".join([line_of_cells(cells, separator) for cells in rows])
            stream.write(lines.encode("utf-8", "backslashreplace"))

    write_atomically(path, write)


def fits(examples: Sequence[Example], names: Sequence[str], others: OtherColumns) -> bool:
    """Whether her own columns hold everything: a conversation only where earlier turns came before one of her pairs, as
    in what was learned from feedback, and no instructions without a column."""
    if not others.table:
        return False
    told = "system" in {field for _, field in others.table}
    if "messages" not in names:
        return told or "system" not in names
    for example in examples:
        if not is_plain(example) and not ends_in_pair(example):
            return False
        if not told and not earlier(example) and example.messages[0].role == "system":
            return False
    return True


def ends_in_pair(example: Example) -> bool:
    """Whether it is an added question and answer, before which more was said, with nothing that a CSV would bend."""
    if example.row >= 0 or len(example.messages) < 3:
        return False
    if any(message.learn for message in example.messages[:-2] if message.role == "assistant"):
        return False
    pair = example.model_copy(update={"messages": example.messages[-2:]})
    return is_plain(pair) and all(is_safe_text(message.content) for message in example.messages)


def earlier(example: Example) -> str:
    """What was said before the question of a conversation, a turn a paragraph; nothing of a plain row."""
    if is_plain(example):
        return ""
    return "\n\n".join(say(f"text_files.turn_{one.role}", words=one.content) for one in example.messages[:-2])


def own_heads(examples: Sequence[Example], others: OtherColumns) -> list[str]:
    """Her headings in her order; at the end one for what was said before, only if anything was."""
    heads = [heading for heading, _ in others.table]
    if any(map(earlier, examples)):
        name = say("text_files.earlier")
        heads.append(name if name not in heads else f"{name} (2)")
    return heads


def write_own(
    stream: BinaryIO, examples: Sequence[Example], others: OtherColumns, for_excel: bool, separator: str
) -> None:
    """Her headings in her order. Of a table for Excel the headings of columns with guarded cells say so."""
    heads = own_heads(examples, others)
    size = len(heads)
    if for_excel:
        guarded = {
            place
            for example in examples
            for place, cell in enumerate(own_line(example, others, size))
            if safe(cell) != cell
        }
        heads = [head + FOR_EXCEL if place in guarded else head for place, head in enumerate(heads)]
    stream.write(line_of_cells(heads, separator).encode("utf-8-sig"))
    for example in examples:
        cells = own_line(example, others, size)
        cells = [safe(cell) for cell in cells] if for_excel else cells
        stream.write(line_of_cells(cells, separator).encode("utf-8", "backslashreplace"))


def own_line(example: Example, others: OtherColumns, size: int) -> list[str]:
    """The cells of one row of her table, as many as there are headings."""
    cells = [bendless(cell) for cell in others.line_of(example, field)]
    return cells if len(cells) == size else [*cells, bendless(earlier(example))]


def columns_of(examples: Sequence[Example], *, keeps_returns: bool = True) -> tuple[str, ...]:
    """The columns that hold everything. `keeps_returns`: \r survives in the cells of this kind of file."""
    more = tuple(name for name in PLAIN[2:] if has_any(examples, name))
    portions = (examples[start : start + PORTION] for start in range(0, len(examples), PORTION))
    if all(all_plain(some) and (keeps_returns or not any(map(has_return, some))) for some in portions):
        return ("question", "answer", *more)
    return ("messages", "question", "answer", *(name for name in more if name != "system"))


def has_return(example: Example) -> bool:
    """Whether any text holds \r, which a workbook would read as a line break."""
    return any("\r" in text for text in (example.group, *(message.content for message in example.messages)))


def has_any(examples: Sequence[Example], name: str) -> bool:
    """Whether any row has something in this column."""
    if name == "system":
        return any(field(example, name) for example in examples if not is_pair(example.messages))
    return any(getattr(example, name) for example in examples)


def all_plain(examples: Sequence[Example]) -> bool:
    """Whether each of these rows is plain; the texts of the commonest shape are searched as one."""
    texts: list[str] = []
    for example in examples:
        if is_pair(example.messages) and not example.group and is_sure(*example.messages):
            texts += (example.messages[0].content, example.messages[1].content)
        elif not is_plain(example):
            return False
    return max(map(len, texts), default=0) < MAX_CELL and not UNSAFE.search("".join(texts))


def is_pair(messages: Sequence[Message]) -> bool:
    """One question and one answer."""
    return len(messages) == 2 and messages[0].role == "user" and messages[1].role == "assistant"


def is_sure(asked: Message, said: Message) -> bool:
    """A question that begins with a letter and is no heading, and an answer, both learned."""
    return asked.learn and said.learn and asked.content[:1].isalnum() and asked.content[:8] != "question"


def is_plain(example: Example) -> bool:
    """Whether two cells (and a system cell) say all: one question, one answer, and nothing that a CSV would bend."""
    messages = example.messages[1:] if example.messages and example.messages[0].role == "system" else example.messages
    if len(messages) != 2 or not all(message.learn for message in messages):
        return False
    if messages[0].role != "user" or messages[1].role != "assistant":
        return False
    if len(example.messages) == 3 and not example.messages[0].content.strip():
        return False
    question, answer = (message.content for message in messages)
    if not (question.strip() or answer.strip()) or (question.strip(), answer.strip()) == ("question", "answer"):
        return False
    return all(is_safe_text(message.content) for message in example.messages) and is_safe_text(example.group)


def is_safe_text(text: str) -> bool:
    """No control characters, no halves of letters, not beyond the size that is read."""
    return len(text) < MAX_CELL and (text.isprintable() or not UNSAFE.search(text))


def line_of_cells(cells: Sequence[str], separator: str = ",") -> str:
    """One record, every cell in quotes."""
    return '"' + f'"{separator}"'.join([cell.replace('"', '""') for cell in cells]) + '"\r\n'


def cells_of(example: Example, names: Sequence[str]) -> list[str]:
    """The cells of a row; the commonest shape without a search for each of them."""
    if names == PLAIN[:2] and len(example.messages) == 2:
        return [message.content for message in example.messages]  # `is_plain` saw their roles
    return [field(example, name) for name in names]


def field(example: Example, name: str) -> str:
    """One cell."""
    if name == "messages":
        return json.dumps([turn(message) for message in example.messages])
    if name == "system":
        return next((message.content for message in example.messages if message.role == "system"), "")
    return str(getattr(example, name))


def shown(example: Example, name: str) -> str:
    """The cell beside the turns: for the eye alone, so it does without what a CSV would bend."""
    return field(example, name) if name == "messages" else UNSAFE.sub("", field(example, name)).replace("\r", "")


def bendless(cell: str) -> str:
    """A cell that a CSV or a workbook gives back as it is."""
    return UNSAFE.sub("", cell).replace("\r\n", "\n").replace("\r", "\n")


def turn(message: Message) -> dict[str, Any]:
    """In OpenAI's words; weight 0 says that it is not trained on."""
    weight = {} if message.learn else {"weight": 0}
    return {"role": message.role, "content": message.content, **weight}


def safe(cell: str) -> str:
    """A cell that no spreadsheet program takes for a formula."""
    return f"'{cell}" if cell.startswith(TRIGGERS) else cell


def write_jsonl(
    path: Path, examples: Sequence[Example], form: Literal["messages", "prompt_completion"] = "messages"
) -> None:
    """One example a line: all turns, or TRL's prompt and completion with the last answer apart."""

    def write(stream: BinaryIO) -> None:
        for example in examples:
            stream.write((json.dumps(line_of(example, form), ensure_ascii=True) + "\n").encode())

    write_atomically(path, write)


def line_of(example: Example, form: str) -> dict[str, Any]:
    """The object of one line."""
    turns = [turn(message) for message in example.messages]
    more = {name: value for name, value in (("group", example.group), ("part", example.part)) if value}
    if form == "messages":
        return {"messages": turns, **more}
    last = max((place for place, one in enumerate(turns) if one["role"] == "assistant"), default=len(turns))
    return {"prompt": turns[:last], "completion": turns[last:], **more}


def write_parquet(path: Path, examples: Sequence[Example]) -> None:
    """All turns as a list of structs; halves of letters, which Parquet cannot hold, become the sign for a lost one."""
    import pyarrow
    from pyarrow import parquet

    turns = [
        [{"role": one.role, "content": whole(one.content), "weight": int(one.learn)} for one in example.messages]
        for example in examples
    ]
    shape = pyarrow.list_(
        pyarrow.struct([("role", pyarrow.string()), ("content", pyarrow.string()), ("weight", pyarrow.int8())])
    )
    columns = {"messages": pyarrow.array(turns, type=shape)}
    for name in ("group", "part"):
        values = [whole(str(getattr(example, name))) for example in examples]
        if any(values):
            columns[name] = pyarrow.array(values, type=pyarrow.string())
    table = pyarrow.table(columns)
    write_atomically(path, lambda stream: parquet.write_table(table, stream))


def whole(text: str) -> str:
    """Without lone halves of letters."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
