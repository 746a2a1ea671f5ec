"""A backup is a whole home in one file: taken while others work, restored whole or not at all."""

import hashlib
import json
import os
import shutil
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import Damaged, StudioError
from studio.schemas.recipe import Recipe
from studio.schemas.run import Status
from studio.services.backup.backup import LIST, Backup, back_up
from studio.services.backup.restore import forgotten_in, restore
from studio.services.people.audit_log import verify
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.checkpoints import Checkpoints
from studio.storage.database import Database
from studio.storage.home import Home
from studio.storage.run_queue import RunQueue
from tests.fake_engine import FakeEngine
from tests.services.conftest import table

NOT_COPIED = ("studio.db", "studio.db-wal", "studio.db-shm", "lock", "server.lock", "lease.lock", "names.lock")


def hashes(home: Path) -> dict[str, str]:
    """Of all files that a backup holds."""
    found = {}
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and path.name not in NOT_COPIED and not name.startswith(("uploads/", "trash/", "models/")):
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture
def taken(studio: Studio, runs: list[str], tmp_path: Path) -> Backup:
    """A backup of a home with two runs."""
    return back_up(studio.settings.home, studio.ledger, tmp_path / "b.zip", by="ana", clock=studio.clock)


def test_a_restored_home_holds_the_same_files_and_a_sound_audit_log(
    studio: Studio, runs: list[str], taken: Backup, tmp_path: Path
) -> None:
    home = tmp_path / "new"
    found = restore(taken.file, home, by="ben")
    assert hashes(home) == hashes(studio.settings.home) and len(hashes(home)) > 20
    there = Studio(Settings(home=home), FakeEngine())
    assert [run.id for run in there.runs.all()] == [run.id for run in studio.runs.all()]
    assert found.projects == 1 and found.interrupted == found.waiting == () and found.audit.startswith("5 lines, ")
    assert [note[1:3] for note in there.ledger.notes(2)] == [("ben", "restore"), ("ana", "backup")]
    assert verify(there.ledger).lines == 5
    if os.name == "posix":
        assert home.stat().st_mode & 0o777 == 0o700 and taken.file.stat().st_mode & 0o077 == 0, "nobody else reads it"
    there.close()


def test_what_was_forgotten_since_is_not_brought_back(studio: Studio, taken: Backup, tmp_path: Path) -> None:
    (project,) = (one.id for one in studio.home.all_projects())
    assert forgotten_in(studio.settings.home) == frozenset()
    studio.ledger.note("ana", "forget project", project)
    gone = forgotten_in(studio.settings.home)
    assert gone == {project}
    found = restore(taken.file, tmp_path / "new", by="ben", forgotten=gone)
    assert found.forgotten == (project,) and found.projects == 0 and not found.audit.startswith("Line")
    assert forgotten_in(tmp_path / "new") == {project}, "nor by the next backup"
    assert [path for path in (tmp_path / "new" / "projects").rglob("*") if path.is_file()] == []
    studio.ledger.note("ana", "restore from trash", f"projects/{project}")
    assert forgotten_in(studio.settings.home) == frozenset()
    with pytest.raises(StudioError, match="no studio's home"):
        forgotten_in(tmp_path)


def test_nobody_is_signed_in_in_a_restored_home(studio: Studio, tmp_path: Path) -> None:
    ana = studio.accounts.add_with_password("Ana", "four words in a row", by="x")
    studio.accounts.sign_in("Ana", "four words in a row", address="127.0.0.1")
    back_up(studio.settings.home, studio.ledger, tmp_path / "b.zip", by="ana", clock=studio.clock)
    restore(tmp_path / "b.zip", tmp_path / "new", by="ana")
    with Database(tmp_path / "new" / "studio.db").connect() as db:
        assert db.execute("SELECT COUNT(*) FROM sign_ins").fetchone() == (0,)
        assert db.execute("SELECT COUNT(*) FROM sign_in_key").fetchone() == (0,)
        assert db.execute("SELECT id FROM people").fetchall() == [(ana.id,)]


