"""A run as a plain TRL script: what a person can leave with, and run without the studio, for the same losses."""

import io
import json
import zipfile
from pathlib import Path
from pprint import pformat
from typing import Any

from studio.schemas.recipe import ADAPTERS, Recipe, title_of
from studio.schemas.run import RunSpec
from studio.storage.files import write_bytes
from studio.storage.recipe_text import recipe_toml, said
from studio.storage.run_folder import RunFolder

IN_SCRIPT = frozenset({
    "base_model", "revision", "instructions", "method", "r", "lora_alpha", "lora_dropout", "target_modules",
    "trained_layers", "learning_rate", "lr_scheduler_type", "warmup_steps", "num_train_epochs", "max_steps",
    "per_device_train_batch_size", "gradient_accumulation_steps", "max_length", "weight_decay", "max_grad_norm",
    "optim", "precision", "gradient_checkpointing", "eval_steps", "save_steps", "logging_steps", "save_total_limit",
    "early_stopping_patience", "seed", "general_share", "loraplus_lr_ratio",
})  # fmt: skip
NEEDS = 'pip install "torch" "transformers>=5,<6" "trl>=1.16,<2" "peft>=0.21,<1" "datasets>=5,<6"'
HEAD = '''"""Teach {model} as run {run} did: plain TRL, without the studio.

    {needs}
    python teach.py [FOLDER OR HUB ID OF THE STARTING MODEL]

train.jsonl and validation.jsonl beside this file hold the rows as they were frozen at the start, chat_template.jinja
the layout in which the model reads them. Seed, order of the rows, schedule and batches are those of the run, and so
are the losses in float32, within rounding. The practice check is averaged by TRL over batches, by the studio over
pieces of words: its numbers differ a little.{notes}
"""

'''
BODY = '''import json
import sys
from pathlib import Path

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, EarlyStoppingCallback
from transformers.pytorch_utils import Conv1D
from trl import SFTConfig, SFTTrainer

HERE = Path(__file__).resolve().parent
MODEL = sys.argv[1] if len(sys.argv) > 1 else {model!r}
REVISION = {revision!r}
INSTRUCTIONS = {instructions!r}
TEMPLATE_KWARGS = {kwargs!r}  # how the chat layout is called, here and when the model is used
FOLDS = {folds!r}  # this chat layout knows no system turn: instructions join the first question


def read_by_the_model(turns):
    """The turns as the chat layout takes them."""
    if not FOLDS or turns[0]["role"] != "system":
        return turns
    rule, rest = turns[0]["content"], [dict(turn) for turn in turns[1:]]
    first = next((turn for turn in rest if turn["role"] == "user"), None)
    if first is None:
        return [{{"role": "user", "content": rule}}, *rest]
    first["content"] = f"{{rule}}\\n\\n{{first['content']}}"
    return rest


def rows_of(name):
    """One row for every answer that is learned, with all that stands before it."""
    rows = []
    if not (HERE / name).is_file():
        return rows
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        turns = json.loads(line)["messages"]
        if len(turns) == 1:  # a running text among the general examples, which is no chat
            continue
        if INSTRUCTIONS and turns[0]["role"] != "system":
            turns = [{{"role": "system", "content": INSTRUCTIONS}}, *turns]
        learned = [turn["role"] == "assistant" and turn.get("learn", True) for turn in turns]
        turns = [{{"role": turn["role"], "content": turn["content"]}} for turn in turns]
        for place, learn in enumerate(learned):
            if learn and place:
                row = {{"prompt": read_by_the_model(turns[:place]), "completion": [turns[place]]}}
                rows.append(row | ({{"chat_template_kwargs": TEMPLATE_KWARGS}} if TEMPLATE_KWARGS else {{}}))
    return rows


cuda = torch.cuda.is_available()
tokenizer = AutoTokenizer.from_pretrained(MODEL, revision=REVISION)
tokenizer.chat_template = (HERE / "chat_template.jinja").read_text(encoding="utf-8")
if tokenizer.pad_token is None:
    tokenizer.pad_token = tokenizer.eos_token
{four_bits}model = AutoModelForCausalLM.from_pretrained(MODEL, revision=REVISION, dtype={dtype}{quantized})
{method}
validation = rows_of("validation.jsonl")
trainer = {trainer}(
    model=model,
    args=SFTConfig(
        output_dir=str(HERE / "taught"),
{config}
        max_length=min({max_length}, getattr(model.config.get_text_config(), "max_position_embeddings", {max_length})),
        eval_strategy="steps" if validation else "no",
        load_best_model_at_end=bool(validation),
        bf16={bf16},
        use_cpu=not cuda,
        report_to="none",
        dataloader_pin_memory=False,
    ),
    train_dataset=Dataset.from_list(rows_of("train.jsonl") + rows_of("general.jsonl")),
    eval_dataset=Dataset.from_list(validation) if validation else None,
    processing_class=tokenizer,
    peft_config={peft},
    callbacks={callbacks},
)
trainer.train()
trainer.save_state()  # the losses: taught/trainer_state.json
trainer.save_model(str(HERE / "taught" / "version"))
'''
FOUR_BITS = """from transformers import BitsAndBytesConfig

four_bits = BitsAndBytesConfig(
    load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16,
)
"""
LORA = """
matrices = [(name.rpartition(".")[2], part) for name, part in model.named_modules()
            if isinstance(part, (torch.nn.Linear, Conv1D)) and part is not model.get_output_embeddings()]
lora = LoraConfig(
    r={r}, lora_alpha={alpha!r}, lora_dropout={dropout!r}, task_type="CAUSAL_LM",
    target_modules={targets},
    use_rslora={rslora}, use_dora={dora},
    fan_in_fan_out=any(isinstance(part, Conv1D) for _, part in matrices),
)
"""
LORA_PLUS = """
from peft.optimizers import create_loraplus_optimizer


class LoraPlusTrainer(SFTTrainer):
    def create_optimizer(self, model=None):
        if self.optimizer is None:
            learner = self.model if model is None else model
            kind, settings = self.get_optimizer_cls_and_kwargs(self.args, learner)
            self.optimizer = create_loraplus_optimizer(
                learner, kind, loraplus_lr_ratio={ratio!r}, loraplus_weight_decay=self.args.weight_decay, **settings
            )
        return self.optimizer

"""
LAST_LAYERS = """
model.requires_grad_(False)
layers = max((part for part in model.modules() if isinstance(part, torch.nn.ModuleList)), key=len)
for layer in list(layers)[-{count}:]:
    layer.requires_grad_(True)
"""


