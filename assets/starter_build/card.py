"""Write the model's card from the exam's figures, the training's record and thirty answers nobody has chosen."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors import safe_open

HERE = Path(__file__).resolve().parent


def _training(work: Path | None) -> dict:
    """Tokens, minutes and the plan; kept beside this file once known, so that the card can be rewritten later."""
    record = HERE / "training.json"
    if work and (work / "run" / "metrics.jsonl").exists():
        rows = [json.loads(line) for line in (work / "run" / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
        plan = json.loads((work / "run" / "plan.json").read_text(encoding="utf-8"))
        curve = [rows[at] for at in sorted({*range(0, len(rows), max(1, len(rows) // 12)), len(rows) - 1})]
        record.write_text(
            json.dumps({"plan": plan, "last": rows[-1], "curve": curve}, indent=1) + "\n", encoding="utf-8"
        )
    return json.loads(record.read_text(encoding="utf-8"))


def _sample(number: int, row: dict) -> str:
    lines = [f"{role}: {text}" for role, text in row["turns"]]
    marks = "form ok" if row["form"] else "**form missed**"
    if row["right"] is not None:
        marks += ", right" if row["right"] else ", **wrong**"
    shown = "\n".join([*lines, f"→ {row['answer']}"])
    return f"{number}. {row['family']} ({marks})\n\n```text\n{shown}\n```\n"


def write_card(folder: Path, work: Path | None, figures: dict, samples: list[dict]) -> None:
    training = _training(work)
    weights = folder / "model.safetensors"
    with safe_open(weights, framework="pt") as tensors:
        parameters = sum(tensors.get_tensor(name).numel() for name in tensors.keys())  # noqa: SIM118
    families = figures["families"]
    rows = [
        f"| {name} | {f['prompts']} | {f['form_percent']} % | "
        + (f"{f['right_percent']} % of {f['judged_right_or_wrong']} |" if f["judged_right_or_wrong"] else "– |")
        for name, f in families.items()
    ]
    worst = sorted((f["right_percent"], name) for name, f in families.items() if f["judged_right_or_wrong"] >= 5)[:3]
    weak = "Weakest where a rule can tell right from wrong: " + ", ".join(f"{name} ({p} %)" for p, name in worst) + "."
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    values = {
        "parameters": f"{parameters / 1e6:.2f}M",
        "megabytes": f"{weights.stat().st_size / 1e6:.1f}",
        "positions": config["max_position_embeddings"],
        "tokens": f"{training['last']['tokens'] / 1e6:.1f}M",
        "minutes": f"{training['last']['minutes']:.0f}",
        "decay_percent": f"{training['plan']['decay_share'] * 100:.0f}",
        "prompts": figures["prompts"],
        "unseen": " that do not stand in the training text" if figures["compared_with_training_prompts"] else "",
        "generated": figures["prompts"] - families["free wording"]["prompts"],
        "free_wording": families["free wording"]["prompts"],
        "context_right": families["context"]["right_percent"],
        "family_rows": "\n".join(rows),
        "weak": weak,
        "samples": "\n".join(_sample(number, row) for number, row in enumerate(samples, 1)).rstrip(),
        **{name: value for name, value in figures.items() if name.endswith("_percent") or "_percent_of_" in name},
        "unknown_count": figures["unknown_count"],
    }
    text = (HERE / "card_template.md").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    (folder / "README.md").write_text(text, encoding="utf-8")
