"""What is told as facts: which sentence, and the numbers and names in it. The words stand in `studio/copy`."""

from typing import Any, Self, TypeAlias

from pydantic import Field, model_validator

from studio.copy.catalog import say
from studio.schemas.base import Record

Fact: TypeAlias = "bool | int | float | str | Sentence | tuple[Sentence, ...]"


class Sentence(Record):
    """The key of a template and its facts, some of which may be named by a template themselves (a measure, a rival)."""

    key: str
    facts: dict[str, Fact] = Field(default_factory=dict)

    @classmethod
    def of(cls, key: str, /, **facts: Fact) -> Self:
        """`Sentence.of("compared.better", size=4.2)`."""
        return cls(key=key, facts=facts)

    def __str__(self) -> str:
        return say(self.key, **self.facts)

    def __format__(self, spec: str) -> str:
        return str(self)


class SentenceText(Record):
    """A record that is told in sentences: `said` as facts, `sentence` as they read when the record was made.

    `text` is what a page shows. Records of an older studio have no facts, and are shown as they were written.
    """

    said: tuple[Sentence, ...] = ()
    sentence: str = ""

    @model_validator(mode="before")
    @classmethod
    def _written(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("said") and not values.get("sentence"):
            return values | {"sentence": " ".join(str(Sentence.model_validate(one)) for one in values["said"])}
        return values

    @property
    def text(self) -> str:
        """The sentences in the language of whoever is spoken to."""
        return " ".join(self._sentences)

    @property
    def headline(self) -> str:
        """The first of them."""
        return self._sentences[0]

    @property
    def further(self) -> str:
        """What they say after the first."""
        return " ".join(self._sentences[1:])

    @property
    def _sentences(self) -> list[str]:
        try:
            return [str(one) for one in self.said] or [self.sentence]
        except KeyError:  # written by a studio that had another sentence here
            return [self.sentence]

    def telling(self, *said: Sentence) -> Self:
        """The same record with other sentences."""
        return self.model_copy(update={"said": said, "sentence": " ".join(map(str, said))})
