"""Texts that a spreadsheet program cut: a cell holds 32,767 letters, and the rest is lost without a word."""

from studio.copy.catalog import say
from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

CELL_LETTERS = 32_767  # of UTF-16, as Excel and LibreOffice count when they write XLSX
ENDS = (".", "!", "?", "…", ")", "”", '"', "。", "！", "？", ":", ";")
SLACK = 8  # a cut inside a sign, or blanks that went with the end
SHORTEST = CELL_LETTERS / 2 - SLACK  # of nothing but signs that count as two


def letters_in_a_cell(text: str) -> int:
    """As a spreadsheet program counts: signs beyond the first 65,536 are two."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def is_cut(text: str) -> bool:
    """Whether a text is as long as a cell can be; nearly as long counts when it ends in the middle of a sentence."""
    if not SHORTEST <= len(text) <= CELL_LETTERS:
        return False
    size = letters_in_a_cell(text)
    if CELL_LETTERS in (size, size + text.count("\n")):  # a line break may have been two letters there
        return True
    return CELL_LETTERS - SLACK <= size <= CELL_LETTERS and not text.rstrip().endswith(ENDS)


def find_cut_off(texts: ExampleTexts) -> list[Finding]:
    """Every turn counts: half an answer is trained on as the whole of it."""
    found = [
        place
        for place, example in enumerate(texts.examples)
        for message in example.messages
        if len(message.content) >= SHORTEST and is_cut(message.content)
    ]
    places = {place: "answer" if is_cut(texts.answers[place]) else "text" for place in found}
    what = "answer" if set(places.values()) == {"answer"} else "text"
    sentences = Sentence.of(f"finding.cut_off.{what}", count=len(places), letters=CELL_LETTERS)
    notes = dict.fromkeys(places, say("finding.cut_off.note"))
    return finding("cut_off", "serious", texts, places, sentences, notes=notes)


CUT_OFF = Check(kind="cut_off", scope="row", detect=of_texts(find_cut_off))
