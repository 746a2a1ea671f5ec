"""Chats in other people's shapes become our messages: OpenAI, ShareGPT, Gemini, Claude, preference rows."""

from collections import Counter
from typing import Any

from studio.copy.catalog import say
from studio.data.formats.message_contents import Unlearned, UnusableContent, said_in, with_thought, words_of
from studio.data.formats.tool_calls import CALL_ROLES, TOOL_ROLES, with_calls_written
from studio.data.text.literals import NotALiteral, parse_written
from studio.schemas.example import Message, Role

ROLES: dict[str, Role] = {
    "system": "system", "developer": "system",
    "user": "user", "human": "user", "prompter": "user", "customer": "user", "question": "user", "instruction": "user",
    "assistant": "assistant", "gpt": "assistant", "bot": "assistant", "model": "assistant", "chatgpt": "assistant",
    "bing": "assistant", "bard": "assistant", "ai": "assistant", "agent": "assistant", "answer": "assistant",
    "chatbot": "assistant", "claude": "assistant", "gemini": "assistant", "llm": "assistant", "client": "user",
}  # fmt: skip
MEDIA_COLUMNS = ("images", "image", "audios", "audio", "videos", "video")
SIMPLE = ("user", "human", "assistant", "gpt")
FIELDS = {"role", "content"}
SPOKEN_BY = ("role", "from", "sender", "author", "speaker")


def messages_from(turns: Any, unlearned: Unlearned | None = None, *, keep_calls: bool = False) -> tuple[Message, ...]:
    """A list of turns as messages that every chat template takes: system first, then question and answer in turn.

    What is read over (calls of tools, a greeting before the first question, what follows the last answer) is counted
    in `unlearned`; `keep_calls` writes calls and their results out as text instead. Raises NotUsable for pictures,
    sounds, unknown roles and chats in which only tools speak.
    """
    if is_simple(turns):
        return tuple(simple_turn(turn) for turn in turns)
    unlearned = Counter() if unlearned is None else unlearned
    turns = turns_in(turns)
    rules: list[str] = []
    made: list[Message] = []
    tools_only = joined_some = False
    for turn in turns:
        turn = as_turn(turn)
        if keep_calls:
            turn = with_calls_written(turn, role_of(turn))
        role_name, calls_before = role_of(turn), unlearned["tool call"]
        content = said_in(turn, unlearned)
        if role_name in TOOL_ROLES:
            join_tool_result(made, content)
            continue
        if role_name in CALL_ROLES:
            unlearned["tool call"] += 1
            tools_only = True
            continue
        role = ROLES.get(role_name)
        if role is None:
            raise UnusableContent(
                "unreadable_row",
                say("conversations.unknown_role", role_name=role_name[:30])
                if role_name
                else say("conversations.turn_without_role"),
            )
        if role == "system":
            unlearned["late rule"] += bool(made)
            rules.append(content)
            continue
        if role == "assistant":
            calls = turn.get("tool_calls") or turn.get("function_call")
            unlearned["tool call"] += len(calls) if isinstance(calls, list) else bool(calls)
            if not content and unlearned["tool call"] > calls_before:
                tools_only = True
                continue
            content = with_thought(turn, content, unlearned)
        learn = role != "assistant" or turn.get("weight") not in (0, "0", 0.0)
        if made and made[-1].role == role:
            joined_some = joined_some or bool(made[-1].content.strip() and content.strip())
            learn = learn and made[-1].learn
            made[-1] = Message(role=role, content=joined(made[-1].content, content), learn=learn)
            continue
        made.append(Message(role=role, content=content, learn=learn))
    if tools_only and not any(message.role == "assistant" for message in made):
        raise UnusableContent("not_text", say("conversations.only_tool_calls_no"))
    unlearned["joined"] += joined_some
    rule = rules[0] if len(rules) == 1 else joined(*rules)
    return (
        *([Message(role="system", content=rule)] if rules else []),
        *closed(without_greeting(made, unlearned), unlearned),
    )


def is_simple(turns: object) -> bool:
    """Question and answer in turn, each a text: nothing to tell about."""
    if not isinstance(turns, list) or not turns or len(turns) % 2:
        return False
    for place, turn in enumerate(turns):
        if not isinstance(turn, dict) or len(turn) != 2:
            return False
        role, words = turn.get("role", turn.get("from")), turn.get("content", turn.get("value"))
        if role not in SIMPLE or (role in ("user", "human")) is bool(place % 2) or not isinstance(words, str):
            return False
    return True


def simple_turn(turn: dict[str, str]) -> Message:
    """A turn that is known to be plain: no check is needed, and all share one set of field names."""
    role, content = turn.get("role", turn.get("from", "")), turn.get("content", turn.get("value", ""))
    return Message.model_construct(_fields_set=FIELDS, role=ROLES[role], content=content)


