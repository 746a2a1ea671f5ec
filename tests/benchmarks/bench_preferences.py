"""Planted preferences, learned by DPO, by KTO and by plain teaching of the better replies, with the built-in model.

    python tests/benchmarks/bench_preferences.py [polite format declining declining_alone] [--ways dpo kto sft shuffled]
        [--seeds 3] [--pairs 80] [--model FOLDER] [--set learning_rate=… replay_share=… beta=…] [--json FILE]
        [--keep FOLDER]

Prints one line for each task, way and seed: how often the version answers in the better way before and after with the
interval of the difference, what the report would say of the pairs kept aside, and what became of what it could do.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from studio.data.preferences.replayed_rows import rows_to_replay  # noqa: E402
from studio.evaluation.preference_evidence import judge_moves, moves_in  # noqa: E402
from studio.evaluation.statistics.intervals import yes_no_difference  # noqa: E402
from studio.inference.multi_adapter import load_multi_adapter  # noqa: E402
from studio.schemas.chat import ReplySettings  # noqa: E402
from studio.schemas.example import Example, Message, pair  # noqa: E402
from studio.schemas.loop.preference import Judgement, PreferencePair  # noqa: E402
from studio.services.preferences.preference_service import REPLAYED  # noqa: E402
from studio.storage.run_folder import RunFolder  # noqa: E402
from studio.training.train import run_training  # noqa: E402
from tests.benchmarks.preference_tasks import (  # noqa: E402
    TASKS,
    PlantedRows,
    PlantedTask,
    freeze,
    plant,
    shuffled,
    thumbs_of,
)  # fmt: skip

WAYS = ("dpo", "kto", "sft", "shuffled")


def never() -> bool:
    """Nobody stops it."""
    return False


def learn(place: Path, way: str, rows: PlantedRows, start: Path, model: Path, seed: int, knobs: dict[str, Any]) -> Path:
    """Teach the version on in this way; the adapter."""
    judged: list[Judgement] | None
    taught = rows.taught
    if way == "sft":
        share = knobs.pop("replay_share", 0.0)
        again = rows_to_replay(rows.taught, rows.judged, round(len(rows.judged) * share / (1 - share)), seed)
        taught, judged = [*corrected(rows.judged), *again], None
    elif way == "kto":
        judged = thumbs_of(rows.judged)
    else:
        judged = [*(shuffled(rows.judged, seed) if way == "shuffled" else rows.judged)]
    learn_from = {"sft": "answers", "kto": "thumbs"}.get(way, "preferences")
    folder = freeze(place, model, taught, judged, start, learn_from=learn_from, seed=seed, eval_steps=10_000, **knobs)
    run_training(folder.path, never)
    return folder.adapter


def corrected(pairs: list[PreferencePair]) -> list[Example]:
    """The better replies as examples."""
    return [pair(number, one.question, one.chosen) for number, one in enumerate(pairs, 1)]


def asked(loaded: Any, who: str, questions: list[str]) -> list[str]:
    """The replies of this version."""
    chats = [[Message(role="user", content=question)] for question in questions]
    return [reply.text for reply in loaded.answer_all(who, chats, ReplySettings(max_new_tokens=60), never)]


def play(
    name: str, ways: list[str], seed: int, place: Path, model: Path, pairs: int, knobs: dict[str, Any],
    taught: dict[str, Any],
) -> list[dict[str, Any]]:  # fmt: skip
    """One task by one seed: teach it in both ways, then learn from the judgements in each way."""
    task: PlantedTask = TASKS[name]
    rows = plant(task, seed, pairs)
    began = time.monotonic()
    first = RunFolder(place / f"{name}-{seed}-start")
    if not first.has_version:
        first = freeze(first.path, model, rows.taught, seed=seed, eval_steps=10_000, **taught)
        run_training(first.path, never)
    teaching = time.monotonic() - began
    lines = []
    questions = rows.asked
    for way in ways:
        began = time.monotonic()
        after = learn(
            place / f"{name}-{seed}-{way}-{time.time_ns()}",
            way,
            rows,
            first.adapter,
            model,
            seed,
            dict(knobs),
        )
        learning = time.monotonic() - began
        loaded = load_multi_adapter(model, {"before": first.adapter, "after": after})
        said = {
            who: [task.is_better(*both) for both in zip(questions, asked(loaded, who, questions), strict=True)]
            for who in ("before", "after")
        }
        kept = {who: [task.keeps(question, reply) for question, reply in
                      zip(rows.kept, asked(loaded, who, rows.kept), strict=True)] for who in said}  # fmt: skip
        # kept aside of what was given: where a lot decided, also of these
        aside = shuffled(rows.aside, seed + 1000) if way == "shuffled" else rows.aside
        chats = [[*one.turns, Message(role="assistant", content=reply)] for one in aside for reply in one.replies]
        lost = [[nats for nats, _ in loaded.losses(who, chats)] for who in ("before", "after")]
        evidence = judge_moves(moves_in(aside, *lost))
        gap, cost = yes_no_difference(said["after"], said["before"]), yes_no_difference(kept["after"], kept["before"])
        lines.append({
            "task": name, "way": way, "seed": seed, "pairs": len(rows.judged),
            "before": sum(said["before"]) / len(questions), "after": sum(said["after"]) / len(questions),
            "difference": [round(gap.low, 3), round(gap.high, 3)], "verdict": evidence.verdict,
            "moved": f"{evidence.right}/{evidence.count}",
            "able_before": sum(kept["before"]) / max(1, len(rows.kept)),
            "able_after": sum(kept["after"]) / max(1, len(rows.kept)),
            "cost": [round(cost.low, 3), round(cost.high, 3)],
            "teaching_s": round(teaching, 1), "seconds": round(learning, 1),
        })  # fmt: skip
        print(json.dumps(lines[-1]), flush=True)
    return lines


def main() -> int:
    """Every task, way and seed that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", default=[*TASKS])
    parser.add_argument("--ways", nargs="*", default=[*WAYS])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=80)
    parser.add_argument("--model", type=Path, default=ROOT / "assets" / "starter")
    parser.add_argument("--set", dest="sets", nargs="*", default=[])
    parser.add_argument("--teach", nargs="*", default=["learning_rate=0.002", "num_train_epochs=6"])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder in which taught versions are kept for the next call")
    asked_for = parser.parse_args()

    def knobs(words: list[str]) -> dict[str, Any]:
        return {name: float(value) for name, value in (word.split("=") for word in words)}

    usual = {"learning_rate": 5e-4, "num_train_epochs": 3.0, "replay_share": REPLAYED}
    lines = []
    for name in asked_for.tasks:
        for seed in range(asked_for.first_seed, asked_for.first_seed + asked_for.seeds):
            with tempfile.TemporaryDirectory() as folder:
                place = asked_for.keep or Path(folder)
                lines += play(name, asked_for.ways, seed, place, asked_for.model, asked_for.pairs,
                              usual | knobs(asked_for.sets), knobs(asked_for.teach))  # fmt: skip
    if asked_for.json:
        asked_for.json.write_text(json.dumps(lines, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
