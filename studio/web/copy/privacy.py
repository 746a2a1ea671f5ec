"""The sentences about private details."""

from collections.abc import Mapping

from studio.schemas.example import Example
from studio.schemas.finding import Spot
from studio.web.copy.common import count

AROUND = 48
KINDS: Mapping[str, tuple[str, str]] = {
    "email": ("e-mail address", "e-mail addresses"), "phone": ("phone number", "phone numbers"),
    "card": ("card number", "card numbers"), "iban": ("bank account", "bank accounts"),
    "national_id": ("national id", "national ids"), "ip": ("computer address (IP)", "computer addresses (IP)"),
    "url": ("web address", "web addresses"), "name": ("name", "names of people"),
}  # fmt: skip
WAYS = (
    ("Mask", "mask"), ("Made-up one", "fake"), ("Take the row out", "drop"), ("Leave", "leave"),
)  # fmt: skip
WAYS_HINT = (
    "Mask writes [EMAIL_1] in its place, the same one wherever the same detail stands. A made-up one reads like a real "
    "one and is nobody's."
)
DO_IT = "Do this with the private details"
DETAILS = "See each detail"
NOT_PRIVATE = "Not private"
OURS = "It is ours: leave it"
NO_NAMES = (
    "Names of people are not looked for. To switch it on, set name_finder in studio.toml to the folder of a model that "
    "marks names."
)
NAMES = "Looking for names takes a while: a model reads every row, on this computer."
LOOK = "Look for names"
SETTINGS = "What counts as private here"
COUNTRIES = "Countries whose id numbers count wherever their check digits are right"
COUNTRIES_HINT = "Others count only where their form or the word beside them tells."
AFTER_ALL = "Private after all"
WHICH_AFTER_ALL = "Which of them"
NONE_ALLOWED = "Nothing was called not private so far."
ALLOWED = "These were called not private, in this and in all later tables of the project:"


def of_kind(kind: str, rows: int) -> str:
    """“E-mail addresses in 12 rows”."""
    named = KINDS.get(kind, (kind, kind))[1]
    return f"{named[:1].upper()}{named[1:]} in {count(rows, 'row')}"


def not_found(names_found: bool) -> str:
    """What nobody looked for, said where the rest is told."""
    who = "Streets" if names_found else "Names of people, streets"
    return f"{who} and dates of birth are found only by the words beside them; others stay."


def more(kind: str) -> str:
    """That not all of a kind are drawn."""
    return f"And more {KINDS.get(kind, (kind, kind))[1]}: press “Show rows” to see them all."


def around(spot: Spot, example: Example) -> tuple[str, str, str]:
    """The words before the detail, the detail, and the words behind it."""
    text = example.messages[spot.turn].content
    before, after = text[: spot.start], text[spot.end :]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return before.replace("\n", " "), text[spot.start : spot.end], after.replace("\n", " ")


def place(spot: Spot) -> str:
    """Where it stands, and how often."""
    label = f"Row {spot.row:,}" if spot.row > 0 else "A row of yours"
    return label if spot.rows == 1 else f"{label} and {count(spot.rows - 1, 'other')}"
