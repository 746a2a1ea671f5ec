"""The rows that are left out, reason by reason: the first few by number, and how many there are."""

from collections.abc import Iterable
from typing import Any

from studio.schemas.finding import Drop, DropReason

NAMED = 5


def by_reason(drops: Iterable[Drop]) -> dict[DropReason, list[Drop]]:
    """All of them in the order of their rows, the reason that comes first in the file first."""
    found: dict[DropReason, list[Drop]] = {}
    for drop in sorted(drops, key=lambda drop: drop.row):
        found.setdefault(drop.reason, []).append(drop)
    return found


def account_of(drops: Iterable[Drop]) -> dict[str, Any]:
    """For JSON: the number for each reason, and the first rows of each with what is known of them.

    `row` counts the rows of data, as those of a finding; `file_row` is the number that a spreadsheet shows.
    """
    found = by_reason(drops)
    return {
        "dropped": {reason: len(some) for reason, some in found.items()},
        "left_out": [
            {"row": drop.row, "file_row": drop.shown_row, "reason": reason, "detail": drop.detail}
            for reason, some in found.items()
            for drop in some[:NAMED]
        ],
    }  # fmt: skip
