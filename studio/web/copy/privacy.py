"""The sentences about private details."""

from collections.abc import Sequence

from studio.copy.catalog import Phrases, say
from studio.data.privacy.masks import LABELS
from studio.schemas.example import Example
from studio.schemas.finding import Spot

AROUND = 48
ONE = Phrases("private_one")
MANY = Phrases("private_many")
WAYS = Phrases("private_ways")


def of_kind(kind: str, rows: int) -> str:
    """“E-mail addresses in 12 rows”."""
    named = MANY.get(kind, kind)
    return say("privacy.in", named=named[:1].upper(), named_2=named[1:], rows=rows)


def ways_hint(kinds: Sequence[str]) -> str:
    """What each way writes, told by a kind that was found."""
    name = "name" if "name" in kinds else kinds[0]
    first = say("privacy.ways_hint", mask=f"[{LABELS[name]}_1]")
    return f"{first} {say('privacy.made_up_hint')}"


def stays(value: str, here: int, before: int, after: int) -> str:
    """What her “It is ours” came to."""
    rows = say("privacy.stays_rows", before=before, after=after) if after else say("privacy.stays_last", before=before)
    rows = say("privacy.stays_others", before=before) if after == before else rows
    return " ".join((say("privacy.stays", value=value, rows=here), rows, say("privacy.stays_undo")))


def not_found(names_found: bool) -> str:
    """What nobody looked for, said where the rest is told."""
    who = say("privacy.streets") if names_found else say("privacy.names_people_streets")
    return say("privacy.dates_birth_found_only", who=who)


def more(kind: str, rows: int) -> str:
    """That not all of a kind are drawn, and how many rows hold none of those that are, as far as that is known."""
    if rows <= 0:
        return say("privacy.more_press_show_rows", many=MANY.get(kind, kind))
    return say("privacy.more_rows", rows=rows, many=MANY.get(kind, kind))


def around(spot: Spot, example: Example) -> tuple[str, str, str]:
    """The words before the detail, the detail, and the words behind it."""
    text = example.messages[spot.turn].content
    before, after = text[: spot.start], text[spot.end :]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return before.replace("\n", " "), text[spot.start : spot.end], after.replace("\n", " ")


def place(spot: Spot, example: Example) -> str:
    """Where it stands, and how often."""
    label = say("privacy.row", row=example.label) if spot.row > 0 else say("privacy.row_yours")
    return label if spot.rows == 1 else say("privacy.and", label=label, rows=spot.rows - 1)
