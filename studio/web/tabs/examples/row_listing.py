"""Which rows the table shows: a page of at most 200, of all rows, of a finding's rows, or of those that hold a word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.schemas.example import Example
from studio.services.datasets.dataset_view import DatasetView

PAGE_ROWS = 200


@dataclass(frozen=True)
class RowListing:
    """What the table looks at; `shown` are the ids of its rows in their order, by which an edit finds its row."""

    kind: str = ""
    search: str = ""
    page: int = 0
    size: int = PAGE_ROWS
    rewritten: tuple[str, ...] = ()  # under this very filter: they stay, also where they fit it no longer


@dataclass(frozen=True)
class RowPage:
    """One page of a table: its rows, the place of the first, and how many there are in all."""

    rows: tuple[Example, ...]
    first: int
    total: int
    page: int
    pages: int


def page_of(shown: DatasetView, listing: RowListing) -> RowPage:
    """The page that a listing names; beyond the end it is the last one."""
    rows, size = chosen(shown, listing), min(max(1, listing.size), PAGE_ROWS)
    pages = max(1, -(-len(rows) // size))
    page = min(max(0, listing.page), pages - 1)
    return RowPage(tuple(rows[page * size : (page + 1) * size]), page * size, len(rows), page, pages)


def chosen(shown: DatasetView, listing: RowListing) -> Sequence[Example]:
    """All rows that a listing names, and those that she rewrote while it was shown."""
    rows: Sequence[Example] = shown.examples
    word = listing.search.strip().casefold()
    stay = frozenset(listing.rewritten)
    if listing.kind:
        named = ids_of(row for finding in shown.findings if finding.kind == listing.kind for row in finding.rows)
        if word:
            pairs = zip(rows, shown.searchable, strict=True)
            return [one for one, words in pairs if (one.id in named and word in words) or one.id in stay]
        return [example for example in rows if example.id in named or example.id in stay]
    if word:
        return [one for one, words in zip(rows, shown.searchable, strict=True) if word in words or one.id in stay]
    return rows


def rows_named(examples: Iterable[Example], rows: Iterable[int]) -> dict[int, Example]:
    """The examples of these rows, in one look at all of them."""
    named = ids_of(rows)
    return {example.row: example for example in examples if example.id in named}


def ids_of(rows: Iterable[int]) -> set[str]:
    """Rows as ids: those that a person added have negative numbers."""
    return {f"r{row}" if row > 0 else f"a{-row}" for row in rows}