def script_of(folder: RunFolder) -> str:
    """The text of `teach.py`. The chat layout is the model's own, as the studio would use it today."""
    spec, recipe = folder.spec, folder.spec.recipe
    layout = _layout(spec)
    model, revision = _source(spec)
    adapter, four_bits = recipe.method in ADAPTERS, recipe.method == "qlora"
    return _head(spec, recipe) + BODY.format(
        model=model, revision=revision, instructions=recipe.instructions, kwargs=layout.template_kwargs,
        folds=layout.folds, dtype="torch.bfloat16 if cuda else torch.float32" if adapter else "torch.float32",
        four_bits=FOUR_BITS if four_bits else "", quantized=", quantization_config=four_bits" if four_bits else "",
        method=_method(recipe), config=_config(recipe), max_length=recipe.max_length, bf16=_narrow(folder),
        peft="lora" if adapter else "None", trainer="LoraPlusTrainer" if is_lora_plus(recipe) else "SFTTrainer",
        callbacks=_callbacks(recipe),
    )  # fmt: skip


def is_lora_plus(recipe: Recipe) -> bool:
    """Whether B learns more boldly than A."""
    return recipe.method in ADAPTERS and recipe.loraplus_lr_ratio != 1


def pack_script(folder: RunFolder, target: Path) -> Path:
    """`teach.py` with all that it reads, as one archive; whole or absent."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("teach.py", script_of(folder))
        archive.writestr("chat_template.jinja", _layout(folder.spec).template)
        archive.writestr("recipe.toml", recipe_toml(folder.spec.recipe))
        for name in ("train.jsonl", "validation.jsonl", "general.jsonl"):
            if (folder.path / name).is_file():
                archive.write(folder.path / name, name)
    write_bytes(target, packed.getvalue())
    return target


def _layout(spec: RunSpec) -> Any:
    from studio.models.chat_template import load_chat_template

    return load_chat_template(Path(spec.model_folder))


def _source(spec: RunSpec) -> tuple[str, str]:
    """The hub id and revision that the model came from, or its folder."""
    path = Path(spec.model_folder) / "studio_source.json"
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))
        if "revision" in found:  # a model of a package has none
            return str(found["id"]), str(found["revision"])
    return spec.model_folder, "main"


def _head(spec: RunSpec, recipe: Recipe) -> str:
    """What the reader should know, with the settings that are the studio's own."""
    own = [
        f"{title_of(name)}: {said(getattr(recipe, name))}" for name, field in Recipe.model_fields.items()
        if name not in IN_SCRIPT and getattr(recipe, name) != field.default
    ]  # fmt: skip
    notes = [f"Not in this script, since it is the studio's own: {one}." for one in own]
    if recipe.lora_dropout and recipe.method in ADAPTERS:
        notes.append("Dropout is drawn in another order here, so the losses differ by chance.")
    if recipe.general_share and recipe.task == "answers":
        notes.append("The running texts among the general examples are left out here, so the losses differ.")
    if recipe.packing:
        notes.append("The steps therefore hold other rows here, and the losses differ.")
    model, _ = _source(spec)
    shown = "".join(f"\n{note}" for note in notes).replace("\\", "/").replace('"""', "'")
    return HEAD.format(model=model.replace("\\", "/").rsplit("/", 1)[-1].replace('"', "'"), run=spec.id, needs=NEEDS,
                       notes=shown)  # fmt: skip


