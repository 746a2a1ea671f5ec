"""A home that 0.2.0 wrote opens with everything in it, and looking at it rewrites none of its files."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.cli.main import run_command
from studio.schemas.report import Advice
from studio.schemas.run import Status
from studio.services.chats.contestants import points_of
from studio.services.evaluation.difficulty import DifficultyService
from studio.services.files.file_check import imported
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.run_folder import RunFolder
from tests.fake_engine import FakeEngine
from tests.homes.home_0_2_0 import marks_of, unpacked


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return unpacked(tmp_path / "home")


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    made = Studio(Settings(home=home, offline=True), FakeEngine(steps=8, pause=0.0))
    yield made
    made.close()


def look_at_everything(studio: Studio) -> None:
    """All that a page can show of each project, without one act."""
    for project in studio.home.all_projects():
        for version in studio.versions.versions(project.id):
            shown = studio.examples.view(project.id, version.id, exact=True)
            imported(studio.examples, shown)
            studio.examples.fix_all_preview(project.id, version.id)
            studio.picture.of(project.id, version.id)
            assert isinstance(studio.difficulty, DifficultyService)
            studio.difficulty.of(project.id, version.id, "starter")
        for name in studio.recipes.names(project.id):
            studio.recipes.kept(project.id, name)
        studio.evaluation.before(project.id)
        for run in studio.runs.all(project.id):
            studio.runs.view(run.id), studio.runs.metrics(run.id), studio.runs.answers(run.id)
            studio.runs.questions(run.id), studio.runs.chosen(run.id), points_of(RunFolder(run.folder))
            studio.evaluation.report(run.id), studio.evaluation.job(run.id)
            for line in studio.chats.conversations(project.id, run=run.id):
                studio.chats.turns(run.id, line.id)
            for ballot in studio.voting.ballots(project.id):
                studio.voting.standing(ballot.id, "Ana"), studio.voting.paper(ballot.id, "Ben")
                studio.second_opinions.may_judge(ballot.id)
        studio.run_list.deleted(project.id)
        studio.more_examples.newest(project.id)


def test_everything_is_there(studio: Studio) -> None:
    (project,) = studio.home.all_projects()
    assert (project.title, project.owner) == ("replies", "Ana")
    kept, first = studio.versions.versions(project.id)
    assert (kept.card.kept, kept.card.parent, first.card.origin) == ("before the holidays", first.id, "our own mail")
    for version in (first, kept):
        card = studio.examples.view(project.id, version.id, exact=True).card
        assert card.rows_in == card.rows_kept + sum(card.dropped.values()) == 156 and card.rows_added == 1
    decided = studio.examples.view(project.id, first.id).decisions
    assert [(one.by, one.action) for one in decided] == [("Ana", "fix"), ("Ana", "add"), ("Ana", "remove")]
    stopped, run = studio.runs.all(project.id)
    assert (run.name, run.state.status, stopped.state.status) == ("The first try", Status.DONE, Status.STOPPED)
    assert run.has_version and len(studio.runs.metrics(run.id)) > 6 and studio.runs.answers(run.id)
    chats = studio.chats.conversations(project.id)
    assert [chat.first for chat in chats] == ["Where is my parcel?", "Do you ship on Sundays?"]
    (ballot,) = studio.voting.ballots(project.id)
    assert studio.voting.result(ballot.id, "Ana").still_voting == 1
    assert studio.voting.standing(ballot.id, "Ben").voted == 3
    report = studio.evaluation.report(run.id)
    assert report is not None and report.verdict.advice is Advice.PROMPT, "as it was written"
    assert report.advice is Advice.LOOKUP, "as its sentence says"
    assert report is not None and (report.by, len(report.votes)) == ("Ana", 1) and report.verdict.sentence
    assert studio.recipes.names(project.id) == ["Six steps"] and studio.home.exam(project.id) is not None


def test_looking_at_it_rewrites_none_of_its_files(home: Path) -> None:
    before = marks_of(home)
    studio = Studio(Settings(home=home, offline=True), FakeEngine(steps=8, pause=0.0))
    studio.hold_home()
    look_at_everything(studio)
    studio.close()
    assert marks_of(home) == before


def test_the_command_line_finds_it_and_rewrites_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = marks_of(home)
    assert run_command(["runs", "--home", str(home), "--json"]) == 0
    runs = json.loads(capsys.readouterr().out)["runs"]
    assert [run["status"] for run in runs] == ["stopped", "done"]
    assert run_command(["status", runs[1]["run"], "--home", str(home), "--json"]) == 0
    assert run_command(["undo", "--project", runs[1]["project"], "--list", "--home", str(home), "--json"]) == 0
    assert marks_of(home) == before


def test_its_work_goes_on(studio: Studio) -> None:
    (project,) = studio.home.all_projects()
    newest = studio.examples.newest(project.id)
    after = studio.examples.undo(project.id, newest, by="Ana")
    assert after.id != newest, "a version that was kept stays, and the change goes into a new one"
    run = studio.runs.all(project.id)[1].id
    with pytest.raises(Exception, match="This run is finished"):
        studio.runs.resume(run, by="Ana")
    (ballot,) = studio.voting.ballots(project.id)
    studio.voting.vote(ballot.id, "Ben", studio.voting.paper(ballot.id, "Ben").place, "tie")
    assert studio.voting.standing(ballot.id, "Ben").voted == 4


@pytest.mark.slow
def test_the_version_that_it_taught_still_answers(home: Path) -> None:
    """With the real engine: the starter lies elsewhere than it did, and is known by its checksum."""
    from studio.training.local_engine import LocalEngine

    studio = Studio(Settings(home=home, offline=True), LocalEngine())
    try:
        run = studio.runs.all()[1]
        turn = studio.chats.answer_once(run.id, "Where is my parcel?", by="Ana", contestants=("base", "tuned"))
        assert {reply.contestant for reply in turn.replies} == {"base", "tuned"}
        earlier = studio.chats.conversations(run.spec.project, run=run.id)[-1]
        first = {reply.contestant: reply.fingerprint for reply in studio.chats.turns(run.id, earlier.id)[0].replies}
        assert {reply.contestant: reply.fingerprint for reply in turn.replies} == first
    finally:
        studio.close()
