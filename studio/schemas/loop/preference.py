"""What people preferred: of two replies to the same question the better one, or of one reply whether it was good."""

from typing import Literal

from studio.schemas.base import Record
from studio.schemas.example import Example, Message

JudgementOrigin = Literal["chat", "vote", "server", "table"]


class PreferencePair(Record):
    """Two replies to the same turns, which end with a question; `chosen` is the better one."""

    turns: tuple[Message, ...]
    chosen: str
    rejected: str
    origin: JudgementOrigin = "table"

    @property
    def question(self) -> str:
        """What was asked last."""
        return last_question(self.turns)

    @property
    def replies(self) -> tuple[str, ...]:
        """All that was answered."""
        return self.chosen, self.rejected

    def example(self, reply: str, row: int) -> Example:
        """The turns with one of the replies, as an example of this row."""
        return Example(id=f"r{row}", messages=(*self.turns, Message(role="assistant", content=reply)))


class ThumbedReply(Record):
    """One reply, and whether it was good (thumb up) or not."""

    turns: tuple[Message, ...]
    reply: str
    good: bool
    origin: JudgementOrigin = "table"

    @property
    def question(self) -> str:
        """What was asked last."""
        return last_question(self.turns)

    @property
    def replies(self) -> tuple[str, ...]:
        """All that was answered."""
        return (self.reply,)

    def example(self, reply: str, row: int) -> Example:
        """The turns with the reply, as an example of this row."""
        return Example(id=f"r{row}", messages=(*self.turns, Message(role="assistant", content=reply)))


Judgement = PreferencePair | ThumbedReply
JudgementPart = Literal["train", "validation", "exam"]


class FrozenJudgement(Record):
    """A judgement as a run keeps it: learned from, looked at in practice checks, or kept aside for the report."""

    part: JudgementPart
    judgement: Judgement


def last_question(turns: tuple[Message, ...]) -> str:
    """The words of the last turn that is the person's."""
    return next((turn.content for turn in reversed(turns) if turn.role == "user"), "")
