"""Every row of a table becomes exactly one example or one drop, by the mapping that a person confirmed."""

from typing import Literal

from studio.copy.catalog import say
from studio.data.columns.headings import PART_NAMES, plain
from studio.data.formats.chat_markup import dressed_turns, taken_apart
from studio.data.formats.conversations import MEDIA_COLUMNS, joined, messages_from, preferred
from studio.data.formats.message_contents import UnusableContent, thought_before, words_of
from studio.data.gc_paused import collector_paused
from studio.data.table import Table, TableRow
from studio.schemas.base import trusted
from studio.schemas.dataset import ColumnMapping
from studio.schemas.example import Example, Message, Role
from studio.schemas.finding import Drop

Part = Literal["", "train", "validation", "exam"]
THOUGHT_COLUMNS = (
    "reasoningcontent", "reasoning", "reasoningtrace", "thinking", "thinkingprocess", "thought", "thoughts", "cot",
    "complexcot", "chainofthought",
)  # fmt: skip
MESSAGE_FIELDS = {"role", "content"}
EXAMPLE_FIELDS = {"id", "messages", "group", "part", "file_row"}


def make_examples(table: Table, mapping: ColumnMapping) -> tuple[list[Example], list[Drop]]:
    """Rows with an empty question or answer stay examples, so that a check reports them."""
    examples: list[Example] = []
    drops: list[Drop] = []
    media = [name for name in MEDIA_COLUMNS if name in table.columns]
    marked = column_of_marks(table) if mapping.schema_name in ("openai", "sharegpt", "prompt_completion") else ""
    used = {mapping.question, mapping.answer, mapping.context, mapping.system, mapping.group, mapping.part}
    thoughts = next((name for name in thought_columns(table) if name not in used), "")
    more = mapping.context or mapping.system or mapping.group or mapping.part or media or thoughts
    bare = mapping.schema_name == "table" and not more
    with collector_paused():
        for row in table.rows:
            file_row = table.file_row(row.number)
            if bare and (made := plain_pair(row, mapping.question, mapping.answer, file_row)):
                examples.append(made)
                continue
            try:
                if media:
                    refuse_media(row, media)
                if marked and str(row.cells.get(marked)).lower() == "false":
                    raise UnusableContent("bad_answer", "")
                example = example_of(row, mapping, file_row)
                examples.append(with_thoughts(example, row, thoughts) if thoughts else example)
            except UnusableContent as reason:
                drops.append(Drop(row=row.number, reason=reason.reason, detail=reason.detail, file_row=file_row))
    return examples, drops


def column_of_marks(table: Table) -> str:
    """The column that marks each answer as good or bad, true or false, for training on preferences; else nothing."""
    marks = {str(row.cells.get("label")).lower() for row in table.rows} if "label" in table.columns else set()
    return "label" if marks and marks <= {"true", "false"} else ""


def thought_columns(table: Table) -> list[str]:
    """Columns in which a thinking model's thoughts stand beside its answers."""
    return [name for name in table.columns if plain(name).replace(" ", "") in THOUGHT_COLUMNS]


def with_thoughts(example: Example, row: TableRow, column: str) -> Example:
    """The example with the thought of its row before its last answer, so that the choice about thoughts covers it."""
    thought, last = words_of(row.cells.get(column)), example.messages[-1]
    if not thought.strip() or last.role != "assistant":
        return example
    turn = last.model_copy(update={"content": thought_before(thought, last.content)})
    return example.model_copy(update={"messages": (*example.messages[:-1], turn)})


def example_of(row: TableRow, mapping: ColumnMapping, file_row: int = 0) -> Example:
    """One row by the shape that the mapping names."""
    cells = row.cells
    messages = turns_of(cells, mapping)
    if mapping.system:
        told = words_of(cells.get(mapping.system))
        if told.strip() and not any(message.role == "system" for message in messages):
            messages = (Message(role="system", content=told), *messages)
    group = words_of(cells.get(mapping.group)).strip() if mapping.group else ""
    part = PART_NAMES.get(plain(words_of(cells.get(mapping.part))), "") if mapping.part else ""
    values = {"id": f"r{row.number}", "messages": messages, "group": group, "part": part, "file_row": file_row}
    return trusted(Example, EXAMPLE_FIELDS, values)


