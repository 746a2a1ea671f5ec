"""Two people, every verb of every service, every id of the other: as if it were not there.

Generated from what a `ProjectScope` hands out, so that a new verb is tried without being named here. A cell is one
verb with one id of Ana in the place of one of Ben's own; what it answers, or how it refuses, has to be the same as for
an id that nobody has. Ana tries each cell as well, and is told of nothing that it is missing.
"""

import inspect
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.exports.export import ExportKind
from studio.schemas.recipe import Recipe
from studio.services.access import Actor, NotAllowed, Right
from studio.services.acting_studio import ActingStudio
from studio.services.chats.chat_service import Conversation
from studio.services.project_scope import ProjectScope
from studio.services.service_doors import OF_THE_SERVER, ServiceDoor
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

ANA, BEN = Actor("p-ana", "ana"), Actor("p-ben", "ben")
SECRET = "quetzal"  # stands in every text of Ana's
LEAST_CELLS = 2000
PROJECTS = 3  # of Ana
ENDING = ("trash", "forget")  # the owner's turn at these comes last


@dataclass(frozen=True)
class Ids:
    """One of each kind that one project has."""

    project: str
    dataset: str
    run: str
    ballot: str
    chat: str


NOBODYS = Ids("no-such-ab12", "20260101-000000-0001", "20260101-000000-0002", "20260101-000000-0003",
              "20260101-000000-0004")  # fmt: skip
# which kind of id a parameter takes, by its name; all others are values
IDS = {"project": "project", "dataset": "dataset", "before": "dataset", "after": "dataset", "run": "run",
       "runs": "run", "ballot": "ballot", "chat": "chat", "conversation": "chat"}  # fmt: skip


def filled(studio: Studio, actor: Actor, folder: Path, word: str) -> Ids:
    """A project with everything in it."""
    path = folder / f"{word}.csv"
    path.write_text(table(24).replace("kettle", word), encoding="utf-8")
    view = studio.examples.upload(path, path.name, by=actor.name, owner=actor.id, origin="o", licence="l", consent="c")
    run = studio.runs.launch(view.project, view.id, Recipe(), by=actor.name).id
    studio.runs.carry_out(run)
    studio.chats.answer_once(run, f"What does the {word} cost?", by=actor.name, contestants=("base", "tuned"))
    ballot = studio.voting.make(run, "tuned", "base", by=actor.name, count=3).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    studio.voting.vote(ballot, actor.name, 0, "tie")
    studio.voting.reveal(ballot, actor.name)
    studio.recipes.keep(view.project, "mine", Recipe(), by=actor.name)
    studio.evaluation.begin(run, by=actor.name, quick=True).wait(60)
    studio.difficulty.begin(view.project, view.id, "starter", by=actor.name).wait(60)
    return Ids(view.project, view.id, run, ballot, studio.chats.conversations(view.project)[0].id)


@dataclass
class Home:
    """What both have, in one studio."""

    studio: Studio
    of_ana: tuple[Ids, ...]
    of_ben: Ids
    table: Path

    def scope(self, actor: Actor, project: str) -> ProjectScope:
        return self.studio.open(actor, project)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("two")
    studio = Studio(Settings(home=folder / "home", offline=True, people=True), FakeEngine(steps=2, pause=0.0))
    of_ana = tuple(filled(studio, ANA, folder, f"{SECRET}{number}") for number in range(PROJECTS))
    yield Home(studio, of_ana, filled(studio, BEN, folder, "spoon"), folder / "spoon.csv")
    studio.close()


def verbs(scope: ProjectScope) -> list[tuple[str, str]]:
    """Every public method of every service, by service and name."""
    return [
        (name, verb) for name, door in scope.services.items() if isinstance(door, ServiceDoor)
        for verb in dir(door._service)
        if not verb.startswith("_") and callable(inspect.getattr_static(type(door._service), verb, None))
    ]  # fmt: skip


def parameters(scope: ProjectScope, service: str, verb: str) -> list[str]:
    method = getattr(getattr(scope, service)._service, verb)
    return list(inspect.signature(method).parameters)


def values(home: Home, ids: Ids, actor: Actor) -> dict[str, Any]:
    """Something sensible for every parameter that is no id."""
    return {
        "by": actor.name, "person": actor.name, "id": "r1", "ids": ["r1"], "rows": [0, 1], "kind": "exact_duplicate",
        "question": "?", "answer": "!", "name": "mine", "path": home.table, "form": "csv", "model": "starter",
        "step": 1, "recipe": Recipe(), "text": "kettle", "value": "kettle", "place": 0, "choice": "tie",
        "judge": "base", "one": "tuned", "other": "base", "contestants": ("tuned",), "codes": ["de"],
        "questions": ["?"], "keep": "first", "reason": "x", "price_per_million": 1.0, "action": "longer",
        "contestant": "tuned", "row": "r1", "certainty": 0.5, "request_key": "k", "choices": {}, "origin": "x",
        "licence": "x", "consent": "x", "names": ("tuned",), "title": "x", "on_progress": lambda *_: None,
        "stop": lambda: True, "table": None, "columns": None,
    }  # fmt: skip


def arguments(home: Home, scope: ProjectScope, service: str, verb: str, ids: Ids, actor: Actor) -> dict[str, Any]:
    """What a verb needs, with these ids."""
    method = getattr(getattr(scope, service)._service, verb)
    known = values(home, ids, actor)
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(method).parameters.items():
        if name in IDS:
            given[name] = of_kind(name, getattr(ids, IDS[name]), ids)
        elif name == "kind" and service == "exports":
            given[name] = ExportKind.ADAPTER
        elif parameter.default is inspect.Parameter.empty and name in known:
            given[name] = known[name]
    return given


