"""The studio as the page has it while people are switched on: hers, and nothing of anybody else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import NotFound
from studio.services.access import Access, Actor, Right
from studio.services.acting_studio import ActingStudio
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.test_house import STUDIO

ANA, BEN, NOBODY = Actor("p1", "ana"), Actor("p2", "ben"), Actor("", "")
TABLE = 'question,answer\n"What is it?","A kettle."\n"How much?","Nine."\n'
OF_PROJECTS = frozenset(
    [
        "runs",
        "chats",
        "evaluation",
        "voting",
        "versions",
        "forgetting",
        "allowed",
        "groups",
        "leakage",
        "recipes",
        "picture",
        "difficulty",
        "live_questions",
        "exam_questions",
        "run_list",
        "more_examples",
        "next_runs",
        "exports",
        "serving",
        "project_views",
        "second_opinions",
        "review_sheets",
        "home",
        "ledger",
    ]
)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=8, pause=0.0))
    made.access = Access(made.home, lambda actor, project, right: project.owner == actor.id)
    yield made
    made.close()


@pytest.fixture
def project_of_ana(studio: Studio, tmp_path: Path) -> str:
    table = tmp_path / "kettles.csv"
    table.write_text(TABLE, encoding="utf-8")
    project = studio.home.create_project("kettles", ANA.id).id
    studio.examples.upload(table, table.name, by="ana", project=project, request_key="import 1")
    return project


def test_she_finds_her_own(studio: Studio, project_of_ana: str) -> None:
    acting = ActingStudio(studio, lambda: ANA)
    assert acting.within(project_of_ana).examples.newest(project_of_ana)
    assert acting.open(ANA, project_of_ana, Right.CHANGE).project.id == project_of_ana
    assert acting.person == "ana" and acting.actor == ANA


@pytest.mark.parametrize("who", [BEN, NOBODY])
def test_nobody_else_does_in_the_words_for_what_is_not_there(studio: Studio, project_of_ana: str, who: Actor) -> None:
    acting = ActingStudio(studio, lambda: who)
    with pytest.raises(NotFound, match="There is no project"):
        acting.within(project_of_ana)
    with pytest.raises(NotFound, match="There is no project"):
        acting.examples.newest(project_of_ana)
    assert acting.examples.uploaded("import 1") is None
    assert ActingStudio(studio, lambda: ANA).examples.uploaded("import 1") is not None


def test_a_handler_cannot_act_in_the_name_of_another(studio: Studio, project_of_ana: str) -> None:
    with pytest.raises(NotFound):
        ActingStudio(studio, lambda: BEN).open(ANA, project_of_ana)


@pytest.mark.parametrize("name", sorted(OF_PROJECTS))
def test_a_service_of_projects_is_not_to_be_had_without_one(studio: Studio, name: str) -> None:
    with pytest.raises(AttributeError, match="within"):
        getattr(ActingStudio(studio, lambda: ANA), name)


def test_the_page_reaches_services_of_projects_through_a_project_alone() -> None:
    """What works for the single person has to work for several: no file of the page asks the studio itself."""
    wrong = [
        f"{path.relative_to(STUDIO)}:{node.lineno} {node.attr}"
        for path in sorted((STUDIO / "web").rglob("*.py"))
        if path.name != "server.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in OF_PROJECTS
        and ast.unparse(node.value) in ("self.studio", "studio")
    ]  # fmt: skip
    assert not wrong, "\n".join(wrong)
