"""Examine the starter on 300 prompts it has not seen, and 40 in free wording, by rules; write its card.

    python assets/starter_build/exam.py --work ~/.cache/tailor-starter [--card]

Prints one JSON object. `form` = the answer is of the kind that was asked for; `right` = it is also the true one.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path
from random import Random

import numpy as np
import torch
from corpus.context import UNKNOWN_WORDS
from corpus.document import Document
from exam_prompts import exam
from tokenizers import Tokenizer
from tokens import BEGIN, ROLES, render
from transformers import AutoModelForCausalLM, AutoTokenizer

NEW_TOKENS = 128
SEED = "2"


def list_items(answer: str) -> list[str]:
    lines = [line.strip() for line in answer.strip().split("\n") if line.strip()]
    if len(lines) == 1:
        lines = [part.strip() for part in lines[0].split(",")]
    return [re.sub(r"^(-|\*|\d+\.)\s*", "", line) for line in lines]


def says_unknown(answer: str) -> bool:
    return any(words in answer.lower() for words in UNKNOWN_WORDS)


def proper_sentence(answer: str) -> bool:
    """Something a person could say: has a letter or a number, no leftover marks, and comes to an end."""
    text = answer.strip()
    return bool(re.search(r"\w", text)) and "<|" not in text and len(text) <= 600


def parsed(answer: str) -> dict | None:
    try:
        value = json.loads(answer)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def in_words(value: dict | None) -> dict | None:
    """12 and "12" count as the same."""
    return None if value is None else {key: None if one is None else str(one) for key, one in value.items()}


def has_form(form: str, facts: dict, answer: str, family: str = "") -> bool:
    """Whether the answer is of the kind asked for."""
    if form == "label":
        return answer.strip() in facts["options"]
    if form == "json":
        value = parsed(answer)
        return value is not None and set(value) == set(facts["keys"])
    if form == "list":
        return len(list_items(answer)) >= 2 and proper_sentence(answer)
    if form == "unknown":
        return says_unknown(answer)
    if form == "contains" and family in ("rewrite", "free wording", "sentences"):
        return all(value.lower() in answer.lower() for value in facts["values"])
    return proper_sentence(answer) and not (form == "contains" and says_unknown(answer))


def is_right(form: str, facts: dict, answer: str, gold: str) -> bool | None:
    """Whether the answer is the true one; None where many answers would be (small talk, lists of examples)."""
    if form == "label":
        return answer.strip() == facts["gold"]
    if form == "json":
        return in_words(parsed(answer)) == in_words(parsed(gold)) if gold else None
    if form == "unknown":
        return says_unknown(answer)
    if form == "contains":
        return all(value.lower() in answer.lower() for value in facts["values"])
    if form == "list" and "items" in facts:
        return (
            [item.lower() for item in list_items(answer)] == [item.lower() for item in list_items(gold)]
            if gold
            else None
        )
    return None


def repeats(answer: str) -> bool:
    """The same four words in a row, twice."""
    words = answer.split()
    runs = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    return len(set(runs)) < len(runs)


def prompts_of_shards(works: list[Path]) -> set[int]:
    """Every prompt the model has seen in training, as hashes of its text."""
    seen: set[int] = set()
    for work in works:
        tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
        for path in sorted((work / "shards").glob("shard-*.npz")):
            data = np.load(path)
            for name in ("short_ids", "long_ids"):
                for row in tokenizer.decode_batch(data[name].tolist(), skip_special_tokens=False):
                    for conversation in row.split(BEGIN)[1:]:
                        ends = [found.start() for found in re.finditer(re.escape(ROLES["assistant"]), conversation)]
                        seen.update(hash(conversation[:end]) for end in ends)
    return seen


def prompt_hash(document: Document) -> int:
    return hash(render(Document(document.turns[:-1])).removeprefix(BEGIN))


@torch.inference_mode()
def answers(model, tokenizer, documents: list[Document], batch: int = 20) -> list[tuple[str, bool]]:
    """Greedy answers in the documents' order, each with whether it stopped by itself."""
    tokenizer.padding_side = "left"
    prompts = [
        tokenizer.apply_chat_template(
            [{"role": role, "content": text} for role, text in one.turns[:-1]],
            tokenize=False,
            add_generation_prompt=True,
        )
        for one in documents
    ]
    order = sorted(range(len(prompts)), key=lambda at: len(prompts[at]))
    results: list[tuple[str, bool]] = [("", False)] * len(prompts)
    for start in range(0, len(order), batch):
        part = order[start : start + batch]
        inputs = tokenizer([prompts[at] for at in part], return_tensors="pt", padding=True, add_special_tokens=False)
        inputs.pop("token_type_ids", None)
        made = model.generate(**inputs, max_new_tokens=NEW_TOKENS, do_sample=False)[:, inputs["input_ids"].shape[1] :]
        for at, row in zip(part, made, strict=True):
            stopped = bool((row == tokenizer.eos_token_id).any())
            results[at] = (tokenizer.decode(row, skip_special_tokens=True), stopped)
    return results


