"""Whose a project is: handed over, forgotten, adopted."""

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.people.person import Person
from studio.schemas.recipe import Recipe
from studio.services.people.ownership import Ownership
from studio.services.studio import Studio
from tests.services.people.conftest import GOOD, Made, actor


def test_what_somebody_uploads_is_hers_alone(shared: Studio, made: Made, ana: Person, ben: Person) -> None:
    project = made(ben)
    assert shared.open(actor(ben), project).project.owner == ben.id
    assert shared.access.projects(actor(ana)) == []  # an administrator sees no contents
    with pytest.raises(NotFound):
        shared.open(actor(ana), project)


def test_who_owns_projects_is_removed_only_with_a_word_about_them(
    shared: Studio, ownership: Ownership, made: Made, ana: Person, ben: Person
) -> None:
    project = made(ben)
    with pytest.raises(StudioError, match="Ben owns 1 project: tickets") as refused:
        ownership.remove_person("Ben", by="Ana")
    assert "Hand them over" in refused.value.hint and len(shared.accounts.all()) == 2
    with pytest.raises(StudioError, match="person who is removed"):
        ownership.remove_person("Ben", by="Ana", hand_over_to="Ben")
    assert ownership.remove_person("Ben", by="Ana", hand_over_to="Ana") == 1
    assert shared.home.project(project).owner == ana.id and len(shared.accounts.all()) == 1


def test_forgetting_moves_her_projects_to_the_trash_unless_a_run_goes_on(
    shared: Studio, ownership: Ownership, made: Made, ana: Person, ben: Person
) -> None:
    project = made(ben)
    scope = shared.open(actor(ben), project)
    scope.versions.state_rights(project, scope.examples.newest(project), by="", origin="o", licence="l", consent="c")
    run = scope.runs.launch(project, scope.examples.newest(project), Recipe(), by="ana").id
    assert shared.ledger.notes(1)[0][1] == "Ben"
    with pytest.raises(StudioError, match="going on"):
        ownership.remove_person("Ben", by="Ana", forget_projects=True)
    assert len(shared.accounts.all()) == 2
    shared.runs.carry_out(run)
    assert ownership.remove_person("Ben", by="Ana", forget_projects=True) == 1
    assert shared.home.all_projects() == [] and list((shared.home.path / "trash").glob(f"*-{project}"))


def test_the_last_administrator_keeps_her_projects(
    shared: Studio, ownership: Ownership, made: Made, ana: Person
) -> None:
    project = made(ana)
    with pytest.raises(StudioError, match="last administrator"):
        ownership.remove_person("Ana", by="Ana", forget_projects=True)
    assert shared.home.project(project).owner == ana.id


def test_projects_from_before_anybody_signed_in_are_adopted_and_those_of_accounts_are_not(
    shared: Studio, ownership: Ownership, made: Made, ana: Person, ben: Person
) -> None:
    old, hers = shared.home.create_project("Old", "the account on this computer").id, made(ben)
    assert [project.id for project in ownership.adopt(ana)] == [old] and ownership.adopt(ana) == []
    assert shared.home.project(old).owner == ana.id and shared.home.project(hers).owner == ben.id


def test_an_administrator_sees_sizes_and_owners(ownership: Ownership, made: Made, ben: Person) -> None:
    made(ben)
    only = ownership.sizes()[0]
    assert (only.title, only.owner, only.runs) == ("tickets", "Ben", 0) and only.bytes > 1000


def test_a_starting_server_says_how_the_first_administrator_is_made_and_what_she_adopts(
    shared: Studio, ownership: Ownership
) -> None:
    said = ownership.at_start("https://box.example/")
    assert len(said) == 1 and "https://box.example/studio/first" in said[0]
    ana = shared.accounts.become_first(said[0].split()[-1], "Ana", GOOD, address="a")
    assert ownership.at_start("https://box.example/") == []
    shared.home.create_project("By the command line", "root")
    assert ownership.at_start("https://box.example/") == ["1 project from before now belongs to Ana."]
    assert [project.owner for project in shared.home.all_projects()] == [ana.id]
