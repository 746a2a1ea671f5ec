"""Private details in the inbox: what was found, a way for each kind, and each detail."""

from collections.abc import Mapping, Sequence

from studio.copy.catalog import say
from studio.data.privacy.choices import written
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Spot
from studio.services.datasets.dataset_view import DatasetView
from studio.web import html
from studio.web.copy import privacy as copy
from studio.web.tabs.examples.row_listing import rows_named

SHOWN = 5  # details of a kind
PICK = "way-"  # begins the name of the choice of a kind


def private_example(finding: Finding) -> str:
    """How many of each kind."""
    return html.safe(", ".join(copy.of_kind(kind, len(rows)) for kind, rows in finding.parts.items()) + ".")


def private_more(shown: DatasetView, finding: Finding) -> str:
    """A way for each kind, the first details of each, and one button that does what is chosen."""
    ways = "".join(way_of(kind, len(rows)) for kind, rows in finding.parts.items())
    spots = "".join(details_of(shown, finding, kind) for kind in finding.parts)
    return (
        html.seen(say('privacy.ways_hint')) + ways + html.press(say('privacy.do_it'), "hide", shown.mark, "primary")
        + html.folded(say('privacy.details'), spots)
    )  # fmt: skip


def way_of(kind: str, rows: int) -> str:
    """The choice for one kind."""
    radios = "".join(
        f'<label><input type="radio" name="{PICK}{kind}" value="{way}"{" checked" if way == "mask" else ""}>'
        f"{html.safe(label)}</label>"
        for way, label in copy.WAYS.items()
    )
    return f'<fieldset class="ways"><legend>{html.safe(copy.of_kind(kind, rows))}</legend>{radios}</fieldset>'


def details_of(shown: DatasetView, finding: Finding, kind: str) -> str:
    """The first details of a kind, each with a button that says it is not private."""
    named = [(place, spot) for place, spot in enumerate(finding.spots) if spot.kind == kind]
    listed = spots_to_show(shown, named)
    lines = "".join(
        html.block(
            "spot",
            html.marked(copy.place(spot, example), *copy.around(spot, example)),
            html.press(
                say("privacy.ours") if spot.likely_ours else say("privacy.not_private"),
                f"allow {place}",
                shown.mark,
                "quiet",
            ),
        )
        for place, spot, example in listed
    )
    return lines + (html.seen(copy.more(kind)) if len(named) > len(listed) else "")


def spots_to_show(shown: DatasetView, named: Sequence[tuple[int, Spot]]) -> list[tuple[int, Spot, Example]]:
    """The first details of a kind whose rows are still there, with their rows."""
    by_row = rows_named(shown.examples, [spot.row for _, spot in named[: 4 * SHOWN]])
    return [(place, spot, by_row[spot.row]) for place, spot in named if spot.row in by_row][:SHOWN]


def choice_of(finding: Finding, picked: Mapping[str, str]) -> str:
    """The ways that were picked, as the services read them. Kinds that were not found are not named; a way that is
    not offered is refused by the services."""
    return written({kind: picked.get(f"{PICK}{kind}", "mask") for kind in finding.parts})