def examine(folder: Path, works: list[Path], seed: str = SEED) -> tuple[dict, list[dict]]:
    """The figures, and every prompt with its answer and marks."""
    seen = prompts_of_shards(works)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    questions = exam(seed, lambda one: prompt_hash(one) in seen)
    rows = []
    for (family, one), (answer, stopped) in zip(
        questions, answers(model, tokenizer, [d for _, d in questions]), strict=True
    ):
        gold = one.turns[-1][1]
        rows.append(
            {
                "family": family,
                "turns": one.turns[:-1],
                "answer": answer,
                "expected": gold,
                "form": has_form(one.form, one.facts, answer, family),
                "right": is_right(one.form, one.facts, answer, gold),
                "unknown": one.form == "unknown",
                "stopped": stopped,
                "repeats": repeats(answer),
            }
        )
    return figures(rows, checked_unseen=bool(seen)), rows


def figures(rows: list[dict], checked_unseen: bool) -> dict:
    def share(values: list[bool]) -> float:
        return round(100 * sum(values) / len(values), 1) if values else 0.0

    groups: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        groups[row["family"]].append(row)
    return {
        "prompts": len(rows),
        "compared_with_training_prompts": checked_unseen,
        "form_percent": share([row["form"] for row in rows if row["family"] != "free wording"]),
        "form_percent_of_free_wordings": share([row["form"] for row in rows if row["family"] == "free wording"]),
        "stopped_percent": share([row["stopped"] for row in rows]),
        "repeats_percent": share([row["repeats"] for row in rows]),
        "unknown_count": sum(row["unknown"] for row in rows),
        "not_knowing_percent": share([row["form"] for row in rows if row["unknown"]]),
        "families": {
            family: {
                "prompts": len(group),
                "form_percent": share([row["form"] for row in group]),
                "right_percent": share([row["right"] for row in group if row["right"] is not None]),
                "judged_right_or_wrong": sum(row["right"] is not None for row in group),
            }
            for family, group in groups.items()
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path(__file__).resolve().parent.parent / "starter")
    parser.add_argument(
        "--work", type=Path, nargs="*", default=[], help="work folders: what was trained on is left out of the exam"
    )
    parser.add_argument("--card", action="store_true", help="write README.md of the model with these figures")
    parser.add_argument("--rows", type=Path, help="also write every prompt and answer to this JSONL file")
    args = parser.parse_args()
    result, rows = examine(args.model, args.work)
    print(json.dumps(result, indent=1))
    if args.rows:
        args.rows.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    if args.card:
        from card import write_card  # only here: the card needs the build's record of the training

        write_card(args.model, args.work[-1] if args.work else None, result, Random(SEED).sample(rows, 30))


if __name__ == "__main__":
    main()
