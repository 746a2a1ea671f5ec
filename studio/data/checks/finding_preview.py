"""One example of a finding, so that she sees what is meant: the row, and for a repair the words before and after."""

from collections.abc import Mapping
from typing import NamedTuple

from studio.data.checks.registry import check_of
from studio.schemas.example import Example
from studio.schemas.finding import Finding

MOST_TRIED = 50


class FindingPreview(NamedTuple):
    """`before` and `after` are one turn of the example, both empty where nothing would be rewritten."""

    example: Example
    before: str = ""
    after: str = ""
    note: str = ""


def preview_of(finding: Finding, examples: Mapping[int, Example]) -> FindingPreview | None:
    """The first row of the finding that its fix changes; else its first row; nothing when no row is at hand."""
    rows = [row for row in finding.rows[:MOST_TRIED] if row in examples]
    for row in rows:
        before, after = turned(finding, examples[row])
        if before != after:
            return FindingPreview(examples[row], before, after, finding.notes.get(row, ""))
    return FindingPreview(examples[rows[0]], note=finding.notes.get(rows[0], "")) if rows else None


def turned(finding: Finding, example: Example) -> tuple[str, str]:
    """The first turn that the repair changes, before and after."""
    check = check_of(finding.kind)
    if check is not None and check.preview is not None:
        return example.answer, check.preview(finding, example.answer)
    if check is not None and check.repair is not None and not check.reads_the_same:
        for message in example.messages:
            if (after := check.repair(message.content)) != message.content:
                return message.content, after
    return "", ""
