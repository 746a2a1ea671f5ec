"""The command that goes all the way from a table to a report, and shows that no connection left this computer."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import typer

from studio.cli.home.recorder.sitecustomize import VARIABLE
from studio.cli.options import Json
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.errors import StudioError

MODULE = "studio.cli.home.journey"


def offline_check(as_json: Json = False) -> None:
    """The whole journey in a home of its own, recorded; ends with status 1 and the addresses if it reached anybody."""
    with tempfile.TemporaryDirectory(prefix="studio-offline-") as place:
        steps, attempts = recorded(Path(place))
    answer: dict[str, Any] = {"offline": not attempts, "connections": attempts, "steps": steps}
    print_result(answer, as_json, lambda a: "\n".join([
        say("offline.steps", steps=", ".join(steps)),
        *([say("offline.reached", count=len(attempts)), *attempts] if attempts else [say("offline.none")]),
    ]))  # fmt: skip
    if attempts:
        raise typer.Exit(1)


def recorded(folder: Path, module: str = MODULE) -> tuple[list[str], list[str]]:
    """The steps that were gone, and each attempt once. StudioError when a step or the recorder failed."""
    from studio.cli.home.journey import PROBE, PROBE_OF_CHILD

    folder.chmod(0o700)
    log = folder / "connections.txt"
    paths = [str(Path(__file__).parent / "recorder"), str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STUDIO_")} | {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)), VARIABLE: str(log), "STUDIO_HOME": str(folder / "home"),
    }  # fmt: skip
    line = [sys.executable, "-m", module, str(folder)]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        raise StudioError(say("offline.step_failed", why=last[:500]), hint=say("offline.step_failed_next"))
    noted = list(dict.fromkeys(log.read_text(encoding="utf-8").splitlines())) if log.exists() else []
    probes = {f"connect {PROBE}", f"connect {PROBE_OF_CHILD}"}
    if not probes <= set(noted):
        raise StudioError(say("offline.recorder_failed"), hint=say("offline.recorder_failed_next"))
    return done.stdout.split(), [one for one in noted if one not in probes]
