"""The few lines by which somebody without the studio uses an exported folder, as programs and as commands."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from studio.inference.exports.base_reference import place_on_hub
from studio.schemas.exports.export import BaseReference, ExportedVersion, ExportKind
from studio.schemas.run import RunSpec

ASK = "ask.py"
PUBLISHER = "tailor-studio"  # the folder above a model's in LM Studio
MOST_CONTEXT = 8192  # tokens of a conversation that a small computer keeps in memory without being asked
QUESTION = "Where is my order?"
VLLM_METHODS = ("lora", "rslora", "qlora")  # whose adapters it serves beside a model of the hub
VLLM_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # that vLLM has kernels for

ADAPTER_LINES = '''"""python {file} BASE "A question": BASE is the folder or hub id of {name}."""
import sys
from pathlib import Path

from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

here, base, question = str(Path(__file__).resolve().parent), sys.argv[1], sys.argv[2]
tokenizer, settings = AutoTokenizer.from_pretrained(here), GenerationConfig.from_pretrained(here)
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base{revision}, dtype="float32"), here).eval()
{answer}'''
MERGED_LINES = '''"""python {file} "A question\"."""
import sys
from pathlib import Path

from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

here, question = str(Path(__file__).resolve().parent), sys.argv[1]
tokenizer, settings = AutoTokenizer.from_pretrained(here), GenerationConfig.from_pretrained(here)
model = AutoModelForCausalLM.from_pretrained(here, dtype="float32").eval()
{answer}'''
ANSWER_LINES = """chat = [{"role": "user", "content": question}]
inputs = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt", return_dict=True)
asked = inputs["input_ids"].shape[1]
room = min(settings.max_new_tokens, CONTEXT - asked)
ids = model.generate(**inputs, generation_config=settings, max_new_tokens=room, tokenizer=tokenizer)[0, asked:].tolist()
ended, marks = ids[-1] in (settings.eos_token_id or []), settings.stop_strings or []
whole = tokenizer.decode(ids[: len(ids) - ended], skip_special_tokens=True).rstrip("\\ufffd")
text = min((whole.split(mark)[0] for mark in marks), key=len, default=whole)
if text == whole and not ended:  # cut where there was no more room: without the beginning of a stop mark
    text = text[: len(text) - max((n for m in marks for n in range(len(m)) if text.endswith(m[:n])), default=0)]
print(text.strip())
"""
LABEL_ADAPTER_LINES = '''"""python {file} BASE "A text": BASE is the folder or hub id of {name}."""
import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForSequenceClassification, AutoTokenizer

here, base, text = str(Path(__file__).resolve().parent), sys.argv[1], sys.argv[2]
told = json.loads((Path(here) / "labels.json").read_text(encoding="utf-8"))
labels, tokenizer = told["labels"], AutoTokenizer.from_pretrained(here)
model = AutoModelForSequenceClassification.from_pretrained(
    base{revision}, num_labels=len(labels), ignore_mismatched_sizes=True
)
model = PeftModel.from_pretrained(model, here).eval()
{answer}'''
LABEL_MERGED_LINES = '''"""python {file} "A text\"."""
import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

