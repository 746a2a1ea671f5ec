"""Rows of other makers become rows with a list of turns: Gemini, OpenAI's responses and logs, exports of chat pages."""

from typing import Any, TypeGuard

from studio.data.formats.conversations import SPOKEN_BY, side_by_side

MESSAGES = "messages"
MOST_TURNS = 10_000
RULES = ("systemInstruction", "system_instruction")


def with_messages(row: Any) -> Any:
    """The row with its conversation under “messages”; the row as it is where it holds none of these shapes."""
    if not isinstance(row, dict):
        return row
    for shape in (of_gemini, of_responses, of_log, of_tree, of_chat_page, of_history, of_inner):
        turns, used = shape(row)
        if turns:
            return {MESSAGES: turns, **{key: cell for key, cell in row.items() if key not in used}}
    columns = {key: turns for key, cell in row.items() if isinstance(cell, dict) and (turns := side_by_side(cell))}
    return {**row, **columns} if columns else row


Found = tuple[list[Any], tuple[str, ...]]
NONE: Found = ([], ())


def of_gemini(row: dict[str, Any]) -> Found:
    """`contents` with `parts`, and the instruction beside it."""
    turns = row.get("contents")
    if not is_turns(turns) or not any(isinstance(turn.get("parts"), list) for turn in turns):
        return NONE
    rule = next((row[name] for name in RULES if row.get(name)), None)
    if isinstance(rule, dict):
        rule = {"role": "system", "parts": rule.get("parts", [])}
    elif isinstance(rule, str):
        rule = {"role": "system", "content": rule}
    said = [{"role": "user", **turn} for turn in turns]
    return [*([rule] if isinstance(rule, dict) else []), *said], ("contents", *RULES)


def of_responses(row: dict[str, Any]) -> Found:
    """`input` and `output` lists of items; `instructions` is the rule."""
    asked, said = row.get("input"), row.get("output")
    if not isinstance(said, list) or not any(is_item(item) for item in said):
        return NONE
    turns = [{"role": "user", "content": asked}] if isinstance(asked, str) else asked if is_turns(asked) else []
    rule = row.get("instructions")
    first = [{"role": "system", "content": rule}] if isinstance(rule, str) and rule else []
    items = [item_as_turn(item) for item in [*turns, *said] if isinstance(item, dict)]
    return [*first, *items], ("input", "output", "instructions")


def is_item(item: Any) -> bool:
    """An item of a response: a message with parts, a call or a thought."""
    return isinstance(item, dict) and ("role" in item or item.get("type") in ("message", "reasoning", "function_call"))


def item_as_turn(item: dict[str, Any]) -> dict[str, Any]:
    """Calls and thoughts stand beside the messages: as parts of a turn they are counted, not taught."""
    kind = item.get("type", "message")
    if kind == "reasoning":
        return {"role": "assistant", "content": [{"type": "reasoning"}]}
    if kind == "function_call_output":
        return {"role": "tool", "content": item.get("output", "")}
    if "role" not in item:
        return {"role": "function_call", "content": "", "tool_calls": [item]}
    return item


def of_log(row: dict[str, Any]) -> Found:
    """A request beside its response, or messages beside the choices that answered them."""
    request, response = row.get("request", row.get("body", row)), row.get("response", row)
    if isinstance(response, dict) and isinstance(response.get("body"), dict):
        response = response["body"]
    if not isinstance(request, dict) or not isinstance(response, dict):
        return NONE
    asked, _ = of_gemini(request)
    candidates = response.get("candidates")
    if asked and isinstance(candidates, list) and candidates and isinstance(candidates[0], dict):
        content = candidates[0].get("content")
        return ([*asked, content], ("request", "response", "body")) if isinstance(content, dict) else NONE
    turns, choices = request.get(MESSAGES), response.get("choices")
    if not is_turns(turns) or not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return NONE
    answer = choices[0].get("message")
    return (
        ([*turns, answer], (MESSAGES, "request", "response", "body", "choices")) if isinstance(answer, dict) else NONE
    )


def of_tree(row: dict[str, Any]) -> Found:
    """ChatGPT's export: messages with parents; the branch that was open last is the conversation."""
    nodes = row.get("mapping")
    if not isinstance(nodes, dict) or not nodes or not all(isinstance(node, dict) for node in nodes.values()):
        return NONE
    if not any("parent" in node or "children" in node for node in nodes.values()):
        return NONE
    at = row.get("current_node")
    if at not in nodes:
        at = next((key for key, node in reversed(nodes.items()) if not node.get("children")), None)
    turns: list[Any] = []
    seen: set[Any] = set()
    while isinstance(at, str) and at in nodes and at not in seen and len(seen) < MOST_TURNS:
        seen.add(at)
        message = nodes[at].get("message")
        if isinstance(message, dict) and is_shown(message):
            turns.append(turn_of_tree(message))
        at = nodes[at].get("parent")
    turns.reverse()
    return turns, ("mapping", "current_node")


def is_shown(message: dict[str, Any]) -> bool:
    """Not one of the messages that the page hides, nor an empty system turn."""
    hidden = (message.get("metadata") or {}).get("is_visually_hidden_from_conversation")
    content = message.get("content")
    parts = content.get("parts") if isinstance(content, dict) else content
    is_rule = isinstance(message.get("author"), dict) and message["author"].get("role") == "system"
    return not hidden and not (is_rule and (not parts or parts == [""]))


def turn_of_tree(message: dict[str, Any]) -> dict[str, Any]:
    """One message of the tree: thoughts and code that was run are no words of the answer."""
    author, content = message.get("author"), message.get("content")
    role = author.get("role", "") if isinstance(author, dict) else author
    kind = content.get("content_type") if isinstance(content, dict) else ""
    if role == "assistant" and kind in ("thoughts", "reasoning_recap"):
        return {"role": role, "content": [{"type": "reasoning"}]}
    if role == "assistant" and (kind == "code" or message.get("recipient") not in (None, "all")):
        code = content.get("text", "") if isinstance(content, dict) else ""
        call = {"name": message.get("recipient"), "code": code}
        return {"role": "function_call", "content": "", "tool_calls": [call]}
    return {"role": role, "content": content}


def of_chat_page(row: dict[str, Any]) -> Found:
    """Claude's export: `chat_messages` with a sender each."""
    turns = row.get("chat_messages")
    if not is_turns(turns) or not all("sender" in turn for turn in turns):
        return NONE
    said = [{"role": turn["sender"], "content": turn.get("text") or turn.get("content") or ""} for turn in turns]
    return said, ("chat_messages",)


def of_history(row: dict[str, Any]) -> Found:
    """Cohere's `chat_history` with the last `message` and its `response`."""
    turns, asked, said = row.get("chat_history"), row.get("message"), row.get("response", row.get("text"))
    if not isinstance(turns, list) or not isinstance(asked, str) or not isinstance(said, str):
        return NONE
    if turns and not is_turns(turns):
        return NONE
    last = [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
    return [*turns, *last], ("chat_history", "message", "response", "text")


def of_inner(row: dict[str, Any]) -> Found:
    """An object in the row that holds the conversation."""
    for key, cell in row.items():
        if isinstance(cell, dict):
            turns = next((cell[name] for name in (MESSAGES, "conversations", "conversation") if name in cell), None)
            if is_turns(turns) and all(any(name in turn for name in SPOKEN_BY) for turn in turns):
                return turns, (key,)
    return NONE


def is_turns(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    """A list of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(turn, dict) for turn in value)
