"""The words of all examples side by side, worked out once and shared by the findings."""

from collections.abc import Sequence
from functools import cached_property

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
        """The row of each example."""
        return [example.row for example in self.examples]

    @cached_property
    def asked_words(self) -> list[list[str]]:
        """Normalised words of what was asked."""
        return [words(text) for text in self.asked]

    @cached_property
    def said_words(self) -> list[list[str]]:
        """Normalised words of the answers."""
        return [words(text) for text in self.said]

    @cached_property
    def has_questions(self) -> bool:
        """False for a file of bare texts, where a missing question is no mistake."""
        return any(message.role == "user" for example in self.examples for message in example.messages)
