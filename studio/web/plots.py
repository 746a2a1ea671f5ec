"""Records in, plotly figures out. No gradio here; labels are our own words, since plotly reads labels as HTML."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

MOST_POINTS = 500
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"
TEAL, AMBER, GREY = "#16798f", "#b26a00", "#7c8999"  # reach 3 to 1 on the light and on the dark ground


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


def learning_curve(metrics: Sequence[Mapping[str, Any]], total_steps: int = 0) -> go.Figure:
    """Mistakes on the examples and in the practice check, above how boldly it learns."""
    lines = (
        ("loss", "examples", TEAL, {"width": 2}, "lines", "y"),
        ("eval_loss", "practice check", AMBER, {"width": 2.5, "dash": "dash"}, "lines+markers", "y"),
        ("learning_rate", "how boldly it learns", GREY, {"width": 1.5}, "lines", "y2"),
    )
    figure = go.Figure()
    for name, label, colour, line, mode, axis in lines:
        points = thinned(series(metrics, name))
        figure.add_scatter(
            x=[step for step, _ in points], y=[value for _, value in points], name=label, mode=mode, yaxis=axis,
            showlegend=name != "learning_rate", line={"color": colour, **line}, marker={"color": colour, "size": 7},
            hovertemplate="step %{x}: %{y:.3g}<extra>" + label + "</extra>",
        )  # fmt: skip
    soft = {"showgrid": True, "gridcolor": "rgba(124,137,153,0.25)", "zeroline": False, "color": GREY}
    figure.update_layout(
        height=360, margin={"l": 52, "r": 16, "t": 52, "b": 44}, paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)", font={"size": 13, "color": GREY, "family": FONT}, uirevision="same",
        hovermode="x unified",
        legend={"orientation": "h", "x": 0, "y": 1.03, "yanchor": "bottom", "font": {"size": 13}}, dragmode="zoom",
        xaxis={**soft, "title": {"text": "step", "font": {"size": 13}}, "rangemode": "tozero", "anchor": "y2",
               **({"range": [0, total_steps]} if total_steps else {})},
        yaxis={**soft, "domain": [0.32, 1], "rangemode": "tozero", "title": {"text": "mistakes", "font": {"size": 13}}},
        yaxis2={**soft, "domain": [0, 0.2], "rangemode": "tozero", "title": {"text": "boldness",
        "font": {"size": 13}}, "nticks": 3,
                "exponentformat": "e"},
    )  # fmt: skip
    return figure
