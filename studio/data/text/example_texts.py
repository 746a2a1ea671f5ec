"""The words of all examples side by side, worked out once and shared by the findings."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import repeat
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from studio.data.duplicates.near_duplicates import Near, near
from studio.data.duplicates.near_update import near_again
from studio.data.text.hashed_tokens import HashedTokens, Hashes, chosen, first_places, hash_texts, together
from studio.data.text.mail_blocks import parted
from studio.data.text.mail_body import mail_body
from studio.data.text.normalize import words
from studio.data.text.pattern_search import find_all, latin_bytes
from studio.schemas.example import Example

Value = TypeVar("Value")
Find = Callable[["ExampleTexts"], list[int]]
MANY_NEEDLES = 3  # from so many on one pass for all of them is faster


class WorkedOut(NamedTuple):
    """What texts know by now, for those of the same examples in another process."""

    question_tokens: HashedTokens
    answer_tokens: HashedTokens
    pair_signature: Hashes
    near: dict[str, Near]
    found: dict[Find, list[int]]


class ExampleTexts:
    """`questions` hold everything before the last answer, `answers` the last answer; both in the order of the examples.

    `base` holds the texts of the same rows before some were changed or left out: what it worked out for the others
    is taken from there. It tells them by being the very same examples.
    """

    def __init__(self, examples: Sequence[Example], base: "ExampleTexts | None" = None) -> None:
        self.examples = examples
        self._base: ExampleTexts | None = base if base is None or base._base is None else base._base
        self._held: dict[tuple[tuple[str, ...], bool], list[int]] = {}
        self._found: dict[Find, list[int]] = {}
        self._counted: dict[bytes, NDArray[np.int64]] = {}
        self._near: dict[str, Near] = {}
        self._last_near: dict[str, Near] = {} if base is None else base._last_near  # of all texts of these rows
        self._ahead: Callable[[], WorkedOut] | None = None
        self._coming: dict[str, Callable[[], Near]] = {} if base is None else base._coming  # of all texts of these rows
        if self._base is None:
            pairs = [question_and_answer(example) for example in examples]
            self.questions: list[str] = [asked for asked, _ in pairs]
            self.answers: list[str] = [said for _, said in pairs]
            return
        known = self._base._place_by_identity
        self._of_base = np.fromiter(map(known.get, map(id, examples), repeat(-1)), dtype=np.int64, count=len(examples))
        fresh = np.flatnonzero(self._of_base < 0)
        self._fresh = ExampleTexts([examples[place] for place in fresh.tolist()])
        sources = self._of_base.copy()
        sources[fresh] = len(self._base) + np.arange(len(fresh))
        self._sources: list[int] = sources.tolist()  # the place of each row among those of the base and then the fresh
        self.questions = self._each(self._base.questions, self._fresh.questions)
        self.answers = self._each(self._base.answers, self._fresh.answers)

    def __len__(self) -> int:
        return len(self.examples)

    @cached_property
    def _place_by_identity(self) -> dict[int, int]:
        return {id(example): place for place, example in enumerate(self.examples)}

    def _each(self, old: Sequence[Value], new: Sequence[Value]) -> list[Value]:
        """What belongs to each row, from what the base knows of its rows and the fresh of theirs."""
        return list(map([*old, *new].__getitem__, self._sources))

    def worked_out(self, finds: Sequence[Find]) -> WorkedOut:
        """The words as numbers, the near copies, and the places that these name."""
        for find in finds:
            self.once_a_row(find)
        self.near("asked"), self.near("both")
        signature = self.pair_tokens.signature
        return WorkedOut(self.question_tokens, self.answer_tokens, signature, self._near, self._found)

    def expect(self, ahead: Callable[[], WorkedOut]) -> None:
        """Another process works this out: it is waited for by whoever asks for a part of it first."""
        self._ahead = ahead

    def expect_near(self, by: Literal["asked", "both"], ahead: Callable[[], Near]) -> None:
        """Another process looks for the near copies among these: any texts of these rows go on from what it finds."""
        self._coming[by] = ahead

    def await_ahead(self) -> None:
        """Wait for what another process works out, if any: before this one is copied again, for a copy cannot."""
        if self._base is not None:
            self._base.await_ahead()
        _ = self._taken_over

    @cached_property
    def _taken_over(self) -> WorkedOut | None:
        if self._ahead is None:
            return None
        ready = self._ahead()
        self._last_near |= ready.near
        self._found |= ready.found
        return ready

    @cached_property
    def rows(self) -> list[int]:
        """The row of each example; negative for one that a person added."""
        return [int(id[1:]) if id[0] == "r" else -int(id[1:]) for id in (example.id for example in self.examples)]

    @cached_property
    def question_tokens(self) -> HashedTokens:
        """The words asked."""
        if self._base is not None:
            return self._put_in(self._base.question_tokens, self._fresh.question_tokens)
        return self._taken_over.question_tokens if self._taken_over else hash_texts(self.questions)

    @cached_property
    def answer_tokens(self) -> HashedTokens:
        """The words answered."""
        if self._base is not None:
            return self._put_in(self._base.answer_tokens, self._fresh.answer_tokens)
        return self._taken_over.answer_tokens if self._taken_over else hash_texts(self.answers)

    @cached_property
    def pair_tokens(self) -> HashedTokens:
        """The words of question and answer."""
        if self._base is not None:
            return self._put_in(self._base.pair_tokens, self._fresh.pair_tokens)
        both = together(self.question_tokens, self.answer_tokens)
        return both.signed(self._taken_over.pair_signature) if self._taken_over else both

    @cached_property
    def bodies(self) -> list[str]:
        """What is asked without greeting, sign-off and quoted mail; those that differ by these alone are one."""
        if self._base is not None:
            return self._each(self._base.bodies, self._fresh.bodies)
        return [
            mail_body(asked) if len(example.messages) <= 2 else body_of_turns(example)
            for example, asked in zip(self.examples, self.questions, strict=True)
        ]

    @cached_property
    def body_tokens(self) -> HashedTokens:
        """The words of the bodies."""
        if self._base is not None:
            return self._put_in(self._base.body_tokens, self._fresh.body_tokens)
        return self.question_tokens if self.bodies == self.questions else hash_texts(self.bodies)

    def _put_in(self, old: HashedTokens, new: HashedTokens) -> HashedTokens:
        """The rows of the base that are still there, with the new ones in their places."""
        rows = self._of_base.copy()
        rows[rows < 0] = len(old) + np.arange(len(new))
        starts = np.concatenate((old.starts, len(old.flat) + new.starts[1:]))
        both = HashedTokens(np.concatenate((old.flat, new.flat)), starts)
        return chosen(both.signed(np.concatenate((old.signature, new.signature))), rows)

    def question_words(self, place: int) -> list[str]:
        """The normalised words of one question, with what stood before it."""
        return words(self.questions[place])

    def body_words(self, place: int) -> list[str]:
        """The words of one question's body."""
        return words(self.bodies[place])

    def answer_words(self, place: int) -> list[str]:
        """The normalised words of one answer."""
        return words(self.answers[place])

    def pair_words(self, place: int) -> list[str]:
        """Question and answer."""
        return self.question_words(place) + self.answer_words(place)

    @cached_property
    def has_questions(self) -> bool:
        """False for a file of bare texts, where a missing question is no mistake."""
        return any(message.role == "user" for example in self.examples for message in example.messages)

    @cached_property
    def haystack(self) -> tuple[str, NDArray[np.int64]]:
        """All turns in one text, and where each example begins in it: one search instead of one for each row."""
        whole = [
            f"{asked}\x1f{said}" if len(example.messages) <= 2 else "\x1f".join(one.content for one in example.messages)
            for example, asked, said in zip(self.examples, self.questions, self.answers, strict=True)
        ]
        starts = np.zeros(len(whole) + 1, dtype=np.int64)
        np.cumsum(np.fromiter((len(text) + 1 for text in whole), dtype=np.int64, count=len(whole)), out=starts[1:])
        whole.append("")
        return "\x1e".join(whole), starts

    @cached_property
    def _starts(self) -> list[int]:
        starts: list[int] = self.haystack[1].tolist()
        return starts

    @cached_property
    def small_haystack(self) -> str:
        """The haystack without capitals, letter for letter as long."""
        text = self.haystack[0]
        lower = "\x1e".join(map(str.lower, text.split("\x1e")))  # by rows: most are ASCII, which is far quicker
        return lower if len(lower) == len(text) else "".join(one.lower()[:1] or one for one in text)

    @cached_property
    def signed(self) -> list[tuple[str, str]]:
        """Each answer in two: what is said, and the sign-off with all that stands under it."""
        if self._base is not None:
            return self._each(self._base.signed, self._fresh.signed)
        return [parted(said) if "\n" in said else (said, "") for said in self.answers]

    @cached_property
    def beyond_ascii(self) -> list[int]:
        """The places with a letter beyond ASCII in any turn."""
        if self._base is not None:
            return self._still(self._base.beyond_ascii, self._fresh.beyond_ascii)
        if self.haystack[0].isascii():
            return []
        rows = zip(self.examples, self.questions, self.answers, strict=True)
        return [
            place
            for place, (example, asked, said) in enumerate(rows)
            if not (asked.isascii() and said.isascii())
            or (len(example.messages) > 2 and not all(one.content.isascii() for one in example.messages))
        ]

    @cached_property
    def _bytes(self) -> bytes:
        return latin_bytes(self.haystack[0])

    @cached_property
    def _small_bytes(self) -> bytes:
        return latin_bytes(self.small_haystack)

    def holding(self, needles: Sequence[str], *, any_case: bool = False) -> list[int]:
        """The places whose turns hold one of these pieces."""
        key = tuple(needles), any_case
        if key not in self._held:
            if self._base is None:
                self._held[key] = self._search(needles, any_case)
            else:
                old, new = (one.holding(needles, any_case=any_case) for one in (self._base, self._fresh))
                self._held[key] = self._still(old, new)
        return self._held[key]

    def _search(self, needles: Sequence[str], any_case: bool) -> list[int]:
        text = self.small_haystack if any_case else self.haystack[0]
        if len(needles) >= MANY_NEEDLES:
            hits = find_all(needles, text, self._small_bytes if any_case else self._bytes)
            rows: list[int] = np.unique(np.searchsorted(self.haystack[1], hits, "right") - 1).tolist()
            return rows
        starts = self._starts
        found: set[int] = set()
        for needle in needles:
            at = text.find(needle)
            while at >= 0:
                place = bisect_right(starts, at) - 1
                found.add(place)
                at = text.find(needle, starts[place + 1])
        return sorted(found)

    def _still(self, old: Sequence[int], new: Sequence[int]) -> list[int]:
        """Places here, from some places in the base and some among the fresh."""
        assert self._base is not None
        named = np.zeros(len(self._base) + 1, dtype=bool)
        named[list(old)] = True
        here = named[self._of_base]  # -1 is the last, which nobody named
        here[np.flatnonzero(self._of_base < 0)[list(new)]] = True
        places: list[int] = np.flatnonzero(here).tolist()
        return places

    def once_a_row(self, find: Find) -> list[int]:
        """The places that `find` names, which tells each row by its own words: rows of the base are not asked again."""
        if find not in self._found:
            if self._base is None:
                if not self._taken_over or find not in self._found:
                    self._found[find] = find(self)
            else:
                self._found[find] = self._still(self._base.once_a_row(find), self._fresh.once_a_row(find))
        return self._found[find]

    def counted(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many letters of each example are wanted ones; `wanted` says it for each of the 256 bytes."""
        key = wanted.tobytes()
        if key not in self._counted:
            self._counted[key] = self._count(wanted)
        return self._counted[key]

    def _count(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        if self._base is not None:
            counts = np.append(self._base.counted(wanted), 0)[self._of_base]
            counts[self._of_base < 0] = self._fresh.counted(wanted)
            return counts
        flags = self._bytes.translate(
            wanted.astype(np.uint8).tobytes()
        )  # as `wanted[letters]`, in an eighth of the memory
        hits = np.flatnonzero(np.frombuffer(flags, dtype=bool, count=len(self.haystack[0])))
        places = np.searchsorted(self.haystack[1], hits, "right") - 1
        return np.asarray(np.bincount(places, minlength=len(self)))

    def tokens_of(self, by: Literal["asked", "body", "both"]) -> HashedTokens:
        """The words that near copies are told by."""
        if by == "asked":
            return self.question_tokens
        return self.body_tokens if by == "body" else self.pair_tokens

    def near(self, by: Literal["asked", "body", "both"]) -> Near:
        """The near copies by the words asked, by those of the bodies, or by those of question and answer.

        Wordings that were there when any texts of these rows were asked for them are not compared again.
        """
        if by not in self._near:
            if by == "body" and self.bodies == self.questions:
                return self.near("asked")
            tokens = self.tokens_of(by)
            if by in self._coming:
                self._last_near[by] = self._coming.pop(by)()
            words_at = {"asked": self.question_words, "body": self.body_words, "both": self.pair_words}[by]
            old = self._last_near.get(by)
            self._near[by] = self._last_near[by] = (
                near(tokens, words_at) if old is None else near_again(old, tokens, words_at)
            )
        return self._near[by]

    @cached_property
    def exact_groups(self) -> list[list[int]]:
        """Places with the same words in every turn; spaces do not count, capitals and signs do."""
        _, pairs = first_places(self.pair_tokens)
        suspects: dict[int, list[int]] = {}
        for leader, later in pairs:
            suspects.setdefault(leader, [leader]).append(later)
        wordless = np.flatnonzero(self.pair_tokens.sizes == 0).tolist()
        groups: dict[tuple[str, ...], list[int]] = {}
        for place in [place for group in suspects.values() for place in group] + wordless:
            key = tuple(f"{one.role}\x1f{' '.join(one.content.split())}" for one in self.examples[place].messages)
            if any(not turn.endswith("\x1f") for turn in key):
                groups.setdefault(key, []).append(place)
        return sorted(group for group in groups.values() if len(group) > 1)


def question_and_answer(example: Example) -> tuple[str, str]:
    """What stands before the last answer, and that answer."""
    messages = example.messages
    if len(messages) == 2 and messages[0].role == "user" and messages[1].role == "assistant":
        return messages[0].content, messages[1].content
    last = max((place for place, one in enumerate(messages) if one.role == "assistant"), default=len(messages))
    asked = "\n\n".join(one.content for place, one in enumerate(messages) if place < last)
    return asked, messages[last].content if last < len(messages) else ""


def body_of_turns(example: Example) -> str:
    """The bodies of all turns before the last answer."""
    messages = example.messages
    last = max((place for place, one in enumerate(messages) if one.role == "assistant"), default=len(messages))
    return "\n\n".join(mail_body(one.content) for one in messages[:last])


def beyond_ascii(texts: ExampleTexts) -> list[int]:
    """The places with a letter beyond ASCII."""
    return texts.beyond_ascii
