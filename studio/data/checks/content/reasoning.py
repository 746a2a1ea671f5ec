"""Thoughts of a thinking model before the answer: kept or taken out as a whole, by choice.

A text about the tags is none: what stands in backticks, or in the middle of a sentence, survives.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from studio.data.checks.check import Check, Drops, Edits, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.formats.chat_markup import CODE
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.schemas.example import Message
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

WORDS = "think|thinking|thought|thoughts|reasoning|seed:think"
OPEN = late(rf"<(?:{WORDS})>|<\|begin_of_thought\|>|\[THINK\]|◁think▷", re.IGNORECASE)
CLOSE = late(rf"</(?:{WORDS})>|<\|end_of_thought\|>|\[/THINK\]|◁/think▷", re.IGNORECASE)
SIGNS = (
    "hink>",
    "hink▷",
    "HINK>",
    "HINK]",
    "ought>",
    "oughts>",
    "ought|>",
    "easoning>",
    "OUGHT>",
    "EASONING>",
    "hinking>",
    "HINKING>",
)
NEAR = 40
ABOUT = late(
    r"\s+(?:is|are|and|or|opens?|closes?|marks?|starts?|begins?|ends?|means?|tags?|comes?|goes|stands?|ist|und|oder"
    r"|öffnet|schließt)\b|\s*[,.;:)”\"']"
)  # what follows a tag that a sentence is about
ROUNDS = 64  # thoughts one within or after another; more are no answer, and each round reads the text again
WRAPPED = late(r"\s*<answer>(.*)</answer>\s*", re.S | re.IGNORECASE)


def without_thoughts(text: str) -> str:
    """The answer alone; the text as it is where it holds no thoughts, nothing where it is one thought."""
    for _ in range(ROUNDS):
        spans = thoughts_in(text)
        if not spans:
            break
        before, at = "", 0
        for start, end in spans:
            before = (before + text[at:start]).rstrip() if text[at:start].strip() else before
            at = end
        rest = f"{before}{text[at:]}" if before else text[at:].lstrip()
        wrapped = WRAPPED.fullmatch(rest)
        text = wrapped.group(1).strip() if wrapped else rest.rstrip()
    return text


def begins_with_thought(text: str) -> bool:
    """Whether the very first words are a thought."""
    return any(not text[:start].strip() for start, _ in thoughts_in(text)[:1])


def ends_a_thought(text: str) -> bool:
    """Whether nothing stands behind the tag that closes a thought."""
    said = text.rstrip()
    return any(tag.end() == len(said) for tag in CLOSE.finditer(said))


def thoughts_in(text: str) -> list[tuple[int, int]]:
    """Where thoughts stand, tags and all, in their order."""
    if not any(sign in text for sign in SIGNS):
        return []
    borders = [border for match in CODE.finditer(text) for border in match.span()] if "`" in text else []
    spans: list[tuple[int, int]] = []
    begun: tuple[int, int] | None = None
    inner = 0  # opening tags within a thought
    for start, end, opens in tags_in(text):
        if bisect_right(borders, start) % 2:  # in code
            continue
        if opens:
            inner += begun is not None
            begun = begun or (start, end)
        elif begun is not None:
            if is_thought(text, begun, (start, end)):
                spans.append((begun[0], end))
            begun = None
        elif spans and inner:
            inner -= 1
            spans[-1] = (spans[-1][0], end)
        elif not spans and closes_a_thought(text, start, end):
            spans.append((0, end))
    if begun is not None and starts_a_line(text, begun[0]) and not ABOUT.match(text, begun[1]):
        closing = next((tag for tag in tags_in(text) if tag[0] > begun[0] and not tag[2]), None)  # behind an open fence
        spans.append((begun[0], closing[1] if closing and starts_a_line(text, closing[0]) else len(text)))
    return spans


def tags_in(text: str) -> list[tuple[int, int, bool]]:
    """Every tag with where it stands, and whether it opens."""
    pairs = ((OPEN, True), (CLOSE, False))
    return sorted((match.start(), match.end(), opens) for pattern, opens in pairs for match in pattern.finditer(text))


def starts_a_line(text: str, at: int) -> bool:
    """Whether only spaces stand before this place in its line."""
    before = text[max(0, at - NEAR) : at].rstrip(" \t")
    return before.endswith("\n") or (not before and at <= NEAR)


def is_thought(text: str, opening: tuple[int, int], closing: tuple[int, int]) -> bool:
    """Whether these two tags hold a thought, unlike the tags of a sentence about them."""
    inside, after = text[opening[1] : closing[0]], text[closing[1] : closing[1] + 1]
    if starts_a_line(text, opening[0]):
        return "\n" in inside.strip() or not (ABOUT.match(text, closing[1]) and inside[:1].isspace())
    before = text[max(0, opening[0] - NEAR) : opening[0]].rstrip()
    return before[-1:] in ".!?:…>。" and after in ("", "\n", " ") and (after != " " or "\n" in inside)


def closes_a_thought(text: str, start: int, end: int) -> bool:
    """Whether a closing tag without an opening one ends a thought: its layout had written the opening one itself."""
    before, after = text[max(0, start - NEAR) : start], text[end : end + 1]
    if not before.strip() or starts_a_line(text, start):
        return after == "\n" or not ABOUT.match(text, end)
    if after == "\n":
        return before[-1:] not in (" ", "`")
    return before[-1] in ".!?…。" and after not in (",", ".", ";", ":", ")", "")


def taken_out(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The conversation with the thoughts of every answer taken out."""
    return tuple(
        message.model_copy(update={"content": rest})
        if message.role == "assistant" and (rest := without_thoughts(message.content)) != message.content
        else message
        for message in messages
    )


def is_thought_alone(text: str) -> bool:
    """A thought after which no answer comes."""
    return any(sign in text for sign in SIGNS) and not without_thoughts(text).strip()


def find_thoughts(texts: ExampleTexts) -> list[Finding]:
    """Rows whose answers hold thoughts, in whichever turn."""
    notes: dict[int, str] = {}
    for place in texts.holding(SIGNS):
        for message in texts.examples[place].messages:
            if message.role == "assistant" and (spans := thoughts_in(message.content)):
                notes[place] = message.content[spans[0][0] : spans[0][1]].strip()[:80]
                break
    sentences = Sentence.of("finding.thoughts.sentence", count=len(notes))
    return finding("thoughts", "look", texts, notes, sentences, "finding.thoughts.fix", notes=notes)


def thoughts_taken_out(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """The answers alone; a row whose last answer was one thought has none, and is left out."""
    drops: Drops = {}
    edits: Edits = {}
    for place in texts.holding(SIGNS) if choice != "keep" else ():
        example = texts.examples[place]
        turns = taken_out(example.messages)
        if turns != example.messages:
            if is_thought_alone(texts.answers[place]):
                drops[example.id] = "empty_answer"
            else:
                edits[example.id] = turns
    return drops, edits


THOUGHTS = Check(
    kind="thoughts", scope="row", detect=of_texts(find_thoughts), effect=thoughts_taken_out, order=31,
    choices=("take_out", "keep"), preview=lambda _, answer: without_thoughts(answer),
)  # fmt: skip
