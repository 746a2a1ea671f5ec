"""Open a GGUF with transformers' own reader and tell what it answers to prompts that are given as tokens.

Run as a file of its own: nothing of the studio is imported. The order and the answers are those of `open_and_answer`.
"""

import json
import os
import sys
import threading
from typing import Any


def main() -> None:
    """The whole life of this process."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()
    if order["memory_bytes"] and sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (order["memory_bytes"],) * 2)
    found = answer(order)
    found["strangers"] = sorted(name for name in sys.modules if name.split(".")[0] == "studio")
    print(json.dumps({"end": found}), flush=True)


def end_with_parent() -> None:
    """Nobody waits for the answers any more: the input has ended."""
    while sys.stdin.readline():
        pass
    os._exit(1)


def answer(order: dict[str, Any]) -> dict[str, Any]:
    """Write every answer greedily, then read the expert's."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GenerationConfig, GgufConfig

    tokenizer = AutoTokenizer.from_pretrained(order["tokenizer"], local_files_only=True, trust_remote_code=False)
    settings = GenerationConfig.from_pretrained(order["tokenizer"])
    model = AutoModelForCausalLM.from_pretrained(
        order["folder"],
        gguf_file=order["file"],
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.float32,
        local_files_only=True,
        trust_remote_code=False,
    ).eval()
    ends = settings.eos_token_id if isinstance(settings.eos_token_id, list) else [settings.eos_token_id]
    for question in order["questions"]:
        prompt = torch.tensor([question["ids"]])
        with torch.inference_mode():
            written = model.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                generation_config=settings,
                max_new_tokens=question["room"],
                tokenizer=tokenizer if settings.stop_strings else None,
            )
        ids = written[0, prompt.shape[1] :].tolist()
        while ids and ids[-1] in ends:
            ids.pop()
        text = tokenizer.decode(ids, skip_special_tokens=True)
        for mark in settings.stop_strings or []:
            text = text.split(mark)[0]
        print(json.dumps({"prompt": question["ids"], "ids": ids, "text": text.strip()}), flush=True)
    losses = []
    for row in order["texts"]:
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([row["ids"]])).logits[0]
        scores = logits[row["start"] - 1 : len(row["ids"]) - 1].float().log_softmax(-1)
        losses.append(float(-scores.gather(-1, torch.tensor(row["ids"][row["start"] :])[:, None]).sum()))
        print(json.dumps({"read": len(losses)}), flush=True)
    return {"in_float32": losses}


if __name__ == "__main__":
    main()
