"""The page for a department: its commands exist, and its examples for proxies pass what the studio needs."""

import re
import shlex
from pathlib import Path

import pytest

from studio.cli.main import run_command
from studio.settings import Settings
from studio.web.guard import limits
from studio.web.guard.bindings import MOST, Id
from studio.web.guard.exposure import refuse_exposure

GUIDES = Path(__file__).resolve().parents[3] / "assets" / "guides"
PAGE = (GUIDES / "department.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line.replace("\\\n", " "))
    for block in re.findall(r"```bash\n(.*?)```", PAGE, re.S)
    for line in re.split(r"(?<!\\)\n", block.strip())
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_is_one_that_is_understood(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an unknown option in it a command ends by that; with a home that is a file by that, after all were read."""
    assert command[:2] == ["studio", "serve"]
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    assert run_command([*command[1:], "--home", str(nowhere / "home")]) == 2
    assert "No such option" not in capsys.readouterr().err


def test_what_is_started_behind_a_proxy_is_not_refused() -> None:
    refuse_exposure(Settings(home=Path("/x"), people=True, behind_proxy=True, names=("box.example.org",),
                             root_path="/studio", trusted_proxies=("127.0.0.1",)), {})  # fmt: skip


def test_the_limits_are_told_as_they_are() -> None:
    told = PAGE.replace(",", "").replace("\n", " ")
    assert f"{limits.PERSON_PER_MINUTE} requests a minute" in told and f"{MOST[Id.SESSION]} open pages" in told
    assert f"{limits.WAITING_EVENTS} presses" in told and f"{limits.ADDRESS_PER_MINUTE} requests a minute for" in told
    assert f"up to {Settings(home=Path('/x')).max_upload_bytes // 2**20} MB" in told


@pytest.mark.parametrize("name, needed", [
    ("nginx.conf", ["proxy_buffering off", "proxy_request_buffering off", "Host $http_host", "X-Forwarded-For"]),
    ("Caddyfile", ["flush_interval -1", "reverse_proxy 127.0.0.1:7860"]),
])  # fmt: skip
def test_an_example_holds_nothing_back(name: str, needed: list[str]) -> None:
    text = (GUIDES / name).read_text(encoding="utf-8")
    assert not [line for line in needed if line not in text]
