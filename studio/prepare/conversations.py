"""Chats in other people's shapes become our messages: OpenAI, ShareGPT, preference rows, marks inside one text."""

import json
import re
from collections.abc import Iterable
from typing import Any

from studio.records.example import Message, Role

ROLES: dict[str, Role] = {
    "system": "system", "developer": "system",
    "user": "user", "human": "user", "prompter": "user", "customer": "user", "question": "user", "instruction": "user",
    "assistant": "assistant", "gpt": "assistant", "bot": "assistant", "model": "assistant", "chatgpt": "assistant",
    "bing": "assistant", "bard": "assistant", "ai": "assistant", "agent": "assistant", "answer": "assistant",
}  # fmt: skip
TOOLS = ("tool", "function", "ipython", "observation")
MEDIA = ("image_url", "image", "input_image", "input_audio", "audio", "audio_url", "video", "video_url", "file")
MEDIA_COLUMNS = ("images", "image", "audios", "audio", "videos", "video")


class NotUsable(Exception):
    """A row that cannot become an example; `reason` is one of the drop reasons, the text its detail."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def messages_from(turns: Any) -> tuple[Message, ...]:
    """A list of turns as messages: roles translated, tool results joined to the question, the open end cut off.

    Raises NotUsable for pictures, sounds, unknown roles and chats in which only tools speak.
    """
    if isinstance(turns, str) and turns.lstrip()[:1] in "[{" and turns.strip():
        turns = parsed(turns)
    if isinstance(turns, dict):
        turns = [turns]
    if not isinstance(turns, list) or not turns:
        raise NotUsable("unreadable_row", "no list of turns")
    made: list[Message] = []
    tools_only = False
    for turn in turns:
        if not isinstance(turn, dict):
            raise NotUsable("unreadable_row", "a turn that is no object")
        said = turn.get("role", turn.get("from"))
        role_name = str(said if said is not None else "").strip().lower()
        content = words_of(turn.get("content", turn.get("value", turn.get("text"))))
        if role_name in TOOLS:
            join_tool_result(made, content)
            continue
        role = ROLES.get(role_name)
        if role is None:
            raise NotUsable(
                "unreadable_row", f"unknown role “{role_name[:30]}”" if role_name else "a turn without a role"
            )
        if role == "assistant" and not content and (turn.get("tool_calls") or turn.get("function_call")):
            tools_only = True
            continue
        if role == "user" and made and made[-1].role == "user":
            made[-1] = Message(role="user", content=joined(made[-1].content, content))
            continue
        learn = role != "assistant" or turn.get("weight") not in (0, "0", 0.0)
        made.append(Message(role=role, content=content, learn=learn))
    if tools_only and not any(message.role == "assistant" for message in made):
        raise NotUsable("not_text", "only tool calls, no written answer")
    return closed(made)


def closed(made: list[Message]) -> tuple[Message, ...]:
    """Ends with an answer: what follows the last one is cut; where there is none, an empty one stands for it."""
    last = max((place for place, message in enumerate(made) if message.role == "assistant"), default=None)
    if last is None:
        return (*made, Message(role="assistant", content=""))
    return tuple(made[: last + 1])


def join_tool_result(made: list[Message], content: str) -> None:
    """What a tool gave back is something the answer was read from: it goes to the question."""
    place = next((index for index in range(len(made) - 1, -1, -1) if made[index].role == "user"), None)
    if place is not None and content:
        made[place] = made[place].model_copy(update={"content": joined(made[place].content, content)})


def joined(*parts: str) -> str:
    """Parts with a blank line between; empty ones leave no trace."""
    return "\n\n".join(part for part in parts if part.strip())


def parsed(text: str) -> Any:
    """A cell that holds JSON as text."""
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotUsable("unreadable_row", "turns that are no JSON") from error


def words_of(value: Any) -> str:
    """The text of a cell or content: parts joined, SQuAD's answers by their first, other structures as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        if not value:
            return ""
        if all(isinstance(part, str) for part in value):
            return value[0] if len(value) == 1 else json.dumps(value, ensure_ascii=False)
        if all(isinstance(part, dict) and "type" in part for part in value):
            return words_of_parts(value)
        first = value[0]
        if isinstance(first, dict) and isinstance(first.get("text"), str) and first.keys() <= {"text", "answer_start"}:
            return str(first["text"])
    if isinstance(value, dict):
        inner = value.get("text")
        if isinstance(inner, list) and value.keys() <= {"text", "answer_start"}:
            return str(inner[0]) if inner else ""
        if isinstance(value.get("content", value.get("value")), str) and ({"role", "from"} & value.keys()):
            return str(value.get("content", value.get("value")))
    return json.dumps(value, ensure_ascii=False)


def words_of_parts(parts: Iterable[dict[str, Any]]) -> str:
    """OpenAI's content parts: text only."""
    texts: list[str] = []
    for part in parts:
        kind = str(part["type"])
        if kind in MEDIA or any(kind.startswith(name) for name in ("image", "audio", "video")):
            raise NotUsable(
                "not_text", f"holds {'a sound' if 'audio' in kind else 'a video' if 'video' in kind else 'a picture'}"
            )
        said = part.get("text", part.get("value", part.get("refusal", "")))
        texts.append(said if isinstance(said, str) else "")
    return "\n".join(text for text in texts if text)


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


HEADED = "Instruction|Question|Human|User|Response|Answer|Assistant"
NAMED = "Q|A|Question|Answer|Human|User|Assistant|Bot|AI|Frage|Antwort"
MARKED = "user|human|bot|assistant|system"
PATTERNS = (
    re.compile(rf"<\|({MARKED})\|>\s*(.*?)\s*(?=<\|(?:{MARKED}|end|endoftext)\|>|$)", re.S),
    re.compile(r"<\|im_start\|>(system|user|assistant)\s*\n(.*?)\s*(?:<\|im_end\|>|$)", re.S),
    re.compile(rf"(?:^|\n)#+ ?({HEADED}):?[ \t]*\n?(.*?)\s*(?=\n#+ ?(?:{HEADED}):?|$)", re.S),
    re.compile(rf"(?:^|\n)({NAMED}):[ \t]*(.*?)\s*(?=\n(?:{NAMED}):|$)", re.S),
)
SPEAKERS: dict[str, Role] = {
    **ROLES, "q": "user", "frage": "user", "a": "assistant", "response": "assistant", "antwort": "assistant",
}  # fmt: skip


def taken_apart(text: str) -> tuple[Message, ...]:
    """The turns of a text that marks its speakers (`<|user|>`, `Q:`, `### Response:`); nothing when it marks none."""
    for pattern in PATTERNS:
        found = list(pattern.finditer(text))
        if len(found) < 2:
            continue
        turns = [Message(role=SPEAKERS[match.group(1).lower()], content=match.group(2).strip()) for match in found]
        roles = [message.role for message in turns]
        if "user" in roles and roles[-1] == "assistant":
            before = text[: found[0].start()].strip()
            if before and turns[0].role == "user":
                turns[0] = Message(role="user", content=joined(before, turns[0].content))
            return tuple(turns)
    return ()
