"""A version is used with the layout and the endings that it was taught with, or that is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.models.chat_template import LAYOUT_FILE, TEMPLATE_FILE
from studio.schemas.example import Example
from studio.schemas.model import ModelFacts, TokenPiece
from studio.schemas.recipe import Recipe
from studio.services.runs.template_drift import changed_layout, ends_taught, restore_layout
from studio.services.studio import Studio
from studio.storage.checkpoints import seal
from studio.storage.run_folder import RunFolder
from tests.fake_engine import FakeEngine
from tests.services.conftest import table


@pytest.fixture
def folder(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> RunFolder:
    """A finished run whose version and saved point hold a chat layout."""
    project, dataset = upload(table())
    run = studio.home.run(studio.runs.launch(project, dataset, Recipe(), by="ana").id)
    studio.runs.carry_out(run.id)
    for place in (run.path / "checkpoints" / "checkpoint-8", run.adapter):
        place.mkdir(parents=True, exist_ok=True)
        for name in (LAYOUT_FILE, TEMPLATE_FILE):
            (place / name).write_text(f"{name} as taught")
        seal(place, {"format": 1})
    return run


def test_an_untouched_layout_is_the_same(folder: RunFolder) -> None:
    assert changed_layout(folder.adapter) == []


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("### USER"), lambda path: path.unlink()])
def test_a_changed_or_missing_layout_is_found_and_put_back(folder: RunFolder, spoil: Callable[[Path], None]) -> None:
    spoil(folder.adapter / TEMPLATE_FILE)
    assert changed_layout(folder.adapter) == [TEMPLATE_FILE]
    assert restore_layout(folder) == [TEMPLATE_FILE]
    assert changed_layout(folder.adapter) == []


def test_a_layout_that_is_kept_nowhere_cannot_be_put_back(folder: RunFolder) -> None:
    for place in (folder.path / "checkpoints" / "checkpoint-8", folder.adapter):
        (place / TEMPLATE_FILE).write_text("### USER")
    with pytest.raises(StudioError, match="not kept"):
        restore_layout(folder)


def test_a_version_of_unknown_origin_is_not_judged(tmp_path: Path) -> None:
    assert changed_layout(tmp_path) is None


def test_the_report_finds_the_mismatch_and_advises_against_use(studio: Studio, folder: RunFolder) -> None:
    (folder.adapter / TEMPLATE_FILE).write_text("### USER")
    report = studio.evaluation.evaluate(folder.id, by="ana", quick=True)
    assert "mismatch was found" in report.verdict.sentence and report.verdict.advice.value == "not better yet"
    assert studio.evaluation.restore_layout(folder.id, by="ana") == [TEMPLATE_FILE]
    report = studio.evaluation.evaluate(folder.id, by="ana", quick=True)
    assert "mismatch" not in report.verdict.sentence


class Cutting(FakeEngine):
    """Reads no answer to its end."""

    def see(self, facts: ModelFacts, recipe: Recipe, example: Example) -> list[TokenPiece]:
        return [TokenPiece(text=example.answer[:9], part="learned"), TokenPiece(text=example.answer[9:], part="cut")]


def test_endings_that_were_cut_are_counted(folder: RunFolder) -> None:
    assert ends_taught(FakeEngine(), folder.spec, folder.train) == 1.0
    assert ends_taught(Cutting(), folder.spec, folder.train) == 0.0
