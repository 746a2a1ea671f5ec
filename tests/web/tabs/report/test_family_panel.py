"""All versions on the Report tab: the plot, the list, serving one, and going back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.tabs.report.family_panel import FamilyPanel
from studio.web.tabs.report.family_plot import family_plot
from studio.web.view import View
from tests.web.conftest import MountedPage, updated

Opened = Callable[[], FamilyPanel]


@pytest.fixture
def two(studio: Studio, taught: View) -> list[str]:
    """The first version and one more."""
    run = studio.runs.launch(taught.project, taught.dataset, Recipe(seed=2), by="ana", parent=taught.run).id
    studio.runs.carry_out(run)
    return [taught.run, run]


@pytest.fixture
def opened(page: MountedPage, taught: View) -> Opened:
    """The drawer, opened."""
    return lambda: page.opened("report", taught, drawers=True).family


def test_versions_that_sat_no_exam_have_no_plot_and_a_line_each(two: list[str], opened: Opened) -> None:
    panel = opened()
    assert not panel.plot.visible and str(panel.told.value).count("no exam yet") == 2
    assert [value for _, value in panel.which.choices] == two[::-1] and panel.which.value == two[1]
    assert not panel.back.visible and not panel.yes.visible
    assert [panel.exam.value, panel.blind.value, panel.serve.value] == [
        "Give all the same exam", "Compare without knowing which is which", "Let colleagues use this one",
    ]  # fmt: skip


def test_one_version_makes_no_line_and_that_is_said_where_the_plot_would_be(
    studio: Studio, taught: View, opened: Opened
) -> None:
    studio.evaluation.evaluate(taught.run, by="ana", quick=True)
    assert family_plot(studio.family.family(taught.project)) is None
    panel = opened()
    assert not panel.plot.visible and "One version makes no line yet" in str(panel.told.value)


def test_all_sit_the_same_exam_and_the_plot_has_intervals_and_the_way_from_parent_to_child(
    studio: Studio, taught: View, two: list[str], opened: Opened, request_of_ana: gr.Request
) -> None:
    panel = opened()
    told = panel.sit(taught, request_of_ana)
    assert "All versions answer the exam" in told[panel.sure]
    job = studio.family_exams.job(taught.project)
    assert job is not None and job.wait(20)
    told = panel.look(taught)
    figure = updated(told[panel.plot])["value"]
    assert figure is not None and "On the same exam" in told[panel.told] and "can be luck" in told[panel.told]
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    marks = [trace for trace in figure.data if trace.mode != "lines"]
    first, last = map(datetime.fromisoformat, figure.layout.xaxis.range)
    assert last - first >= timedelta(minutes=30), "two versions of one minute do not make an axis of seconds"
    formats = [stop.value for stop in figure.layout.xaxis.tickformatstops]
    assert len(formats) == 2 and not any("%S" in one or "%f" in one for one in formats)
    assert len(lines) == 1 and list(marks[0].text) == ["1", "2"]
    assert all(width >= 0 for width in (*marks[0].error_y.array, *marks[0].error_y.arrayminus))
    studio.family.serve(taught.project, two[0], by="ana")
    served = family_plot(studio.family.family(taught.project))
    assert served is not None and [trace.marker.symbol for trace in served.data][1:] == ["circle", "diamond"]


def test_serving_asks_first_and_one_press_goes_back(
    studio: Studio, taught: View, two: list[str], opened: Opened, request_of_ana: gr.Request
) -> None:
    studio.family.serve(taught.project, two[0], by="ana")
    panel = opened()
    asked = panel.ask(taught, two[1])
    assert updated(asked[panel.yes])["visible"] and "Version 1 is kept, and one press goes back" in asked[panel.sure]
    assert studio.family.served(taught.project) == two[0], "nothing changes before she says yes"
    done = panel.serve_it(taught, two[1], request_of_ana)
    assert "Version 2 is the one in use now" in done[panel.sure] and studio.family.served(taught.project) == two[1]
    assert updated(done[panel.back])["value"] == "Go back to Version 1" and updated(done[panel.back])["visible"]
    gone = panel.go_back(taught, request_of_ana)
    assert studio.family.served(taught.project) == two[0] and not updated(gone[panel.back])["visible"]
    assert not updated(panel.ask(taught, two[0])[panel.yes])["visible"], "it is served already"


def test_the_blind_set_waits_on_compare_and_a_stranger_run_is_refused(
    studio: Studio, taught: View, two: list[str], opened: Opened, request_of_ana: gr.Request
) -> None:
    panel = opened()
    told = panel.vote(taught, request_of_ana)
    said, looked_at = told[panel.sure], told[panel.view]
    assert isinstance(looked_at, View) and looked_at.run == looked_at.picked == two[1], (
        "Compare shows whose sets they are"
    )
    ballots = studio.voting.ballots(taught.project)
    assert "1 set of" in said and len(ballots) == 1
    job = studio.voting.job(ballots[0].id)
    assert job is not None and job.wait(20)
    for place in range(len(ballots[0].questions)):
        studio.voting.vote(ballots[0].id, "Ana", place, "left")
    assert "In blind votes" not in panel.look(taught)[panel.told], "nobody is told before somebody reveals it"
    studio.voting.reveal(ballots[0].id, "Ana")
    assert "Version 2 against Version 1: " in unescape(panel.look(taught)[panel.told])
    with pytest.raises(StudioError, match="no such version"):
        panel.ask(taught, "nobody")
    studio.jobs.close()
