"""Whether exports answer fifty questions as tested where the studio is not installed, model by model.

    python -m tests.benchmarks.bench_exports --python OTHER/bin/python MODEL_FOLDER… [--kinds adapter merged gguf] \
        [--steps 8]

`--python` is an interpreter of an environment that holds torch, transformers and PEFT and no studio; it opens every
adapter and every whole model (a GGUF is opened by this one, whose reader of GGUF it needs). Each model gets a random
LoRA adapter of rank 8 on all its linear layers, so that every answer differs from the starting model's; with
`--steps` it is taught by a real run of so many steps instead. The questions are those of the support sample. Then
`ask.py`, the card's own ten lines, is run there as it stands for two of them. A line of JSON for each export;
`--converter` is the folder of the converter to GGUF, `--llama-cpp` a built checkout, which opens it then.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.settings import Settings, keep_private, shared_folder

keep_private(offline=True)

import torch  # noqa: E402
from peft import LoraConfig, get_peft_model  # noqa: E402
from transformers import AutoModelForCausalLM  # noqa: E402

from studio.errors import StudioError  # noqa: E402
from studio.inference.exports import fresh_process  # noqa: E402
from studio.inference.multi_adapter import load_multi_adapter  # noqa: E402
from studio.models.chat_template import load_chat_template  # noqa: E402
from studio.schemas.chat import ReplySettings  # noqa: E402
from studio.schemas.example import Example, Message, pair  # noqa: E402
from studio.schemas.exports.export import ExportKind, ExportManifest  # noqa: E402
from studio.schemas.recipe import Recipe  # noqa: E402
from studio.schemas.run import RunSpec, Status  # noqa: E402
from studio.services.studio import Studio  # noqa: E402
from studio.storage.run_folder import RunFolder  # noqa: E402
from studio.training.local_engine import LocalEngine  # noqa: E402
from studio.training.train import run_training  # noqa: E402

QUESTIONS = 50
LONGEST_ANSWER = 60  # letters: what the check leaves room for is a quarter more, and at least 48 tokens
BY_SCRIPT = 2


def questions(studio: Studio) -> list[Example]:
    """Of the support sample, with short answers."""
    view = studio.examples.upload(shared_folder("sample_data") / "support.csv", "support.csv", by="bench")
    rows = list({row.question: row for row in view.examples}.values())
    return [pair(place + 1, row.question, row.answer[:LONGEST_ANSWER]) for place, row in enumerate(rows[:QUESTIONS])]


def build(studio: Studio, model: Path, rows: list[Example], number: int, steps: int) -> RunFolder:
    """A finished run over this model, with its adapter: taught for so many steps, or at random for 0."""
    recipe = Recipe(base_model=str(model), max_steps=steps or -1, per_device_train_batch_size=4, max_length=128)
    spec = RunSpec(
        id=f"run-{number}", project="p", created=datetime(2026, 1, 1, tzinfo=UTC), by="bench",
        recipe=recipe, dataset="d", dataset_sha256="0", model_folder=str(model),
    )  # fmt: skip
    folder = RunFolder(studio.home.projects / "p" / "runs" / spec.id)
    folder.create(spec, rows, [], [], [])
    if steps:
        run_training(folder.path, lambda: False)
        return folder
    torch.manual_seed(number)
    base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    lora = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM",
                      fan_in_fan_out=base.config.model_type == "gpt2")  # fmt: skip
    adapted = get_peft_model(base, lora)
    for key, parameter in adapted.named_parameters():
        if "lora_B" in key:
            parameter.data.normal_(0, 0.02)
    adapted.save_pretrained(folder.adapter)
    load_chat_template(model).save(folder.adapter)
    folder.move_to(Status.STOPPED)
    return folder


def by_script(python: str, out: Path, model: Path, folder: RunFolder, asked: list[str], room: int) -> int:
    """To how many of these questions `ask.py` prints what the studio itself answers."""
    loaded = load_multi_adapter(model, {"tuned": folder.adapter}, dtype=torch.float32)
    chats = [[Message(role="user", content=text)] for text in asked]
    replies = loaded.answer_all("tuned", chats, ReplySettings(max_new_tokens=room), lambda: False)
    loaded.close()
    base = [str(model)] if (out / "adapter_config.json").is_file() else []
    alike = 0
    for text, reply in zip(asked, replies, strict=True):
        told = subprocess.run([python, "-I", "-W", "ignore", str(out / "ask.py"), *base, text], capture_output=True,
                              text=True, cwd=out.parent)  # fmt: skip
        if told.returncode:
            print(told.stderr.strip().splitlines()[-1], file=sys.stderr)
        alike += told.stdout.strip() == reply.text.strip()
    return alike


def told(manifest: ExportManifest) -> dict[str, Any]:
    """The counts and differences of the comparison."""
    return {check.name: [check.alike, check.of, check.difference] for check in manifest.checks}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("models", type=Path, nargs="+")
    options.add_argument("--python", default=sys.executable)
    options.add_argument("--kinds", nargs="+", default=["adapter", "merged"])
    options.add_argument("--type", default="")
    options.add_argument("--converter", type=Path)
    options.add_argument("--llama-cpp", type=Path)
    options.add_argument("--keep", type=Path, help="where the exported folders stay")
    options.add_argument("--steps", type=int, default=0)
    options.add_argument("--questions", type=int, default=QUESTIONS)
    given = options.parse_args()
    warnings.filterwarnings("ignore")
    fresh_process.PYTHON = given.python
    with tempfile.TemporaryDirectory() as place:
        studio = Studio(Settings(home=Path(place) / "home", offline=True, llama_cpp=given.llama_cpp), LocalEngine())
        if given.converter:
            shutil.copytree(given.converter, studio.exports.converters.place)
        rows = questions(studio)[: given.questions]
        studio.home.create_project("p", "bench", id="p")
        for number, model in enumerate(path.resolve() for path in given.models):
            folder = build(studio, model, rows, number, given.steps)
            for name in given.kinds:
                fresh_process.PYTHON = sys.executable if name == "gguf" else given.python
                kind, out, began = ExportKind(name), Path(place) / f"{number}-{name}", time.perf_counter()
                line: dict[str, Any] = {"model": model.name, "kind": name}
                try:
                    manifest = studio.exports.export(folder.id, kind, out, by="bench", gguf_type=given.type)
                    line |= {"verified": manifest.verified, **told(manifest)}
                    if (out / "ask.py").is_file():
                        room = int(json.loads((out / "generation_config.json").read_text())["max_new_tokens"])
                        asked = [row.question for row in rows[:BY_SCRIPT]]
                        line["ask.py"] = [by_script(given.python, out, model, folder, asked, room), BY_SCRIPT]
                except StudioError as error:
                    line |= {"verified": False, "refused": f"{error.message} {error.hint}"}
                if given.keep and out.is_dir():
                    shutil.copytree(out, given.keep / f"{model.name}-{name}{given.type}")
                shutil.rmtree(out, ignore_errors=True)
                print(json.dumps({**line, "seconds": round(time.perf_counter() - began)}), flush=True)
        studio.close()


if __name__ == "__main__":
    main()
