"""A version leaves as files that another process opens without the studio, and that answer as the tested version."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from studio.errors import UnusableModel
from studio.inference.exports import version_export
from studio.inference.exports.version_export import VersionExport
from studio.models.chat_template import load_chat_template
from studio.schemas.example import Example
from studio.schemas.exports.export import ExportedVersion, Form
from studio.storage.run_folder import RunFolder
from tests.model_fixtures import make_model
from tests.tiny_models import make_adapter

Prepare = Callable[..., RunFolder]
pytestmark = pytest.mark.slow


def exported(run: RunFolder, form: Form, out: Path, exam: list[Example]) -> ExportedVersion:
    out.mkdir()
    work = VersionExport(run.spec, run.adapter, form, 24, lambda *_: None, lambda: False)
    return work.write(out, exam)


def with_adapter(run: RunFolder, **options: Any) -> RunFolder:
    """The run as if it had taught this adapter."""
    model = Path(run.spec.model_folder)
    make_adapter(model, run.adapter, **options)
    load_chat_template(model).save(run.adapter)
    return run


def failed(version: ExportedVersion) -> list[str]:
    return [check.text for check in version.checks if not check.passed]


def test_a_taught_adapter_leaves_with_short_names_and_no_place_of_this_computer(
    taught: Callable[..., RunFolder], tmp_path: Path, examples: list[Example]
) -> None:
    run = taught()
    version = exported(run, "adapter", tmp_path / "out", examples[:6])
    assert version.verified, failed(version)
    assert version.checks[2].text == "6 of 6 answers are word for word the tested ones."
    config = json.loads((tmp_path / "out" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == Path(run.spec.model_folder).name and config["revision"] is None
    assert all("." not in name for name in config["target_modules"])
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "generation_config.json"} <= names
    assert not [name for name in names if name.endswith((".bin", ".pt", ".pkl", ".pth"))]
    texts = [file.read_bytes() for file in (tmp_path / "out").iterdir()]
    assert not any(str(run.spec.model_folder).encode() in text or str(tmp_path).encode() in text for text in texts)


def test_tied_words_that_were_taught_stay_apart_from_the_scores(
    prepare: Prepare, tmp_path: Path, examples: list[Example]
) -> None:
    run = with_adapter(prepare(), target_modules=["embed_tokens", "q_proj"])
    version = exported(run, "merged", tmp_path / "out", examples[:4])
    assert version.verified, failed(version)
    assert json.loads((tmp_path / "out" / "config.json").read_text())["tie_word_embeddings"] is False
    weights = load_file(tmp_path / "out" / "model.safetensors")
    assert not torch.equal(weights["model.embed_tokens.weight"], weights["lm_head.weight"])


def test_settings_that_refuse_to_be_saved_do_not_stand_in_the_way(
    prepare: Prepare, tmp_path: Path, examples: list[Example]
) -> None:
    model = make_model(tmp_path / "model")
    odd = {"do_sample": False, "temperature": 0.6, "top_p": 0.9, "_from_model_config": True}
    (model / "generation_config.json").write_text(json.dumps(odd))
    run = with_adapter(prepare(model))
    version = exported(run, "merged", tmp_path / "out", examples[:3])
    assert version.verified, failed(version)
    assert "temperature" not in json.loads((tmp_path / "out" / "generation_config.json").read_text())


def test_a_second_adapter_in_the_folder_is_named_and_left_out(
    prepare: Prepare, tmp_path: Path, examples: list[Example]
) -> None:
    run = with_adapter(prepare())
    make_adapter(Path(run.spec.model_folder), run.adapter / "ref", seed=2)
    version = exported(run, "merged", tmp_path / "out", examples[:3])
    assert version.verified, failed(version)
    assert version.notes == (
        "Another adapter, “ref”, lies in the run's folder. It is no part of this version and was left out.",
    )


@pytest.mark.parametrize("form", ["adapter", "merged"])
def test_a_label_model_leaves_with_its_labels(
    prepare_labels: Prepare,
    tmp_path: Path,
    labelled: list[Example],
    form: Form,
) -> None:
    from studio.training.train import run_training

    run = prepare_labels(method="lora", max_steps=4)
    run_training(run.path, lambda: False)
    version = exported(run, form, tmp_path / "out", labelled[:8])
    assert version.verified, failed(version)
    assert json.loads((tmp_path / "out" / "labels.json").read_text())["labels"] == list(version.labels)
    if form == "merged":
        told = json.loads((tmp_path / "out" / "config.json").read_text())
        assert list(told["id2label"].values()) == list(version.labels)


def test_files_that_answer_otherwise_are_noticed(
    prepare: Prepare, tmp_path: Path, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = with_adapter(prepare())
    written = version_export.write_adapter

    def spoiled(version: Path, base: Any, folder: Path) -> Any:
        config = written(version, base, folder)
        weights = load_file(folder / "adapter_model.safetensors")
        save_file({name: tensor * -1.5 for name, tensor in weights.items()}, folder / "adapter_model.safetensors")
        return config

    monkeypatch.setattr(version_export, "write_adapter", spoiled)
    version = exported(run, "adapter", tmp_path / "out", examples[:4])
    assert not version.verified and any("answers are word for word" in text for text in failed(version))


def test_a_version_that_was_changed_since_is_not_taken(
    taught: Callable[..., RunFolder], tmp_path: Path, examples: list[Example]
) -> None:
    import shutil

    run = RunFolder(Path(shutil.copytree(taught().path, tmp_path / "run")))
    weights = run.adapter / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\1")
    with pytest.raises(UnusableModel):
        exported(run, "adapter", tmp_path / "out", examples[:2])
