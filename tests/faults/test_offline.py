"""`studio offline-check` goes the whole way, sees every attempt to leave, also of children, and says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from studio.cli.home.offline import recorded
from studio.errors import StudioError

ROOT = Path(__file__).resolve().parents[2]
TRIALS = """
import subprocess, sys
sys.audit('socket.connect', None, ('192.0.2.1', 9))
subprocess.run([sys.executable, '-c', "import sys; sys.audit('socket.connect', None, ('192.0.2.2', 9))"], check=True)
print('one')
"""


def journey(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], list[str]]:
    """What is told of another journey than the studio's own."""
    (folder / "other_journey.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return recorded(folder, "other_journey")


def test_what_stays_on_this_computer_is_no_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = f"{TRIALS}\nimport socket\nsocket.create_server(('127.0.0.1', 0))\nsocket.getaddrinfo('localhost', 80)\n"
    assert journey(tmp_path, code, monkeypatch) == (["one"], [])


def test_connections_messages_and_names_are_seen_also_of_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The events alone: nothing is sent."""
    inside = "import sys; sys.audit('socket.getaddrinfo', 'hub.example', 443, 0, 0, 0)"
    code = (
        f"{TRIALS}\nsys.audit('socket.connect', None, ('198.51.100.7', 443))\n"
        "sys.audit('socket.sendto', None, ('2001:db8::7', 53))\n"
        f"subprocess.run([sys.executable, '-c', {inside!r}], check=True)\n"
    )
    seen = ["connect 198.51.100.7", "sendto 2001:db8::7", "getaddrinfo hub.example"]
    assert journey(tmp_path, code, monkeypatch)[1] == seen


def test_a_recorder_that_saw_nothing_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudioError, match="The recorder saw nothing"):
        journey(tmp_path, "print('one')", monkeypatch)


def test_a_journey_that_ends_early_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StudioError, match=r"ended early.*no such file"):
        journey(tmp_path, "import sys; sys.exit('no such file')", monkeypatch)


@pytest.mark.nightly
@pytest.mark.slow
def test_the_whole_journey_reaches_nobody() -> None:
    line = [sys.executable, "-m", "studio", "offline-check", "--json"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False)
    said = json.loads(done.stdout)
    assert (done.returncode, said["offline"], said["connections"]) == (0, True, [])
    assert said["steps"] == ["check", "clean", "import", "train", "ask", "evaluate", "models", "doctor"]
