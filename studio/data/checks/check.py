"""What a check is: how one kind of finding is seen, and what can be done about it by rule.

A new kind is one `Check` in a file of its own, in a folder beside this file, and its words in `copy/en/findings.toml`.
The examination, the update after a change, the fixes, the preview and the command line take all they know of it from
there.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, Message
from studio.schemas.finding import DropReason, Finding, Kind
from studio.schemas.model import Length
from studio.schemas.sentence import Sentence

Scope = Literal["row", "group", "whole"]
Messages = tuple[Message, ...]
Drops = dict[str, DropReason]
Edits = dict[str, Messages]


class CheckContext(NamedTuple):
    """What a check may need beside the texts. `is_part`: these rows are a few of many, and no measure of the others.
    `dismissed`: the examples whose finding of a kind was called a false alarm.
    `names` were found in other rows of the table and are looked for in these."""

    private: Rules | None = None
    token_counts: Sequence[Length] | None = None
    max_length: int | None = None
    is_part: bool = False
    dismissed: Mapping[Kind, Collection[str]] = {}
    names: tuple[str, ...] = ()


DEFAULT = frozenset([""])  # the only way of a fix without choices
Detect = Callable[[ExampleTexts, CheckContext], list[Finding]]
Effect = Callable[[ExampleTexts, str, Rules], tuple[Drops, Edits]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One kind of finding.

    `scope` says what must be looked at again when a row changes: the row, the rows that hang together with it, or all
    (which waits for the next full examination). A fix is either a `repair` of each turn's words, or an `effect` on all
    rows by a choice; its `order` is its place among the fixes. `by_rule`: `--fix all` does it without being told.
    `reads_words`: it looks at the words as numbers, which are made once where all such checks run.
    `suspects`: the only places that a repair can change; without it every row is asked.
    `read_choice` understands a choice that is more than one of `choices`, and refuses what it does not.
    `waits_for` names a finding that a person must decide first: rows that it holds are not taken out.
    `preview` gives an answer as the fix would leave it, by what the finding noted, where no `repair` of one text can.
    """

    kind: Kind
    scope: Scope
    detect: Detect
    repair: Callable[[str], str] | None = None
    suspects: Callable[[ExampleTexts], Iterable[int]] | None = None
    effect: Effect | None = None
    reads_words: bool = False
    order: int = 0
    by_rule: bool = False
    choices: tuple[str, ...] = ()
    waits_for: Kind = ""
    takes_out: frozenset[str] = frozenset()  # the choices by which rows go, and nothing of what they say stays
    read_choice: Callable[[str], object] | None = None
    preview: Callable[[Finding, str], str] | None = None
    reads_the_same: bool = False  # before and after look alike: what the finding noted tells them apart
    counts_groups: bool = False  # the number in its sentence is that of the groups
    reads_dismissed: bool = False  # its detector leaves out by itself what was called a false alarm
    say: Callable[[Mapping[int, str], int, int | None], list[Sentence]] | None = None  # by states, rows and a limit
    tell: Callable[[int, Mapping[str, Sequence[int]]], Sentence] | None = None  # by how many rows, and by part

    def __post_init__(self) -> None:
        if self.repair is not None and self.effect is not None:
            raise ValueError(f"{self.kind} has two fixes")
        if self.is_fixable != (self.order > 0):
            raise ValueError(f"{self.kind}: a fix has a place among the others, and nothing else has one")

    @property
    def is_fixable(self) -> bool:
        """Whether there is a fix at all."""
        return self.repair is not None or self.effect is not None

    def left_out(self, dismissed: Mapping[Kind, Collection[str]]) -> set[str]:
        """The examples to take out of what its detector found."""
        return set() if self.reads_dismissed else set(dismissed.get(self.kind, ()))

    def fix(self, texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
        """Rows to leave out and turns to change, on all rows that have it."""
        if self.repair is not None:
            some = texts.examples if self.suspects is None else [texts.examples[at] for at in self.suspects(texts)]
            return {}, rewritten(some, self.repair)
        return self.effect(texts, choice, private) if self.effect is not None else ({}, {})


def of_texts(find: Callable[[ExampleTexts], list[Finding]]) -> Detect:
    """For a check that needs nothing but the texts."""
    return lambda texts, _: find(texts)


def rewritten(examples: Sequence[Example], repair: Callable[[str], str]) -> Edits:
    """The turns of each example that the repair changes."""
    edits: Edits = {}
    for example in examples:
        for message in example.messages:  # most rows are clean: nothing is made for them
            content = repair(message.content)
            if content != message.content:
                edits[example.id] = tuple(
                    changed(one, content if one is message else repair(one.content)) for one in example.messages
                )
                break
    return edits


def changed(message: Message, content: str) -> Message:
    """The same message when the words are the same."""
    return message if content == message.content else message.model_copy(update={"content": content})
