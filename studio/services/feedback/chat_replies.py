"""A reply in a chat as feedback needs it: who wrote it with which weights, and only the turns that it answers."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from studio.schemas.chat import Turn
from studio.schemas.example import Message
from studio.services.chats.chat_service import Conversation
from studio.services.chats.contestants import FROM_ROWS, OTHER


class ReplyInChat(NamedTuple):
    """What is said about it is kept with these."""

    turns: tuple[Message, ...]
    reply: str
    version: str
    fingerprint: str


def reply_in_chat(turns: Sequence[Turn], place: int, contestant: str) -> ReplyInChat | None:
    """This contestant's reply at this place of a conversation; None where nobody said anything that can be judged.

    Of the turns before it those are told that it had read. Instructions are told only where they were not the taught
    ones.
    """
    if not 0 <= place < len(turns) or contestant in FROM_ROWS:
        return None
    turn = turns[place]
    reply = next((one for one in turn.replies if one.contestant == contestant), None)
    if reply is None or not reply.text.strip():
        return None
    before = [] if turn.alone else Conversation("", turn.run, list(turns[:place])).messages.get(contestant, [])
    settings = turn.settings.get(contestant)
    own = [Message(role="system", content=settings.instructions)] if settings and settings.instructions else []
    asked = Message(role="user", content=turn.question)
    match = OTHER.match(contestant)
    return ReplyInChat((*own, *before, asked), reply.text, match[1] if match else turn.run, reply.fingerprint)


def key_in_chat(chat: str, turn: Turn, contestant: str, person: str) -> str:
    """One person's word on one reply: pressed again it is the same feedback, and other words take its place."""
    words = "\0".join((chat, turn.at.isoformat(), contestant, person))
    return f"chat:{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