def plain_pair(row: TableRow, question: str, answer: str, file_row: int) -> Example | None:
    """The commonest example at once: two texts without a sign that a chat layout begins with; else None."""
    asked, said = row.cells.get(question, ""), row.cells.get(answer, "")
    if not isinstance(asked, str) or not isinstance(said, str) or "<" in asked or "[" in asked or "<" in said:
        return None
    messages = said_by("user", asked), said_by("assistant", said)
    values = {"id": f"r{row.number}", "messages": messages, "group": "", "part": "", "file_row": file_row}
    return trusted(Example, EXAMPLE_FIELDS, values)


def turns_of(cells: dict[str, object], mapping: ColumnMapping) -> tuple[Message, ...]:
    """The conversation in this row."""
    shape = mapping.schema_name
    if shape in ("openai", "sharegpt"):
        return messages_from(cells.get(mapping.question), keep_calls=mapping.tool_calls == "keep")
    if shape == "preference":
        return preferred(cells, mapping.question)
    if shape == "text":
        text = words_of(cells.get(mapping.answer))
        if mapping.question == mapping.answer:
            apart = taken_apart(text)
            if apart:
                return apart
        return (Message(role="assistant", content=text),)
    asked, said = cells.get(mapping.question, ""), cells.get(mapping.answer, "")
    if shape == "prompt_completion" and (isinstance(asked, list) or isinstance(said, list)):
        return chat_pair(asked, said, keep_calls=mapping.tool_calls == "keep")
    question = asked if isinstance(asked, str) else words_of(asked)
    answer = said if isinstance(said, str) else words_of(said)
    if ("<" in question or "[" in question or "<" in answer) and (dressed := dressed_turns(question, answer)):
        return dressed
    if mapping.context:
        context = words_of(cells.get(mapping.context))
        if context.strip().lower() not in ("", "<noinput>", "noinput", "no input"):
            question = joined(question, context) if shape == "alpaca" else joined(context, question)
    earlier = past_turns(cells.get("history")) if shape == "alpaca" and "history" in cells else ()
    return (*earlier, said_by("user", question), said_by("assistant", answer))


def said_by(role: Role, content: str) -> Message:
    """A message of words that are known to be text: all share one set of field names, which halves their memory."""
    return trusted(Message, MESSAGE_FIELDS, {"role": role, "content": content, "learn": True})


def chat_pair(asked: object, said: object, *, keep_calls: bool = False) -> tuple[Message, ...]:
    """TRL's conversational prompt and completion."""
    before: tuple[Message, ...] = (Message(role="user", content=words_of(asked)),)
    if isinstance(asked, list):
        before = messages_from(asked, keep_calls=keep_calls)
    open_end = tuple(message for message in before if message.role != "assistant" or message.content)
    if isinstance(said, list):
        return (*open_end, *messages_from(said, keep_calls=keep_calls))
    return (*open_end, Message(role="assistant", content=words_of(said)))


def past_turns(history: object) -> tuple[Message, ...]:
    """Alpaca's earlier pairs: [[question, answer], …]."""
    if not isinstance(history, list):
        return ()
    turns: list[Message] = []
    for pair in history:
        if isinstance(pair, list) and len(pair) == 2:
            turns += [
                Message(role="user", content=words_of(pair[0])),
                Message(role="assistant", content=words_of(pair[1])),
            ]
    return tuple(turns)


def refuse_media(row: TableRow, columns: list[str]) -> None:
    """Rows with pictures or sounds beside them are about something that the model will not see."""
    for name in columns:
        if row.cells.get(name):
            what = (
                say("example_builder.sound")
                if name.startswith("audio")
                else say("example_builder.video")
                if name.startswith("video")
                else say("example_builder.picture")
            )
            raise UnusableContent("not_text", say("example_builder.belongs", what=what))
