"""The lines that a card gives are a program that runs as it stands, and answers what the studio answers."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.inference.decoding import GrowingText
from studio.inference.exports.version_export import VersionExport
from studio.inference.multi_adapter import load_multi_adapter
from studio.schemas.chat import ReplySettings
from studio.schemas.example import Example, Message
from studio.schemas.exports.export import Form
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.services.exports.how_to_use import ASK, program, vllm_command, vllm_together
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
    chat = [Message(role="user", content=QUESTION)]
    here = loaded.answer_alone("tuned", chat, ReplySettings(max_new_tokens=24))
    base = [str(model)] if form == "adapter" else []
    told = asked_alone(tmp_path / "out", *base, QUESTION)
    assert told.strip() == here.text and here.text
    # a model with a table of places cannot write beyond it, however much room its settings leave
    assert f"min(settings.max_new_tokens, {version.context} - asked)" in program(version)
    # an answer that is cut within a stop mark is shown without the beginning of the mark
    assert not here.stopped_by_itself
    mark = f"{here.growing.whole[-3:]}|"
    rules = replace(loaded._chat_templates["tuned"], stop_strings=(mark,))
    growing = GrowingText(rules)
    for token in here.new_ids:
        growing.add(token)
    settings = tmp_path / "out" / "generation_config.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "stop_strings": [mark]}))
    told = asked_alone(tmp_path / "out", *base, QUESTION)
    assert told.strip() == growing.shown.strip() != here.text


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


def test_one_command_serves_all_versions_that_can_share_a_server(tmp_path: Path) -> None:
    def run(name: str, **knobs: object) -> RunSpec:
        recipe = Recipe.model_validate({"base_model": "maker/model", **knobs})
        return RunSpec(id=name, project="p", created=datetime(2026, 1, 1, tzinfo=UTC), by="ana", recipe=recipe,
                       dataset="d", dataset_sha256="0", model_folder=str(tmp_path))  # fmt: skip

    both = [run("run-1", r=8, lora_alpha=16), run("run-2", r=24, lora_alpha=24)]
    assert vllm_together(both) == "", "nobody else can fetch this starting model"
    (tmp_path / "studio_source.json").write_text(json.dumps({"id": "maker/model", "revision": "abc"}))
    said = vllm_together(both)
    assert "vllm serve maker/model --revision abc --enable-lora --max-loras 2 --max-lora-rank 32 " in said
    assert "--lora-modules run-1=./run-1-vllm run-2=./run-2-vllm " in said
    assert vllm_together([both[0], run("run-3", instructions="Be brief")]) == "", (
        "its chat template says something else"
    )
    assert vllm_together([both[0], run("run-4", method="dora")]) == "" == vllm_together([])
