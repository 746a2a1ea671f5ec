"""Texts that already wear a chat template: where its marks stand, the turns between them, the text without them.

A mark goes with what belongs to it: its role word, its line break, the task text that Alpaca's layout puts in front.
"""

import re
from collections.abc import Iterator
from typing import Any

from studio.data.formats.conversations import ROLES, joined, messages_from
from studio.data.text.late_pattern import late
from studio.schemas.example import Message, Role

WHO = "system|developer|user|human|assistant|model|bot|chatbot|tool|ipython|environment|function"
HEADS = late(
    rf"<\|im_start\|>[ \t]*(?P<chatml>{WHO})(?:[ \t]+name=\S{{1,60}})?[ \t]*(?:\n|$)"
    rf"|<\|(?:start_header_id|header_start)\|>\s{{0,9}}(?P<llama>{WHO})\s{{0,9}}<\|(?:end_header_id|header_end)\|>"
    rf"|<(?:start_of_turn|\|turn)>[ \t]*(?P<gemma>{WHO})[ \t]*(?:\n|$)"
    rf"|<\|start_of_role\|>(?P<granite>{WHO})<\|end_of_role\|>"
    rf"|<\|start\|>(?P<harmony>{WHO})(?:<\|channel\|>(?P<channel>\w{{1,20}}))?[^<\n]{{0,60}}<\|message\|>"
    r"|<\|channel\|>(?P<spoken>\w{1,20})[^<\n]{0,60}<\|message\|>"
    r"|<\|(?P<phi>system|user|human|assistant|bot|tool|observation)\|>"
    r"|(?:<\|START_OF_TURN_TOKEN\|>)?<\|(?P<cohere>SYSTEM|USER|CHATBOT)_TOKEN\|>"
    r"|<｜(?P<deepseek>System|User|Assistant)｜>"
    r"|(?P<inst>\[INST\]|<</SYS>>|\[/SYSTEM_PROMPT\])|(?P<told>\[/INST\])|(?P<sys><<SYS>>|\[SYSTEM_PROMPT\])",
    re.IGNORECASE,
)
MARKS = late(
    r"<\|[a-zA-Z0-9_▁]{1,40}\|>|<｜[^｜<>]{1,40}｜>|<\|turn>|<turn\|>|</?s>|\[/?INST\]|<</?SYS>>"
    r"|<(?:start|end)_of_(?:turn|utterance|image)>|<bos>|<eos>|<pad>|<unk>"
    r"|\[(?:CLS|SEP|PAD|MASK|UNK|BOS|EOS)\]|<\|(?:begin|end)▁of▁sentence\|>|<\[SYSTEM\]>|\[(?:/)?SYSTEM_PROMPT\]"
    r"|\[/?(?:AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<0x[0-9A-F]{2}>|\[gMASK\]|<sop>",
)
SPACED = late(rf"[ \t]{{0,3}}(?:{MARKS.pattern})(?=[ \t]|\n|$)|{MARKS.pattern}")
THOUGHTS = ("<|begin_of_thought|>", "<|end_of_thought|>")  # a choice of their own: see findings/thoughts.py
ROUNDS = 4
TASK = late(r"\s*Below is an? instruction that describes a task[^\n]{0,200}\n+")
ALPACA = late(r"^(?:[ \t]{0,9}#{2,3} ?(Instruction|Response|Input)s?:[ \t]{0,9}\n*)+", re.M)
INPUT = late(r"^#{2,3} Inputs?:[ \t]{0,9}\n*", re.M)
CODE = late(r"```.*?(?:```|$)|`[^`\n]*`", re.S)
FAMILY: dict[str, str] = {"inst": "user", "told": "assistant", "sys": "system"}

HEADED = "Instruction|Question|Human|User|Response|Answer|Assistant|System"
NAMED = "Q|A|Question|Answer|Human|User|Assistant|Bot|AI|Frage|Antwort"
PATTERNS = (
    late(rf"(?:^|\n)#+ ?({HEADED}):?[ \t]*\n?(.*?)\s*(?=\n#+ ?(?:{HEADED}):?|$)", re.S),
    late(rf"(?:^|\n)({NAMED}):[ \t]*(.*?)\s*(?=\n(?:{NAMED}):|$)", re.S),
    late(r"(?:^|\s|</s>)(USER|ASSISTANT):[ \t]*(.*?)\s*(?=(?:\s|</s>)(?:USER|ASSISTANT):|$)", re.S),
)
SPEAKERS: dict[str, Role] = {
    **ROLES, "q": "user", "frage": "user", "a": "assistant", "response": "assistant", "antwort": "assistant",
}  # fmt: skip


