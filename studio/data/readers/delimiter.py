"""The sign between the cells of a text table: hinted at in a first line, or found by the lines themselves."""

import csv
import re
from collections.abc import Iterator, Mapping

from studio.copy.catalog import say

SEPARATORS = (",", ";", "\t", "|")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
MOST_TITLES = 10
HINT = re.compile(
    r"""[\ufeff\s]*["']?[ ]*sep[ ]*=[ ]*(\\t|tab(?=["'\s,;|]*(?:\r?\n|\r|$))|[^\w\s"']|\t)["',;|\t ]*(?:\r\n|\n|\r)""",
    re.IGNORECASE,
)


class DelimitedLines:
    """The lines of a text, with their ends; tells when the reader has asked for one more than there are."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ran_out = False
        self.taken: list[str] = []  # since the reader of the rows emptied it

    def __iter__(self) -> Iterator[str]:
        for line in split_lines(self.text):
            self.taken.append(line)
            yield line
        self.ran_out = True


def split_lines(text: str) -> Iterator[str]:
    """Lines end at \\n alone, so that other line marks inside cells stay in their cell."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1
        if end == 0:
            yield text[start:]
            return
        yield text[start:end]
        start = end


def hinted(text: str) -> tuple[str, int]:
    """The sign that a first line such as `sep=;` names, and where the text after that line begins."""
    found = HINT.match(text[:200])
    if found is None:
        return "", 0
    sign = found.group(1)
    return "\t" if sign.lower() in ("\\t", "tab") else sign, found.end()


def choose_separator(text: str, hint: str) -> tuple[str, str]:
    """The hint when it cuts the lines into cells, else what the lines say, with a sentence about it."""
    if not hint:
        return find_separator(text), ""
    widths = widths_of(beginning(text), hint)
    if widths and widths[0] > 1 and max(set(widths), key=widths.count) > 1:
        return hint, ""
    found = find_separator(text)
    said = NAMES.get(hint, f"the sign {hint}")
    if not found:
        return "", say("delimiter.first_line_sep_says", said=said)
    return found, say("delimiter.first_line_sep_says_but", said=said, names=NAMES[found])


def beginning(text: str) -> str:
    """The first lines, whole, with one kind of line end."""
    sample = text[:200_000].replace("\r\n", "\n").replace("\r", "\n")
    return sample[: sample.rfind("\n") + 1] or sample if len(text) > 200_000 else sample


def widths_of(sample: str, separator: str, most: int = 200) -> list[int]:
    """How many cells each of the first records has; blank ones are passed over."""
    widths: list[int] = []
    for record in csv.reader(DelimitedLines(sample), delimiter=separator):
        if record and any(cell.strip() for cell in record):
            widths.append(len(record))
        if len(widths) >= most:
            break
    return widths


def find_separator(text: str, *, certain: bool = False) -> str:
    """The sign that cuts the first lines into the same number of cells, two or more; nothing for one column.

    `certain`: for files that do not call themselves a table, nearly all lines must agree.
    """
    csv.field_size_limit(2**31 - 1)
    sample = beginning(text)
    found = {separator: widths_of(sample, separator) for separator in SEPARATORS}
    best, best_score = best_of(found)
    if certain:
        return best if best_score >= 1.4 else ""
    if best_score < 0.6:
        best, best_score = best_of({separator: without_ends(widths) for separator, widths in found.items()})
    return best if best_score >= 0.6 else first_line_separator(sample)


def best_of(found: Mapping[str, list[int]]) -> tuple[str, float]:
    """The sign whose records agree most on how many cells there are, with its score."""
    best, best_score = "", 0.0
    for separator, widths in found.items():
        modal = max(set(widths), key=widths.count) if widths else 0
        if modal < 2:
            continue
        share = widths.count(modal) / len(widths)
        score = share + (0.5 if widths[0] == modal else 0.0) + min(modal, 10) / 100
        score -= 0.3 if separator == "," and share < 0.8 else 0.0
        if score > best_score:
            best, best_score = separator, score
    return best, best_score


def without_ends(widths: list[int]) -> list[int]:
    """Without the narrow lines above and under a table: titles of a report, and its foot."""
    modal = max(set(widths), key=widths.count) if widths else 0
    if modal < 2:
        return []
    first = next(place for place, width in enumerate(widths) if width >= modal)
    last = next(place for place in range(len(widths) - 1, -1, -1) if widths[place] >= modal)
    return widths[min(first, MOST_TITLES) : max(last + 1, len(widths) - MOST_TITLES)]


def first_line_separator(sample: str) -> str:
    """Ragged everywhere: believe the header line."""
    first = sample.lstrip("\n\r").split("\n", 1)[0]
    counts = {separator: first.count(separator) for separator in SEPARATORS}
    separator = max(SEPARATORS, key=lambda sign: counts[sign])
    return separator if counts[separator] else ""
