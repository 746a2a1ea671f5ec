"""The other columns of an upload, read again when the cleaned table is saved and where two rows are told apart."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.copy.catalog import say
from studio.data.export.other_columns import NO_OTHERS, SHAPES, CellHiding, OtherColumns, other_columns
from studio.data.privacy.rules import Rules
from studio.data.readers.child_process import read_safely
from studio.data.table import Table, text_of
from studio.schemas.dataset import DatasetMetadata
from studio.services.datasets.dataset_view import DatasetView

HIDING = {"private_details", "possible_personal", "secret"}  # findings whose decisions hide words in cells
NAMED = 5  # columns that are named; of more only the number is told
AS_UPLOADED = "csv_columns_as_uploaded"  # whose other columns nothing is hidden in
BESIDE, SHORT = 4, 40  # columns that are told beside a row, and the letters of their longest cell
MOST_BESIDE = 20_000  # rows of a table that is read for them
TABLES = ("csv", "csv_for_excel", "csv_for_excel_semicolons", "xlsx", AS_UPLOADED)  # the exports that have columns


Cells = tuple[tuple[str, str], ...]  # headings with what stands there


class UploadedCells:
    """What stands beside a row in her other columns, as its date and who handled it: by them she knows which of two
    answers is the newer. Read when first asked for; those of the dataset that was asked for last are kept."""

    def __init__(self) -> None:
        # one value, so that of two people who ask at one time none is told the other's cells
        self._kept: tuple[object, Mapping[int, Cells]] = (None, {})

    def beside(self, view: DatasetView, source: Path | None, rows: Sequence[int]) -> dict[int, Cells]:
        """The filled short cells of these rows, at most four each in her order; none once the upload was forgotten."""
        if source is None or view.card.rows_in > MOST_BESIDE:
            return {}
        key = source, source.stat().st_mtime_ns, view.card.source, view.card.mapping
        known, cells = self._kept
        if key != known:
            cells = short_cells(table_of(view.card, source), other_names(view.card))
            self._kept = key, cells
        return {row: cells[row] for row in rows if cells.get(row)}


def upload_in(folder: Path) -> Path | None:
    """The file as it came, in a dataset's folder; None once it was forgotten."""
    return next((folder / "source").glob("*"), None)


def short_cells(table: Table, names: Sequence[str]) -> dict[int, Cells]:
    """The filled cells of the first columns that hold nothing long, by the row's number in the upload."""
    columns = {name: {row.number: text_of(row.cells.get(name)).strip() for row in table.rows} for name in names}
    short = [name for name, cells in columns.items() if any(cells.values()) and max(map(len, cells.values())) <= SHORT]
    return {
        row.number: tuple((name, columns[name][row.number]) for name in short[:BESIDE] if columns[name][row.number])
        for row in table.rows
    }


def table_of(card: DatasetMetadata, source: Path) -> Table:
    """Her upload, read as she said that it is to be read."""
    read = card.source
    return read_safely(source, name=read.name, sheet=read.sheet or None, encoding=read.encoding or None,
                       hidden=read.hidden, headings=read.headings)  # fmt: skip


def uploaded_columns(view: DatasetView, source: Path | None, rules: Rules, *, hides: bool = True) -> OtherColumns:
    """Her table's columns with what was decided about private details; none once the upload was forgotten. `hides`:
    False leaves in the columns beside questions and answers what stood there, decided or not."""
    card = view.card
    if source is None:
        return NO_OTHERS
    decisions = view.decisions if hides else ()
    return other_columns(table_of(card, source), card.mapping, CellHiding(decisions, view.examples, rules), whole=True)


def exported_columns(view: DatasetView, source: Path | None, form: str, rules: Rules) -> OtherColumns:
    """What stands in the columns of an export of this form."""
    return uploaded_columns(view, source if form in TABLES else None, rules, hides=form != AS_UPLOADED)


def other_names(card: DatasetMetadata) -> list[str]:
    """The columns of the upload that were not read, in her order."""
    used = {card.mapping.question, card.mapping.answer, card.mapping.context, card.mapping.group, card.mapping.part}
    return [name for name in card.columns if name not in used]


def hiding_columns(view: DatasetView, source: Path | None, rules: Rules) -> OtherColumns:
    """Her other columns where anything was hidden in questions and answers; else none, and nothing is read."""
    hides = any(one.kinds & HIDING and one.edits for one in view.decisions)
    return uploaded_columns(view, source, rules) if hides else NO_OTHERS


def masked_columns(view: DatasetView, source: Path | None, rules: Rules) -> list[str]:
    """In how many cells of which other columns details were hidden as well."""
    return said_of_masked(hiding_columns(view, source, rules))


def said_of_masked(others: OtherColumns) -> list[str]:
    """The sentence of it; nothing where none was."""
    listed = ", ".join(f"“{name[:40]}” ({cells:,})" for name, cells in others.masked[:NAMED])
    more = ", …" if len(others.masked) > NAMED else ""
    cells = sum(cells for _, cells in others.masked)
    return [say("uploaded_columns.masked_too", cells=cells, names=listed + more)] if cells else []


def column_warnings(view: DatasetView, source: Path | None, form: str, rules: Rules) -> list[str]:
    """That a saved table lacks her other columns, once the upload was forgotten; or that names, which were hidden in
    questions and answers, may still stand in them. Nothing where there is nothing to say."""
    card = view.card
    if form == AS_UPLOADED and source is not None:
        return [say("uploaded_columns.as_uploaded")] if other_names(card) else []
    names, said = other_names(card), list[str]()
    if source is not None:
        others = hiding_columns(view, source, rules) if form in TABLES else NO_OTHERS
        named = any("possible_personal" in one.kinds and one.edits for one in view.decisions)
        names, said = [*others.unhidden] if named else [], said_of_masked(others)
    if form not in TABLES or not names or card.mapping.schema_name not in SHAPES:
        return said
    listed = ", ".join(f"“{name[:40]}”" for name in names[:NAMED]) + (", …" if len(names) > NAMED else "")
    return [*said, say(f"uploaded_columns.{'names_stay' if source else 'lost'}", names=listed, count=len(names))]
