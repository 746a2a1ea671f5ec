"""What the columns of a table look like in a sample of its rows: what the guess of columns goes by."""

from dataclasses import dataclass

from studio.data.table import Table, text_of
from studio.data.text.late_pattern import late

SAMPLE = 400
WRITTEN = late(r"\s*[\[{]")  # how a list or an object begins that a program wrote into a cell
CODE = late(r"(?=\S*\d)(?=\S*[A-Za-z])[\w#./:-]{3,64}")  # ORD-123, U0AB1, a UUID: letters and digits, no space
DATE = late(
    r"(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.? [^\W\d_]{3,12}\.?,? \d{4}|[^\W\d_]{3,12} \d{1,2}, \d{4})"
    r"(?:[T ,]+\d{1,2}:\d{2}\S{0,20}(?: [AaPp]\.?[Mm]\.?)?)?"
)
SPACELESS = late("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True)
class ColumnStats:
    """What a column looks like in a sample of its rows."""

    name: str
    rows: int  # of the sample, with something in the cell
    filled: float
    length: float
    distinct: int
    asks: float
    speaks: float
    is_number: bool
    is_nested: bool
    prose: float = 0.0  # the share of cells with a sentence of four words or more
    written: float = 0.0  # the share of cells that begin like a list or an object
    codes: float = 0.0  # the share of cells that are ids
    dates: float = 0.0


def column_stats(table: Table) -> dict[str, ColumnStats]:
    """The columns in a sample spread over the rows."""
    step = max(1, len(table.rows) // SAMPLE)
    sample = table.rows[::step]
    looks: dict[str, ColumnStats] = {}
    for name in table.columns:
        cells = [row.cells.get(name, "") for row in sample]
        texts = [text for text in map(text_of, cells) if text.strip()]
        lengths = sum(map(len, texts))
        looks[name] = ColumnStats(
            name=name,
            rows=len(texts),
            filled=len(texts) / max(1, len(sample)),
            length=lengths / max(1, len(texts)),
            distinct=len(set(texts)),
            asks=sum(1 for text in texts if text.rstrip().endswith(("?", "？", "؟"))) / max(1, len(texts)),
            speaks=sum(1 for text in texts if " " in text.strip() or not text.isascii()) / max(1, len(texts)),
            is_number=bool(texts) and sum(map(is_number, texts)) > 0.9 * len(texts),
            is_nested=any(isinstance(cell, list | dict) for cell in cells),
            prose=sum(map(is_prose, texts)) / max(1, len(texts)),
            written=sum(1 for text in texts if WRITTEN.match(text)) / max(1, len(texts)),
            codes=sum(1 for text in texts if CODE.fullmatch(text.strip()[:80])) / max(1, len(texts)),
            dates=sum(1 for text in texts if DATE.fullmatch(text.strip()[:80])) / max(1, len(texts)),
        )
    return looks


def is_number(text: str) -> bool:
    """Digits with the signs of numbers, dates and times, or a long hexadecimal id."""
    bare = text.strip().strip("€$£%")
    return bool(bare) and (
        all(letter.isdigit() or letter in ".,:-+/ eETZ" for letter in bare)
        or (len(bare) >= 16 and " " not in bare and any(map(str.isdigit, bare)) and bare.replace("-", "").isalnum())
    )


def is_prose(text: str) -> bool:
    """Four words or more; in scripts that write no spaces, eight signs or more."""
    return len(text[:2_000].split()) >= 4 or len(SPACELESS.findall(text[:200])) >= 8
