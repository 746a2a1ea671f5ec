"""What the server does by itself: while she brings her table, the first model is opened."""

import threading
from pathlib import Path

import pytest

from studio.desk.studio import Studio
from studio.errors import UnusableModel
from studio.records.model import ModelFacts
from studio.web.server import get_ready


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
