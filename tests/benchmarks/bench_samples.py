"""What the starter learns from the sample data with the recipe that the studio proposes by itself.

    python tests/benchmarks/bench_samples.py [--splits 3] [--samples support label extract] [--out results.json]

Each figure stands beside its floors: the starting model, the answer of the nearest training question, and (support) a
random answer in the house voice. Greedy answers to the whole exam; three splits; every run on all cores.
"""

import argparse
import json
import os
import random
import re
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.settings import Settings, keep_private, shared_folder

keep_private(offline=True)

from studio.data.duplicates.retrieval import NearestExamples  # noqa: E402
from studio.data.split.splitter import split  # noqa: E402
from studio.evaluation.metrics.text_metrics import field_scores, label_accuracy, mean_chrf, normalised  # noqa: E402
from studio.schemas.chat import ReplySettings  # noqa: E402
from studio.schemas.example import Example, Message  # noqa: E402
from studio.schemas.project import Exam  # noqa: E402
from studio.schemas.recipe import recipe_from  # noqa: E402
from studio.services.studio import Studio  # noqa: E402
from studio.training.local_engine import LocalEngine  # noqa: E402

SAMPLES = {"support": "support.csv", "label": "label.csv", "extract": "extract.jsonl"}


def scores(sample: str, exam: list[Example], replies: list[str]) -> dict[str, float]:
    """The figures of one contestant on one exam, all from 0 to 100."""
    experts = [example.answer for example in exam]
    if sample == "label":
        return {"accuracy": 100 * label_accuracy(replies, experts)}
    if sample == "extract":
        fields = [field_scores(reply, expert) for reply, expert in zip(replies, experts, strict=True)]
        right = [ok for row in fields for ok in row.values()]
        return {
            "fields": 100 * sum(right) / len(right),
            "whole": 100 * sum(all(f.values()) for f in fields) / len(exam),
        }
    facts = json.loads((shared_folder("sample_data") / "support_facts.json").read_text("utf-8"))
    must = {row: fact["must_hold"] for fact in facts["facts"] for row in fact["rows"]}
    stock = facts["stock_phrases"]

    def plain(text: str) -> str:
        for phrase in stock:
            text = re.sub(re.escape(phrase), "", text, flags=re.IGNORECASE)
        return text.strip(" ,.!")

    held = [
        all(f" {normalised(piece)} " in f" {normalised(reply)} " for piece in must[example.row])
        for example, reply in zip(exam, replies, strict=True)
    ]
    voice = [bool(re.search(facts["voice_marker"], reply)) for reply in replies]
    return {
        "chrf": mean_chrf(replies, experts),
        "chrf_without_stock": mean_chrf([plain(r) for r in replies], [plain(e) for e in experts]),
        "voice": 100 * sum(voice) / len(exam),
        "facts": 100 * sum(held) / len(exam),
    }


def measure(sample: str, seed: int, home: Path, sets: dict[str, str]) -> dict[str, Any]:
    """One split: import, teach by the proposed recipe, answer the exam with every contestant."""
    studio = Studio(Settings(home=home, offline=True), LocalEngine())
    path = shared_folder("sample_data") / SAMPLES[sample]
    project = studio.home.create_project(f"{sample} {seed}", "bench").id
    view = studio.examples.upload(path, path.name, by="bench", project=project)
    parts = split(list(view.examples), seed=seed)
    exam = list(parts.exam)
    studio.home.write_exam(project, Exam(created=datetime.now(UTC), dataset=view.id, examples=tuple(exam)))
    train = studio.examples.split(view).train
    facts = studio.models.inspect("starter")
    recipe = studio.models.propose(facts, "starter", train)
    if sets:
        recipe = recipe_from(recipe.model_dump(mode="json") | sets)
    began = time.perf_counter()
    run = studio.runs.launch(project, view.id, recipe, by="bench").id
    studio.runs.carry_out_when_free(run)
    seconds = time.perf_counter() - began
    outcome = studio.runs.view(run).outcome
    assert outcome is not None, studio.runs.view(run).state
    nearest, voices = NearestExamples(train), random.Random(seed)
    answers = {
        "nearest training answer": [nearest.most_similar(e.question, 1)[0].answer for e in exam],
        "random training answer": [voices.choice(train).answer for _ in exam],
    }
    loaded = studio.chats.model(run)
    chats = [[Message(role="user", content=e.question)] for e in exam]
    for contestant, name in (("base", "starting model"), ("tuned", "tuned model")):
        replies = loaded.answer_all(contestant, chats, ReplySettings(max_new_tokens=120), lambda: False)
        answers[name] = [reply.text for reply in replies]
    studio.close()
    return {
        "seconds": round(seconds, 1), "steps": outcome.steps, "eval_loss": outcome.eval_loss, "exam": len(exam),
        "scores": {name: scores(sample, exam, texts) for name, texts in answers.items()},
        "read": [
            {"question": e.question, "expert": e.answer, "starting": answers["starting model"][i],
             "tuned": answers["tuned model"][i]} for i, e in enumerate(exam)
        ],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", nargs="+", default=list(SAMPLES), choices=list(SAMPLES))
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--set", action="append", default=[], help="knob=value on top of the proposal")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    sets = dict(word.split("=", 1) for word in asked.set)
    results: dict[str, list[dict[str, Any]]] = {}
    print(f"{os.cpu_count()} cores, {datetime.now(UTC):%Y-%m-%d}")
    for sample in asked.samples:
        results[sample] = []
        for seed in range(asked.splits):
            with tempfile.TemporaryDirectory() as home:
                results[sample].append(measure(sample, seed, Path(home), sets))
            done = results[sample][-1]
            print(f"{sample} split {seed}: {done['seconds']} s, {done['steps']} steps, {done['scores']['tuned model']}")
        for contestant in results[sample][0]["scores"]:
            figures = {
                name: [split["scores"][contestant][name] for split in results[sample]]
                for name in results[sample][0]["scores"][contestant]
            }
            said = ", ".join(
                f"{name} {statistics.mean(v):.1f} ({min(v):.1f}–{max(v):.1f})" for name, v in figures.items()
            )
            print(f"  {sample} · {contestant}: {said}")
        if asked.out:
            asked.out.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
