"""Bars about the examples. No gradio here; names come from files, so each is made harmless before plotly reads it."""

from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from studio.copy.catalog import say
from studio.web.plots import AMBER, FONT, GREY, TEAL

ROW_HEIGHT, EDGES = 34, 24
LINE = 20


def plain(name: str) -> str:
    """A label that plotly can read only as words, on two short lines: the one tag in it is the break between them."""
    line = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    parts = wrap(line, LINE, max_lines=2, placeholder=" …") or [""]
    return "<br>".join(escape(part) for part in parts)


def bars(rows: Sequence[tuple[str, int]], whole: int, *, grey: int = 0) -> go.Figure:
    """One bar for each name, the first on top, with its number and share; the last `grey` of them are what is left."""
    numbers = [number for _, number in rows]
    colours = [TEAL] * (len(rows) - grey) + [GREY] * grey
    figure = go.Figure()
    figure.add_bar(
        x=numbers, y=list(range(len(rows))), orientation="h", hoverinfo="skip",
        marker={"color": colours, "line": {"width": 0}},
        text=[f"{number:,} ({share(number, whole)})" for number in numbers],
        textposition="outside", cliponaxis=False,
    )  # fmt: skip
    figure.update_layout(**frame(ROW_HEIGHT * len(rows) + EDGES), bargap=0.35)
    figure.update_xaxes(visible=False, range=[0, 1.6 * max(numbers, default=1)], fixedrange=True)
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(rows))), ticktext=[plain(name) for name, _ in rows], showgrid=False,
        autorange="reversed", zeroline=False, automargin=True, fixedrange=True, color=GREY, ticklabelstandoff=6,
    )  # fmt: skip
    return figure


def pairs(rows: Sequence[tuple[str, int, int]], names: tuple[str, str]) -> go.Figure:
    """Two bars side by side for each stretch."""
    figure = go.Figure()
    for which, (name, colour) in enumerate(zip(names, (AMBER, TEAL), strict=True), start=1):
        figure.add_bar(
            x=list(range(len(rows))), y=[row[which] for row in rows], name=name, hoverinfo="skip",
            marker={"color": colour, "line": {"width": 0}},
            text=[f"{row[which]:,}" if row[which] else "" for row in rows],
            textposition="outside", cliponaxis=False,
        )  # fmt: skip
    figure.update_layout(
        **frame(300), bargap=0.3, bargroupgap=0.08, barmode="group",
        legend={"orientation": "h", "x": 0, "y": 1.04, "yanchor": "bottom", "font": {"size": 13}},
    )  # fmt: skip
    figure.update_layout(margin={"l": 8, "r": 8, "t": 48, "b": 40}, showlegend=True)
    figure.update_xaxes(
        tickmode="array",
        tickvals=list(range(len(rows))),
        ticktext=[plain(in_short(row[0])) for row in rows],
        tickangle=0,
        tickfont={"size": 12},
        title={"text": say("data_plots.words"), "font": {"size": 13}},
        color=GREY,
        fixedrange=True,
        automargin=True,
    )
    figure.update_yaxes(visible=False, fixedrange=True)
    return figure


def in_short(stretch: str) -> str:
    """`6 to 15` as `6–15`: six of them fit a telephone."""
    return stretch.replace("up to ", "≤ ").replace("over ", "> ").replace(" to ", "–")


def share(number: int, whole: int) -> str:
    """A whole percentage, or that it is less than one."""
    part = 100 * number / max(1, whole)
    return say("data_plots.under_one") if 0 < part < 1 else f"{part:.0f}%"


def frame(height: int) -> dict[str, Any]:
    """What all bars share: no ground of their own, the page's letters."""
    return {
        "height": height, "margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)", "font": {"size": 13, "color": GREY, "family": FONT}, "dragmode": False,
        "showlegend": False, "uniformtext": {"minsize": 12, "mode": "show"},
    }  # fmt: skip
