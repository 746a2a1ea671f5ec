"""The run of a home that 0.2.0 wrote is exported, and answers elsewhere as it does here."""

import json
from pathlib import Path

import pytest

from studio.schemas.exports.export import ExportKind
from studio.services.studio import Studio
from studio.settings import Settings
from studio.training.local_engine import LocalEngine
from tests.homes.home_0_2_0 import unpacked


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize("kind", [ExportKind.ADAPTER, ExportKind.MERGED])
def test_it_leaves_without_the_folders_that_are_gone(
    tmp_path: Path, kind: ExportKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.services.exports.export_service.QUESTIONS", 5)
    studio = Studio(Settings(home=unpacked(tmp_path / "home"), offline=True), LocalEngine())
    run = studio.runs.all()[1]
    manifest = studio.exports.export(run.id, kind, tmp_path / "out", by="Ana")
    assert manifest.verified, [check.text for check in manifest.checks if not check.passed]
    assert manifest.base is not None and manifest.base.name == "starter"
    texts = [path.read_bytes() for path in (tmp_path / "out").iterdir() if path.suffix != ".safetensors"]
    assert not any(b"/opt/" in text or b"/srv/" in text or str(tmp_path).encode() in text for text in texts)
    if kind is ExportKind.ADAPTER:
        assert (
            json.loads((tmp_path / "out" / "adapter_config.json").read_text())["base_model_name_or_path"] == "starter"
        )
    studio.close()
