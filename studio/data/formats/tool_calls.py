"""Calls of tools as text: for who wants a model that learns when to ask a tool, in marks that many models know.

A call becomes `<tool_call>` with its name and arguments as JSON, a result `<tool_response>` in a turn of the other side
(the form of Hermes, NousResearch 2024, which Qwen's chat templates render, too). Written as text, it is the same under
every chat template, in training and in use.
"""

import json
from collections.abc import Mapping
from typing import Any

from studio.data.formats.message_contents import CALLS as CALL_PARTS
from studio.data.formats.message_contents import RESULTS, words_of

TOOL_ROLES = ("tool", "function", "ipython", "observation", "tool_response", "tool_result", "function_response")
CALL_ROLES = ("function_call", "tool_call", "tool_calls")
ARGUMENTS = ("arguments", "input", "args", "parameters", "code")
INSIDE = ("function", "functionCall", "toolUse", "function_call", "tool_use", "executableCode", "executable_code")


def with_calls_written(turn: dict[str, Any], role: str) -> dict[str, Any]:
    """A turn with the calls and results in it as text; the turn as it is where it holds neither."""
    words = turn.get("content", turn.get("value", turn.get("parts")))
    if role in TOOL_ROLES:
        return {"role": "user", "content": result_text(words)}
    if role in CALL_ROLES:
        calls = calls_in(turn.get("tool_calls") or turn.get("function_call") or parsed(words))
        return {"role": "assistant", "content": "\n".join(calls), "weight": turn.get("weight")}
    said = [part_written(part) for part in words] if isinstance(words, list) else words
    calls = calls_in(turn.get("tool_calls") or turn.get("function_call") or [])
    if said == words and not calls:
        return turn
    texts = said if isinstance(said, list) else [said] if said else []
    parts = [{"type": "text", "text": part} if isinstance(part, str) else part for part in (*texts, *calls)]
    kept = {name: cell for name, cell in turn.items() if name not in ("value", "parts", "tool_calls", "function_call")}
    return {**kept, "content": parts}


def part_written(part: Any) -> Any:
    """A part of a turn: a call or a result as text, any other as it is."""
    if not isinstance(part, dict):
        return part
    kind = str(part.get("type") or next((name for name in (*CALL_PARTS, *RESULTS) if name in part), ""))
    if kind in RESULTS:
        return {"type": "text", "text": result_text(part.get("content", part.get(kind)))}
    if kind in CALL_PARTS:
        return {"type": "text", "text": "\n".join(calls_in(part))}
    return part


def calls_in(value: Any) -> list[str]:
    """Each call as text; `value` is one call or a list of them in any maker's shape."""
    calls = value if isinstance(value, list) else [value]
    return [call_text(call) for call in calls if call]


def call_text(call: Any) -> str:
    """One call with its name and arguments; words that are no object are kept as they stand."""
    if not isinstance(call, Mapping):
        return marked("tool_call", str(call))
    inner = next((call[name] for name in INSIDE if isinstance(call.get(name), Mapping)), call)
    arguments: Any = next((inner[name] for name in ARGUMENTS if name in inner), {})
    known = {"name": inner.get("name", inner.get("language", "")), "arguments": parsed(arguments)}
    return marked("tool_call", json.dumps(known, ensure_ascii=False))


def result_text(value: Any) -> str:
    """What a tool gave back."""
    return marked("tool_response", value if isinstance(value, str) else words_of(value))


def marked(mark: str, text: str) -> str:
    """Text between an opening and a closing mark, each on its own line."""
    return f"<{mark}>\n{text.strip()}\n</{mark}>"


def parsed(value: Any) -> Any:
    """JSON that stands as text, read; other text as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (json.JSONDecodeError, RecursionError):
        return value
