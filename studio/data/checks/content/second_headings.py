"""Rows that are headings once more: in another language or other words, the form of each column, a form's own ids.

Only a row that reads so in question and answer is named, and only where its answer stands nowhere else: a column of
labels may hold the word “Category” honestly. Nothing goes without a person's press.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from studio.data.checks.check import DEFAULT, Check, Drops, Edits, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.columns.headings import NAMES, rank
from studio.data.privacy.rules import Rules
from studio.data.readers.heading_cells import LONGEST_HEADING, differs, is_number, is_sentence
from studio.data.readers.report_lines import is_heading_line
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

LONGEST_CELL = 90
NAMED = {role: frozenset(NAMES[role]) for role in ("question", "answer")}  # a first look that costs little
UNDER_HEADINGS = 2  # rows that may be a second line of headings by standing there
SENTENCES = 0.9  # the share of them among the cells below
ENOUGH_BELOW = 5  # rows that tell how the cells of a column look
FORM = late(  # “(text)”, “max. 200 Zeichen”, “varchar(255)”, “Open-Ended Response”, a form's {"ImportId": …}
    r"\(?(?:free |plain |short |long )?(?:text|string|str|varchar|nvarchar|char|number|integer|int|freitext|texto"
    r"(?: libre)?|texte(?: libre)?|tekst|required|optional|mandatory|pflichtfeld|obligatoire|obligatorio|wymagane)"
    r"(?: field)?(?: ?\(\d{1,6}\))?\)?"
    r"|\(?max(?:\.|imum|imal)? ?\d[\d.,]{0,8} (?:characters|chars|letters|words|zeichen|wörter|caractères|caracteres"
    r"|mots|palabras|znaków)\.?\)?|open-ended response|\{\"importid\":[^{}]{1,80}\}",
    re.IGNORECASE,
)


def find_second_headings(texts: ExampleTexts) -> list[Finding]:
    """Rows whose question and answer name their columns, or tell their form."""
    places = sorted({*_named(texts), *_under_the_headings(texts)})
    if 1 in places and texts.rows[1] == 2 and FORM.fullmatch(texts.answers[1].strip()):
        places = sorted({0, *places})  # a form's ids stand under its questions in full
    if not places or 2 * len(places) >= len(texts):
        return []
    notes = {place: f"{texts.questions[place].strip()} · {texts.answers[place].strip()}"[:100] for place in places}
    sentences = Sentence.of("finding.second_headings.sentence", count=len(places))
    return finding("second_heading", "serious", texts, places, sentences, "finding.second_headings.fix", notes=notes)


def _named(texts: ExampleTexts) -> Iterator[int]:
    """Anywhere in the table: one cell is a well-known heading and the other names its column; or both tell a form."""
    places_of: dict[str, set[int]] = defaultdict(set)
    for place, answer in enumerate(texts.answers):
        if 0 < len(answer) <= LONGEST_CELL:
            places_of[answer.strip()].add(place)
    for answer, places in places_of.items():
        asked = {texts.questions[place].strip() for place in places}
        if len(asked) == 1 and _reads_as_headings(asked.pop(), answer):
            yield from places


def _reads_as_headings(question: str, answer: str) -> bool:
    if len(question) > LONGEST_CELL:
        return False
    if _bare(question) in NAMED["question"] or _bare(answer) in NAMED["answer"]:
        return question != answer and rank(question, "question") is not None and is_heading_line([question, answer])
    return bool(FORM.fullmatch(answer) and FORM.fullmatch(question))


def _bare(cell: str) -> str:
    return cell.lower().strip(" :*_")


def _under_the_headings(texts: ExampleTexts) -> Iterator[int]:
    """The first rows: two short names, one of them a known one, over cells of quite another kind."""
    first = [place for place, row in enumerate(texts.rows[:UNDER_HEADINGS]) if row == place + 1]
    below = range(len(first), min(len(texts), len(first) + 50))
    if len(below) < ENOUGH_BELOW or not texts.has_questions:
        return
    asked, said = [texts.questions[at].strip() for at in below], [texts.answers[at].strip() for at in below]
    for place in first:
        question, answer = texts.questions[place].strip(), texts.answers[place].strip()
        names = [question, answer]
        if not all(names) or any(len(one) > LONGEST_HEADING or is_sentence(one) or is_number(one) for one in names):
            continue
        known = rank(question, "question") is not None or rank(answer, "answer") is not None
        if known and question != answer and _is_of_another_kind(question, asked) and _is_of_another_kind(answer, said):
            yield place


def _is_of_another_kind(cell: str, below: list[str]) -> bool:
    """A word or two over sentences, over far longer cells or over a few that return."""
    sentences = sum(map(is_sentence, below))
    return cell not in below and (differs(cell, below) or sentences >= SENTENCES * len(below))


def without_them(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """Those rows out."""
    rows = {row for one in find_second_headings(texts) for row in one.rows}
    return {example.id: "second_heading" for example in texts.examples if example.row in rows}, {}


SECOND_HEADING = Check(
    kind="second_heading", scope="whole", detect=of_texts(find_second_headings), effect=without_them, order=4,
    takes_out=DEFAULT,
)  # fmt: skip
