"""Which rows the table shows: a page of at most 200, of all rows, of a finding's rows, or of those that hold a word."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.desk.dataset_view import DatasetView
from studio.records.example import Example

PAGE_ROWS = 200


@dataclass(frozen=True)
class Listing:
    """What the table looks at; `shown` are the ids of its rows in their order, by which an edit finds its row."""

    kind: str = ""
    search: str = ""
    page: int = 0


@dataclass(frozen=True)
class Page:
    """One page of a table: its rows, the place of the first, and how many there are in all."""

    rows: tuple[Example, ...]
    first: int
    total: int
    page: int
    pages: int


def page_of(shown: DatasetView, listing: Listing) -> Page:
    """The page that a listing names; beyond the end it is the last one."""
    rows = chosen(shown, listing)
    pages = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(max(0, listing.page), pages - 1)
    return Page(tuple(rows[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]), page * PAGE_ROWS, len(rows), page, pages)


def chosen(shown: DatasetView, listing: Listing) -> Sequence[Example]:
    """All rows that a listing names."""
    rows: Sequence[Example] = shown.examples
    if listing.kind:
        named = {row for finding in shown.findings if finding.kind == listing.kind for row in finding.rows}
        rows = [example for example in rows if example.id[0] == "r" and example.row in named]
    if word := listing.search.strip().casefold():
        rows = [e for e in rows if word in e.question.casefold() or word in e.answer.casefold()]
    return rows
