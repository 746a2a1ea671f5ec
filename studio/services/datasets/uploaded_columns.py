"""The other columns of an upload, read again when the cleaned table is saved."""

from pathlib import Path

from studio.data.export.other_columns import NO_OTHERS, CellHiding, OtherColumns, other_columns
from studio.data.privacy.rules import Rules
from studio.data.readers.child_process import read_safely
from studio.services.datasets.dataset_view import DatasetView

TABLES = ("csv", "csv_for_excel", "csv_for_excel_semicolons", "xlsx")  # the exports that have columns


def uploaded_columns(view: DatasetView, source: Path | None, rules: Rules) -> OtherColumns:
    """Her other columns with what was decided about private details; none once the upload was forgotten."""
    card = view.card
    used = {card.mapping.question, card.mapping.answer, card.mapping.context, card.mapping.group, card.mapping.part}
    if source is None or not set(card.columns) - used:
        return NO_OTHERS
    read = card.source
    table = read_safely(source, name=read.name, sheet=read.sheet or None, encoding=read.encoding or None,
                        hidden=read.hidden)  # fmt: skip
    return other_columns(table, card.mapping, CellHiding(view.decisions, view.examples, rules))
