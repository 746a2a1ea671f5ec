"""Private details, and what may be personal, in the inbox: whose they are, a way for each kind, and each detail."""

from collections.abc import Mapping, Sequence

from studio.copy.catalog import say
from studio.data.privacy.choices import LEAVE_OURS, POSSIBLE_WAYS, WAYS, written
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Spot
from studio.services.datasets.dataset_view import DatasetView
from studio.web import html
from studio.web.copy import privacy as copy
from studio.web.tabs.examples.row_listing import rows_named

SHOWN = 5  # details of a kind
PICK = "way-"  # begins the name of the choice of a kind
POSSIBLE = "possible_personal"
PERSONAL = ("private_details", POSSIBLE)  # the findings whose details have a place and a choice each


def private_example(finding: Finding) -> str:
    """How many of each kind."""
    return html.safe(", ".join(copy.of_kind(kind, rows_with(finding, kind)) for kind in finding.parts) + ".")


def rows_with(finding: Finding, kind: str) -> int:
    """In how many rows a kind stands: the number of the sentence, without rows that hold only names that may be the
    organisation's own, so that both stay the same while she answers whose they are."""
    rows = finding.parts.get(kind, ())
    others = [row for row in rows if kind in finding.states.get(row, kind).split("+")]
    return len(others or rows)


def private_more(shown: DatasetView, finding: Finding) -> str:
    """A way for each kind, the first details of each, and one button that does what is chosen."""
    ways = "".join(way_of(finding, kind, rows_with(finding, kind)) for kind in finding.parts)
    spots = "".join(details_of(shown, finding, kind) for kind in finding.parts)
    hint = html.seen(copy.ways_hint([*finding.parts])) if finding.parts else ""
    act = "hide" if finding.kind != POSSIBLE else f"hide {POSSIBLE}"
    return (
        hint + ways + html.press(say('privacy.do_it'), act, shown.mark, "primary")
        + html.folded(say('privacy.details'), spots, "details")
    )  # fmt: skip


def ours_asked(shown: DatasetView, finding: Finding) -> str:
    """Each detail that may be the organisation's own, with its yes: asked before any of them is hidden."""
    asked = [(place, spot) for place, spot in enumerate(finding.spots) if spot.likely_ours]
    lines = [spot_line(shown, finding, *one) for one in spots_to_show(shown, asked)]
    return html.block("ours", *lines) if lines else ""


def pick_of(finding: Finding, kind: str) -> str:
    """The name of the choice of one kind; the same kind may stand in two findings."""
    return f"{PICK}{kind}" if finding.kind != POSSIBLE else f"{PICK}possible-{kind}"


def way_of(finding: Finding, kind: str, rows: int) -> str:
    """The choice for one kind."""
    offered = POSSIBLE_WAYS[kind] if finding.kind == POSSIBLE else WAYS
    radios = "".join(
        f'<label><input type="radio" name="{pick_of(finding, kind)}" value="{way}"'
        f"{' checked' if way == 'mask' else ''}>{html.safe(copy.WAYS[way])}</label>"
        for way in offered
    )
    return f'<fieldset class="ways"><legend>{html.safe(copy.of_kind(kind, rows))}</legend>{radios}</fieldset>'


def details_of(shown: DatasetView, finding: Finding, kind: str) -> str:
    """The first details of a kind, each with a button that says it is not private."""
    named = [(place, spot) for place, spot in enumerate(finding.spots) if spot.kind == kind]
    listed = spots_to_show(shown, named)
    lines = "".join(spot_line(shown, finding, *one) for one in listed)
    left = len(finding.parts.get(kind, ())) - sum(spot.rows for _, spot, _ in listed)
    return lines + (html.seen(copy.more(kind, left)) if left > 0 or len(named) > len(listed) else "")


def spot_line(shown: DatasetView, finding: Finding, place: int, spot: Spot, example: Example) -> str:
    """One detail where it stands first, and the button that says it is not private."""
    act = f"allow {place}" if finding.kind != POSSIBLE else f"allow {place} {POSSIBLE}"
    label = say("privacy.ours") if spot.likely_ours else say("privacy.not_private")
    words = html.marked(copy.place(spot, example), *copy.around(spot, example))
    return html.block("spot", words, html.press(label, act, shown.mark, "" if spot.likely_ours else "quiet"))


def spots_to_show(shown: DatasetView, named: Sequence[tuple[int, Spot]]) -> list[tuple[int, Spot, Example]]:
    """The first details of a kind whose rows are still there, with their rows."""
    by_row = rows_named(shown.examples, [spot.row for _, spot in named[: 4 * SHOWN]])
    return [(place, spot, by_row[spot.row]) for place, spot in named if spot.row in by_row][:SHOWN]


def detail_kind(word: str) -> str:
    """The finding whose details a press is about."""
    return word if word in PERSONAL else PERSONAL[0]


def choice_of(finding: Finding, picked: Mapping[str, str], *, asks: bool = False) -> str:
    """The ways that were picked, as the services read them. Kinds that were not found are not named; a way that is
    not offered is refused by the services. `asks`: what may be the organisation's own stays until it is asked."""
    ways = written({kind: picked.get(pick_of(finding, kind), "mask") for kind in finding.parts})
    return f"{ways},{LEAVE_OURS}" if asks else ways
