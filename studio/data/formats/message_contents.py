"""What one turn of a chat says: plain text, or the parts that each maker writes in its own way.

Parts that are read over (tool calls, thoughts) are counted, so that a person is told once that they are not trained on.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from studio.copy.catalog import say
from studio.data.table import some_rows

Unlearned = Counter[str]
MEDIA = ("image_url", "image", "input_image", "input_audio", "audio", "audio_url", "video", "video_url", "file")
INLINE = ("inlineData", "inline_data", "fileData", "file_data", "image", "video", "document")
THOUGHTS = ("thinking", "redacted_thinking", "reasoning", "reasoning_text", "thought", "thoughts", "reasoning_recap")
THOUGHT_FIELDS = ("reasoning_content", "reasoning", "thinking", "thought", "thoughts", "reasoning_details")
CALLS = (
    "tool_use", "tool_call", "server_tool_use", "mcp_tool_use", "function_call", "functionCall", "function_call_output",
    "toolUse", "executable_code", "executableCode",
)  # fmt: skip
RESULTS = ("tool_result", "functionResponse", "function_response", "toolResult", "codeExecutionResult")
WORDS = ("content", "value", "text", "message", "parts", "body", "utterance")


class UnusableContent(Exception):
    """A row that cannot become an example; `reason` is one of the drop reasons, the text its detail."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


def said_in(turn: Mapping[str, Any], unlearned: Unlearned) -> str:
    """The words of a turn, under whichever name they stand; a key that makers rarely use is counted."""
    key = next((name for name in WORDS if name in turn), "")
    if key in ("message", "body", "utterance"):
        unlearned[f"key {key}"] += 1
    return content_text(turn.get(key), unlearned)


def content_text(value: Any, unlearned: Unlearned) -> str:
    """Text, or the text of all parts. Raises NotUsable for pictures, sounds and what holds no text at all."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        texts = [part if isinstance(part, str) else part_text(part, unlearned) for part in value]
        typed = any(isinstance(part, dict) and "type" in part for part in value)
        return "\n".join(text for text in texts if text) if typed else "".join(texts)
    if isinstance(value, dict):
        if isinstance(value.get("parts"), list):  # ChatGPT's own export
            return content_text(value["parts"], unlearned)
        return part_text(value, unlearned)
    return json.dumps(value, ensure_ascii=False)


def part_text(part: Any, unlearned: Unlearned) -> str:
    """The text of one part; nothing for a call of a tool and for a thought, which are counted."""
    if not isinstance(part, dict):
        raise UnusableContent("unreadable_row", say("message_contents.part_turn_no_text"))
    kind = str(part.get("type") or next((name for name in (*INLINE, *CALLS, *RESULTS) if name in part), ""))
    if kind in MEDIA or kind in INLINE or kind.startswith(("image", "audio", "video")):
        what = next(
            (
                said
                for name, said in (
                    ("audio", say("message_contents.sound")),
                    ("video", say("message_contents.video")),
                    ("document", say("message_contents.document")),
                )
                if name in kind
            ),
            say("message_contents.picture"),
        )
        raise UnusableContent("not_text", say("message_contents.holds", what=what))
    if kind in THOUGHTS or part.get("thought") is True:
        unlearned["thought"] += 1
        return ""
    if kind in CALLS:
        unlearned["tool call"] += 1
        return ""
    if kind in RESULTS:
        inner = part.get("content", part.get(kind, ""))
        return inner if isinstance(inner, str) else words_of(inner)
    said = next((part[name] for name in ("text", "value", "refusal", "content") if name in part), None)
    if isinstance(said, dict):
        said = said.get("value", said.get("text"))
    if isinstance(said, str):
        return said
    if said is None and kind in ("", "text"):
        raise UnusableContent("unreadable_row", say("message_contents.part_turn_no_text"))
    unlearned["other part"] += 1
    return ""


def with_thought(turn: Mapping[str, Any], content: str, unlearned: Unlearned) -> str:
    """The answer with the thought that stands in a field of its own before it, so that one choice is about both."""
    for name in THOUGHT_FIELDS:
        thought = turn.get(name)
        if isinstance(thought, list):
            parts = [
                part.get("text", part.get("thinking", part.get("summary")))
                for part in thought
                if isinstance(part, dict)
            ]
            thought = "\n".join(part for part in parts if isinstance(part, str)) or thought
        if isinstance(thought, str) and thought.strip():
            return thought_before(thought, content)
        if isinstance(thought, list | dict) and thought:
            unlearned["thought"] += 1
    return content


def thought_before(thought: str, content: str) -> str:
    """Both in the tags that thinking models use; nothing is added to an answer that holds the thought already."""
    return content if thought.strip() in content else f"<think>\n{thought.strip()}\n</think>\n\n{content}"


def words_of(value: Any) -> str:
    """The text of a cell: parts joined, SQuAD's answers by their first, other structures as JSON."""
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
            return content_text(value, Counter())
        first = value[0]
        if isinstance(first, dict) and isinstance(first.get("text"), str) and first.keys() <= {"text", "answer_start"}:
            return str(first["text"])
    if isinstance(value, dict):
        inner = value.get("text")
        if isinstance(inner, list) and value.keys() <= {"text", "answer_start"}:
            return words_of(inner[:1])
        if ("parts" in value and value.keys() <= {"parts", "role"}) or (
            isinstance(inner, dict) and value.keys() <= {"text", "type"}
        ):
            return content_text(value, Counter())
        if isinstance(value.get("content", value.get("value")), str) and ({"role", "from"} & value.keys()):
            return str(value.get("content", value.get("value")))
    return json.dumps(value, ensure_ascii=False)


def sentences_about(unlearned: Unlearned, rows: Mapping[str, Sequence[int]]) -> Iterable[str]:
    """What a person is told once about the whole file; `rows` says where each kind was met.

    Calls of tools are told of apart (`notes_of`), since they may be taught as well.
    """
    for one, many in (
        ("thought", "thoughts"),
        (say("message_contents.other_part"), say("message_contents.other_parts")),
    ):
        if number := unlearned[one]:
            name, verb = (one, "is") if number == 1 else (many, "are")
            yield say("message_contents.read_over_not_taught", number=number, name=name, verb=verb)
    told = {
        "greeting": (
            say("message_contents.begins_with_answer"),
            say("message_contents.begin_with_answer"),
            say("message_contents.what_stands_before_first"),
        ),
        "open end": (
            say("message_contents.ends_with_question"),
            say("message_contents.end_with_question"),
            say("message_contents.what_follows_last_answer"),
        ),
        "joined": (
            say("message_contents.has_two_turns_one"),
            say("message_contents.have_two_turns_one"),
            say("message_contents.they_joined"),
        ),
        "late rule": (
            say("message_contents.has_system_turn_middle"),
            say("message_contents.have_system_turn_their"),
            say("message_contents.read_first"),
        ),
    }
    for key, (one, many, then) in told.items():
        if number := unlearned[key]:
            said = (
                say("message_contents.1_conversation", one=one)
                if number == 1
                else say("message_contents.conversations", number=number, many=many)
            )
            yield f"{said}: {then} ({some_rows(rows[key])})."
    for key, number in unlearned.items():
        if key.startswith("key "):
            turns = say("message_contents.turn_stands") if number == 1 else say("message_contents.turns_stand")
            yield say(
                "message_contents.words_under_they_read",
                number=number,
                turns=turns,
                key=key[4:],
                some_rows=some_rows(rows[key]),
            )
