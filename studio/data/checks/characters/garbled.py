"""Letters that were read in the wrong encoding: “cafÃ©” for “café”."""

import re

import numpy as np

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

SEPARATING = (0x09, 0x0A, 0x0D, 0x1E, 0x1F)  # the last two part rows and turns in the haystack
LOST = re.compile("[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]|\\?{3,}[a-z]")
C1 = re.compile("[\x80-\x84\x86-\x9f]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def repaired(text: str) -> str:
    """The text as it was meant; unchanged when nothing is wrong or nothing can be done."""
    if text.isascii() and (text.isprintable() or not CONTROLS.search(text)):
        return text
    from ftfy import TextFixerConfig, fix_text
    from ftfy.badness import is_bad

    clean = CONTROLS.sub("", lines_parted(text))
    if not (is_bad(clean) or LOST.search(clean)):
        return clean
    config = TextFixerConfig(
        unescape_html=False, uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False,
        remove_terminal_escapes=False, fix_line_breaks=False, normalization=None, explain=False,
    )  # fmt: skip
    return str(fix_text(clean, config))


def lines_parted(text: str) -> str:
    """Vertical tabs, form feeds and NEL as the line breaks that they are; among C1 letters 85 is a lost “…”."""
    text = re.sub("[\x0b\x0c]", "\n", text)
    return text if C1.search(text) else text.replace("\x85", "\n")


def garbled_piece(text: str) -> str:
    """The first garbled place with a few letters around it; nothing for a clean text."""
    if text.isascii() and not CONTROLS.search(text):
        return ""
    fixed = repaired(text)
    if fixed == text:
        lost = text.find("\ufffd")
        return text[max(0, lost - 12) : lost + 12] if lost >= 0 else ""
    place = next((index for index, (a, b) in enumerate(zip(text, fixed, strict=False)) if a != b), len(fixed))
    return text[max(0, place - 12) : place + 16]


def find_garbled(texts: ExampleTexts) -> list[Finding]:
    """Rows with the piece as it stands, and how it will read."""
    notes: dict[int, str] = {}
    lost = 0
    for place in suspects(texts):
        piece = first_piece(texts.examples[place])
        if piece:
            notes[place] = f"{piece} → {repaired(piece)}"
            lost += "\ufffd" in piece
    sentences = [Sentence.of("finding.garbled.sentence", count=len(notes))]
    if lost:
        sentences.append(Sentence.of("finding.garbled.lost", rows=lost))
    return finding("garbled_text", "serious", texts, notes, sentences, "finding.garbled.fix", notes=notes)


def suspects(texts: ExampleTexts) -> list[int]:
    """The places with letters beyond ASCII or with control characters."""
    codes = np.arange(256)
    odd = (codes >= 0x7F) | ((codes < 0x20) & ~np.isin(codes, SEPARATING))
    return sorted({*np.flatnonzero(texts.counted(odd)).tolist(), *texts.beyond_ascii})


def may_change(texts: ExampleTexts) -> list[int]:
    """The suspects, and the places whose turns themselves hold a mark that parts turns in the haystack."""
    codes = np.arange(256)
    parting = texts.counted((codes == 0x1E) | (codes == 0x1F))
    usual = np.fromiter((max(2, len(one.messages)) for one in texts.examples), dtype=np.int64, count=len(texts))
    return sorted({*suspects(texts), *np.flatnonzero(parting != usual).tolist()})


def first_piece(example: Example) -> str:
    """The first garbled piece in any turn."""
    return next((piece for message in example.messages if (piece := garbled_piece(message.content))), "")


GARBLED_TEXT = Check(
    kind="garbled_text", scope="row", detect=of_texts(find_garbled), repair=repaired, suspects=may_change, order=10,
    by_rule=True,
)  # fmt: skip
