"""Exports of messengers are recognised by their keys: people talking, with no column of answers in them."""

from collections.abc import Iterable, Sequence
from typing import Any

from studio.copy.catalog import say
from studio.data.columns.headings import plain, rank
from studio.data.table import TableRow

KNOWN: tuple[tuple[str, frozenset[str]], ...] = (
    ("slack", frozenset(["type", "ts", "text"])),
    ("slack", frozenset(["user", "ts", "text"])),
    ("telegram", frozenset(["from_id", "date", "text"])),
    ("facebook", frozenset(["sender_name", "timestamp_ms"])),
    ("discord", frozenset(["author", "content", "timestamp", "mentions"])),
    ("discord", frozenset(["AuthorID", "Author", "Date", "Content"])),
    ("google_chat", frozenset(["creator", "created_date", "text"])),
    ("teams", frozenset(["messageType", "createdDateTime", "body"])),
    ("mattermost", frozenset(["create_at", "user_id", "message"])),
)
SENDERS = (
    "sender", "sender name", "from", "from name", "author", "user", "username", "user name", "display name", "nickname",
    "name", "contact", "speaker", "absender", "autor", "von", "remitente", "usuario", "expediteur", "expéditeur",
    "auteur", "mittente", "remetente", "afzender", "отправитель", "发送者", "发件人", "送信者",
)  # fmt: skip
TIMES = (
    "date", "time", "timestamp", "datetime", "ts", "date unixtime", "sent", "sent at", "sent on", "created at", "datum",
    "zeit", "uhrzeit", "zeitstempel", "date time", "fecha", "hora", "heure", "data", "ora", "дата", "время", "日期",
    "时间", "日時",
)  # fmt: skip
TEXTS = (
    "text", "message", "message text", "content", "body", "msg", "nachricht", "mensaje", "texto", "texte", "messaggio",
    "testo", "mensagem", "bericht", "tekst", "сообщение", "текст", "消息", "内容", "メッセージ",
)  # fmt: skip
TURN_ROLES = frozenset((
    "user", "human", "customer", "client", "guest", "visitor", "caller", "patient", "prompter", "assistant", "agent",
    "bot", "ai", "gpt", "chatbot", "model", "operator", "support", "advisor", "system", "kunde", "kundin", "gast",
    "anrufer", "berater", "mitarbeiter", "cliente", "agente", "asistente", "client", "conseiller", "utilisateur",
))  # fmt: skip


def messenger_of(columns: Iterable[str]) -> str:
    """Whose export these columns are (“a Slack”, “a messenger”); nothing for other tables."""
    names = {name for column in columns for name in (column, column.partition(".")[0])}
    known = next((program for program, keys in KNOWN if keys <= names), "")
    if known:
        return say(f"messenger.{known}")
    said = {plain(name) for name in names}
    if not (said & set(SENDERS) and said & set(TIMES) and said & set(TEXTS)):
        return ""
    answers = [name for name in names if (place := rank(name, "answer")) is not None and place < 200]
    return "" if answers else say("messenger.other")


def is_turn_by_turn(columns: Iterable[str], rows: Sequence[TableRow]) -> bool:
    """Whether each row is one turn of a conversation: a column names who speaks, and says nothing but roles."""
    speakers = [name for name in columns if plain(name) in ("role", "speaker", *SENDERS)]
    for name in speakers:
        said = {plain(str(row.cells.get(name, ""))) for row in rows} - {""}
        if len(said) > 1 and said <= TURN_ROLES:
            return True
    return False


def is_talk(rows: Any) -> bool:
    """Whether these are the messages of such an export."""
    first = next((row for row in rows[:20] if isinstance(row, dict)), None) if isinstance(rows, list) else None
    keys = {key for row in rows[:20] if isinstance(row, dict) for key in row} if first else set()
    return bool(keys) and "role" not in keys and bool(messenger_of(keys))


def messages_in(value: dict[str, Any]) -> list[Any] | None:
    """The messages of an export that is one document; None for other documents."""
    chats = value.get("chats")
    if isinstance(chats, dict) and isinstance(chats.get("list"), list):  # Telegram, all chats
        inner = [chat.get("messages") for chat in chats["list"] if isinstance(chat, dict)]
        found = [message for messages in inner if isinstance(messages, list) for message in messages]
        return found if is_talk(found) else None
    messages = value.get("messages")
    return messages if isinstance(messages, list) and is_talk(messages) else None
