"""The server of a project is started, told of, ended; it is nobody else's, and ends with the studio."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from studio.errors import NotFound, StudioError, WrongSetting
from studio.schemas.example import pair
from studio.schemas.project import Share
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.services.access import Access, Actor, NotAllowed, owner_or_shared
from studio.services.serving.version_server import VersionServer
from studio.services.studio import Studio
from studio.storage.run_folder import RunFolder
from tests.services.serving.stand_in import FAILS, HANGS


def project_of(studio: Studio, run: str) -> str:
    return str(studio.runs.view(run).spec.project)


def children() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if any("stand_in" in word for word in child.cmdline())]


@pytest.fixture
def runs(studio: Studio, tmp_path: Path) -> list[str]:
    """Two runs of a project, of which nothing but the folders is needed here."""
    studio.home.create_project("hats", "ana", id="hats")
    for name in ("run-1", "run-2"):
        spec = RunSpec(id=name, project="hats", created=datetime(2026, 1, 1, tzinfo=UTC), by="ana", recipe=Recipe(),
                       dataset="d", dataset_sha256="0", model_folder=str(tmp_path))  # fmt: skip
        RunFolder(studio.home.projects / "hats" / "runs" / name).create(spec, [pair(1, "a", "b")], [], [], [])
    return ["run-1", "run-2"]


@pytest.fixture
def server(studio: Studio) -> VersionServer:
    studio.serving.module = "tests.services.serving.stand_in"
    return studio.serving


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_it_is_started_told_of_and_ended(server: VersionServer, studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    assert server.state(project).status == "off"
    job = server.begin(project, runs, by="ana", port=7900)
    assert job.wait(20) and job.error is None
    until(lambda: server.state(project).tokens_per_second)
    state = server.state(project)
    assert (state.status, state.address, state.runs, state.by) == (
        "ready", "http://127.0.0.1:7900/v1", tuple(runs), "ana",
    )  # fmt: skip
    assert state.memory_bytes > 1_000_000 and state.readers == 10
    server.stop(project, by="ana")
    assert server.state(project).status == "off" and not children()


def test_a_start_that_fails_says_why(server: VersionServer, studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    job = server.begin(project, runs, by="ana", port=FAILS)
    assert job.wait(20) and job.error is not None and job.error.message == "The port is taken."
    assert server.state(project).status == "off"
    with pytest.raises(WrongSetting, match="No version"):
        server.begin(project, [], by="ana")
    with pytest.raises(WrongSetting, match="port is a number"):
        server.begin(project, runs, by="ana", port=80)


def test_a_start_can_be_stopped(server: VersionServer, studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    job = server.begin(project, runs, by="ana", port=HANGS)
    until(lambda: server.state(project).status == "starting")
    server.stop(project, by="ana")
    assert job.wait(20) and job.is_cancelled() and server.state(project).status == "off"


def test_one_that_died_is_told_as_ended_and_can_be_started_again(
    server: VersionServer, studio: Studio, runs: list[str]
) -> None:
    project = project_of(studio, runs[0])
    assert server.begin(project, runs, by="ana", port=7900).wait(20)
    for child in children():
        child.kill()
    until(lambda: server.state(project).status == "ended")
    assert server.begin(project, runs[:1], by="ana", port=7901).wait(20)
    assert server.state(project).runs == (runs[0],)


def test_another_project_is_told_no_more_than_that_there_is_one(
    server: VersionServer, studio: Studio, runs: list[str]
) -> None:
    project, other = project_of(studio, runs[0]), studio.home.create_project("coats", "ben").id
    assert server.begin(project, runs, by="ana", port=7900).wait(20)
    state = server.state(other)
    assert (state.status, state.runs, state.by, state.address) == ("elsewhere", (), "", "")
    server.stop(other, by="ben")
    assert server.state(project).status == "ready"
    with pytest.raises(NotFound):
        studio.within(other).serving.begin(other, runs, by="ben")


def test_who_has_a_share_sees_it_and_only_the_owner_may_start_it(
    server: VersionServer, studio: Studio, runs: list[str]
) -> None:
    ana, ben, project = Actor("a", "ana"), Actor("b", "ben"), project_of(studio, runs[0])
    path = studio.home.project_folder(project) / "project.json"
    found = studio.home.project(project).model_copy(update={"owner": "a", "shares": {"b": Share.EDIT}})
    path.write_text(found.model_dump_json())
    studio.access = Access(studio.home, owner_or_shared)
    shared = studio.open(ben, project).serving
    assert shared.state(project).status == "off"
    for act in (lambda: shared.begin(project, runs, by="ben"), lambda: shared.add_key(project, "fax", by="ben")):
        with pytest.raises((NotAllowed, StudioError), match="Only who owns"):
            act()
    assert studio.open(ana, project).serving.add_key(project, "fax", by="x").startswith("sk-studio-")


def test_it_ends_with_the_studio(server: VersionServer, studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    assert server.begin(project, runs, by="ana", port=7900).wait(20)
    studio.close()
    assert not children()


def test_an_administrator_ends_it_for_a_reason_and_the_owner_is_told(
    server: VersionServer, studio: Studio, runs: list[str]
) -> None:
    project, other, overview = (
        project_of(studio, runs[0]),
        studio.home.create_project("coats", "ben").id,
        studio.server_overview,
    )
    assert overview.running() is None
    assert server.begin(project, runs, by="ana", port=7900).wait(20)
    seen = overview.running()
    assert seen is not None and (seen.name, seen.by, seen.port) == ("hats", "ana", 7900)
    with pytest.raises(StudioError, match="No reason"):
        overview.end(seen.id, reason="  ", by="root")
    with pytest.raises(NotFound, match="not on any more"):
        overview.end("another", reason="an exam", by="root")
    assert server.state(project).status == "ready"
    overview.end(seen.id, reason="Ben's  exam\nis due", by="root")
    assert overview.running() is None and not children()
    later = Studio(studio.settings, studio.engine).serving.state(project)  # after a restart of the studio, too
    for state in (server.state(project), later):
        assert state.taken is not None and (state.taken.by, state.taken.reason) == ("root", "Ben's exam is due")
    assert server.state(other).taken is None
    assert ("root", "end server: Ben's exam is due", f"{project}/{','.join(runs)}") in [
        line[1:] for line in studio.ledger.notes()
    ]
    assert server.begin(other, ["run-1"], by="ben", port=7901).wait(20)
    assert server.state(project).status == "elsewhere" and server.state(project).taken is not None
    server.stop(other, by="ben")
    assert server.begin(project, runs, by="ana", port=7900).wait(20) and server.state(project).taken is None


def test_one_that_is_still_starting_is_ended_too(server: VersionServer, studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    job = server.begin(project, runs, by="ana", port=HANGS)
    until(lambda: server.state(project).status == "starting")
    seen = studio.server_overview.running()
    assert seen is not None
    studio.server_overview.end(seen.id, reason="an exam", by="root")
    assert job.wait(20) and not children()
    state = server.state(project)
    assert state.status == "off" and state.taken is not None and state.taken.reason == "an exam"


def test_a_key_is_told_once_and_counted_by_its_project(server: VersionServer, studio: Studio, runs: list[str]) -> None:
    project = project_of(studio, runs[0])
    secret = server.add_key(project, "mail program", by="ana", tokens_per_day=500)
    told = server.applications(project)
    assert [(one.name, one.tokens_per_day, one.used_today) for one in told] == [("mail program", 500, 0)]
    assert secret not in repr(told)
    server.remove_key(project, "mail program", by="ana")
    assert server.applications(project) == []
