"""A server that is killed leaves no run that nobody watches, and none that is carried out twice."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from studio.schemas.run import Status
from studio.services.studio import Studio
from studio.settings import Settings, shared_folder
from studio.training.local_engine import LocalEngine
from tests.free_ports import free_port

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(0)]
KILLS = int(os.environ.get("STUDIO_SERVER_KILLS", "3"))
SEED = int(os.environ.get("STUDIO_SERVER_SEED", "11"))  # of the moments of the kills

LONGEST = 600.0  # seconds: this much other work may there be


def serve(home: Path) -> subprocess.Popen[str]:
    log = (home.parent / "server.log").open("w+")
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "studio",
            "serve",
            "--home",
            str(home),
            "--port",
            str(free_port()),
            "--no-browser",
            "--offline",
            "--worker",
            "process",
        ],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert server.stdout is not None
    said = server.stdout.readline()
    if "open at" not in said:
        server.wait(timeout=60)
        log.seek(0)
        pytest.fail(f"the server did not start ({server.returncode}): {said}{log.read()}")
    log.close()
    return server


def carriers(home: Path) -> list[psutil.Process]:
    """The processes that carry out a run of this home."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if "--run" in words and any(word.startswith(str(home)) for word in words):
            found += [process] if process.info["status"] != psutil.STATUS_ZOMBIE else []
    return found


def test_no_kill_of_the_server_leaves_an_orphan_or_a_double_run(tmp_path: Path) -> None:
    """`STUDIO_SERVER_KILLS=50` for more."""
    home, draw = tmp_path / "home", random.Random(SEED)
    studio = Studio(Settings(home=home, offline=True), LocalEngine())
    table = shared_folder("sample_data") / "support.csv"
    imported = subprocess.run(
        [sys.executable, "-m", "studio", "import", str(table), "--project", "box", "--home", str(home), "--json"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert imported.returncode == 0
    project = studio.home.all_projects()[0].id
    run = studio.launch_from_words(
        project, None, model="starter", sets=["max_steps=5000", "num_train_epochs=500", "save_steps=5", "eval_steps=5"],
        recipe_file=None, preset="balanced",
        by="ana",
    ).id  # fmt: skip
    reached = 0
    for _ in range(KILLS):
        server = serve(home)
        end = time.monotonic() + LONGEST
        while studio.home.run(run).state.status is not Status.RUNNING or len(carriers(home)) != 1:
            assert time.monotonic() < end, studio.home.run(run).state
            time.sleep(0.2)
        time.sleep(draw.uniform(0.0, 15.0))
        assert len(carriers(home)) == 1, "one process carries it out"
        server.send_signal(signal.SIGKILL)
        server.wait()
        assert server.stdout is not None
        server.stdout.close()
        gone = psutil.wait_procs(carriers(home), timeout=LONGEST)
        assert not gone[1], "it saves and ends when the server has gone"
        assert studio.home.lease().is_free() and studio.home.run(run).lock.is_free()
        seen = studio.home.run(run).seen_state()
        assert seen.status is Status.INTERRUPTED and "Resume" in seen.hint
        steps = [line["step"] for line in studio.home.run(run).metrics() if "loss" in line]
        assert steps == sorted(set(steps)), "no step stands in the curve twice"
        reached = max(reached, *steps, 0)
        studio.runs.resume(run, by="ana")
    assert reached > 0
    studio.runs.stop(run, by="ana")
