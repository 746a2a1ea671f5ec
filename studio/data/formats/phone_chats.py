"""Chats saved from a phone as text: recognised in every notation of dates, and named instead of taught."""

from collections import Counter

from studio.copy.catalog import say
from studio.data.text.late_pattern import late
from studio.errors import UnreadableFile

MARKS = "[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
DATE = (
    r"(?:\d{1,4}\s?[./\u200f-]{1,2}\s?\d{1,2}\s?[./\u200f-]{1,2}\s?\d{1,4}\.?"  # 12.03.24, 2024-03-12, 3/12/24
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?"
    r"|\d{1,2}\.?\s[^\W\d_]{3,12}\.?\s\d{2,4}|[^\W\d_]{3,12}\.?\s\d{1,2},?\s\d{2,4})"  # 12 Mar 2024, March 12, 2024
)
HALF = r"(?:[^\W\d_]{1,6}\.?[\s\u202f]?[^\W\d_]{0,2}\.?)"  # AM, p. m., 오후, ص
TIME = rf"(?:{HALF}[\s\u202f]*)?\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}})?(?:[.,]\d{{1,6}})?(?:[\s\u202f]*{HALF})?"
STAMP = rf"{DATE}(?:\s?[,،、T]\s?|\s+(?:at\s|um\s|à\s|a las\s|om\s|alle\s)?){TIME}"
NAME = r"[^:\n\[\]]{1,60}"
LINE = late(
    rf"{MARKS}(?:\[{MARKS}{STAMP}\]\s*{MARKS}(?P<a>{NAME}:\s)?|{STAMP}\s[-–—]\s{MARKS}(?P<b>{NAME}:\s)?"
    rf"|\d{{1,2}}:\d{{2}}(?:\s?[AP]M)?\t(?P<e>[^\t\n]{{1,60}}\t)"  # LINE, whose days stand in lines of their own
    rf"|(?P<c>{NAME}),\s\[{STAMP}\]:?|{STAMP},?\s(?P<d>[^:,;|\t\n]{{1,40}}:\s))"
)
SPEAKER = late(r"\s*(?:[-*+]\s)?(?:\*\*)?(?P<who>[^\W\d_][\w .'’-]{0,30}?)(?:\*\*)?\s?:(?:\*\*)?\s+\S")
LOOKED_AT = 400
MOST_SPEAKERS = 6


def refuse_messenger(text: str, name: str) -> None:
    """UnreadableFile for a chat saved as text, under whatever name."""
    lines = [line[:300] for line in text[:200_000].split("\n")[:LOOKED_AT] if line.strip()]
    found = [match for match in map(LINE.match, lines) if match]
    named = sum(1 for match in found if any(match.groupdict().values()))
    if named >= 2 and len(found) >= 0.4 * len(lines) and named >= 0.4 * len(found):
        raise UnreadableFile(
            say("phone_chats.looks_like_messenger_export"),
            hint=say("phone_chats.to_do"),
            where=name,
        )


def refuse_transcript(text: str, name: str) -> None:
    """UnreadableFile for a conversation written down line by line: `Customer: …`, `Agent: …`, or `Q: …`, `A: …`."""
    lines = [line[:300] for line in text[:200_000].split("\n")[:LOOKED_AT] if line.strip()]
    said = Counter(match["who"].casefold() for match in map(SPEAKER.match, lines) if match)
    speakers = [who for who, times in said.items() if times >= 2]
    if 2 <= len(speakers) <= MOST_SPEAKERS and sum(said[who] for who in speakers) >= 0.4 * len(lines):
        one, other = (who.capitalize() for who, _ in said.most_common(2))
        raise UnreadableFile(
            say("phone_chats.looks_like_transcript", one=one, other=other),
            hint=say("phone_chats.two_columns"),
            where=name,
        )
