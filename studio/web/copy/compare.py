"""The sentences of the Compare tab."""

from studio.copy.catalog import Phrases, say
from studio.services.chats.chat_service import ChatLine
from studio.web.copy.common import short

SIDES = Phrases("compare.sides")  # fmt: skip


WHICH = Phrases("compare.which")


WAYS = Phrases("ways")


def exam_button(place: int, total: int) -> str:
    """Which exam question comes next."""
    return say("compare.from_exam", place=place + 1, total=total) if total else say("compare.from_exam_2")


def ask_button(number: int) -> str:
    """How many answer."""
    return Phrases("ask").get(str(number)) or say("ask.all", number=number)


def taught(row: str) -> str:
    """The badge of a question that is no test."""
    return say("compare.question_was_taught", row=row)


def conversation_line(line: ChatLine, version: str = "") -> str:
    """A saved conversation in a list; `version`: the one that it was with, where there are several."""
    parts = [f"{line.began.astimezone():%d %b, %H:%M}", say("count.question", number=line.questions)]
    parts += [say("saved_conversations.with", version=short(version, 30))] if version else []
    return " · ".join([*parts, short(line.first, 70)])
