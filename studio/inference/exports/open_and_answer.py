"""Open an exported folder with plain transformers and PEFT, as anybody would, and tell what it answers.

Run as a file of its own: nothing of the studio is imported. One line of JSON on standard input says what to open and
ask; lines of JSON on standard output tell the answers, and the last one is `{"end": …}` with what was measured.
"""

import json
import os
import sys
import threading
import warnings
from typing import Any

ROWS_IN_BF16 = 16  # texts that are read once more in bfloat16


def main() -> None:
    """The whole life of this process."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()
    limit_memory(order.get("memory_bytes", 0))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = label(order) if order["task"] == "labels" else write(order)
    said = [str(warning.message) for warning in caught]
    found["missing"] = [text[:300] for text in said if "adapter keys" in text or "newly initialized" in text]
    found["strangers"] = sorted(name for name in sys.modules if name.split(".")[0] == "studio")
    tell(end=found)


def tell(**facts: Any) -> None:
    """One line for whoever started this."""
    print(json.dumps(facts), flush=True)


def end_with_parent() -> None:
    """Nobody waits for the answers any more: the input has ended."""
    while sys.stdin.readline():
        pass
    os._exit(1)


def limit_memory(most: int) -> None:
    """So many bytes and no more, where the system can say so."""
    if most and sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def opened(order: dict[str, Any], kind: Any, **more: Any) -> tuple[Any, list[str]]:
    """The model of the folder, or the starting model with the folder's adapter on it, in float32."""
    import torch

    plain: dict[str, Any] = {
        "dtype": torch.float32,
        "local_files_only": True,
        "trust_remote_code": False,
        "use_safetensors": True,
    }
    model, report = kind.from_pretrained(
        order["base"] or order["folder"], output_loading_info=True, **plain, **(more if order["base"] else {})
    )
    lacking = [] if order["base"] else [*report["missing_keys"], *report["unexpected_keys"]]
    if order["base"]:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, order["folder"], is_trainable=False)
    return model.eval().to(order["device"]), sorted(map(str, lacking))


def write(order: dict[str, Any]) -> dict[str, Any]:
    """Answer every question greedily, then read the expert's answers."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig

    tokenizer = AutoTokenizer.from_pretrained(order["folder"], local_files_only=True, trust_remote_code=False)
    settings = GenerationConfig.from_pretrained(order["folder"])
    model, lacking = opened(order, AutoModelForCausalLM)
    ends = settings.eos_token_id if isinstance(settings.eos_token_id, list) else [settings.eos_token_id]
    for question in order["questions"]:
        prompt = tokenizer.apply_chat_template(
            question["messages"], add_generation_prompt=True, return_tensors="pt", return_dict=True
        ).to(order["device"])
        start = prompt["input_ids"].shape[1]
        with torch.inference_mode():
            written = model.generate(
                **prompt,
                generation_config=settings,
                max_new_tokens=question["room"],
                tokenizer=tokenizer if settings.stop_strings else None,
            )
        ids = written[0, start:].tolist()
        while ids and ids[-1] in ends:
            ids.pop()
        text = tokenizer.decode(ids, skip_special_tokens=True)
        for mark in settings.stop_strings or []:
            text = text.split(mark)[0]
        tell(prompt=prompt["input_ids"][0].tolist(), ids=ids, text=text.strip())
    found: dict[str, Any] = {"lacking": lacking, "in_float32": [], "in_bfloat16": [], "logits": 0.0}
    kept: list[Any] = []
    for row in order["texts"]:
        scores = scores_of(model, row, order["device"])
        found["in_float32"].append(surprise(scores, row))
        kept += [scores] if len(kept) < ROWS_IN_BF16 else []
        tell(read=len(found["in_float32"]))
    model = model.to(torch.bfloat16)
    for row, exact in zip(order["texts"], kept, strict=False):
        scores = scores_of(model, row, order["device"])
        found["in_bfloat16"].append(surprise(scores, row))
        off = (scores - exact).norm() / (exact - exact.mean(-1, keepdim=True)).norm()
        found["logits"] = max(found["logits"], float(off))
        tell(read=len(found["in_bfloat16"]))
    return found


def scores_of(model: Any, row: dict[str, Any], device: str) -> Any:
    """The scores (answer tokens, vocabulary) from which each token of the answer is chosen, in float32."""
    import torch

    ids, start = row["ids"], row["start"]
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([ids], device=device)).logits[0]
    return logits[start - 1 : len(ids) - 1].float().cpu()


def surprise(scores: Any, row: dict[str, Any]) -> float:
    """The sum of the negative log-likelihoods of the answer's tokens, in nats."""
    import torch

    wanted = torch.tensor(row["ids"][row["start"] :])
    return float(-scores.log_softmax(-1).gather(-1, wanted[:, None]).sum())


def label(order: dict[str, Any]) -> dict[str, Any]:
    """The scores of every label for every text."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()  # that the head of the starting model is new is what was asked for
    tokenizer = AutoTokenizer.from_pretrained(order["folder"], local_files_only=True, trust_remote_code=False)
    model, lacking = opened(
        order, AutoModelForSequenceClassification, num_labels=order["labels"], ignore_mismatched_sizes=True
    )
    for question in order["questions"]:
        read = tokenizer(question["text"], truncation=True, return_tensors="pt").to(order["device"])
        with torch.inference_mode():
            scores = model(**{name: read[name] for name in ("input_ids", "attention_mask")}).logits[0]
        tell(prompt=read["input_ids"][0].tolist(), scores=scores.float().cpu().tolist())
    names = [model.config.id2label[place] for place in range(order["labels"])] if not order["base"] else []
    return {"lacking": lacking, "names": names}


if __name__ == "__main__":
    main()
