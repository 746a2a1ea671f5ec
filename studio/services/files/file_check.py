"""What the command line's `check` says of a file: how it was read, what the checks find, and the picture of it."""

from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.columns.file_notes import notes_of
from studio.data.duplicates.number_series import members, members_in_words, series_in_words
from studio.data.forked_work import in_forked_copy
from studio.data.history.drop_summary import account_of
from studio.data.profile.dataset_profile import describe
from studio.data.table import Table
from studio.schemas.dataset import ColumnMapping as Columns
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.leakage import compared

ROWS_NAMED = 50


def checked(
    service: DatasetService,
    table: Table,
    columns: Columns | None,
    against: Path | None = None,
    *,
    measured: bool = True,
) -> dict[str, Any]:
    """Ready for JSON. `against` is a file of examples to learn from: what both hold is a finding called leakage.

    `measured`: with the spread of lengths and the picture of the examples, which nobody reads in a terminal.
    """
    columns, examples, findings, drops = service.check(table, columns)
    looked_for = [say("leakage.looked_for")] if against is not None else []
    if against is not None:
        taught = service.read(against, against.name)
        shared = compared(examples, taught, against.name, columns, table_is_taught=True).finding
        findings = [*([shared] if shared else []), *findings]
    answer = {
        "format": table.format, "encoding": table.encoding, "rows_read": table.rows_read,
        "columns": list(table.columns), "mapping": columns.model_dump(exclude_defaults=True),
        "examples": len(examples),
        "findings": [
            {"kind": f.kind, "severity": f.severity, "count": f.count, "rows": list(f.rows[:ROWS_NAMED]),
             "sentence": f.sentence, "fix": f.fix,
             "notes": {str(row): f.notes[row] for row in f.rows[:ROWS_NAMED] if row in f.notes}}
            for f in findings
        ],
        **account_of(drops),
        "notes": [
            *notes_of(table, columns), *hints(table),
            *filter(None, [columns.doubt, members_in_words(members(examples))]), *looked_for,
        ],
    }  # fmt: skip
    if measured:
        picture = in_forked_copy(lambda: describe(examples).model_dump(mode="json"))
        answer |= {"tokens": service.lengths.summary(examples), "picture": picture()}
    return answer


def hints(table: Table) -> list[str]:
    """What can be said on the command line to have the file read otherwise."""
    left_out = any(drop.reason == "hidden_row" for drop in table.drops)
    return [say("file_check.add_hidden_use_read")] if left_out else []


def imported(service: DatasetService, view: DatasetView) -> dict[str, Any]:
    """What the command line's `import` says of a dataset, ready for JSON."""
    aside = service.set_aside(view)
    lengths = [finding.sentence for finding in view.findings if finding.kind == "too_long"]
    return {
        "project": view.project, "dataset": view.id, "rows_in": view.card.rows_in, "rows_kept": view.card.rows_kept,
        **account_of(view.drops), "exam_size": aside.exam, "validation_size": aside.validation, "note": aside.why,
        "notes": [*view.notes, *lengths, *filter(None, [series_in_words(aside.series, aside.exam)])],
        "tokens": service.lengths.beyond(view.examples),
    }  # fmt: skip


def decided(service: DatasetService, project: str, decision: str, only_listed: bool, *, by: str) -> dict[str, Any]:
    """What the command line's `undo` says: the decisions that stand after it, newest first, and what was taken back."""
    dataset = service.newest(project)
    before = service.view(project, dataset)
    view = before if only_listed else service.undo(project, dataset, by=by, decision=decision)
    gone = [one.sentence for one in before.decisions if one not in view.decisions]
    said = [
        {"id": one.id, "at": one.at, "by": one.by, "action": one.action, "sentence": one.sentence}
        for one in reversed(view.decisions)
    ]  # fmt: skip
    return {
        "project": project, "dataset": view.id, "undone": gone[0] if gone else "", "decisions": said,
        "rows_in": view.card.rows_in, "rows_kept": view.card.rows_kept, "dropped": view.card.dropped,
    }  # fmt: skip
