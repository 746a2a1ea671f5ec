"""The child that opens a model folder: `python -m studio.models.inspector_process FOLDER WEIGHT_BYTES SECONDS`.

Prints lines of JSON: `{"stage": …}` before each part it opens, at last `{"facts": …}` or `{"error": …}`. Limits its own
memory and processor time first; its parent limits its time by the clock. A library that fails on a broken file ends
this process and nothing else.
"""

import json
import sys
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.errors import UnusableModel
from studio.models.context_length import context_length
from studio.models.encoders import read_length
from studio.models.model_files import SOURCE, look_at, read_json, sha256_of_folder, task_of_folder
from studio.schemas.model import ModelFacts
from studio.schemas.recipe import Task

SPARE_BYTES = 4 * 2**30
PROBES = ("how are you today", "a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9")


def limit_memory(weights: int) -> None:
    """So much and no more, where the system can say so."""
    if sys.platform != "win32":
        import resource

        most = SPARE_BYTES + 2 * weights
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def limit_processor_time(seconds: int) -> None:
    """So many seconds of a processor and no more, where the system can say so."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def begin(stage: str) -> None:
    """Tell the parent what comes next; if this process dies there, that is what could not be opened."""
    print(json.dumps({"stage": stage}), flush=True)


def facts_of(folder: Path) -> ModelFacts:
    """Open everything that a run would open, and look at every number."""
    weights = look_at(folder)
    begin("config.json")
    task = task_of_folder(folder)
    config = open_config(folder, task)
    begin(say("inspector_process.tokenizer_or_chat_layout"))
    chat_template = open_layout(folder) if task == "answers" else None
    tokenizer = chat_template.tokenizer if chat_template else open_tokenizer(folder)
    text = config.get_text_config()
    vocabulary = int(text.vocab_size)
    highest = max(tokenizer.get_vocab().values(), default=-1)
    if highest < 0:
        raise UnusableModel(
            say("inspector_process.tokenizer_model_empty"), hint=say("model_files.again"), where=str(folder)
        )
    if highest >= vocabulary:
        raise UnusableModel(
            say("inspector_process.tokenizer_has_piece_number", highest=highest, vocabulary=vocabulary - 1),
            hint=say("inspector_process.tokenizer_model_do_not") + say("model_files.again"),
            where=str(folder),
        )
    begin(say("inspector_process.weights"))
    parameters = open_weights(folder, config, weights, task)
    said = (*chat_template.notes, *notes_on(chat_template, len(tokenizer))) if chat_template else ()
    return ModelFacts(
        folder=str(folder),
        sha256=sha256_of_folder(folder),
        architecture=(config.architectures or [config.model_type])[0],
        parameters=parameters,
        context=context_length(config) if task == "answers" else read_length(config, tokenizer),
        vocabulary=vocabulary,
        layers=int(getattr(text, "num_hidden_layers", 0) or 0),
        hidden=int(getattr(text, "hidden_size", 0) or 0),
        task=task,
        template=chat_template.whose if chat_template else "model",
        notes=(*said, *notes_on_origin(folder)),
    )


def notes_on_origin(folder: Path) -> list[str]:
    """That weights were compressed once, which nothing in them shows."""
    source = folder / SOURCE
    told = read_json(source, str(folder)) if source.is_file() else {}
    how = str(told.get("compressed_as", ""))[:20]
    return (
        [say("gguf.compressed", packed=say("gguf.packed", how=how) if how else "")] if "compressed_as" in told else []
    )


def open_config(folder: Path, task: Task) -> Any:
    """The configuration of an architecture that writes text, or of an encoder."""
    from transformers import CONFIG_MAPPING, AutoConfig, AutoModelForCausalLM

    kind = json.loads((folder / "config.json").read_text(encoding="utf-8"))["model_type"]
    if kind not in CONFIG_MAPPING:
        raise UnusableModel(
            say("inspector_process.models_kind_not_known", kind=kind[:60]),
            hint=say("inspector_process.choose_model_standard_architecture"),
            where=str(folder),
        )
    try:
        config = AutoConfig.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        raise UnusableModel(
            say("inspector_process.config_json_cannot_be", error=str(error)[:160]),
            hint=say("model_files.again"),
            where=str(folder),
        ) from None
    if task == "answers" and type(config) not in AutoModelForCausalLM._model_mapping:
        raise UnusableModel(
            say("inspector_process.models_kind_do_not", kind=kind),
            hint=say("inspector_process.choose_chat_or_text"),
            where=str(folder),
        )
    return config


def open_layout(folder: Path) -> Any:
    """Tokenizer and chat template, tried out."""
    from studio.models.chat_template import PROBE, load_chat_template

    chat_template = load_chat_template(folder)
    chat_template.encode_all([[*PROBE, *PROBE]])
    return chat_template


def open_tokenizer(folder: Path) -> Any:
    """The tokenizer of an encoder, tried out; several texts at once need one that can fill up."""
    from studio.models.chat_template import load_tokenizer

    tokenizer = load_tokenizer(folder)
    if tokenizer.pad_token_id is None:
        raise UnusableModel(say("labels.no_pad_token"), hint=say("model_files.again"), where=str(folder))
    tokenizer(list(PROBES))
    return tokenizer


def open_weights(folder: Path, config: Any, weights: list[Path], task: Task) -> int:
    """The number of parameters, once every tensor was found in its place and every number in it is one.

    The head of a label model is taught anew, so it may be missing, and so may what pools the tokens for it."""
    import torch
    from safetensors import SafetensorError, safe_open
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
    from transformers.utils import logging

    logging.disable_progress_bar()
    kind = AutoModelForCausalLM if task == "answers" else AutoModelForSequenceClassification
    try:
        model, said = kind.from_pretrained(
            str(folder),
            config=config,
            device_map="meta",
            output_loading_info=True,
            trust_remote_code=False,
            use_safetensors=True,
            local_files_only=True,
            ignore_mismatched_sizes=True,
        )
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RuntimeError, SafetensorError) as error:
        raise UnusableModel(
            say("inspector_process.weights_cannot_be_loaded", error=str(error)[:160]),
            hint=say("model_files.again"),
            where=str(folder),
        ) from None
    missing, mismatched = sorted(said["missing_keys"]), sorted(str(entry) for entry in said["mismatched_keys"])
    if task == "labels":
        missing = [name for name in missing if is_of_encoder(model, name)]
    if missing:
        more = say("inspector_process.more", missing=len(missing) - 1) if len(missing) > 1 else ""
        raise UnusableModel(
            say("inspector_process.part_weights_missing", missing=missing[0], more=more),
            hint=say("model_files.again"),
            where=str(folder),
        )
    if mismatched:
        raise UnusableModel(
            say("inspector_process.weights_do_not_fit", mismatched=mismatched[0][:160]),
            hint=say("model_files.again"),
            where=str(folder),
        )
    for file in weights:
        with safe_open(str(file), framework="pt") as tensors:
            for name in tensors.keys():  # noqa: SIM118 - not a dict
                tensor = tensors.get_tensor(name)
                if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                    raise UnusableModel(
                        say("inspector_process.weights_hold_numbers_none", name=name),
                        hint=say("model_files.again"),
                        where=str(folder),
                    )
    return int(model.num_parameters())


def is_of_encoder(model: Any, name: str) -> bool:
    """Whether a tensor belongs to what reads, and not to the head or the pooler before it."""
    return name.startswith(f"{model.base_model_prefix}.") and ".pooler." not in name


def notes_on(chat_template: Any, pieces: int) -> list[str]:
    """What a person should know about the tokenizer before she relies on it."""
    notes = []
    lost = chat_template.cannot_write("".join(map(chr, range(32, 127))) + "\n")
    if lost:
        shown = "".join(sorted(lost - {"\n"}))[:40]
        notes.append(
            say(
                "inspector_process.tokenizer_has_pieces_cannot",
                pieces=pieces,
                shown=shown or say("inspector_process.new_lines"),
            )
        )
    if not chat_template.stop_ids and not chat_template.stop_strings:
        notes.append(say("inspector_process.not_known_how_model"))
    for text in PROBES:
        back = chat_template.text(chat_template.tokens([text])[0])
        if not lost & set(text) and "".join(back.lower().split()) != "".join(text.split()):
            notes.append(say("inspector_process.tokenizer_does_not_give"))
            break
    return notes


def main() -> int:
    """The verdict on the folder named on the command line."""
    folder, weights, seconds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    limit_memory(weights)
    limit_processor_time(seconds)
    try:
        said: dict[str, Any] = {"facts": facts_of(folder).model_dump(mode="json")}
    except UnusableModel as error:
        said = {"error": {"message": error.message, "hint": error.hint, "where": error.where}}
    print(json.dumps(said), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
