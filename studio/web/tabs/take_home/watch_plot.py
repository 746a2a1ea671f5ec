"""How much was asked, and how well it pleased, over time. Records in, a plotly figure out."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from studio.copy.catalog import say
from studio.services.watch.watch_record import UseDay
from studio.web.plots import AMBER, GREY, LEGEND, ROSE, SOFT, TEAL, axis_title, frame

MOST_DAYS = 70  # that are shown one by one; more are shown by weeks


def use_over_time(days: Sequence[tuple[str, UseDay]], alarms: Sequence[date] = ()) -> go.Figure:
    """Bars of conversations above, those that looked new in front; below the shares of thumbs up and of refusals."""
    spans = by_weeks(days) if len(days) > MOST_DAYS else list(days)
    names = [name for name, _ in spans]
    figure = go.Figure()
    old = [day.asked - day.new for _, day in spans]
    for label, counts, colour in (
        (say("watch_page.plot_asked"), old, TEAL), (say("watch_page.plot_new"), [day.new for _, day in spans], AMBER),
    ):  # fmt: skip
        figure.add_bar(x=names, y=counts, name=label, marker={"color": colour, "line": {"width": 0}}, yaxis="y",
                       hovertemplate="%{y}<extra>" + label + "</extra>")  # fmt: skip
    shares = (
        (say("watch_page.plot_up"), [(d.up, d.up + d.down) for _, d in spans], TEAL, "solid", "circle"),
        (say("watch_page.plot_refused"), [(d.refused, d.asked) for _, d in spans], ROSE, "dash", "square"),
    )
    for label, pairs, colour, dash, symbol in shares:
        figure.add_scatter(
            x=names, y=[100 * part / whole if whole else None for part, whole in pairs], name=label, yaxis="y2",
            mode="lines+markers", connectgaps=True, line={"color": colour, "width": 2.5, "dash": dash},
            marker={"color": colour, "size": 7, "symbol": symbol},
            hovertemplate="%{y:.0f}%<extra>" + label + "</extra>",
        )  # fmt: skip
    for since in alarms:
        figure.add_vline(x=since.isoformat(), line={"color": GREY, "width": 1.5, "dash": "dot"})
    figure.update_layout(
        **frame(), height=420, barmode="stack", bargap=0.25, legend=LEGEND,
        xaxis={**SOFT, "type": "date", "anchor": "y2", "showgrid": False},
        yaxis={**SOFT, "domain": [0.5, 1], "rangemode": "tozero", "title": axis_title(say("watch_page.plot_volume"))},
        yaxis2={**SOFT, "domain": [0, 0.38], "range": [0, 105], "ticksuffix": "%",
                "title": axis_title(say("watch_page.plot_shares"))},
    )  # fmt: skip
    return figure


def by_weeks(days: Sequence[tuple[str, UseDay]]) -> list[tuple[str, UseDay]]:
    """Sums of the weeks, by their Mondays."""
    weeks: dict[str, UseDay] = {}
    for name, day in days:
        on = date.fromisoformat(name)
        monday = (on - timedelta(days=on.weekday())).isoformat()
        weeks[monday] = weeks.get(monday, UseDay()).plus(**day.model_dump())
    return list(weeks.items())
