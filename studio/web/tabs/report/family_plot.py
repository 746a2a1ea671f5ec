"""Scores of versions over months, each with its interval, and lines from parents to children. No gradio here."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

import plotly.graph_objects as go

from studio.copy.catalog import say
from studio.evaluation.statistics.comparisons import named
from studio.services.versions.family import Family, FamilyMember
from studio.web.plots import AMBER, GREY, SOFT, TEAL, axis_title, frame

DAY = 86_400_000  # milliseconds, as plotly counts
SHORTEST = timedelta(minutes=15)


def family_plot(family: Family) -> go.Figure | None:
    """None while fewer than two versions sat the exam as it is: one makes no line. Scores that stand on one measure and
    one exam are drawn together."""
    sat = [one for one in family.members if one.score is not None and one.same_exam]
    metric = sat[-1].metric if sat else ""
    sat = [one for one in sat if one.metric == metric]
    if len(sat) < 2:
        return None
    by_id = {one.id: one for one in sat}
    figure = go.Figure()
    for one in sat:
        parent = by_id.get(one.parent)
        if parent is not None:
            figure.add_scatter(
                x=[when(parent), when(one)], y=[value(parent), value(one)], mode="lines", hoverinfo="skip",
                showlegend=False, line={"color": GREY, "width": 1.5, "dash": "dot"},
            )  # fmt: skip
    for members, colour, symbol in (
        ([one for one in sat if one.id != family.served], TEAL, "circle"),
        ([one for one in sat if one.id == family.served], AMBER, "diamond"),
    ):
        if not members:
            continue
        label = say("family_panel.legend_served" if symbol == "diamond" else "family_panel.legend")
        figure.add_scatter(
            x=[when(one) for one in members], y=[value(one) for one in members], mode="markers+text", name=label,
            text=[escape(str(one.number)) for one in members], textposition="top right",
            marker={"color": colour, "size": 11, "symbol": symbol}, showlegend=True,
            error_y={"type": "data", "symmetric": False, "color": colour, "thickness": 2, "width": 6,
                     "array": [high(one) - value(one) for one in members],
                     "arrayminus": [value(one) - low(one) for one in members]},
            customdata=[[escape(one.label), low(one), high(one)] for one in members],
            hovertemplate="%{customdata[0]}: %{y:.1f} (%{customdata[1]:.1f}–%{customdata[2]:.1f})<extra></extra>",
        )  # fmt: skip
    shared = frame()
    shared |= {"hovermode": "closest", "legend": {"orientation": "h", "x": 0, "y": 1.03, "yanchor": "bottom"}}
    figure.update_layout(
        **shared, height=320,
        xaxis={**SOFT, "type": "date", "title": axis_title(say("family_panel.taught")), "range": span(sat),
               "tickformatstops": [{"dtickrange": [None, DAY - 1], "value": "%H:%M<br>%d %b %Y"},
                                   {"dtickrange": [DAY, None], "value": "%d %b %Y"}]},
        yaxis={**SOFT, "title": axis_title(str(named("metric", metric)))},
    )  # fmt: skip
    return figure


def span(members: Sequence[FamilyMember]) -> list[str]:
    """The axis from before the first to after the last, and never so short that its ticks would need seconds."""
    first, last = min(one.run.spec.created for one in members), max(one.run.spec.created for one in members)
    room = max((last - first) / 12, SHORTEST)
    return [moment(first - room), moment(last + room)]


def when(one: FamilyMember) -> str:
    """When it was launched."""
    return moment(one.run.spec.created)


def moment(at: datetime) -> str:
    """As plotly reads it."""
    return at.astimezone().strftime("%Y-%m-%dT%H:%M:%S")


def value(one: FamilyMember) -> float:
    """Of 100."""
    return 100 * one.score.value if one.score else 0.0


def low(one: FamilyMember) -> float:
    """Of 100."""
    return 100 * one.score.low if one.score else 0.0


def high(one: FamilyMember) -> float:
    """Of 100."""
    return 100 * one.score.high if one.score else 0.0
