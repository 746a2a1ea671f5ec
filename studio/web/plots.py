"""Records in, plotly figures out. No gradio here; labels are our own words, since plotly reads labels as HTML."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from studio.copy.catalog import say

MOST_POINTS = 500
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"
TEAL, AMBER, GREY = "#16798f", "#b26a00", "#7c8999"  # reach 3 to 1 on the light and on the dark ground
VIOLET, ROSE = "#8a63c9", "#c2457a"
RUNS = ((TEAL, "solid", "circle"), (AMBER, "dash", "square"), (VIOLET, "dot", "diamond"), (ROSE, "dashdot", "x"))
SOFT: dict[str, Any] = {"showgrid": True, "gridcolor": "rgba(124,137,153,0.25)", "zeroline": False, "color": GREY}
LEGEND: dict[str, Any] = {"orientation": "h", "x": 0, "y": 1.03, "yanchor": "bottom", "font": {"size": 13}}


def thinned(points: Sequence[tuple[float, float]], most: int = MOST_POINTS) -> list[tuple[float, float]]:
    """At most so many points, the first and the last among them, each the middle of its stretch."""
    if len(points) <= most:
        return list(points)
    every = (len(points) - 1) / (most - 1)
    return [points[round(place * every)] for place in range(most)]


def series(metrics: Sequence[Mapping[str, Any]], name: str) -> list[tuple[float, float]]:
    """Step and value of one measure."""
    return [
        (float(line["step"]), float(line[name])) for line in metrics if line.get(name) is not None and "step" in line
    ]


def learning_curve(metrics: Sequence[Mapping[str, Any]], total_steps: int = 0, *, live: bool = False) -> go.Figure:
    """Mistakes on the examples and in the practice check; under them how boldly it learns and how large a change is.

    Each line's `meta` is its measure, so that the page's script can add points to it while the run is `live`.
    """
    norms = live or bool(series(metrics, "grad_norm"))
    lines: list[tuple[str, str, str, dict[str, Any], str, str]] = [
        ("loss", say("plots.examples"), TEAL, {"width": 2}, "lines", "y"),
        ("eval_loss", say("plots.practice_check"), AMBER, {"width": 2.5, "dash": "dash"}, "lines+markers", "y"),
        ("learning_rate", say("plots.how_boldly_learns"), GREY, {"width": 1.5}, "lines", "y2"),
    ]
    judged = bool(series(metrics, "eval_reward_accuracy"))
    if judged:  # of judgements, this says more than how large a change is
        prefers = say("plots.prefers_better")
        lines += [("eval_reward_accuracy", prefers, VIOLET, {"width": 2}, "lines+markers", "y3")]
        norms = True
    lines += (
        [("grad_norm", say("plots.size_change"), GREY, {"width": 1.5}, "lines", "y3")] if norms and not judged else []
    )
    traces = []
    for name, label, colour, line, mode, axis in lines:
        points = thinned(series(metrics, name))
        traces.append({
            "type": "scatter", "x": [step for step, _ in points], "y": [value for _, value in points], "name": label,
            "mode": mode, "yaxis": axis, "meta": name, "showlegend": axis == "y", "line": {"color": colour, **line},
            "marker": {"color": colour, "size": 7}, "cliponaxis": False,
            "hovertemplate": say("plots.at_step", x="%{x}", y="%{y:.3g}") + "<extra>" + label + "</extra>",
        })  # fmt: skip
    small = {**SOFT, "rangemode": "tozero", "nticks": 3, "exponentformat": "e"}
    upper, middle, lower = ([0.46, 1], [0.24, 0.37], [0, 0.13]) if norms else ([0.32, 1], [0, 0.2], [0, 0])
    layout = {
        **frame(),
        "height": 420 if norms else 360,
        "legend": LEGEND,
        "xaxis": {
            **SOFT,
            "title": axis_title(say("plots.step_axis")),
            "rangemode": "tozero",
            "anchor": "y3" if norms else "y2",
            **({"range": [0, total_steps]} if total_steps else {}),
        },
        "yaxis": {**SOFT, "domain": upper, "rangemode": "tozero", "title": axis_title(say("plots.mistakes_axis"))},
        "yaxis2": {**small, "domain": middle, "title": axis_title(say("plots.boldness_axis"))},
    }
    if norms:
        title = axis_title(say("plots.prefers_axis" if judged else "plots.change_axis"))
        whole = {"range": [0, 1.05], "tickformat": ".0%"} if judged else {}
        layout["yaxis3"] = {**small, "domain": lower, "title": title, **whole}
    if not any(trace["x"] for trace in traces):
        layout |= {"annotations": [nothing_yet(say("plots.no_point_yet"))]}
        bare = {"showgrid": False, "showticklabels": False}  # no scale is known: live.js shows it with the first point
        layout |= {name: {**axis, **bare} for name, axis in layout.items() if name[1:5] == "axis"}
    return drawn(traces, layout)


def nothing_yet(text: str) -> dict[str, Any]:
    """Words in the middle of a picture that has still to begin."""
    place = {"xref": "paper", "yref": "y domain", "x": 0.5, "y": 0.5}
    return {**place, "text": text, "showarrow": False, "font": {"size": 14, "color": GREY}}


def comparison(named: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> go.Figure:
    """The practice checks of a few runs in one picture; each line differs in colour, dash and mark."""
    traces = []
    for (name, metrics), (colour, dash, symbol) in zip(named, RUNS, strict=False):
        points = thinned(series(metrics, "eval_loss"))
        label = escape(name)
        traces.append({
            "type": "scatter", "x": [step for step, _ in points], "y": [value for _, value in points], "name": label,
            "mode": "lines+markers", "showlegend": True, "line": {"color": colour, "width": 2.5, "dash": dash},
            "marker": {"color": colour, "size": 8, "symbol": symbol},
            "hovertemplate": say("plots.at_step", x="%{x}", y="%{y:.3g}") + "<extra>" + label + "</extra>",
        })  # fmt: skip
    layout = {
        **frame(),
        "height": 340,
        "legend": LEGEND,
        "xaxis": {**SOFT, "title": axis_title(say("plots.step_axis")), "rangemode": "tozero"},
        "yaxis": {**SOFT, "title": axis_title(say("plots.practice_axis"))},
    }
    return drawn(traces, layout)


def rows_curve(points: Sequence[tuple[int, float]]) -> go.Figure:
    """Mistakes in the practice check against how many examples were learned from."""
    trace = {
        "type": "scatter", "x": [rows for rows, _ in points], "y": [value for _, value in points],
        "mode": "lines+markers", "showlegend": False, "line": {"color": TEAL, "width": 2.5},
        "marker": {"color": TEAL, "size": 9},
        "hovertemplate": say("plots.of_examples", x="%{x}", y="%{y:.3g}") + "<extra></extra>",
    }  # fmt: skip
    layout = {
        **frame(), "height": 260,
        "xaxis": {**SOFT, "title": axis_title(say("plots.examples_axis")), "rangemode": "tozero"},
        "yaxis": {**SOFT, "title": axis_title(say("plots.mistakes_axis"))},
    }  # fmt: skip
    return drawn([trace], layout)


def drawn(traces: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> go.Figure:
    """Without plotly's look at each of our own values, which was most of what opening the Teach tab cost: 39 ms, now 3.
    A test has it look."""
    return go.Figure({"data": traces, "layout": layout}, _validate=False)


def frame() -> dict[str, Any]:
    """What all plots have in common: no ground of their own, our type, and zoom by drawing a frame."""
    return {
        "margin": {"l": 56, "r": 16, "t": 52, "b": 44}, "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)", "font": {"size": 13, "color": GREY, "family": FONT}, "uirevision": "same",
        "hovermode": "x unified", "dragmode": "zoom",
    }  # fmt: skip


def axis_title(text: str) -> dict[str, Any]:
    """Words beside an axis."""
    return {"text": text, "font": {"size": 13}}
