"""An export is a folder that is whole, compared and listed; a card tells how it was made and quotes no row."""

import json
from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError, WrongSetting
from studio.schemas.exports.export import ExportKind
from studio.services.exports.export_service import kind_of, points_check
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.services.conftest import table


def test_an_adapter_is_listed_with_hashes_and_proven(studio: Studio, runs: list[str], tmp_path: Path) -> None:
    manifest = studio.exports.export(runs[0], ExportKind.ADAPTER, tmp_path / "out", by="ana")
    there = {path.name for path in (tmp_path / "out").iterdir()}
    assert there == {*manifest.files, "export.json"} and {"README.md", "ask.py"} <= there
    assert manifest.verified and manifest.checks[0].text == "48 of 48 answers are word for word the tested ones."
    assert studio.exports.verify(tmp_path / "out") == (manifest, [])


def test_a_changed_a_missing_and_an_added_file_are_noticed(studio: Studio, runs: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    studio.exports.export(runs[0], ExportKind.MERGED, out, by="ana")
    (out / "model.safetensors").write_bytes(b"merge!")
    (out / "ask.py").unlink()
    (out / "extra.bin").write_bytes(b"")
    assert sorted(studio.exports.verify(out)[1]) == [
        "ask.py is missing.", "extra.bin was added afterwards.", "model.safetensors is not the file that was exported.",
    ]  # fmt: skip


def test_files_that_answer_otherwise_are_never_called_ready(tmp_path: Path) -> None:
    made = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=4, pause=0.0))
    (tmp_path / "t.csv").write_text(table())
    view = made.examples.upload(tmp_path / "t.csv", "t.csv", by="ana")
    from studio.schemas.recipe import Recipe

    run = made.runs.launch(view.project, view.id, Recipe(), by="ana").id
    made.runs.carry_out_when_free(run)
    made.engine.failing = "other answers"  # type: ignore[attr-defined]
    with pytest.raises(StudioError, match="47 of 48 answers"):
        made.exports.export(run, ExportKind.MERGED, tmp_path / "here" / "out", by="ana")
    assert not list((tmp_path / "here").iterdir())
    made.close()


def test_the_card_tells_counts_recipe_and_base_and_quotes_no_row(
    studio: Studio, runs: list[str], tmp_path: Path
) -> None:
    studio.evaluation.evaluate(runs[0], by="ana", quick=True)
    studio.exports.export(runs[0], ExportKind.CARD, tmp_path / "out", by="ana")
    card = (tmp_path / "out" / "README.md").read_text()
    assert card.startswith('---\nlicense: "apache-2.0"\n') and "| Recipe" not in card
    for words in ("## Starting model", "## Data", "## Recipe", "## Results", "## Limits", "## Fingerprints", "`seed`"):
        assert words in card
    rows = studio.examples.view(*dataset_of(studio, runs[0])).examples
    assert not [row.id for row in rows if row.question in card or row.answer in card]
    assert str(tmp_path) not in card


def test_the_evidence_shows_rows_only_when_that_is_asked_for(studio: Studio, runs: list[str], tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no report"):
        studio.exports.export(runs[0], ExportKind.REPORT, tmp_path / "early", by="ana")
    studio.evaluation.evaluate(runs[0], by="ana", quick=True)
    rows = studio.examples.view(*dataset_of(studio, runs[0])).examples
    quoted = {}
    for name, ticked in (("without", False), ("with", True)):
        studio.exports.export(runs[0], ExportKind.REPORT, tmp_path / name, by="ana", with_examples=ticked)
        texts = "".join(path.read_text() for path in (tmp_path / name).iterdir())
        quoted[name] = sum(row.question in texts or row.answer in texts for row in rows)
    assert quoted["without"] == 0 < quoted["with"]


def test_names_folders_and_methods_that_cannot_be_are_told_before_anything_is_written(
    studio: Studio, runs: list[str], tmp_path: Path
) -> None:
    with pytest.raises(WrongSetting, match="nothing called"):
        kind_of("zip")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(StudioError, match="not empty"):
        studio.exports.export(runs[0], ExportKind.ADAPTER, tmp_path / "full", by="ana")
    path = studio.home.run(runs[1]).path / "recipe.json"
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"recipe": told["recipe"] | {"method": "full"}}))
    with pytest.raises(StudioError, match="changed the model itself"):
        studio.exports.export(runs[1], ExportKind.ADAPTER, tmp_path / "out", by="ana")
    assert not (tmp_path / "out").exists()


def test_in_the_background_it_can_be_watched_stopped_and_made_again(studio: Studio, runs: list[str]) -> None:
    job = studio.exports.begin(runs[0], ExportKind.TRANSFORMERS, by="ana")
    assert job.wait(20) and job.error is None
    made = studio.exports.made(runs[0], ExportKind.TRANSFORMERS)
    assert made is not None and made.verified
    assert studio.exports.begin(runs[0], ExportKind.TRANSFORMERS, by="ana").wait(20)
    studio.engine.pause = 0.05  # type: ignore[attr-defined]
    slow = studio.exports.begin(runs[0], ExportKind.ADAPTER, by="ana")
    studio.exports.stop(runs[0], ExportKind.ADAPTER)
    assert slow.wait(20) and slow.error is not None and studio.exports.made(runs[0], ExportKind.ADAPTER) is None


def test_a_difference_too_small_to_tell_has_no_minus() -> None:
    answer = "We send the hat on Monday and you have it on Thursday; write to us when it has not come by then."
    replies = [(answer, answer, answer)] * 30 + [(answer, answer + " Bye.", answer)]
    assert "scores +0.0 points of 100" in points_check([], replies).text


def dataset_of(studio: Studio, run: str) -> tuple[str, str]:
    spec = studio.runs.view(run).spec
    return spec.project, spec.dataset