def _config(recipe: Recipe) -> str:
    """The knobs that bear TRL's own names, one to a line."""
    batch = recipe.per_device_train_batch_size
    values: dict[str, object] = {
        "per_device_train_batch_size": batch, "per_device_eval_batch_size": batch,
        "gradient_accumulation_steps": recipe.gradient_accumulation_steps, "learning_rate": recipe.learning_rate,
        "lr_scheduler_type": recipe.lr_scheduler_type, "warmup_steps": recipe.warmup_steps,
        "num_train_epochs": recipe.num_train_epochs, "max_steps": recipe.max_steps,
        "weight_decay": recipe.weight_decay, "max_grad_norm": recipe.max_grad_norm,
        "optim": "adamw_torch_fused" if recipe.optim == "adamw_torch" else recipe.optim, "seed": recipe.seed,
        "logging_steps": recipe.logging_steps, "activation_checkpointing": recipe.gradient_checkpointing,
        "eval_steps": recipe.eval_steps or 0.1, "save_steps": recipe.eval_steps or 0.1,
        "save_total_limit": recipe.save_total_limit, "metric_for_best_model": "eval_loss",
    }  # fmt: skip
    return "\n".join(f"        {name}={value!r}," for name, value in values.items())


def _method(recipe: Recipe) -> str:
    if recipe.method == "last_layers":
        return LAST_LAYERS.format(count=recipe.trained_layers)
    if recipe.method not in ADAPTERS:
        return ""
    everything = recipe.target_modules == "all-linear"
    targets = "sorted({name for name, _ in matrices})" if everything else pformat(recipe.target_modules.split(","))
    lora = LORA.format(
        r=recipe.r, alpha=recipe.lora_alpha, dropout=recipe.lora_dropout, targets=targets,
        rslora=recipe.method == "rslora", dora=recipe.method == "dora",
    )  # fmt: skip
    return lora + (LORA_PLUS.format(ratio=recipe.loraplus_lr_ratio) if is_lora_plus(recipe) else "")


def _narrow(folder: RunFolder) -> bool:
    """Whether the run calculates in bfloat16: as it did, or as the recipe asks."""
    machine = folder.path / "machine.json"
    if machine.is_file():
        return bool(json.loads(machine.read_text(encoding="utf-8"))["precision"] == "bfloat16")
    return folder.spec.recipe.precision == "bfloat16"


def _callbacks(recipe: Recipe) -> str:
    patience = recipe.early_stopping_patience
    return f"[EarlyStoppingCallback({patience})] if validation else []" if patience else "[]"