here, text = str(Path(__file__).resolve().parent), sys.argv[1]
told = json.loads((Path(here) / "labels.json").read_text(encoding="utf-8"))
labels, tokenizer = told["labels"], AutoTokenizer.from_pretrained(here)
model = AutoModelForSequenceClassification.from_pretrained(here, dtype="float32").eval()
{answer}'''
LABEL_ANSWER_LINES = """read = tokenizer(text, truncation=True, return_tensors="pt")
with torch.no_grad():
    scores = model(input_ids=read["input_ids"], attention_mask=read["attention_mask"]).logits[0]
several = [label for label, score in zip(labels, scores) if told["separator"] and score > 0]
print((told["separator"] + " ").join(several) or labels[int(scores.argmax())])
"""


def program(version: ExportedVersion) -> str:
    """The text of `ask.py`: plain transformers (and PEFT for an adapter), and the answers that were tested."""
    revision = f", revision={version.base.revision!r}" if version.base.revision else ""
    labels, adapter = version.task == "labels", version.form == "adapter"
    lines = {
        (False, True): ADAPTER_LINES, (False, False): MERGED_LINES,
        (True, True): LABEL_ADAPTER_LINES, (True, False): LABEL_MERGED_LINES,
    }[labels, adapter]  # fmt: skip
    answer = LABEL_ANSWER_LINES if labels else ANSWER_LINES.replace("CONTEXT", str(version.context))
    name = re.sub(r"[\"\\]", "", version.base.name)
    return lines.format(file=ASK, name=name, revision=revision, answer=answer)


def needs(version: ExportedVersion, versions: dict[str, str]) -> str:
    """What has to be installed, as it was when the files were compared."""
    names = ("torch", "transformers", *(("peft",) if version.form == "adapter" else ()))
    pinned = [f"{name}=={versions[name].partition('+')[0]}" for name in names if name in versions]
    return "pip install " + " ".join(pinned or names)


def ask_command(version: ExportedVersion) -> str:
    """How `ask.py` is called."""
    base = f" {place_of(version.base)}" if version.form == "adapter" else ""
    return f'python {ASK}{base} "{QUESTION}"'


def place_of(base: BaseReference) -> str:
    """What stands for the starting model in a command: its hub id, or where somebody keeps it."""
    return base.name if base.hub else f"FOLDER-OF-{re.sub(r'[^A-Za-z0-9.-]+', '-', base.name)}"


def commands(kind: ExportKind, version: ExportedVersion, versions: dict[str, str], title: str) -> tuple[str, ...]:
    """What somebody types in the folder, or beside it, to ask the version."""
    name = served_name(title)
    if kind is ExportKind.VLLM:
        return ("pip install vllm", vllm_command(version, name, "FOLDER"))
    if kind is ExportKind.OLLAMA:
        return (f"ollama create {name} -f Modelfile", f'ollama run {name} "{QUESTION}"')
    if kind is ExportKind.LMSTUDIO:
        return (f"cp -r {PUBLISHER} ~/.lmstudio/models/", f"lms load {PUBLISHER}/{name}")
    if kind is ExportKind.GGUF:
        context = min(version.context, MOST_CONTEXT)
        return (f'llama-cli -m {version.gguf} --jinja --temp 0 -c {context} -st -p "{QUESTION}"',)
    return (needs(version, versions), ask_command(version))


def modelfile(version: ExportedVersion) -> str:
    """For Ollama. Without TEMPLATE, so that the GGUF's own chat template holds; greedy, as it was tested."""
    stops = dict.fromkeys((*version.stop_tokens, *version.stop_strings))
    rule = version.system.replace('"' * 3, "'" * 3)
    return "\n".join([
        f"FROM ./{version.gguf}",
        f"PARAMETER num_ctx {min(version.context, MOST_CONTEXT)}",
        "PARAMETER temperature 0",
        *(f"PARAMETER stop {json.dumps(mark, ensure_ascii=False)}" for mark in stops),
        *([f'SYSTEM """{rule}"""'] if rule else []),
        "",
    ])  # fmt: skip


def vllm_command(version: ExportedVersion, name: str, folder: str) -> str:
    """The exact command that serves it: every rank that vLLM knows is at least the adapter's."""
    shared = f"--max-model-len {version.context} --dtype bfloat16 --generation-config ./{folder}"
    if version.form == "merged":
        return f"vllm serve ./{folder} --served-model-name {name} {shared}"
    revision = f" --revision {version.base.revision}" if version.base.revision else ""
    return (
        f"vllm serve {place_of(version.base)}{revision} --enable-lora --max-lora-rank {vllm_rank(version.rank)} "
        f"--lora-modules {name}=./{folder} --tokenizer ./{folder} --chat-template ./{folder}/chat_template.jinja "
        f"{shared}"
    )


def vllm_rank(most: int) -> int:
    """The smallest that it knows, of those that hold adapters of this rank."""
    return next((size for size in VLLM_RANKS if size >= most), VLLM_RANKS[-1])


def vllm_together(specs: Sequence[RunSpec]) -> str:
    """The one command that serves the adapters of all these runs, each by its run's name, from the folders that they
    have as exports for vLLM; empty where one server cannot: a model of no hub, another kind of change, or other
    instructions, which stand in the one chat template that it has."""
    alike = {(spec.model_folder, spec.recipe.instructions) for spec in specs}
    if len(alike) != 1 or any(spec.recipe.method not in VLLM_METHODS for spec in specs):
        return ""
    place = place_on_hub(Path(specs[0].model_folder))
    if place is None:
        return ""
    name, revision = place
    places = [f"{spec.id}=./{spec.id}-{ExportKind.VLLM}" for spec in specs]
    first = f"./{specs[0].id}-{ExportKind.VLLM}"
    return (
        f"vllm serve {name} --revision {revision} --enable-lora --max-loras {len(specs)} "
        f"--max-lora-rank {vllm_rank(max(spec.recipe.r for spec in specs))} --lora-modules {' '.join(places)} "
        f"--tokenizer {first} --chat-template {first}/chat_template.jinja --dtype bfloat16 --generation-config {first}"
    )


def served_name(title: str) -> str:
    """A name that a command line and a client take."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "my-version"