def test_a_backup_while_a_run_goes_on_can_be_restored_and_the_run_resumed(
    studio: Studio, upload: Callable[[str], tuple[str, str]], tmp_path: Path
) -> None:
    """The run writes points, thins them and adds to its curve all the time."""
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    RunQueue(studio.ledger).leave(run)
    folder, stop = studio.home.run(run), threading.Event()
    points = Checkpoints(folder.checkpoints)

    def train() -> None:
        step = 0
        while not stop.is_set():
            step += 1
            folder.append_metric(step=step, loss=1.0, epoch=0.1)
            words = bytes([step % 256]) * 40_000
            points.save(step, lambda at, words=words: (at / "weights.bin").write_bytes(words), {"step": step})
            points.rotate(2, [None], thin=step % 3 == 0)

    folder.move_to(Status.RUNNING)
    held = folder.lock
    held.take()
    thread = threading.Thread(target=train)
    thread.start()
    try:
        while not points.all():  # as a page would: a run without a step has no curve to lose
            time.sleep(0.01)
        for number in range(8):
            back_up(studio.settings.home, studio.ledger, tmp_path / f"{number}.zip", by="ana", clock=studio.clock)
    finally:
        stop.set()
        thread.join()
        held.release()
    for number in range(8):
        home = tmp_path / f"home{number}"
        assert restore(tmp_path / f"{number}.zip", home, by="ana").interrupted == (run,)
        there = Home(home).run(run)
        saved = Checkpoints(there.checkpoints).all()
        assert all(point.is_whole() for point in saved)
        assert not saved or there.metrics()[-1]["step"] >= saved[-1].step
        assert (there.path / "metrics.jsonl").read_bytes().endswith(b"\n")
    again = Studio(Settings(home=home), FakeEngine(steps=8, pause=0))
    again.runs.resume(run, by="ana")
    again.runs.carry_out_when_free(run)
    assert again.runs.view(run).state.status == "done"
    again.close()


def test_a_damaged_point_is_left_out_and_named(studio: Studio, runs: list[str], tmp_path: Path) -> None:
    points = Checkpoints(studio.home.run(runs[0]).checkpoints)
    point = points.save(99, lambda at: (at / "weights.bin").write_bytes(b"x" * 100), {})
    (point.path / "weights.bin").write_bytes(b"y" * 100)
    made = back_up(studio.settings.home, studio.ledger, tmp_path / "b.zip", by="ana", clock=studio.clock)
    assert not [name for name in made.manifest.files if "checkpoint-99" in name]
    assert "checkpoint-99" in made.left_out[-1]


def test_a_run_that_is_half_made_and_a_project_that_is_deleted_meanwhile_are_no_part(
    studio: Studio, runs: list[str], tmp_path: Path
) -> None:
    half = studio.home.run(runs[0]).path
    (half / "status.json").unlink()
    made = back_up(studio.settings.home, studio.ledger, tmp_path / "b.zip", by="ana", clock=studio.clock)
    assert not [name for name in made.manifest.files if runs[0] in name]
    assert [name for name in made.manifest.files if runs[1] in name]


def test_models_are_left_out_unless_asked_for_and_found_where_the_new_home_lies(
    studio: Studio, runs: list[str], tmp_path: Path
) -> None:
    model = studio.home.models / "small"
    model.mkdir()
    (model / "config.json").write_text("{}")
    recipe = studio.home.run(runs[0]).path / "recipe.json"
    spec = json.loads(recipe.read_text())
    spec["recipe"]["base_model"], spec["model_folder"] = "small", str(model)
    recipe.write_text(json.dumps(spec))
    without = back_up(studio.settings.home, studio.ledger, tmp_path / "b.zip", by="ana", clock=studio.clock)
    assert any("--with-models" in said for said in without.left_out)
    back_up(studio.settings.home, studio.ledger, tmp_path / "m.zip", by="ana", clock=studio.clock, with_models=True)
    shutil.rmtree(model)
    assert restore(tmp_path / "b.zip", tmp_path / "one", by="ana").missing_models == (str(model),)
    assert restore(tmp_path / "m.zip", tmp_path / "two", by="ana").missing_models == ()
    assert Home(tmp_path / "two").run(runs[0]).spec.model_folder == str(tmp_path / "two" / "models" / "small")


