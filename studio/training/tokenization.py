"""Examples become rows of tokens: every answer to learn is one row, and every row that is cut or lost is counted."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from studio.data.checks.content.empty import is_empty
from studio.data.checks.content.reasoning import begins_with_thought
from studio.models.chat_template import ChatTemplate
from studio.schemas.example import Example, Message
from studio.schemas.model import Length, TokenPiece


@dataclass(frozen=True)
class TokenizedExample:
    """One answer with all that stands before it. `ids[start:]` is learned; `whole` is the length before cutting."""

    example: str
    ids: list[int]
    start: int
    whole: int

    @property
    def learned(self) -> int:
        """Tokens that the loss looks at."""
        return len(self.ids) - self.start


@dataclass(frozen=True)
class TokenizedExamples:
    """The rows of a run in the order of its examples, and by example id what could not be used whole.

    A row is cut when its ending lies beyond `max_length`, so that it does not teach where to stop. It is left out when
    nothing of its answer fits (`lost`, with the lengths of those rows), when its answer is `empty`, when the tokenizer
    cannot write it (`unwritable`), or when the chat template refuses its turns.
    """

    rows: list[TokenizedExample] = field(default_factory=list)
    cut: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unwritable: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()  # those in answers that the tokenizer cannot write
    lost: tuple[str, ...] = ()
    lost_lengths: tuple[int, ...] = ()
    second_thoughts: tuple[str, ...] = ()  # answers that think although the prompt has ended the thought
    empty: tuple[str, ...] = ()  # without words to learn: they would teach to stop at once

    @property
    def read_tokens(self) -> int:
        """All tokens of one pass."""
        return sum(len(row.ids) for row in self.rows)

    @property
    def learned_tokens(self) -> int:
        """Those of them that the loss looks at."""
        return sum(row.learned for row in self.rows)

    @property
    def longest(self) -> int:
        """The longest row before cutting, those that were left out for their length included."""
        return max((*(row.whole for row in self.rows), *self.lost_lengths), default=0)


def answers_to_learn(chat_template: ChatTemplate, example: Example) -> list[Sequence[Message]]:
    """The conversation up to each answer that is to be learned, the instructions for every chat in front."""
    turns = chat_template.opened(example.messages)
    return [
        turns[: place + 1]
        for place, turn in enumerate(turns)
        if turn.role == "assistant" and turn.learn and place and not is_empty(turn.content)
    ]


def make_rows(chat_template: ChatTemplate, examples: Sequence[Example], max_length: int) -> TokenizedExamples:
    """Tokenise examples as the model will read them in a chat."""
    import jinja2

    lost = chat_template.cannot_write("".join(turn.content for example in examples for turn in example.messages))
    owners: list[str] = []
    conversations: list[Sequence[Message]] = []
    left_out: list[str] = []
    unwritable: list[str] = []
    letters: set[str] = set()
    halves = {letter for letter in lost if "\ud800" <= letter <= "\udfff"}  # a broken file may hold them
    empty: list[str] = []
    second_thoughts: list[str] = []
    for example in examples:
        conversations_to_learn = answers_to_learn(chat_template, example)
        if not conversations_to_learn:
            left_out.append(example.id)
        if any(turn.role == "assistant" and turn.learn and is_empty(turn.content) for turn in example.messages):
            empty.append(example.id)
        for turns in conversations_to_learn:
            missing = lost & set(turns[-1].content) if lost else set()
            missing |= {half for turn in turns for half in halves & set(turn.content)} if halves else set()
            letters |= missing
            if missing:
                unwritable.append(example.id)
            elif not renders(chat_template, turns, jinja2.TemplateError):
                left_out.append(example.id)
            else:
                if chat_template.closes_thought and begins_with_thought(turns[-1].content):
                    second_thoughts.append(example.id)
                owners.append(example.id)
                conversations.append(turns)
    rows: list[TokenizedExample] = []
    cut: list[str] = []
    lost_rows: list[tuple[str, int]] = []
    for owner, encoded in zip(owners, chat_template.encode_all(conversations), strict=True):
        if encoded.start >= max_length or encoded.start >= len(encoded.ids):
            left_out.append(owner)
            if encoded.start >= max_length:
                lost_rows.append((owner, len(encoded.ids)))
            continue
        if len(encoded.ids) > max_length:
            cut.append(owner)
        rows.append(TokenizedExample(owner, encoded.ids[:max_length], encoded.start, len(encoded.ids)))
    return TokenizedExamples(
        rows,
        tuple(cut),
        (*left_out, *unwritable),
        tuple(unwritable),
        tuple(sorted(letters)),
        lost=tuple(owner for owner, _ in lost_rows),
        lost_lengths=tuple(length for _, length in lost_rows),
        second_thoughts=tuple(second_thoughts),
        empty=tuple(empty),
    )


def general_rows(chat_template: ChatTemplate, examples: Sequence[Example], max_length: int) -> list[TokenizedExample]:
    """Rows of the general examples mixed in, in their order. A message that stands alone is a running text: it is
    learned as it stands, without a chat layout, but for its first token, which nothing foretells."""
    chats = [example for example in examples if len(example.messages) > 1]
    rows = {row.example: row for row in make_rows(chat_template, chats, max_length).rows}
    texts = [e for e in examples if len(e.messages) == 1 and not chat_template.cannot_write(e.answer)]
    for text, ids in zip(texts, chat_template.tokens([text.answer for text in texts]), strict=True):
        if len(ids) > 1:
            rows[text.id] = TokenizedExample(text.id, ids[:max_length], 1, len(ids))
    return [rows[example.id] for example in examples if example.id in rows]


def lengths_of(chat_template: ChatTemplate, examples: Sequence[Example]) -> list[Length]:
    """How many tokens each example has up to its last answer, and with it; 0 for what teaches nothing anyhow."""
    lengths = dict.fromkeys((example.id for example in examples), Length(0, 0))
    for row in make_rows(chat_template, examples, sys.maxsize).rows:
        lengths[row.example] = Length(row.start, row.whole)
    return [lengths[example.id] for example in examples]


def renders(chat_template: ChatTemplate, turns: Sequence[Message], refusal: type[Exception]) -> bool:
    """Whether the template takes these turns; some insist that question and answer alternate."""
    if [turn.role for turn in turns if turn.role != "system"] == ["user", "assistant"]:
        return True  # the shape that the chat template was tried with
    try:
        chat_template.render(turns, ask=False)
    except refusal:
        return False
    return True


def pieces_of(chat_template: ChatTemplate, example: Example, max_length: int) -> list[TokenPiece]:
    """The example as the model reads it: what is read, what is learned from, and what is cut off."""
    pieces: list[TokenPiece] = []
    seen = ""
    for turns in answers_to_learn(chat_template, example):
        encoded = chat_template.encode(turns)
        prompt = chat_template.text(encoded.ids[: encoded.start])
        if not prompt.startswith(seen):
            seen = ""
        border = max(encoded.start, min(max_length, len(encoded.ids)))
        kept, beyond = encoded.ids[encoded.start : border], encoded.ids[border:]
        answer_text = chat_template.text(encoded.ids)[len(prompt) :]
        learned = chat_template.text(encoded.ids[:border])[len(prompt) :] if kept else ""
        parts = {"read": prompt[len(seen) :], "learned": learned, "cut": answer_text[len(learned) :] if beyond else ""}
        pieces += [TokenPiece(text=text, part=part) for part, text in parts.items() if text]
        seen = prompt + answer_text
    return pieces


def as_columns(rows: Sequence[TokenizedExample]) -> dict[str, list[Any]]:
    """The columns that TRL takes ready-made: tokens, and labels of -100 where nothing is learned."""
    return {
        "input_ids": [row.ids for row in rows],
        "labels": [[-100] * row.start + row.ids[row.start :] for row in rows],
    }
