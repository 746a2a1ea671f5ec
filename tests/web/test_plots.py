"""Curves: complete, thin enough for a browser, and without anybody's words in them."""

import json

import plotly.graph_objects as go
import pytest

from studio.copy.catalog import say
from studio.web.plots import MOST_POINTS, comparison, learning_curve, rows_curve, series, thinned


def curve(steps: int) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    for step in range(1, steps + 1):
        lines.append({"step": step, "loss": 3 / step, "learning_rate": 0.001})
        if step % 10 == 0:
            lines.append({"step": step, "eval_loss": 3 / step + 0.1})
    return lines


@pytest.mark.parametrize("points", [0, 1, 2, 499, 500, 501, 2_000, 50_000])
def test_a_line_has_at_most_five_hundred_points_with_both_ends(points: int) -> None:
    line = [(float(n), float(n)) for n in range(points)]
    thin = thinned(line)
    assert len(thin) == min(points, MOST_POINTS)
    assert not line or (thin[0], thin[-1]) == (line[0], line[-1])
    assert thin == sorted(set(thin))


def test_each_measure_is_drawn_from_the_lines_that_hold_it() -> None:
    assert series(curve(20), "eval_loss") == [(10.0, 0.4), (20.0, 0.25)]
    figure = learning_curve(curve(2_000), 2_500)
    assert [len(trace.x) for trace in figure.data] == [500, 200, 500]
    assert tuple(figure.layout.xaxis.range) == (0, 2_500)


@pytest.mark.parametrize("figure", [
    learning_curve(curve(700), 800, live=True), learning_curve(curve(30)), learning_curve([]),
    learning_curve([{"step": 5, "eval_reward_accuracy": 0.7, "loss": 0.1, "learning_rate": 0.001}]),
    comparison([("a <b>", curve(40)), ("c", curve(20))]), rows_curve([(10, 2.0), (20, 1.5)]),
])  # fmt: skip
def test_what_is_drawn_without_a_look_at_each_value_would_stand_it(figure: go.Figure) -> None:
    looked_at = go.Figure({"data": figure.to_plotly_json()["data"], "layout": figure.to_plotly_json()["layout"]})
    assert json.loads(figure.to_json()) == json.loads(looked_at.to_json())


def test_a_run_without_a_line_yet_has_an_empty_figure() -> None:
    figure = learning_curve([], live=True)
    assert all(not trace.x for trace in figure.data)
    assert [note.text for note in figure.layout.annotations] == [say("plots.no_point_yet")]
    assert not any(axis.showticklabels for axis in (figure.layout.xaxis, figure.layout.yaxis, figure.layout.yaxis3))
    begun = learning_curve([{"step": 0, "eval_loss": 3.0}], live=True)
    assert not begun.layout.annotations and begun.layout.yaxis.showgrid
