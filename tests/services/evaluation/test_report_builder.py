"""What the report measures of the examples themselves."""

from collections.abc import Callable

import pytest

from studio.evaluation.diagnosis import StoppedEarly
from studio.evaluation.next_steps import steps_of
from studio.evaluation.report_html import report_page, to_look_at
from studio.schemas.recipe import Recipe
from studio.schemas.run import Status
from studio.services.evaluation.report_builder import ReportBuilder, stopped_early
from studio.services.studio import Studio
from tests.fake_engine import FakeEngine
from tests.services.conftest import table


def test_answers_that_a_person_called_right_are_no_contradiction(
    studio: Studio, upload: Callable[[str], tuple[str, str]]
) -> None:
    asked = "May a dog come along to the summer fair?"
    project, dataset = upload(f"{table()}\n{asked},Yes on a lead.\n{asked},No never.")
    view = studio.examples.view(project, dataset)
    rows = [example for example in view.examples if example.question == asked]

    def counted(of: str) -> int:
        run = studio.runs.launch(project, of, Recipe(), by="ana").id
        return ReportBuilder(studio.home, FakeEngine(), studio.home.run(run))._conflicts(rows)

    assert counted(dataset) == 2
    settled = studio.examples.settle(project, dataset, [example.row for example in rows], by="ana", keep="both")
    assert counted(settled.id) == 0


@pytest.fixture
def stopped(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> str:
    """A run that was asked to stop at its first step."""
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.home.run(run).ask_to_stop()
    studio.runs.carry_out(run)
    return run


def test_a_report_says_that_its_run_was_stopped_and_proposes_first_to_teach_it_to_its_end(
    studio: Studio, stopped: str
) -> None:
    made = studio.evaluation.evaluate(stopped, by="ana", quick=True)
    told = "It was stopped after step 1 of 8: 12% of the planned times through the examples."
    assert steps_of(made)[0] == "teach_to_end" and told in to_look_at(made) and told in report_page(made)
    assert studio.runs.view(stopped).state.status.may_become(Status.QUEUED), "the step leads to where it goes on"


def test_that_it_was_stopped_is_said_also_where_the_curve_had_nothing_more_to_give(
    studio: Studio, stopped: str
) -> None:
    folder = studio.home.run(stopped)
    for step in range(2, 14):
        folder.append_metric(step=step, loss=3 - step / 8)
        folder.append_metric(step=step, eval_loss=1 + step / 8)
    assert stopped_early(folder) == StoppedEarly(1, 8, unfinished=False)
    made = studio.evaluation.evaluate(stopped, by="ana", quick=True)
    assert "teach_to_end" not in steps_of(made) and "was stopped after step 1 of 8" in " ".join(map(str, made.said))
