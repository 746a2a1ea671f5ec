"""What the server does by itself, and what it refuses to serve: a process that refuses is in tests/browser/."""

import socket
import threading
from pathlib import Path

import pytest

from studio.cli.main import run_command
from studio.errors import UnusableModel
from studio.schemas.model import ModelFacts
from studio.services.studio import Studio
from studio.web.server import get_ready
from tests.free_ports import free_port


def test_the_model_that_stands_chosen_is_opened_before_she_asks(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, done = [], threading.Event()
    inspect = studio.engine.inspect

    def told(folder: Path) -> ModelFacts:
        opened.append(folder.name)
        done.set()
        return inspect(folder)

    monkeypatch.setattr(studio.engine, "inspect", told)
    get_ready(studio)
    assert done.wait(10) and opened == ["starter"]


def test_a_model_that_cannot_be_opened_is_told_to_whoever_chooses_it(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()

    def refuse(folder: Path) -> ModelFacts:
        done.set()
        raise UnusableModel("It is broken.")

    monkeypatch.setattr(studio.engine, "inspect", refuse)
    get_ready(studio)  # a fault in the thread would be a warning, and warnings are errors here
    assert done.wait(10)
    with pytest.raises(UnusableModel, match="It is broken"):
        studio.models.inspect("starter")


@pytest.mark.parametrize("options, environ, said", [
    (["--host", "0.0.0.0"], {}, "other computers"), ([], {"GRADIO_SERVER_NAME": "0.0.0.0"}, "GRADIO_SERVER_NAME"),
    ([], {"GRADIO_SHARE": "True"}, "GRADIO_SHARE"), ([], {"GRADIO_ROOT_PATH": "/x"}, "GRADIO_ROOT_PATH"),
    ([], {"GRADIO_ALLOWED_PATHS": "/"}, "GRADIO_ALLOWED_PATHS"),
])  # fmt: skip
def test_what_would_open_it_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, options: list[str],
    environ: dict[str, str], said: str,
) -> None:  # fmt: skip
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    code = run_command(["serve", "--home", str(tmp_path / "h"), "--port", str(free_port()), "--no-browser", *options])
    errors = capsys.readouterr().err
    assert code == 2 and said in errors and "Traceback" not in errors


def test_a_busy_port_ends_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert run_command(["serve", "--home", str(tmp_path / "h"), "--port", port, "--no-browser"]) == 2
    assert f"Port {port}" in capsys.readouterr().err


def test_a_home_that_another_studio_serves_ends_with_a_sentence(
    studio: Studio, capsys: pytest.CaptureFixture[str]
) -> None:
    studio.hold_home()
    home = str(studio.settings.home)
    assert run_command(["serve", "--home", home, "--port", str(free_port()), "--no-browser"]) == 2
    assert "already serves" in capsys.readouterr().err
