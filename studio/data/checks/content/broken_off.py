"""Texts that break off in the middle of a word, as an export or a form with too little room leaves them.

Told by the table itself: nearly all its answers (or questions) end with a stop, this one does not, and its last word
stands nowhere else as a word, while longer words begin with it.
"""

from collections import Counter

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

FEWEST_ROWS, FEWEST_WORDS = 20, 8
STOPPED = 0.9  # of the answers
MOST_SUSPECTS = 0.02  # of the rows: more are a way of writing
LAST = late(r"(?<=[^\W\d_][ ,])[^\W\d_A-Z]{1,12}\Z")
WORD = late(r"[^\W\d_]+")
ENDINGS = ("s", "es", "ed", "d", "ing", "er", "r", "ly", "n", "en", "e", "y")  # of the same word, no other one
SYLLABLE = 2  # letters that are no stem of a word
MOST_ROWS = 20_000  # that are looked at for words


def find_broken_off(texts: ExampleTexts) -> list[Finding]:
    """Rows whose question or answer breaks off."""
    said = [
        (body if sign else answer).rstrip() for (body, sign), answer in zip(texts.signed, texts.answers, strict=True)
    ]
    suspects: dict[int, str] = {}
    for column in (said, [question.rstrip() for question in texts.questions]):
        for place, last in last_words(column).items():
            suspects.setdefault(place, last)
    if not suspects:
        return []
    every = max(1, len(texts) // MOST_ROWS)
    counts: Counter[str] = Counter()
    for asked, answer in zip(texts.questions[::every], texts.answers[::every], strict=True):
        counts.update(word.lower() for word in WORD.findall(asked) + WORD.findall(answer))
    notes = {place: f"…{last}" for place, last in suspects.items() if is_piece(last, counts)}
    if len(notes) > max(3, MOST_SUSPECTS * len(texts)):
        return []
    sentence = Sentence.of("finding.broken_off.sentence", count=len(notes))
    return finding("broken_off", "look", texts, notes, sentence, notes=notes)


def last_words(column: list[str]) -> dict[int, str]:
    """The last word of each longer text without a stop, where nearly all texts of the column have one."""
    stopped = sum(not text[-1:].isalnum() for text in column)
    if len(column) < FEWEST_ROWS or stopped < STOPPED * len(column):
        return {}
    found = {place: LAST.search(text) for place, text in enumerate(column) if text[-1:].isalpha()}
    return {
        place: last.group().lower()
        for place, last in found.items()
        if last is not None and len(column[place].split(None, FEWEST_WORDS)) >= FEWEST_WORDS
    }


def is_piece(last: str, counts: Counter[str]) -> bool:
    """Whether it stands nowhere else, and another word begins with it that is no form of it."""
    if counts[last] > 1:
        return False
    forms = {last + ending for ending in ENDINGS} if len(last) > SYLLABLE else set[str]()
    longer = [word for word in counts if word.startswith(last) and word != last]
    return bool(longer) and not forms.intersection(longer)


BROKEN_OFF = Check(kind="broken_off", scope="whole", detect=of_texts(find_broken_off))
