"""Whether the cells of a line name columns or hold what stands in them."""

import re
from collections.abc import Sequence
from statistics import median

LONGEST_HEADING = 40
NUMBER = re.compile(r"[-+]?\d[\d.,:/ T-]*")
SHORTENED = re.compile(  # “Tenancy no.”, “Rechnungs-Nr.”: the full stop belongs to the word
    r"(?:^|[\s/(-])(?:no|nos|nr|nbr|num|ref|refs|tel|dept|addr|qty|cat|desc|descr|incl|excl|approx|resp|acc|acct|art|amt|"
    r"avg|max|min|pos|bez|abt|str|tit|vol|ver|doc|docs|info|misc|temp|prev|orig|est|comm|cust|empl|mgr|núm|nº|n°|réf|"
    r"tél|št|čís)\.$",
    re.IGNORECASE,
)


def is_sentence(cell: str) -> bool:
    """Several words that end as a sentence does; “Done?” and “Tenancy no.” are none."""
    ended = cell.endswith(("?", ".", "!", "？", "。")) and " " in cell
    return len(cell) > 60 or (ended and not (len(cell) <= LONGEST_HEADING and SHORTENED.search(cell)))


def is_number(cell: str) -> bool:
    """A number, a date or a time."""
    return NUMBER.fullmatch(cell) is not None


def stands_over_others(line: Sequence[str], following: Sequence[Sequence[str]]) -> bool:
    """Short cells, of which most are of another kind than the cells under them: headings, whatever sign ends them.

    Another kind: far shorter, no number over numbers, or a word over a few others that return.
    """
    named = [(at, cell.strip()) for at, cell in enumerate(line) if cell.strip()]
    texts = [cell for _, cell in named]
    if (
        len(texts) < 2
        or len(set(texts)) < len(texts)
        or any(len(one) > LONGEST_HEADING or is_number(one) for one in texts)
    ):
        return False
    under = {at: [one[at].strip() for one in following if len(one) > at and one[at].strip()] for at, _ in named}
    other = sum(1 for at, cell in named if len(under[at]) >= 3 and differs(cell, under[at]))
    return 2 * other >= len(named) and other >= 2


def differs(cell: str, under: Sequence[str]) -> bool:
    """Whether this cell is of another kind than those under it."""
    if median(map(len, under)) >= max(30, 3 * len(cell)):
        return True
    if sum(map(is_number, under)) >= 0.8 * len(under):
        return True
    coded = sum(1 for one in under if any(map(str.isdigit, one)) and " " not in one)
    if coded >= 0.8 * len(under) and not any(map(str.isdigit, cell)):
        return True
    return cell not in under and 2 * len(set(under)) <= len(under)
