"""The lines that a card gives are a program that runs as it stands, and answers what the studio answers."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.inference.exports.version_export import VersionExport
from studio.inference.multi_adapter import load_multi_adapter
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Example, Message
from studio.schemas.exports.export import Form
from studio.services.exports.how_to_use import ASK, program, vllm_command
from studio.storage.run_folder import RunFolder

QUESTION = "how do I wash the hat?"


def asked_alone(folder: Path, *words: str) -> str:
    done = subprocess.run([sys.executable, "-I", "-W", "ignore", str(folder / ASK), *words], capture_output=True,
                          text=True, cwd=folder, encoding="utf-8", errors="replace", timeout=200)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("form", ["adapter", pytest.param("merged", marks=pytest.mark.nightly)])
def test_it_answers_as_the_studio_does(
    taught: Callable[..., RunFolder], tmp_path: Path, examples: list[Example], form: Form
) -> None:
    run = taught(instructions="Be brief")
    model = Path(run.spec.model_folder)
    (tmp_path / "out").mkdir()
    work = VersionExport(run.spec, run.adapter, form, 24, lambda *_: None, lambda: False)
    version = work.write(tmp_path / "out", examples[:2])
    (tmp_path / "out" / ASK).write_text(program(version))
    loaded = load_multi_adapter(model, {"tuned": run.adapter})
    here = loaded.answer_all("tuned", [[Message(role="user", content=QUESTION)]], ReplySettings(max_new_tokens=24),
                             lambda: False)[0].text  # fmt: skip
    base = [str(model)] if form == "adapter" else []
    told = asked_alone(tmp_path / "out", *base, QUESTION)
    assert told.strip().rstrip("\ufffd").strip() == here.rstrip("\ufffd").strip() and here
    # a model with a table of places cannot write beyond it, however much room its settings leave
    assert f"min(settings.max_new_tokens, {version.context} - asked)" in program(version)


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", [pytest.param("adapter", marks=pytest.mark.long), pytest.param("merged", marks=pytest.mark.nightly)]
)
def test_a_label_model_s_program_gives_its_label(
    prepare_labels: Callable[..., RunFolder], tmp_path: Path, labelled: list[Example], form: Form
) -> None:
    from studio.training.train import run_training

    run = prepare_labels(method="lora", max_steps=30)
    run_training(run.path, lambda: False)
    (tmp_path / "out").mkdir()
    work = VersionExport(run.spec, run.adapter, form, 0, lambda *_: None, lambda: False)
    version = work.write(tmp_path / "out", labelled[:4])
    (tmp_path / "out" / ASK).write_text(program(version))
    told = asked_alone(
        tmp_path / "out", *([run.spec.model_folder] if form == "adapter" else []), labelled[0].question
    ).strip()
    assert told in version.labels


def test_the_server_is_told_a_rank_that_it_knows(taught: Callable[..., RunFolder]) -> None:
    from studio.schemas.exports.export import BaseReference, ExportedVersion

    base = BaseReference(name="maker/model", revision="abc", hub=True)
    version = ExportedVersion(form="adapter", base=base, checks=(), rank=12, context=2048)
    said = vllm_command(version, "mine", "FOLDER")
    assert "vllm serve maker/model --revision abc --enable-lora --max-lora-rank 16 " in said
    assert "--lora-modules mine=./FOLDER" in said and "--max-model-len 2048" in said
    whole = vllm_command(version.model_copy(update={"form": "merged"}), "mine", "FOLDER")
    assert whole.startswith("vllm serve ./FOLDER --served-model-name mine") and "lora" not in whole