def of_kind(name: str, id: str, ids: Ids) -> Any:
    """An id as a parameter takes it."""
    if name == "runs":
        return [id, ids.run]
    return Conversation(id, ids.run) if name == "conversation" else id


def outcome(scope: ProjectScope, service: str, verb: str, given: Mapping[str, Any], hidden: str) -> str:
    """What is told, with the id left out: word for word."""
    try:
        found = getattr(getattr(scope, service), verb)(**given)
        told = repr(list(itertools.islice(found, 3)) if isinstance(found, Iterator) else found)
    except (StudioError, TypeError, KeyError, AttributeError, ValueError) as error:
        told = f"{type(error).__name__}: {error} {getattr(error, 'hint', '')}"
    return told.replace(hidden, "<id>")


def told_with(home: Home, scope: ProjectScope, service: str, verb: str, ids: Ids) -> str:
    """What Ben is told where he names nothing of his own."""
    told = outcome(scope, service, verb, arguments(home, scope, service, verb, ids, BEN), "<none>")
    for _, id in all_ids(ids):
        told = told.replace(id, "<id>")
    return told


def traces(folder: Path) -> dict[Path, tuple[int, int]]:
    """Every file with its size and the time of its last change."""
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def all_ids(ids: Ids) -> list[tuple[str, str]]:
    return [(one.name, getattr(ids, one.name)) for one in fields(ids)]


def test_no_id_of_the_other_tells_more_than_one_that_nobody_has(home: Home) -> None:
    bens = home.scope(BEN, home.of_ben.project)
    folders = [home.studio.home.project_folder(ids.project) for ids in home.of_ana]
    before = [traces(folder) for folder in folders]
    cells, wrong = 0, []
    for service, verb in verbs(bens):
        if verb in OF_THE_SERVER.get(service, ()):
            continue
        given = arguments(home, bens, service, verb, home.of_ben, BEN)
        for name in (name for name in given if name in IDS):
            unknown = {
                kind: outcome(bens, service, verb, {**given, name: of_kind(name, id, home.of_ben)}, id)
                for kind, id in all_ids(NOBODYS)
            }
            for kind, id in (one for ids in home.of_ana for one in all_ids(ids)):
                told = outcome(bens, service, verb, {**given, name: of_kind(name, id, home.of_ben)}, id)
                cells += 1
                if told != unknown[kind] or SECRET in told:
                    wrong.append(f"{service}.{verb}({name}={kind} {id}): {told[:200]} | {unknown[kind][:200]}")
        unknown_all = told_with(home, bens, service, verb, NOBODYS)
        for ids in home.of_ana:
            told = told_with(home, bens, service, verb, ids)
            cells += 1
            if told != unknown_all or SECRET in told:
                wrong.append(f"{service}.{verb}(all of Ana's): {told[:200]} | {unknown_all[:200]}")
        if [traces(folder) for folder in folders] != before:
            wrong.append(f"{service}.{verb} changed something of Ana's")
            before = [traces(folder) for folder in folders]
    assert not wrong, "\n".join(wrong)
    print(f"{cells} cells of verbs")
    assert cells >= LEAST_CELLS


def test_no_door_of_the_others_projects_opens_for_any_verb_or_right(home: Home) -> None:
    cells = 0
    acting = ActingStudio(home.studio, lambda: BEN)
    for ids in home.of_ana:
        anas = home.scope(ANA, ids.project)
        for (service, verb), right in itertools.product(verbs(anas), Right):
            with pytest.raises(NotFound) as refused:
                getattr(getattr(home.studio.open(BEN, ids.project, right), service), verb)
            with pytest.raises(NotFound):
                getattr(getattr(acting.open(BEN, ids.project, right), service), verb)
            assert not isinstance(refused.value, NotAllowed)  # which would tell that it is there
            if verb in OF_THE_SERVER.get(service, ()):
                with pytest.raises(NotAllowed):
                    getattr(getattr(home.studio.open(ANA, ids.project, right), service), verb)
                continue
            assert callable(getattr(getattr(home.studio.open(ANA, ids.project, right), service), verb))
            cells += 2
    print(f"{cells} cells of doors")
    assert cells >= LEAST_CELLS


@pytest.mark.parametrize("place", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, PROJECTS))])
def test_the_owner_is_refused_nothing_for_not_being_there(home: Home, place: int) -> None:
    refused = []
    for ids in home.of_ana[place : place + 1]:
        anas = home.scope(ANA, ids.project)
        for service, verb in sorted(verbs(anas), key=lambda one: one[1] in ENDING):
            if verb in OF_THE_SERVER.get(service, ()):
                continue
            given = arguments(home, anas, service, verb, ids, ANA)
            if not any(name in IDS for name in given):
                continue
            told = outcome(anas, service, verb, given, "")
            if told.startswith(("NotFound", "NotAllowed", "TypeError", "AttributeError")):
                refused.append(f"{service}.{verb}: {told[:200]}")
    assert not refused, "\n".join(refused)


def test_a_person_without_an_id_opens_nothing(home: Home) -> None:
    for actor in (Actor("", ""), Actor("", "ana"), Actor("ana", "ana"), replace(ANA, id=ANA.id.upper())):
        for ids in home.of_ana:
            with pytest.raises(NotFound):
                home.studio.open(actor, ids.project)
