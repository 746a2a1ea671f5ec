"""Cells that a spreadsheet program changed on the way: what they were is not guessed, but for its own apostrophes."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from studio.copy.catalog import Phrases
from studio.data.checks.check import Check, Drops, Edits, changed, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.late_pattern import late
from studio.schemas.finding import Finding, Severity
from studio.schemas.sentence import Fact, Sentence

SHORT = 24  # letters; what is longer was not changed as a whole
MOST_TRUTHS = 0.25  # of a column; more of them are its labels
FEWEST_CODES = 3
MOST_NAMED = 6
MONTHS = (
    "Jan|Feb|Mar|Mrz|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Sept|Oct|Okt|Nov|Dec|Dez|janv|févr|mars|avr|juin|juil|août|déc"
    "|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|mrt|mei"
)
LARGE = late(r"[+-]?\d(?:[.,]\d+)?E\+\d{2,3}")
DATE = late(rf"\d{{1,2}}(?:[.]? |[.-])(?:{MONTHS})[.]?|(?:{MONTHS})[.]?[ -]\d{{1,4}}", re.IGNORECASE)
TRUTH = late("TRUE|FALSE|WAHR|FALSCH|VRAI|FAUX|VERDADERO|FALSO|VERO|WAAR|ONWAAR|SANT|FALSKT|PRAWDA|FAŁSZ")
ERROR = late(
    r"#(?:N/A|NV|(?:VALUE|REF|DIV/0|NUM|NULL|WERT|BEZUG|ZAHL|VALEUR|¡VALOR|¡REF|¡NUM|VALORE|RIF|WAARDE|GETAL|VERW|SPILL"
    r"|CALC|FIELD)!|(?:NAME|NOM|NOMBRE|¿NOMBRE|NOME|NAAM)\?)|#{3,}"
)
SIGNS = "=+-@\t\r\n＝＋－＠"  # what the guard of an export for Excel puts its ' before, beside another '
NUMBER = late(r"'[+-]?\d[\d .,/:-]*")
LOST_SIGN = late(r"'?\?(?=[\d=+@-])")


class SpreadsheetChange(NamedTuple):
    """What was done to a cell: a key of `SAID`."""

    place: int
    how: str
    cell: str


SAID = Phrases("spreadsheet.said")  # fmt: skip


def changes(texts: ExampleTexts) -> list[SpreadsheetChange]:
    """The changed cells, questions before answers."""
    changed_cells = [*in_column(texts.questions), *in_column(texts.answers)]
    return [*changed_cells, *(SpreadsheetChange(place, "apostrophe", cell) for place, cell in guarded(texts))]


def in_column(cells: Sequence[str]) -> list[SpreadsheetChange]:
    """What stands out among the cells of one column. A date alone is none, unless codes or other changes are about."""
    short = [(place, cell.strip()) for place, cell in enumerate(cells) if 0 < len(cell) <= SHORT]
    if not short:
        return []
    large = [SpreadsheetChange(place, "large", cell) for place, cell in short if LARGE.fullmatch(cell)]
    errors = [SpreadsheetChange(place, "error", cell) for place, cell in short if ERROR.fullmatch(cell)]
    signs = [SpreadsheetChange(place, "sign", cell) for place, cell in short if LOST_SIGN.match(cell)]
    truths = [SpreadsheetChange(place, "truth", cell) for place, cell in short if TRUTH.fullmatch(cell)]
    if len(truths) > MOST_TRUTHS * sum(1 for cell in cells if cell.strip()):
        truths = []
    dates = [SpreadsheetChange(place, "date", cell) for place, cell in short if DATE.fullmatch(cell)]
    codes = sum(1 for _, cell in short if is_code(cell))
    if not (
        large or any(one.cell not in ("TRUE", "FALSE") for one in truths) or codes >= max(FEWEST_CODES, len(dates))
    ):
        dates = []
    return [*large, *errors, *signs, *truths, *dates]


def is_code(cell: str) -> bool:
    """Letters and digits, or digits with signs, in one word: such as A-17, 3-4 or MARCH1."""
    return " " not in cell and any(map(str.isdigit, cell)) and not cell.isdigit() and not DATE.fullmatch(cell)


def guarded(texts: ExampleTexts) -> list[tuple[int, str]]:
    """Cells with the apostrophe of an export for Excel, or of a number typed as text.

    The guard stands before every cell with such a sign, so where hardly one is bare, it was left there. A text that
    begins with ' by itself bears two of them then; without others it is a text's own.
    """
    cells = [(place, cell) for column in (texts.questions, texts.answers) for place, cell in enumerate(column) if cell]
    marked = [(place, cell) for place, cell in cells if cell[0] == "'" and len(cell) > 1]
    numbers = [(place, cell) for place, cell in marked if NUMBER.fullmatch(cell) and cell[1].isdigit()]
    signed = [(place, cell) for place, cell in marked if cell[1] in SIGNS]
    own = [(place, cell) for place, cell in marked if cell[1] == "'" and not NUMBER.fullmatch(cell[1:])]
    if not signed or len(own) > len(signed):
        return numbers
    bare = sum(1 for _, cell in cells if cell[0] in SIGNS)
    return [*numbers, *signed, *own] if 10 * bare < len(signed) else numbers


def find_spreadsheet(texts: ExampleTexts) -> list[Finding]:
    """Each changed cell by its row, as it stands now."""
    changed_cells = changes(texts)
    notes: dict[int, str] = {}
    for one in changed_cells:
        notes.setdefault(one.place, f"{one.cell.strip()[:40]}: {SAID[one.how]}")
    marks = sum(one.how == "apostrophe" for one in changed_cells)
    counts = Counter(one.how for one in changed_cells if one.how != "apostrophe")
    sentences = []
    if counts:
        cells = list(dict.fromkeys(one.cell for one in changed_cells if one.how != "apostrophe"))
        named: Fact = ", ".join(cells[:MOST_NAMED])
        if cells[MOST_NAMED:]:
            named = Sentence.of("finding.spreadsheet.named_more", named=named, more=len(cells) - MOST_NAMED)
        sentences.append(Sentence.of("finding.spreadsheet.changed", cells=counts.total(), named=named))
    if marks:
        sentences.append(Sentence.of("finding.spreadsheet.marks", cells=marks))
    fix = "finding.spreadsheet.fix" if marks else ""
    severity: Severity = "look" if {one.cell for one in changed_cells} <= {"TRUE", "FALSE"} else "serious"
    return finding("spreadsheet_changes", severity, texts, notes, sentences, fix, notes=notes)


def without_apostrophes(texts: ExampleTexts, choice: str, private: Rules) -> tuple[Drops, Edits]:
    """All of them or none: some alone would say that the others are meant."""
    edits: Edits = {}
    wanted = set(guarded(texts))
    for place in sorted({place for place, _ in wanted}):
        example = texts.examples[place]
        messages = tuple(
            changed(message, message.content[1:]) if (place, message.content) in wanted else message
            for message in example.messages
        )
        if messages != example.messages:
            edits[example.id] = messages
    return {}, edits


SPREADSHEET_CHANGES = Check(
    kind="spreadsheet_changes", scope="whole", detect=of_texts(find_spreadsheet), effect=without_apostrophes, order=5,
)  # fmt: skip
