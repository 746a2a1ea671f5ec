"""What the report measures of the examples themselves."""

from collections.abc import Callable

from studio.schemas.recipe import Recipe
from studio.services.evaluation.report_builder import ReportBuilder
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
