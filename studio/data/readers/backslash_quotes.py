"""Quotes that are escaped with a backslash, as database dumps and hand-written exporters do, not by doubling them.

A backslash is taken for an escape only where the rows come out better that way: a path may end with one.
"""

import csv
import re
from collections.abc import Iterable, Iterator

from studio.data.readers.delimiter import DelimitedLines

ESCAPED = re.compile(r'(?<!\\)(?:\\\\)*\\"')
NULL = re.compile(r"(?:^|[,;\t|])\\N(?=[,;\t|\r\n]|$)", re.MULTILINE)
PAIR = re.compile(r"\\(.)", re.DOTALL)
PLAIN_BACKSLASH = re.compile(r"(?<!\\)(?:\\\\)*\\(?![\\\"'ntr0N\r\n])")
MOST_TRIED = 20_000_000  # signs up to the first escaped quote; behind them the usual rules hold
NOTE = 'Quotes are written with a backslash here (\\"): they were read as the quotes themselves.'
NULL_NOTE = "Empty cells are written as \\N here: they were read as empty."


def escapes_with_backslash(text: str, separator: str) -> bool:
    """Whether the rows come out better when a backslash takes the quote behind it out of the count."""
    if "\\" not in text:
        return False
    quote, null = ESCAPED.search(text, 0, MOST_TRIED), NULL.search(text, 0, MOST_TRIED)
    if quote is None and null is None:
        return False
    first = min(found.start() for found in (quote, null) if found)
    sample = text[: first + 200_000]
    whole = len(sample) == len(text)
    if not whole:
        sample = sample[: sample.rfind("\n") + 1]
    usual = quality(csv_rows(sample, separator, escape=False), whole)
    other = quality(csv_rows(guarded(sample, separator), separator, escape=True), whole)
    return other >= usual if null is not None else other > usual


def quality(rows: tuple[list[int], bool, bool], whole: bool) -> tuple[bool, float, int]:
    """How well a way of reading fits: quotes in order, rows of one width, rows not swallowed by others."""
    widths, in_order, closed = rows
    share = widths.count(max(set(widths), key=widths.count)) / len(widths) if widths else 0.0
    return in_order and (closed or not whole), share, len(widths)


def csv_rows(sample: str, separator: str, *, escape: bool) -> tuple[list[int], bool, bool]:
    """Widths of the records, whether every closing quote ends its cell, and whether the last one closes."""
    mark = "\\" if escape else None
    in_order, closed = True, True
    strict = csv.reader(DelimitedLines(sample), delimiter=separator, escapechar=mark, strict=True)
    lines = DelimitedLines(sample)
    try:
        for _ in strict:
            pass
    except csv.Error as error:
        closed = not str(error).startswith("unexpected end")
        in_order = not closed
    widths: list[int] = []
    try:
        for record in csv.reader(lines, delimiter=separator, escapechar=mark):
            if any(cell.strip() for cell in record):
                widths.append(len(record))
    except csv.Error:
        return widths, False, False
    return widths, in_order, closed


def guarded(text: str, separator: str) -> str:
    """The text with every backslash doubled that escapes nothing, so that the reader keeps it."""
    kept = "\"'\r\n" + separator + ("" if PLAIN_BACKSLASH.search(text) else "\\")

    def doubled(found: re.Match[str]) -> str:
        if found.group(1) in kept:
            return found.group(0)
        return "\\\\" + ("\\\\" if found.group(1) == "\\" else found.group(1))

    return PAIR.sub(doubled, text)


def without_nulls(records: Iterable[list[str]], seen: list[int]) -> Iterator[list[str]]:
    """Records with \\N as an empty cell; `seen` gets a sign of each record that had one."""
    for number, record in enumerate(records):
        if "\\N" in record:
            seen.append(number)
            record[:] = ["" if cell == "\\N" else cell for cell in record]
        yield record
