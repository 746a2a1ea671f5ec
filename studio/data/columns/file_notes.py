"""What a person is told about a file as it is read with these columns."""

from studio.copy.catalog import say
from studio.data.table import Table
from studio.schemas.dataset import ColumnMapping


def notes_of(table: Table, mapping: ColumnMapping) -> tuple[str, ...]:
    """The reader's notes, that texts are taught without questions, and what becomes of calls of tools by the choice
    that the mapping holds."""
    texts = (mapping.sentence,) if mapping.schema_name == "text" and mapping.sentence and not mapping.doubt else ()
    if not table.tool_calls:
        return (*table.notes, *texts)
    key = "taught" if mapping.tool_calls == "keep" else "read_over"
    return (*table.notes, *texts, say(f"tool_calls.{key}", count=table.tool_calls))
