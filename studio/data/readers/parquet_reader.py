"""Parquet by pyarrow alone: no other library looks at it, so a path inside the data opens nothing."""

from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.table import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Table, TableRow, some_rows
from studio.errors import UnreadableFile
from studio.schemas.finding import Drop


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
        raise UnreadableFile(
            say("parquet_reader.parquet_file_damaged_or"), hint=say("parquet_reader.save_again"), where=name
        ) from error
    rows: list[TableRow] = []
    drops: list[Drop] = []
    binary: list[int] = []
    for number, value in enumerate(values, start=1):
        cells = {key: as_text(cell) for key, cell in value.items()}
        if any(isinstance(cell, bytes) for cell in cells.values()):
            binary.append(number)
            drops.append(Drop(row=number, reason="not_text", detail=say("parquet_reader.holds_bytes_picture_or")))
        elif not any(cells.values()):
            drops.append(Drop(row=number, reason="blank_row"))
        elif any(isinstance(cell, str) and len(cell) > MAX_CELL for cell in cells.values()):
            drops.append(
                Drop(
                    row=number,
                    reason="unreadable_row",
                    detail=say("parquet_reader.value_more_than_characters", max_cell=MAX_CELL),
                )
            )
        else:
            rows.append(TableRow(number, cells))
    if not rows and binary:
        raise UnreadableFile(
            say("parquet_reader.rows_hold_bytes_not"), hint=say("parquet_reader.give_table_with_questions"), where=name
        )
    if not rows:
        raise UnreadableFile(
            say("parquet_reader.file_holds_no_rows"), hint=say("parquet_reader.save_again"), where=name
        )
    notes = (say("parquet_reader.bytes_instead_text_left", some_rows=some_rows(binary)),) if binary else ()
    return Table(
        format="parquet", columns=columns, rows=rows, drops=drops, notes=notes, rows_read=len(rows) + len(drops)
    )


def check_size(metadata: Any, name: str) -> None:
    """What the footer declares, before anything is unpacked."""
    if metadata.num_rows > MAX_ROWS:
        raise UnreadableFile(
            say("parquet_reader.file_declares_rows_at", num_rows=metadata.num_rows, max_rows=MAX_ROWS),
            hint=say("parquet_reader.split_into_smaller_files"),
            where=name,
        )
    if metadata.num_columns > MAX_COLUMNS:
        raise UnreadableFile(
            say("parquet_reader.file_has_columns_at", num_columns=metadata.num_columns, max_columns=MAX_COLUMNS),
            hint=say("parquet_reader.keep_only_columns_with"),
            where=name,
        )
    size = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if size > 2**30:
        raise UnreadableFile(
            say("parquet_reader.file_unpacks_gb_at", size=size / 2**30),
            hint=say("parquet_reader.split_into_smaller_files"),
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
