"""The service of systemd and the container keep what the guide says of them, as far as this shows without both."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from studio.cli.main import run_command

DEPLOY = Path(__file__).resolve().parents[2] / "assets" / "deploy"
UNIT = (DEPLOY / "tailor-studio.service").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
SET = dict(line.split("=", 1) for line in UNIT.splitlines() if "=" in line and not line.startswith("#"))


def understood(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Options that do not exist end a command by their names; a home that cannot be ends it after all were read."""
    (tmp_path / "file").write_text("")
    assert run_command([*words, "--home", str(tmp_path / "file" / "home")]) == 2
    assert "No such option" not in capsys.readouterr().err


def test_the_service_starts_a_command_that_is_understood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(SET["ExecStart"])
    assert words[0].endswith("/studio") and words[words.index("--home") + 1] == f"/var/lib/{SET['StateDirectory']}"
    understood(words[1:], tmp_path, capsys)


def test_the_service_is_watched_private_and_confined() -> None:
    assert (SET["Type"], SET["UMask"], SET["StateDirectoryMode"]) == ("notify", "0077", "0700")
    assert int(SET["WatchdogSec"]) >= 3 * 5, "the loop counts five seconds, and tells three times in this time"
    assert SET["User"] != "root" and SET["CapabilityBoundingSet"] == "" and SET["ProtectSystem"] == "strict"
    for name in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "ProtectKernelModules", "RestrictSUIDSGID"):
        assert SET[name] == "yes"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here to verify its unit")
def test_systemd_understands_every_line(tmp_path: Path) -> None:
    unit = tmp_path / "tailor-studio.service"
    unit.write_text(UNIT.replace(shlex.split(SET["ExecStart"])[0], sys.executable))
    said = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    about_ours = [line for line in said.stderr.splitlines() if "tailor-studio" in line]
    assert not about_ours, about_ours


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Containerfile with its words."""
    lines = [line for line in CONTAINER.splitlines() if line.strip() and not line.startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in whole.splitlines()]


def test_the_container_runs_as_nobody_special_and_writes_into_one_volume() -> None:
    named = dict(instructions())
    assert named["USER"] == "10001:10001" and named["VOLUME"] == "/data"
    assert [name for name, _ in instructions()].count("VOLUME") == 1
    environment = dict(word.split("=") for word in named["ENV"].split())
    assert environment["STUDIO_HOME"].startswith("/data/") and environment["HOME"] == "/data"
    order = [name for name, _ in instructions()]
    assert order.index("USER") > order.index("RUN"), "nothing is installed by whoever runs it"
    assert "--read-only" in CONTAINER and "--cap-drop all" in CONTAINER and "no-new-privileges" in CONTAINER


def test_the_container_installs_what_was_tested() -> None:
    assert "PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt pip install" in CONTAINER
    assert re.search(r"^FROM docker\.io/library/python:3\.1[123]-slim$", CONTAINER, re.M)


def test_the_command_of_the_container_is_understood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = CONTAINER.replace("#", "").replace("\\\n", " ")
    words = shlex.split(re.search(r"tailor-studio\s+(serve .*)", written)[1])  # type: ignore[index]
    understood(words, tmp_path, capsys)
