"""Marks that nobody sees inside a text: soft hyphens, a byte-order mark, zero-width spaces, turns of direction.

A mark that a script or an emoji needs stays: joiners and variation selectors always, direction marks beside letters
that are read from the right, zero-width spaces beside scripts that write without spaces.
"""

import unicodedata

from studio.copy.catalog import say
from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts, beyond_ascii
from studio.data.text.late_pattern import late
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# After a capital of Latin-1, a soft hyphen is half of a letter in the wrong encoding: that repair comes first
MIDDLE = "\u0080-\u00ac\u00ae-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
MARKS = late(
    f"(?<![\u00c2-\u00df])(?<![\u00e0-\u00ef][{MIDDLE}])\u00ad|[\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff{DIRECTION}]"
    "|(?<![\U000e0020-\U000e007f\U0001f3f4])[\U000e0000-\U000e007f]+"
)
SOME = late(f"[\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\U000e0000-\U000e007f{DIRECTION}]")  # a first look
FROM_THE_RIGHT = late("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
TURNS = late(f"[{DIRECTION}]")
WITHOUT_SPACES = late("[\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u3040-\u30ff\u4e00-\u9fff]")
AROUND = 12
NAMES = {"\u00ad": "soft_hyphen", "\u200b": "zero_width_space", "\ufeff": "byte_order_mark", "\u2060": "word_joiner"}


def repaired(text: str) -> str:
    """The text without the marks that it does not need."""
    if text.isascii() or not SOME.search(text):
        return text
    return MARKS.sub(lambda match: match[0] if is_needed(match[0], text) else "", text)


def is_needed(mark: str, text: str) -> bool:
    """Whether the text holds letters that want such a mark."""
    if TURNS.match(mark):
        return FROM_THE_RIGHT.search(text) is not None
    return mark == "\u200b" and WITHOUT_SPACES.search(text) is not None


def invisible_piece(text: str) -> str:
    """The first mark by name, with a few letters around it; nothing for a text without one."""
    if text.isascii() or not SOME.search(text):
        return ""
    match = next((one for one in MARKS.finditer(text) if not is_needed(one[0], text)), None)
    if match is None:
        return ""
    before, after = text[max(0, match.start() - AROUND) : match.start()], text[match.end() : match.end() + AROUND]
    return f"{repaired(before)}⟨{name_of(match[0])}⟩{repaired(after)}".strip()


def name_of(mark: str) -> str:
    """What the mark is called."""
    if TURNS.match(mark):
        return say("invisible.direction_mark")
    if mark in NAMES:
        return say(f"invisible.{NAMES[mark]}")
    return unicodedata.name(mark[0], say("invisible.invisible_mark")).lower()


def find_invisible(texts: ExampleTexts) -> list[Finding]:
    """Rows with the first mark where it stands."""
    notes: dict[int, str] = {}
    for place in texts.beyond_ascii:
        piece = next(filter(None, (invisible_piece(one.content) for one in texts.examples[place].messages)), "")
        if piece:
            notes[place] = piece
    first = next(iter(notes.values()), "")
    sentences = Sentence.of("finding.invisible.sentence", count=len(notes), first=first)
    return finding("invisible_marks", "look", texts, notes, sentences, "finding.invisible.fix", notes=notes)


INVISIBLE_MARKS = Check(
    kind="invisible_marks", scope="row", detect=of_texts(find_invisible), repair=repaired,
    suspects=beyond_ascii, order=12, by_rule=True,
    reads_the_same=True,
)  # fmt: skip
