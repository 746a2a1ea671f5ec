"""A share lets somebody do what it says and nothing more: asked of every verb of every service of a project."""

import contextlib
import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.project import Share
from studio.schemas.recipe import Recipe
from studio.services.access import SHARED_RIGHTS, Access, Actor, NotAllowed, Right, owner_or_shared
from studio.services.project_scope import SERVICES, ProjectScope
from studio.services.service_doors import DELETING, SEEING, VOTING, ServiceDoor, right_for
from studio.services.studio import Studio
from studio.storage.files import write_json
from tests.services.conftest import table
from tests.services.test_access import Ids

ANA, BEN, CEM, DAN, EVE = (Actor(f"p{name}", name) for name in ("ana", "ben", "cem", "dan", "eve"))
SHARES = {BEN.id: Share.READ, CEM.id: Share.VOTE, DAN.id: Share.EDIT}


@pytest.fixture
def ids(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> Ids:
    """A project of Ana's with everything in it, which Ben may read, Cem vote in, Dan edit, and Eve not see."""
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.runs.carry_out(run)
    studio.chats.answer_once(run, "What does the kettle cost?", by="ana", contestants=("base", "tuned"))
    ballot = studio.voting.make(run, "tuned", "base", by="ana", count=3).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    studio.voting.vote(ballot, "ana", 0, "tie")
    studio.voting.reveal(ballot, "ana")
    studio.recipes.keep(project, "mine", Recipe(), by="ana")
    studio.evaluation.evaluate(run, by="ana")
    record = studio.home.project(project).model_copy(update={"owner": ANA.id, "shares": SHARES})
    write_json(studio.home.project_folder(project) / "project.json", record)
    studio.access = Access(studio.home, owner_or_shared)
    studio.examples.view(project, dataset, exact=True)
    return Ids(project, dataset, run, studio.chats.conversations(project)[0].id, ballot)


def doors(scope: ProjectScope) -> dict[str, ServiceDoor]:
    return {name: door for name, door in scope.services.items() if isinstance(door, ServiceDoor)}


def public(door: ServiceDoor) -> list[str]:
    """Methods, properties and parts of the service behind it."""
    return [name for name in dir(door._service) if not name.startswith("_")]


def state_of(folder: Path) -> dict[str, str]:
    """Every file under a home with its contents; the audit log may grow by who read what."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("studio.db"))
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def values_for(method: Callable[..., Any], ids: Ids, tmp_path: Path) -> dict[str, Any]:
    """Something sensible for each parameter, by its name."""
    file = tmp_path / "more.csv"
    file.write_text(table(8), encoding="utf-8")
    known: dict[str, Any] = {
        "project": ids.project, "dataset": ids.dataset, "run": ids.run, "chat": ids.chat, "ballot": ids.ballot,
        "by": "ana", "person": "ana", "id": "r1", "ids": ["r1"], "rows": [0, 1], "kind": "exact_duplicate",
        "question": "?", "answer": "!", "name": "x", "path": file, "form": "csv", "model": "starter", "step": 4,
        "recipe": Recipe(), "runs": [ids.run], "text": "kettle", "value": "kettle", "place": 0, "choice": "tie",
        "judge": "base", "one": "tuned", "other": "base", "contestants": ("tuned",), "before": ids.dataset,
        "after": ids.dataset, "codes": ["de"], "questions": ["?"], "keep": "first", "reason": "x",
        "price_per_million": 1.0,
        "action": "longer", "contestant": "tuned", "row": "r1", "certainty": 0.5, "request_key": "k", "choices": {},
        "origin": "x", "licence": "x", "consent": "x", "names": ("tuned",), "title": "x",
        "on_progress": lambda *_: None, "stop": lambda: False,
    }  # fmt: skip
    return known


def call(method: Callable[..., Any], values: dict[str, Any]) -> None:
    """With what it needs of these; a mistake in words is an answer as well."""
    needed = [p.name for p in inspect.signature(method).parameters.values() if p.default is inspect.Parameter.empty]
    with contextlib.suppress(StudioError, TypeError, KeyError, AttributeError, ValueError):
        method(**{name: values[name] for name in needed if name in values})


@pytest.mark.parametrize(("actor", "share"), [(BEN, Share.READ), (CEM, Share.VOTE)])
def test_who_may_not_change_a_project_changes_nothing_by_any_verb(
    studio: Studio, ids: Ids, tmp_path: Path, actor: Actor, share: Share
) -> None:
    scope = studio.open(actor, ids.project)
    before, asked, refused = state_of(studio.home.path), 0, 0
    for name, door in doors(scope).items():
        for verb in public(door):
            asked += 1
            if right_for(name, verb) not in SHARED_RIGHTS[share]:
                with pytest.raises(NotAllowed):
                    getattr(door, verb)
                refused += 1
            elif verb not in VOTING.get(name, ()):
                found = getattr(door, verb)
                if callable(found):
                    call(found, values_for(found, ids, tmp_path))
    assert asked > 130 and refused > 70, (asked, refused)
    assert state_of(studio.home.path) == before


def test_every_verb_that_a_door_names_is_there(studio: Studio, ids: Ids) -> None:
    scope = studio.open(ANA, ids.project)
    for verbs in (SEEING, VOTING, DELETING):
        for name, named in verbs.items():
            assert named <= set(public(doors(scope)[name])), name
    assert len(doors(scope)) == sum(isinstance(service._service, SERVICES) for service in doors(scope).values())


def test_each_share_gives_its_rights_and_none_gives_none(studio: Studio, ids: Ids) -> None:
    record = studio.home.project(ids.project)
    may = {actor.name: studio.access.rights(actor, record) for actor in (ANA, BEN, CEM, DAN, EVE)}
    see, vote, change = {Right.SEE}, {Right.SEE, Right.VOTE}, {Right.SEE, Right.VOTE, Right.CHANGE}
    assert may == {"ana": set(Right), "ben": see, "cem": vote, "dan": change, "eve": set()}
    nobodys = record.model_copy(update={"owner": ""})
    assert studio.access.rights(Actor("", ""), nobodys) == set()


def test_a_reader_who_asks_for_more_is_told_so_and_a_stranger_that_there_is_nothing(studio: Studio, ids: Ids) -> None:
    with pytest.raises(NotAllowed, match="may not change"):
        studio.open(BEN, ids.project, Right.CHANGE)
    for actor in (EVE, Actor("", ""), Actor("ana", "ana")):
        with pytest.raises(NotFound) as refused:
            studio.open(actor, ids.project)
        assert not isinstance(refused.value, NotAllowed) and studio.access.projects(actor) == []
    with pytest.raises(NotAllowed):
        studio.open(DAN, ids.project).run_list.trash(ids.run, by="dan")
    assert [project.id for project in studio.access.projects(CEM)] == [ids.project]


def test_everything_is_done_in_the_name_of_whoever_came_through_the_door(studio: Studio, ids: Ids) -> None:
    dans = studio.open(DAN, ids.project)
    dans.examples.edit(ids.project, ids.dataset, "r1", by="ana", question="Hm?", answer="Yes.")
    dans.allowed.add(ids.project, "post@example.com", "ana")
    assert studio.ledger.notes(2)[0][1] == studio.ledger.notes(2)[1][1] == "dan"
    job = dans.evaluation.begin(ids.run, by="ana")
    assert job.wait(60) and job.record.by == "dan"


def test_nobody_votes_sees_or_reveals_a_paper_as_somebody_else(studio: Studio, ids: Ids) -> None:
    cems = studio.open(CEM, ids.project)
    with pytest.raises(StudioError, match="not"):
        cems.voting.result(ids.ballot, "ana")  # she has revealed it, he has not
    cems.voting.vote(ids.ballot, "ana", 1, "left")
    assert cems.voting.standing(ids.ballot, "ana").voted == 1
    assert studio.voting.standing(ids.ballot, "cem").voted == 1 and studio.voting.standing(ids.ballot, "ana").voted == 1


def test_a_share_that_was_taken_back_ends_at_once(studio: Studio, ids: Ids) -> None:
    record = studio.home.project(ids.project)
    write_json(studio.home.project_folder(ids.project) / "project.json", record.model_copy(update={"shares": {}}))
    with pytest.raises(NotFound):
        studio.open(DAN, ids.project)


def test_one_person_alone_meets_no_door(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> None:
    project, _ = upload(table())
    assert doors(studio.open(studio.actor, project)) == {}
