"""Projects and their exams."""

import hashlib
import json
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from studio.schemas.base import Record
from studio.schemas.example import Example


class Share(StrEnum):
    """What somebody may do in a project that another person owns; each includes those before it."""

    READ = "read"
    VOTE = "vote"
    EDIT = "edit"


class Project(Record):
    """A named folder of work, owned by a person.

    `owner` and the keys of `shares` are ids of accounts; the name of the account on this computer while nobody signs
    in.
    """

    format: int = 1
    id: str
    title: str
    owner: str = ""
    created: datetime
    shares: dict[str, Share] = Field(default_factory=dict)


class Exam(Record):
    """The frozen held-out examples: no run learns from them and no choice of the best version sees them."""

    format: int = 1
    created: datetime
    dataset: str
    version: int = 1  # each withdrawal or correction makes the next one
    examples: tuple[Example, ...]

    @property
    def sha256(self) -> str:
        """Over the words of all questions and answers, in order."""
        words = json.dumps([example.content_hash for example in self.examples])
        return hashlib.sha256(words.encode()).hexdigest()


class PastExam(Record):
    """An exam as it was before rows were withdrawn, or the answers of some corrected: which rows, by id and content
    hash, and none of their words."""

    format: int = 1
    created: datetime
    dataset: str
    version: int
    sha256: str
    rows: dict[str, str]
    withdrawn: tuple[str, ...]
    corrected: tuple[str, ...] = ()
    by: str
    reason: str = ""
