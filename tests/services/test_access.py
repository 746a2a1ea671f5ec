"""Who may do what is asked at the door, and an id of another project is as unknown as one that does not exist."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from studio.errors import NotFound
from studio.schemas.project import Project
from studio.schemas.recipe import Recipe
from studio.services.access import Access, Actor, Right
from studio.services.project_scope import ProjectScope
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]
ANA, BEN = Actor("1", "ana"), Actor("2", "ben")


@dataclass(frozen=True)
class Ids:
    """All that one project has."""

    project: str
    dataset: str
    run: str
    chat: str
    ballot: str


def filled(studio: Studio, upload: Upload) -> Ids:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.runs.carry_out(run)
    studio.chats.answer_once(run, "What does the kettle cost?", by="ana", contestants=("base", "tuned"))
    ballot = studio.voting.make(run, "tuned", "base", by="ana", count=3).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    return Ids(project, dataset, run, studio.chats.conversations(project)[0].id, ballot)


@pytest.fixture
def mine(studio: Studio, upload: Upload) -> Ids:
    return filled(studio, upload)


@pytest.fixture
def other(studio: Studio, upload: Upload) -> Ids:
    return filled(studio, upload)


ACTS: dict[str, Callable[[ProjectScope, Ids], object]] = {
    "see examples": lambda at, ids: at.examples.view(ids.project, ids.dataset),
    "edit examples": lambda at, ids: at.examples.edit(ids.project, ids.dataset, "r1", by="b", question="?", answer="!"),
    "undo": lambda at, ids: at.examples.undo(ids.project, ids.dataset, by="b", request_key="k"),
    "save examples": lambda at, ids: at.examples.export(ids.project, ids.dataset, "csv"),
    "read them again": lambda at, ids: at.examples.remap(ids.project, ids.dataset, by="b"),
    "versions": lambda at, ids: at.versions.versions(ids.project),
    "forget": lambda at, ids: at.forgetting.forget_list(ids.project, ids.dataset),
    "details": lambda at, ids: at.allowed.all(ids.project),
    "recipes": lambda at, ids: at.recipes.names(ids.project),
    "launch": lambda at, ids: at.runs.launch(ids.project, ids.dataset, Recipe(), by="b"),
    "see a run": lambda at, ids: at.runs.view(ids.run),
    "stop a run": lambda at, ids: at.runs.stop(ids.run, by="b"),
    "resume a run": lambda at, ids: at.runs.resume(ids.run, by="b"),
    "curve": lambda at, ids: at.runs.metrics(ids.run),
    "rename a run": lambda at, ids: at.run_list.rename(ids.run, "x", by="b"),
    "delete a run": lambda at, ids: at.run_list.trash(ids.run, by="b"),
    "compare runs": lambda at, ids: at.run_list.compare([ids.run]),
    "next run": lambda at, ids: at.next_runs.seeds(ids.run, by="b"),
    "ask": lambda at, ids: at.chats.answer_once(ids.run, "Hm?", by="b", contestants=("tuned",)),
    "read a chat": lambda at, ids: at.chats.turns(ids.run, ids.chat),
    "list chats": lambda at, ids: at.chats.conversations(ids.project),
    "save a chat": lambda at, ids: at.chats.export(ids.run, ids.chat, "csv"),
    "make a ballot": lambda at, ids: at.voting.make(ids.run, "tuned", "base", by="b"),
    "see a ballot": lambda at, ids: at.voting.standing(ids.ballot, "b"),
    "vote": lambda at, ids: at.voting.vote(ids.ballot, "b", 0, "tie"),
    "reveal": lambda at, ids: at.voting.reveal(ids.ballot, "b"),
    "second opinion": lambda at, ids: at.second_opinions.may_judge(ids.ballot),
    "exam": lambda at, ids: at.evaluation.begin(ids.run, by="b"),
    "report": lambda at, ids: at.evaluation.report(ids.run),
    "choices": lambda at, ids: at.evaluation.choose(ids.project, kind="", price_per_million=1.0, by="b"),
}


def test_ids_of_another_project_are_unknown_and_ones_own_are_not(studio: Studio, mine: Ids, other: Ids) -> None:
    before = {path: path.read_bytes() for path in studio.home.project_folder(other.project).rglob("*.json*")}
    at = studio.open(ANA, mine.project)
    for name, act in ACTS.items():
        with pytest.raises(NotFound):
            act(at, other)
            pytest.fail(f"{name} reached into another project")
    assert {path: path.read_bytes() for path in before} == before
    assert at.runs.view(mine.run).id == mine.run and [run.id for run in at.runs.all()] == [mine.run]
    assert at.voting.standing(mine.ballot, "ana").ready and at.chats.turns(mine.run, mine.chat)
    assert at.examples.edit(mine.project, mine.dataset, "r1", by="ana", question="?", answer="!").decisions


def test_a_run_of_another_project_is_no_contestant(studio: Studio, mine: Ids, other: Ids) -> None:
    at = studio.open(ANA, mine.project)
    assert f"run:{other.run}" not in at.voting._contestants.available(mine.run)
    with pytest.raises(NotFound):
        at.chats.answer_once(mine.run, "Hm?", by="ana", contestants=(f"run:{other.run}",))


def test_a_copied_projects_runs_and_ballots_are_its_own(studio: Studio, mine: Ids) -> None:
    shutil.copytree(studio.home.project_folder(mine.project), studio.home.projects / "copy")
    at = studio.open(ANA, "copy")
    assert at.runs.view(mine.run).folder.parent.parent.name == at.runs.view(mine.run).spec.project == "copy"
    at.voting.vote(mine.ballot, "ana", 0, "tie")
    assert studio.open(ANA, mine.project).voting.standing(mine.ballot, "ana").voted == 0
    assert at.voting.standing(mine.ballot, "ana").voted == 1


def test_who_may_not_see_a_project_hears_what_one_hears_of_none(studio: Studio, mine: Ids, other: Ids) -> None:
    def owner_only(actor: Actor, project: Project, right: Right) -> bool:
        return actor.id == "1" if project.id == mine.project else right is Right.SEE

    studio.access = Access(studio.home, owner_only)
    assert studio.open(ANA, mine.project, Right.DELETE).project.id == mine.project
    with pytest.raises(NotFound) as refused:
        studio.open(BEN, mine.project)
    with pytest.raises(NotFound) as absent:
        studio.open(BEN, "nowhere")
    assert refused.value.message.replace(mine.project, "") == absent.value.message.replace("nowhere", "")
    assert studio.open(BEN, other.project).actor == BEN
    with pytest.raises(NotFound):
        studio.open(BEN, other.project, Right.CHANGE)
    assert [one.id for one in studio.access.projects(BEN)] == [other.project]


def test_the_single_person_passes_and_shares_what_is_in_memory(studio: Studio, mine: Ids) -> None:
    one, again = studio.open(studio.actor, mine.project, Right.DELETE), studio.open(studio.actor, mine.project)
    assert one.chats.model(mine.run) is again.chats.model(mine.run) is studio.chats.model(mine.run)
    assert one.examples.cache is studio.examples.cache and one.examples.deciding is one.groups.deciding
