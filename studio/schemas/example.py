"""Messages and examples: what a model learns from."""

import hashlib
import json
from typing import Literal

from studio.schemas.base import Record

Role = Literal["system", "user", "assistant"]


class Message(Record):
    """One turn of a conversation. `learn=False`: an assistant turn that is read, not trained on (OpenAI's weight 0)."""

    role: Role
    content: str
    learn: bool = True


class Example(Record):
    """A conversation to learn from.

    `id` is the row in the upload (`r17`; rows a person added are `a1`, `a2`, …) and never changes; `content_hash`
    says whether the words did. `group` is what ties rows together (a customer, a document): one side of every split.
    `part` is the split that the file itself named, if it named one. `file_row` is the row's number as a spreadsheet
    program shows it, with headings and blank rows; 0 where the file has no such rows, or an older studio read it.
    """

    id: str
    messages: tuple[Message, ...]
    group: str = ""
    part: Literal["", "train", "validation", "exam"] = ""
    file_row: int = 0

    @property
    def question(self) -> str:
        """The last words before the last answer: what the person asked."""
        asked = [m.content for m in self.messages if m.role == "user"]
        return asked[-1] if asked else ""

    @property
    def answer(self) -> str:
        """The last answer, or nothing."""
        said = [m.content for m in self.messages if m.role == "assistant"]
        return said[-1] if said else ""

    @property
    def row(self) -> int:
        """The number in the id: the row under the header; negative for rows that a person added."""
        return int(self.id[1:]) if self.id[0] == "r" else -int(self.id[1:])

    @property
    def label(self) -> str:
        """The row's number as a person knows it: the file's own, or `a1` for a row that a person added."""
        return str(self.file_row or self.row) if self.id[0] == "r" else self.id

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) over the roles and words, independent of the id."""
        words = json.dumps([[m.role, m.content] for m in self.messages], ensure_ascii=False)
        return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()

    def with_pair(self, question: str, answer: str) -> "Example":
        """The same example with its last question and last answer replaced."""
        messages = list(self.messages)
        for role, text in (("user", question), ("assistant", answer)):
            place = next((i for i in range(len(messages) - 1, -1, -1) if messages[i].role == role), None)
            if place is not None:
                messages[place] = messages[place].model_copy(update={"content": text})
        return self.model_copy(update={"messages": tuple(messages)})


def pair(row: int, question: str, answer: str, system: str = "", group: str = "") -> Example:
    """The commonest example: one question and one answer from one row."""
    start = (Message(role="system", content=system),) if system else ()
    turns = (Message(role="user", content=question), Message(role="assistant", content=answer))
    return Example(id=f"r{row}", messages=start + turns, group=group)