def test_a_place_that_cannot_be_is_refused_before_anything_is_written(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"")
    for place, words in ((studio.settings.home / "b.zip", "in the home"), (tmp_path / "there.zip", "there already"),
                         (tmp_path / "no" / "b.zip", "not there")):  # fmt: skip
        with pytest.raises(StudioError, match=words):
            back_up(studio.settings.home, studio.ledger, place, by="ana", clock=studio.clock)
    assert not studio.ledger.notes()


def test_a_home_that_is_not_empty_is_never_written_over(studio: Studio, taken: Backup, tmp_path: Path) -> None:
    before = hashes(studio.settings.home)
    with pytest.raises(StudioError, match="not empty"):
        restore(taken.file, studio.settings.home, by="ana")
    assert hashes(studio.settings.home) == before
    (tmp_path / "empty").mkdir()
    assert restore(taken.file, tmp_path / "empty", by="ana").projects == 1


def changed_copies(file: Path, folder: Path) -> list[tuple[Path, str]]:
    """The backup cut off, with a byte changed, with a member missing, with a name that leads out, by a newer studio."""
    data = file.read_bytes()
    (folder / "cut.zip").write_bytes(data[: len(data) // 2])
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    listed = json.loads(members[LIST])
    out = {"../outside": listed["files"]["studio.db"]} | listed["files"]
    victim = next(name for name in members if name.endswith("exam.json"))
    variants = {
        "byte": {**members, victim: members[victim][:-2] + b" \n"},
        "missing": {name: data for name, data in members.items() if name != victim},
        "out": {**members, "../outside": members["studio.db"], LIST: json.dumps({**listed, "files": out}).encode()},
        "newer": {**members, LIST: json.dumps({**listed, "format": 2}).encode()},
        "unlisted": {name: data for name, data in members.items() if name != LIST},
    }
    for name, inside in variants.items():
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            for member, content in inside.items():
                archive.writestr(member, content)
    words = {"cut": "cut off", "byte": "exam.json is not", "missing": "exam.json is not", "out": "outside the home",
             "newer": "newer studio", "unlisted": "cut off"}  # fmt: skip
    (folder / "none.zip").write_bytes(b"no archive")
    return [*((folder / f"{name}.zip", said) for name, said in words.items()), (folder / "none.zip", "no backup")]


def test_what_is_not_as_it_was_copied_leaves_no_home(taken: Backup, tmp_path: Path) -> None:
    for file, words in changed_copies(taken.file, tmp_path):
        with pytest.raises(StudioError, match=words):
            restore(file, tmp_path / "new", by="ana")
        assert not (tmp_path / "new").exists() and not list(tmp_path.glob(".new.*")), file
    assert not (tmp_path / "outside").exists()


def test_members_that_the_list_does_not_name_are_no_part(taken: Backup, tmp_path: Path) -> None:
    with zipfile.ZipFile(taken.file, "a") as archive:
        archive.writestr("projects/stranger/project.json", "{}")
    restore(taken.file, tmp_path / "new", by="ana")
    assert not (tmp_path / "new" / "projects" / "stranger").exists()


def test_a_kill_while_restoring_leaves_no_home_and_the_next_try_clears_up(taken: Backup, tmp_path: Path) -> None:
    left = tmp_path / ".new.0123abcd.part"
    left.mkdir()
    (left / "half").write_text("x")
    restore(taken.file, tmp_path / "new", by="ana")
    assert not left.exists() and (tmp_path / "new" / "studio.db").is_file()


def test_a_damaged_database_is_told(studio: Studio, taken: Backup, tmp_path: Path) -> None:
    with zipfile.ZipFile(taken.file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    listed = json.loads(members[LIST])
    members["studio.db"] = b"no database"
    listed["files"]["studio.db"] = {"sha256": hashlib.sha256(b"no database").hexdigest(), "bytes": 11}
    members[LIST] = json.dumps(listed).encode()
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(Damaged, match=r"studio\.db"):
        restore(tmp_path / "d.zip", tmp_path / "new", by="ana")