def turns_in(value: Any) -> list[Any]:
    """The turns of a cell: a list, text of a list, one turn alone, or a list of roles beside a list of texts."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{", '"') and value.strip():
        try:
            value = parse_written(value)
        except NotALiteral as error:
            raise UnusableContent("unreadable_row", say("conversations.turns_cannot_be_read", error=error)) from error
    if isinstance(value, dict):
        value = side_by_side(value) or [value]
    if isinstance(value, list) and not value:
        raise UnusableContent("unreadable_row", say("conversations.no_turns"))
    if not isinstance(value, list):
        raise UnusableContent("unreadable_row", say("conversations.no_list_turns"))
    return [turn for turns in value for turn in (rounds_of(turns) or [turns])]


def rounds_of(turn: Any) -> list[Any]:
    """The turns behind `{"human": "…", "assistant": "…"}`; none where the object names its speaker."""
    if not isinstance(turn, dict) or not turn or any(name in turn for name in SPOKEN_BY):
        return []
    if not all(str(key).strip().lower() in ROLES and isinstance(said, str) for key, said in turn.items()):
        return []
    return [{"role": key, "content": said} for key, said in turn.items()]


def side_by_side(value: dict[str, Any]) -> list[Any]:
    """The turns behind `{"role": ["user", …], "content": ["…", …]}`; none where the value is something else."""
    lists = {key: cell for key, cell in value.items() if isinstance(cell, list)}
    if not lists or not any(key in lists for key in SPOKEN_BY) or len({len(cell) for cell in lists.values()}) != 1:
        return []
    return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]


def as_turn(turn: Any) -> dict[str, Any]:
    """One turn as an object; Arrow writes a map as a list of names with their values."""
    if isinstance(turn, dict):
        return turn
    if is_pairs(turn):
        return dict(turn)
    raise UnusableContent("unreadable_row", say("conversations.turn_no_object"))


def is_pairs(turn: Any) -> bool:
    """Whether this is a map as Arrow writes it: [["role", "user"], ["content", "…"]]."""
    return (
        isinstance(turn, list) and bool(turn)
        and all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in turn)
        and any(pair[0] in SPOKEN_BY for pair in turn)
    )  # fmt: skip


def role_of(turn: dict[str, Any]) -> str:
    """Who speaks, in small letters; nothing where nobody is named."""
    said = next((turn[name] for name in SPOKEN_BY if turn.get(name) is not None), "")
    if isinstance(said, dict):
        said = said.get("role", said.get("name", ""))
    return str(said).strip().lower()


def without_greeting(made: list[Message], unlearned: Unlearned) -> list[Message]:
    """Without what the assistant said before the first question, where an answer follows that question."""
    first = next((place for place, message in enumerate(made) if message.role == "user"), 0)
    if first and any(message.role == "assistant" for message in made[first:]):
        unlearned["greeting"] += 1
        return made[first:]
    return made


def closed(made: list[Message], unlearned: Unlearned) -> tuple[Message, ...]:
    """Ends with an answer: what follows the last one is cut; where there is none, an empty one stands for it."""
    last = max((place for place, message in enumerate(made) if message.role == "assistant"), default=None)
    if last is None:
        return (*made, Message(role="assistant", content=""))
    unlearned["open end"] += last + 1 < len(made)
    return tuple(made[: last + 1])


def join_tool_result(made: list[Message], content: str) -> None:
    """What a tool gave back is something the answer was read from: it goes to the question."""
    place = next((index for index in range(len(made) - 1, -1, -1) if made[index].role == "user"), None)
    if place is not None and content:
        made[place] = made[place].model_copy(update={"content": joined(made[place].content, content)})


def joined(*parts: str) -> str:
    """Parts with a blank line between; empty ones leave no trace."""
    return "\n\n".join(part for part in parts if part.strip())


def preferred(cells: dict[str, object], question: str) -> tuple[Message, ...]:
    """The chosen answer of a preference row, after the prompt where the row has one apart."""
    chosen = next((cells[name] for name in ("chosen", "response_j", "preferred_output") if name in cells), "")
    before: tuple[Message, ...] = ()
    if question:
        asked = cells.get(question)
        if isinstance(asked, dict) and isinstance(asked.get("messages"), list):
            asked = asked["messages"]
        if isinstance(asked, list):
            before = tuple(
                message for message in messages_from(asked) if message.content or message.role != "assistant"
            )
        else:
            before = (Message(role="user", content=words_of(asked)),)
    if isinstance(chosen, list):
        turns = messages_from(chosen)
        return turns if any(message.role == "user" for message in turns) else (*before, *turns)
    return (*before, Message(role="assistant", content=words_of(chosen)))
