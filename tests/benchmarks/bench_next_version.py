"""Teach on or afresh: what each costs and what each learns, with the starter and planted news.

    python tests/benchmarks/bench_next_version.py [--facts 2 5 10] [--passes 1 2] [--seeds 1] [--first-seed 0] [--of 60]

The support sample has 60 facts in seven wordings each. A first version learns the old facts; then some new facts come
as corrections, three wordings of each. Asked are the four other wordings of the new facts, and one wording of each old
fact that nobody learned. The processor's seconds are those of the run alone.
"""

import argparse
import csv
import json
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.settings import Settings, keep_private, shared_folder

keep_private(offline=True)

from studio.evaluation.metrics.text_metrics import normalised  # noqa: E402
from studio.schemas.chat import ReplySettings  # noqa: E402
from studio.schemas.example import Example, Message, pair  # noqa: E402
from studio.schemas.project import Exam  # noqa: E402
from studio.schemas.recipe import recipe_from  # noqa: E402
from studio.services.studio import Studio  # noqa: E402
from studio.training.local_engine import LocalEngine  # noqa: E402

CORRECTED = 3  # wordings of a new fact that are learned


def facts_of_sample() -> tuple[dict[str, list[int]], dict[int, list[str]], list[tuple[str, str]]]:
    """Fact -> its rows, row -> what its answer must hold, and all rows."""
    told = json.loads((shared_folder("sample_data") / "support_facts.json").read_text("utf-8"))["facts"]
    with (shared_folder("sample_data") / "support.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["question"], row["answer"]) for row in csv.DictReader(stream)]
    must = {row: fact["must_hold"] for fact in told for row in fact["rows"]}
    return {fact["fact_id"]: fact["rows"] for fact in told}, must, rows


class Department:
    """One home: an old version, and next ones that are asked the same."""

    def __init__(self, home: Path, new_facts: int, seed: int, passes: float, of: int) -> None:
        self.studio, self.home = Studio(Settings(home=home, offline=True), LocalEngine()), home
        facts, self.must, self.rows = facts_of_sample()
        names = sorted(facts)
        draw = random.Random(seed)
        draw.shuffle(names)
        names = names[:of]
        new, old = names[:new_facts], names[new_facts:]
        self.old_exam = [draw.choice(facts[name]) for name in old]
        self.corrections = [row for name in new for row in facts[name][:CORRECTED]]
        self.new_exam = [row for name in new for row in facts[name][CORRECTED:]]
        self.old = [row for name in old for row in facts[name] if row not in self.old_exam]
        self.project = self.studio.home.create_project("next", "bench").id
        exam = tuple(self.example(row).model_copy(update={"part": "exam"}) for row in self.old_exam)
        self.studio.home.write_exam(self.project, Exam(created=datetime.now(UTC), dataset="", examples=exam))
        facts_of_model = self.studio.models.inspect("starter")
        self.recipe = self.studio.models.propose(facts_of_model, "starter", [self.example(row) for row in self.old])
        self.recipe = recipe_from(self.recipe.model_dump() | {"seed": seed, "num_train_epochs": passes})

    def example(self, row: int) -> Example:
        return pair(row, *self.rows[row - 1])

    def table(self, rows: list[int]) -> str:
        path = self.home / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("question", "answer"), *(self.rows[row - 1] for row in rows)])
        return self.studio.examples.upload(path, path.name, by="bench", project=self.project).id

    def teach(self, rows: list[int], *, parent: str = "", passes: float | None = None, bolder: float = 1.0) -> str:
        changes = {"learning_rate": self.recipe.learning_rate * bolder} | (
            {"num_train_epochs": passes} if passes else {}
        )
        recipe = recipe_from(self.recipe.model_dump() | changes)
        run = self.studio.runs.launch(self.project, self.table(rows), recipe, by="bench", parent=parent,
                                      teach_on=bool(parent)).id  # fmt: skip
        self.studio.runs.carry_out_when_free(run)
        return run

    def measure(self, run: str) -> dict[str, Any]:
        outcome = self.studio.runs.view(run).outcome
        assert outcome is not None, self.studio.runs.view(run).state
        seconds = round(outcome.elapsed_seconds * outcome.free)
        return {"steps": outcome.steps, "seconds": seconds, "best": outcome.best_step,
                "old": self.right(run, self.old_exam), "new": self.right(run, self.new_exam),
                "corrected": self.right(run, self.corrections)}  # fmt: skip

    def right(self, run: str, rows: list[int]) -> float:
        """The share of these rows whose answer holds what it must."""
        chats = [[Message(role="user", content=self.rows[row - 1][0])] for row in rows]
        model = self.studio.chats.model(run)
        replies = model.answer_all("tuned", chats, ReplySettings(max_new_tokens=80), lambda: False)
        held = [
            all(f" {normalised(piece)} " in f" {normalised(reply.text)} " for piece in self.must[row])
            for row, reply in zip(rows, replies, strict=True)
        ]
        return round(100 * sum(held) / len(held), 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--facts", type=int, nargs="+", default=[2, 5, 10])
    parser.add_argument("--passes", type=float, nargs="+", default=[1.0, 2.0])
    parser.add_argument("--afresh", type=float, default=10.0, help="passes of a version that is taught afresh")
    parser.add_argument("--bolder", type=float, nargs="+", default=[1.0], help="times the learning rate, to teach on")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--of", type=int, default=60, help="facts in all, of the sample's 60")
    asked = parser.parse_args()
    for seed in range(asked.first_seed, asked.first_seed + asked.seeds):
        for facts in asked.facts:
            with tempfile.TemporaryDirectory() as home:
                office = Department(Path(home), facts, seed, asked.afresh, asked.of)
                first = office.teach(office.old)
                print(seed, facts, len(office.old), len(office.corrections), "first", office.measure(first), flush=True)
                both = [*office.old, *office.corrections]
                print(seed, facts, "afresh", office.measure(office.teach(both)), flush=True)
                for passes in asked.passes:
                    for bolder in asked.bolder:
                        run = office.teach(both, parent=first, passes=passes, bolder=bolder)
                        print(seed, facts, f"on, {passes} passes, rate x{bolder}", office.measure(run), flush=True)
                office.studio.close()


if __name__ == "__main__":
    main()
