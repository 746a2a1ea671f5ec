"""Parquet by pyarrow alone: no other library looks at it, so a path inside the data opens nothing."""

from pathlib import Path
from typing import Any

from studio.data.table import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Table, TableRow, some_rows
from studio.errors import UnreadableFile
from studio.schemas.finding import Drop

SAVE_AGAIN = "Write the file again, or save the table as CSV."


def read_parquet(path: Path, name: str) -> Table:
    """Rows with values as text; nested values stay lists and objects; bytes are no text and become drops."""
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            check_size(file.metadata, name)
            columns = tuple(file.schema_arrow.names)
            batches = file.iter_batches(batch_size=10_000, use_threads=False)
            values = [row for batch in batches for row in batch.to_pylist()]
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise UnreadableFile("The Parquet file is damaged or cut off.", hint=SAVE_AGAIN, where=name) from error
    rows: list[TableRow] = []
    drops: list[Drop] = []
    binary: list[int] = []
    for number, value in enumerate(values, start=1):
        cells = {key: as_text(cell) for key, cell in value.items()}
        if any(isinstance(cell, bytes) for cell in cells.values()):
            binary.append(number)
            drops.append(Drop(row=number, reason="not_text", detail="holds bytes (a picture or a sound)"))
        elif not any(cells.values()):
            drops.append(Drop(row=number, reason="blank_row"))
        elif any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells.values()):
            drops.append(
                Drop(row=number, reason="unreadable_row", detail=f"a value of more than {MAX_CELL:,} characters")
            )
        else:
            rows.append(TableRow(number, cells))
    if not rows and binary:
        raise UnreadableFile(
            "The rows hold bytes, not text.", hint="Give a table with questions and answers.", where=name
        )
    if not rows:
        raise UnreadableFile("The file holds no rows.", hint=SAVE_AGAIN, where=name)
    notes = (f"Bytes instead of text in {some_rows(binary)}: left out.",) if binary else ()
    return Table(
        format="parquet", columns=columns, rows=rows, drops=drops, notes=notes, rows_read=len(rows) + len(drops)
    )


def check_size(metadata: Any, name: str) -> None:
    """What the footer declares, before anything is unpacked."""
    if metadata.num_rows > MAX_ROWS:
        raise UnreadableFile(
            f"The file declares {metadata.num_rows:,} rows; at most {MAX_ROWS:,} are read.",
            hint="Split it into smaller files.",
            where=name,
        )
    if metadata.num_columns > MAX_COLUMNS:
        raise UnreadableFile(
            f"The file has {metadata.num_columns:,} columns; at most {MAX_COLUMNS:,} are read.",
            hint="Keep only the columns with the questions and answers.",
            where=name,
        )
    size = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if size > 2**30:
        raise UnreadableFile(
            f"The file unpacks to {size / 2**30:.1f} GB; at most 1 GB is read.",
            hint="Split it into smaller files.",
            where=name,
        )


def as_text(value: object) -> object:
    """Scalars as text, nested values with scalars that JSON can hold."""
    if value is None:
        return ""
    if isinstance(value, str | bytes):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return [inner(item) for item in value]
    if isinstance(value, dict):
        if isinstance(value.get("bytes"), bytes):
            return value["bytes"]
        return {str(key): inner(item) for key, item in value.items()}
    return str(value)


def inner(value: object) -> object:
    """As `as_text`, but numbers and truth values stay what JSON can write."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return as_text(value)