def taken_apart(text: str) -> tuple[Message, ...]:
    """The turns of a text that marks its speakers (`<|user|>`, `Q:`, `### Response:`); nothing when it marks none."""
    if any(sign in text for sign in "<[") and (pieces := [*pieces_of(text)]):
        spoken = [ROLES.get(role or "user") for role, _ in pieces]
        if "user" in spoken and spoken[-1] == "assistant" and pieces[-1][1]:
            return messages_from([{"role": role or "user", "content": said} for role, said in pieces if said])
    for pattern in PATTERNS:
        found = list(pattern.finditer(text))
        if len(found) < 2:
            continue
        said = [bare(INPUT.sub("", match.group(2)) if "### I" in match.group(2) else match.group(2)) for match in found]
        names = [match.group(1).lower() for match in found]
        turns = [Message(role=SPEAKERS[name], content=text) for name, text in zip(names, said, strict=True)]
        roles = [message.role for message in turns]
        if "user" in roles and roles[-1] == "assistant":
            before = bare(TASK.sub("", text[: found[0].start()]))
            if before.startswith("A chat between"):
                turns.insert(0, Message(role="system", content=before))
            elif before and turns[0].role == "user":
                turns[0] = Message(role="user", content=joined(before, turns[0].content))
            return tuple(turns)
    return ()


def pieces_of(text: str) -> Iterator[tuple[str, str]]:
    """Each turn between the marks as its role and its words; what stands before the first mark has no role."""
    heads = list(HEADS.finditer(text))
    before = bare(text[: heads[0].start()]) if heads else ""
    if before:
        yield "", before
    for place, head in enumerate(heads):
        end = heads[place + 1].start() if place + 1 < len(heads) else len(text)
        family = head.lastgroup or ""
        channel = head.group("channel") or head.group("spoken")
        role = "assistant" if channel else FAMILY.get(family, (head.group(family) or "").lower())
        said = bare(text[head.end() : end])
        if channel and channel.lower() != "final" and said:
            said = f"<think>\n{said}\n</think>"
        if said or place + 1 == len(heads):
            yield "tool" if role == "environment" else role, said


def has_marks(text: str) -> bool:
    """Whether a mark of a chat template, or a heading of Alpaca's, stands in the text."""
    return bool(first_mark(text))


def first_mark(text: str) -> str:
    """The first mark as it stands; nothing for a clean text."""
    if "<" in text or "[" in text:
        match = next((found for found in MARKS.finditer(text) if found.group() not in THOUGHTS), None)
        if match:
            return match.group()
    match = alpaca_heading(text)
    return match.group().strip().partition("\n")[0] if match else ""


def alpaca_heading(text: str) -> re.Match[str] | None:
    """A heading of Alpaca's layout; “### Input:” alone may be a chapter of somebody's own text."""
    if "##" not in text:
        return None
    found = list(ALPACA.finditer(text))
    return found[0] if any("Instruction" in match.group() or "Response" in match.group() for match in found) else None


def undressed(text: str) -> str:
    """The text without the marks, each with its role word; a mark in backticks is spelled so that it stays readable."""
    if not has_marks(text):
        return text
    text = CODE.sub(lambda match: MARKS.sub(spelled, match.group()), text)
    return bare(HEADS.sub("\n", text))


def bare(text: str) -> str:
    """Without marks, Alpaca's headings and its task text, nor the spaces that they leave."""
    for _ in range(ROUNDS):  # taking one out may put the halves of another together
        if not has_marks(text):
            break
        text = SPACED.sub(lambda match: match.group() if match.group().strip() in THOUGHTS else "", text)
        if alpaca_heading(text):
            text = ALPACA.sub("\n\n", TASK.sub("\n", text))
        text = re.sub(r"\n{3,}", "\n\n", text)
    else:
        text = ALPACA.sub("", MARKS.sub(spelled, text))
    return text.strip()


def spelled(match: re.Match[str]) -> str:
    """A mark with spaces in it, which a tokenizer takes for text."""
    mark = match.group()
    if mark in THOUGHTS:
        return mark
    inner = mark.strip("<>[]|｜")
    at = mark.find(inner)
    return f"{mark[:at]} {inner} {mark[at + len(inner) :]}"


def dressed_turns(question: str, answer: str) -> tuple[Message, ...]:
    """The conversation of a question and an answer of which one holds several marked turns; nothing where none does."""
    turns: list[dict[str, Any]] = []
    several = False
    for role, text in (("user", question), ("assistant", answer)):
        marked = "<" in text or "[" in text
        pieces = [(ROLES.get(who or role), said) for who, said in pieces_of(text) if said] if marked else []
        if len(pieces) > 1 and all(who for who, _ in pieces) and role in {who for who, _ in pieces}:
            several = True
            turns += [{"role": who, "content": said} for who, said in pieces]
        else:
            turns.append({"role": role, "content": text})
    return messages_from(turns) if several else ()
