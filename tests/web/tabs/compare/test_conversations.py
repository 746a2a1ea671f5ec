"""Conversations that pages have open: the oldest silent one is put away, one that is answered can still be stopped."""

from typing import cast

from studio.services.chats.chat_service import ChatService, Conversation
from studio.web.tabs.compare.conversations import MOST_OPEN, Conversations, ShownConversation


class Chats:
    """Opens any conversation."""

    def resume(self, run: str, chat: str) -> Conversation:
        return Conversation(chat, run)


def test_an_answer_that_is_being_written_is_not_put_away() -> None:
    conversations, chats = Conversations(), cast(ChatService, Chats())
    answered, silent = ShownConversation("p", "r", "answered"), ShownConversation("p", "r", "silent")
    conversations.open(chats, answered).begin("Do you ship?", 0)
    conversations.open(chats, silent)
    for number in range(MOST_OPEN + 5):
        conversations.open(chats, ShownConversation("p", "r", f"other {number}"))
    going = conversations.found(answered)
    assert going is not None and conversations.found(silent) is None
    conversations.stop(answered)
    assert going.stop.is_set()
