"""The words of all examples side by side, worked out once and shared by the findings."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from studio.prepare.bags import Bag, bag_of, first_places, together
from studio.prepare.mail import parted
from studio.prepare.words import words
from studio.records.example import Example


class Texts:
    """`asked` is everything before the last answer, `said` the last answer; both in the order of the examples."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = examples
        self.asked: list[str] = []
        self.said: list[str] = []
        for example in examples:
            messages = example.messages
            if len(messages) == 2 and messages[0].role == "user" and messages[1].role == "assistant":
                self.asked.append(messages[0].content)
                self.said.append(messages[1].content)
                continue
            last = max((place for place, one in enumerate(messages) if one.role == "assistant"), default=len(messages))
            self.asked.append("\n\n".join(one.content for place, one in enumerate(messages) if place < last))
            self.said.append(messages[last].content if last < len(messages) else "")

    def __len__(self) -> int:
        return len(self.examples)

    @cached_property
    def rows(self) -> list[int]:
        """The row of each example; negative for one that a person added."""
        return [int(id[1:]) if id[0] == "r" else -int(id[1:]) for id in (example.id for example in self.examples)]

    @cached_property
    def asked_bag(self) -> Bag:
        """The words asked."""
        return bag_of(self.asked)

    @cached_property
    def said_bag(self) -> Bag:
        """The words answered."""
        return bag_of(self.said)

    @cached_property
    def both_bag(self) -> Bag:
        """The words of question and answer."""
        return together(self.asked_bag, self.said_bag)

    def asked_words(self, place: int) -> list[str]:
        """The normalised words of one question, with what stood before it."""
        return words(self.asked[place])

    def said_words(self, place: int) -> list[str]:
        """The normalised words of one answer."""
        return words(self.said[place])

    def both_words(self, place: int) -> list[str]:
        """Question and answer."""
        return self.asked_words(place) + self.said_words(place)

    @cached_property
    def has_questions(self) -> bool:
        """False for a file of bare texts, where a missing question is no mistake."""
        return any(message.role == "user" for example in self.examples for message in example.messages)

    @cached_property
    def haystack(self) -> tuple[str, NDArray[np.int64]]:
        """All turns in one text, and where each example begins in it: one search instead of one for each row."""
        whole = [
            f"{asked}\x1f{said}" if len(example.messages) <= 2 else "\x1f".join(one.content for one in example.messages)
            for example, asked, said in zip(self.examples, self.asked, self.said, strict=True)
        ]
        starts = np.zeros(len(whole) + 1, dtype=np.int64)
        np.cumsum(np.fromiter((len(text) + 1 for text in whole), dtype=np.int64, count=len(whole)), out=starts[1:])
        whole.append("")
        return "\x1e".join(whole), starts

    @cached_property
    def small_haystack(self) -> str:
        """The haystack without capitals, letter for letter as long."""
        text = self.haystack[0]
        lower = text.lower()
        return lower if len(lower) == len(text) else "".join(one.lower()[:1] or one for one in text)

    @cached_property
    def signed(self) -> list[tuple[str, str]]:
        """Each answer in two: what is said, and the sign-off with all that stands under it."""
        return [parted(said) if "\n" in said else (said, "") for said in self.said]

    @cached_property
    def beyond_ascii(self) -> list[int]:
        """The places with a letter beyond ASCII in any turn."""
        if self.haystack[0].isascii():
            return []
        return [
            place
            for place, example in enumerate(self.examples)
            if not all(one.content.isascii() for one in example.messages)
        ]

    @cached_property
    def letters(self) -> NDArray[np.uint8]:
        """The haystack as one byte a letter; letters beyond Latin-1 read as a question mark."""
        return np.frombuffer(self.haystack[0].encode("latin-1", "replace"), dtype=np.uint8)

    def holding(self, needles: Iterable[str], *, any_case: bool = False) -> list[int]:
        """The places whose turns hold one of these pieces."""
        text, starts = self.haystack
        if any_case:
            text = self.small_haystack
        found: set[int] = set()
        for needle in needles:
            at = text.find(needle)
            while at >= 0:
                place = int(np.searchsorted(starts, at, "right")) - 1
                found.add(place)
                at = text.find(needle, int(starts[place + 1]))
        return sorted(found)

    def counted(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many letters of each example are wanted ones; `wanted` says it for each of the 256 bytes."""
        hits = np.flatnonzero(wanted[self.letters])
        places = np.searchsorted(self.haystack[1], hits, "right") - 1
        return np.asarray(np.bincount(places, minlength=len(self)))

    @cached_property
    def exact_groups(self) -> list[list[int]]:
        """Places with the same words in every turn; spaces do not count, capitals and signs do."""
        _, pairs = first_places(self.both_bag)
        suspects: dict[int, list[int]] = {}
        for leader, later in pairs:
            suspects.setdefault(leader, [leader]).append(later)
        wordless = np.flatnonzero(self.both_bag.sizes == 0).tolist()
        groups: dict[tuple[str, ...], list[int]] = {}
        for place in [place for group in suspects.values() for place in group] + wordless:
            key = tuple(f"{one.role}\x1f{' '.join(one.content.split())}" for one in self.examples[place].messages)
            if any(not turn.endswith("\x1f") for turn in key):
                groups.setdefault(key, []).append(place)
        return sorted(group for group in groups.values() if len(group) > 1)
