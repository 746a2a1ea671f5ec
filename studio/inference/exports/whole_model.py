"""A version as one whole model: the adapter is worked into the weights in float32, and they are saved as they came out.

Imported late: this module imports the heavy libraries.
"""

import json
import warnings
from pathlib import Path
from typing import Any

import torch
import transformers
from torch import nn

from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.inference.adapter_loading import CONFIG, PREFIX, WEIGHTS, must_be_as_sealed, read_tensors
from studio.inference.multi_adapter import check_memory, count_parameters
from studio.models.encoders import LabelLayout, without_report
from studio.models.model_files import weight_files
from studio.storage.files import write_json


def write_whole_model(model_folder: Path, version: Path, folder: Path, labels: LabelLayout | None = None) -> Any:
    """Save the model with what the version changed; its configuration. Nothing of the tokenizer is written.

    UnusableModel when it cannot be opened, or comes out with something that is no number.
    """
    must_be_as_sealed(version)
    adapter = (version / CONFIG).is_file()
    start = model_folder if adapter else version
    check_memory(sum(map(count_parameters, weight_files(start, str(start)))) * torch.float32.itemsize)
    kind: Any = transformers.AutoModelForCausalLM if labels is None else transformers.AutoModelForSequenceClassification
    more = head_of(labels) if labels else {}
    try:
        with without_report(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of PEFT, on what is looked after here
            model = kind.from_pretrained(
                str(start), dtype=torch.float32, local_files_only=True, trust_remote_code=False, use_safetensors=True,
                **more,
            )  # fmt: skip
            if adapter:
                from peft import PeftModel

                untie_what_changed(model, version)
                model = PeftModel.from_pretrained(model, str(version), is_trainable=False)
                model = model.merge_and_unload(safe_merge=True)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        said = str(error).partition("\n")[0][:200]
        raise UnusableModel(say("export.cannot_merge"), said, version.parent.name) from None
    model.generation_config = None if labels else transformers.GenerationConfig()
    model.save_pretrained(str(folder))
    described = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    write_json(folder / "config.json", {name: value for name, value in described.items() if name != "_name_or_path"})
    return model.config


def head_of(labels: LabelLayout) -> dict[str, Any]:
    """What a classification head wants to know."""
    names = dict(enumerate(labels.labels))
    return {
        "num_labels": len(names), "id2label": names, "label2id": {label: place for place, label in names.items()},
        "problem_type": "multi_label_classification" if labels.several else "single_label_classification",
        "ignore_mismatched_sizes": True,
    }  # fmt: skip


def untie_what_changed(model: Any, version: Path) -> None:
    """Give the head a matrix of its own where it shares one with the word list and the version changes either.

    Saved as tied, one of the two would be lost without a word.
    """
    words, head = model.get_input_embeddings(), model.get_output_embeddings()
    if head is None or head.weight is not words.weight:
        return
    names = [name for name, part in model.named_modules() if part is words or part is head]
    changed = [key.removeprefix(PREFIX) for key in read_tensors([version / WEIGHTS])]
    if any(key.startswith(f"{name}.") for key in changed for name in names):
        head.weight = nn.Parameter(words.weight.detach().clone())
        for config in {id(one): one for one in (model.config, model.config.get_text_config())}.values():
            config.tie_word_embeddings = False
