"""One example of a finding, so that she sees what is meant: the row, and for a repair the words before and after."""

from collections.abc import Mapping
from typing import NamedTuple

from studio.prepare.fixes import REPAIRS
from studio.records.example import Example
from studio.records.finding import Finding

MOST_TRIED = 50
NOTE_LETTERS = 80  # a stock line is noted by its beginning


class Glimpse(NamedTuple):
    """`before` and `after` are one turn of the example, both empty where nothing would be rewritten."""

    example: Example
    before: str = ""
    after: str = ""
    note: str = ""


def glimpse(finding: Finding, examples: Mapping[int, Example]) -> Glimpse | None:
    """The first row of the finding that its fix changes; else its first row; nothing when no row is at hand."""
    rows = [row for row in finding.rows[:MOST_TRIED] if row in examples]
    for row in rows:
        before, after = turned(finding, examples[row])
        if before != after:
            return Glimpse(examples[row], before, after, finding.notes.get(row, ""))
    return Glimpse(examples[rows[0]], note=finding.notes.get(rows[0], "")) if rows else None


def turned(finding: Finding, example: Example) -> tuple[str, str]:
    """The first turn that the repair changes, before and after."""
    if finding.kind == "repeated_boilerplate":
        return example.answer, without_stock(example.answer, frozenset(finding.notes.values()))
    repair = REPAIRS.get(finding.kind)
    if repair is not None:
        for message in example.messages:
            if (after := repair(message.content)) != message.content:
                return message.content, after
    return "", ""


def without_stock(text: str, stock: frozenset[str]) -> str:
    """The answer without the first and last lines that were noted as stock."""
    lines = text.split("\n")
    start, end = 0, len(lines)
    while start < end and (not lines[start].strip() or lines[start].strip()[:NOTE_LETTERS] in stock):
        start += 1
    while end > start and (not lines[end - 1].strip() or lines[end - 1].strip()[:NOTE_LETTERS] in stock):
        end -= 1
    kept = "\n".join(lines[start:end])
    return kept if kept.strip() else text
