"""Scripts for clusters: frozen like any run, outside this computer's queue, and whole programs whatever the path."""

import ast
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import WrongSetting
from studio.schemas.recipe import Recipe
from studio.schemas.run import Status
from studio.services.runs.cluster_script import write_cluster_script
from studio.services.studio import Studio
from studio.storage.run_folder import RunFolder
from studio.storage.run_queue import RunQueue
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


@pytest.mark.parametrize("kind", ["slurm", "ray"])
def test_a_run_for_a_cluster_waits_for_it_and_not_for_this_computer(studio: Studio, upload: Upload, kind: str) -> None:
    project, dataset = upload(table())
    run, script = studio.runs.write_out(project, dataset, Recipe(), kind, by="ana")
    assert script.parent == run.folder == studio.home.run(run.id).path and run.script == script
    assert RunQueue(studio.ledger).waiting() == []
    studio.hold_home()
    own = studio.runs.launch(project, dataset, Recipe(), by="ana")
    studio.runs.carry_out_when_free(own.id)
    studio.close()
    assert studio.runs.view(run.id).state.status is Status.QUEUED and studio.runs.view(run.id).ahead == 0
    studio.runs.stop(run.id, by="ana")
    studio.runs.resume(run.id, by="ana")
    assert RunQueue(studio.ledger).waiting() == [run.id], "she changed her mind: here after all"


def test_a_cluster_that_is_not_known_leaves_nothing_behind(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    with pytest.raises(WrongSetting, match="no script for"):
        studio.runs.write_out(project, dataset, Recipe(), "htcondor", by="ana")
    assert studio.runs.all(project) == []


@pytest.mark.parametrize(
    "odd", ["plain", "with space", "quote'and\"more", "$(touch pwned)`x`", "ünïcode", 'a"""b\\N{x}']
)
def test_odd_paths_stay_paths(studio: Studio, upload: Upload, tmp_path: Path, odd: str) -> None:
    project, dataset = upload(table())
    run = studio.runs.launch(project, dataset, Recipe(), by="ana")
    folder = RunFolder(shutil.copytree(run.folder, tmp_path / odd / "run"))
    slurm, ray = (write_cluster_script(folder, kind) for kind in ("slurm", "ray"))
    subprocess.run(["bash", "-n", slurm], check=True)
    last = slurm.read_text(encoding="utf-8").splitlines()[-1].split("-m studio.training.train ", 1)[1]
    told = subprocess.run(["bash", "-c", f"printf %s {last}"], capture_output=True, check=True, cwd=tmp_path)
    assert told.stdout.decode() == str(folder.path) and not (tmp_path / "pwned").exists()
    named = next(line for line in ast.parse(ray.read_text(encoding="utf-8")).body if isinstance(line, ast.Assign))
    assert ast.literal_eval(named.value) == str(folder.path)


def test_shellcheck_finds_nothing_to_say(studio: Studio, upload: Upload) -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("no shellcheck on this computer")
    project, dataset = upload(table())
    _, script = studio.runs.write_out(project, dataset, Recipe(), "slurm", by="ana")
    done = subprocess.run(["shellcheck", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
