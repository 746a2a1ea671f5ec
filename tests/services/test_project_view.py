"""A project has a version: the same as long as nothing changes, and looking again then opens hardly a file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


class Opened:
    """The files that this process opens, while somebody listens."""

    def __init__(self) -> None:
        self.paths: list[str] | None = None
        sys.addaudithook(self.heard)

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        """What Python tells of everything it does."""
        if event == "open" and self.paths is not None:
            self.paths.append(str(arguments[0]))

    @contextmanager
    def listening(self) -> Iterator[list[str]]:
        """The paths that were opened meanwhile."""
        self.paths = found = []
        try:
            yield found
        finally:
            self.paths = None


@pytest.fixture(scope="module")
def opened() -> Opened:
    return Opened()


@pytest.fixture
def project(studio: Studio, upload: Upload) -> str:
    project, dataset = upload(table())
    for seed in range(6):
        studio.runs.carry_out(studio.runs.launch(project, dataset, Recipe(seed=seed), by="ana").id)
    return project


def test_looking_again_reads_no_record_a_second_time(studio: Studio, project: str, opened: Opened) -> None:
    first = studio.project_views.view(project)
    with opened.listening() as paths:
        assert studio.project_views.view(project) == first
        assert len(studio.runs.all(project)) == 6 and studio.home.all_projects()[0].id == project
    assert [path for path in paths if path.endswith((".json", ".jsonl"))] == []


@pytest.mark.parametrize("act", ["run", "name", "decision", "vote", "chat"])
def test_every_act_gives_it_another_version(studio: Studio, project: str, act: str) -> None:
    run = studio.runs.all(project)[0].id
    dataset = studio.examples.newest(project)
    ballot = studio.voting.make(run, "tuned", "base", by="ana", count=3).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    before = studio.project_views.view(project)
    acts: dict[str, Callable[[], object]] = {
        "run": lambda: studio.runs.launch(project, dataset, Recipe(seed=9), by="ana"),
        "name": lambda: studio.run_list.rename(run, "The first", by="ana"),
        "decision": lambda: studio.examples.remove(project, dataset, ["r1"], by="ana"),
        "vote": lambda: studio.voting.vote(ballot, "ana", 0, "tie"),
        "chat": lambda: studio.chats.answer_once(run, "Hm?", by="ana", contestants=("tuned",)),
    }
    acts[act]()
    after = studio.project_views.view(project)
    assert after.version != before.version
    assert studio.project_views.view(project).version == after.version
    assert after.run(run) is not None and after.run("nothing") is None


def test_a_run_that_moves_on_is_seen_at_once(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    assert studio.project_views.view(project).runs[0].state.status.value == "queued"
    studio.runs.carry_out(run)
    assert studio.project_views.view(project).runs[0].state.status.value == "done"
