"""Teach on or afresh where many rows are new: version 1 learns from a part of the rows, then the others come.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_teach_on --by rows --new 0.3 --of 12 --seed 0 --home FOLDER

Facts of the support sample: one wording in nine is the exam, the other rows are taught. `--by rows` draws the new rows
from all facts, so that they are other wordings of what is known; `--by facts` draws whole facts, all unknown before.
What was done already in FOLDER is not done again, so that it can be measured in pieces. Seconds are the processor's.
"""

import argparse
import csv
import random
from datetime import UTC, datetime
from pathlib import Path

from studio.settings import Settings, keep_private

keep_private(offline=True)

from studio.schemas.example import pair  # noqa: E402
from studio.schemas.project import Exam  # noqa: E402
from studio.schemas.recipe import Recipe, recipe_from  # noqa: E402
from studio.services.studio import Studio  # noqa: E402
from studio.services.versions.teaching_way import recipe_for  # noqa: E402
from studio.training.local_engine import LocalEngine  # noqa: E402
from tests.benchmarks.bench_next_version import facts_of_sample  # noqa: E402

Rows = list[int]


def divided(by: str, new: float, seed: int, of: int) -> tuple[Rows, Rows, Rows]:
    """The numbers of the exam's rows, of those that version 1 learns, and of the news."""
    facts, _, _ = facts_of_sample()
    draw = random.Random(seed)
    facts = {name: facts[name] for name in draw.sample(sorted(facts), of)}
    of_facts = sorted(row for rows in facts.values() for row in rows)
    exam = draw.sample(of_facts, max(12, len(of_facts) // 9))
    if by == "rows":
        rest = [row for row in of_facts if row not in exam]
        draw.shuffle(rest)
        edge = round((1 - new) * len(rest))
        return sorted(exam), rest[:edge], rest[edge:]
    names = sorted(facts)
    draw.shuffle(names)
    known = set(names[: round((1 - new) * len(names))])
    fact = {row: name for name, rows in facts.items() for row in rows}
    rest = [row for row in of_facts if row not in exam]
    return sorted(exam), [r for r in rest if fact[r] in known], [r for r in rest if fact[r] not in known]


class Department:
    """One home: version 1, and two ways to teach the next one."""

    def __init__(self, home: Path, by: str, new: float, seed: int, of: int) -> None:
        self.home, self.seed = home, seed
        self.studio = Studio(Settings(home=home, offline=True), LocalEngine())
        _, _, self.rows = facts_of_sample()
        self.exam, self.old, self.news = divided(by, new, seed, of)
        known = [project.id for project in self.studio.home.all_projects()]
        self.project = known[0] if known else self.studio.home.create_project("teach on", "bench").id
        if self.studio.home.exam(self.project) is None:
            asked = tuple(pair(row, *self.rows[row - 1]).model_copy(update={"part": "exam"}) for row in self.exam)
            self.studio.home.write_exam(self.project, Exam(created=datetime.now(UTC), dataset="", examples=asked))

    def recipe(self, rows: Rows) -> Recipe:
        """What the studio proposes for these rows."""
        facts, examples = self.studio.models.inspect("starter"), [pair(row, *self.rows[row - 1]) for row in rows]
        proposed = self.studio.models.propose(facts, "starter", examples)
        return recipe_from(proposed.model_dump() | {"seed": self.seed})

    def taught(self, name: str, rows: Rows, recipe: Recipe, parent: str = "") -> str:
        """The run of this name: found, or taught."""
        for view in self.studio.runs.all(self.project):
            if view.name == name and view.has_version:
                return view.id
        path = self.home / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("question", "answer"), *(self.rows[row - 1] for row in rows)])
        table = self.studio.examples.upload(path, path.name, by="bench", project=self.project).id
        run = self.studio.runs.launch(self.project, table, recipe, by="bench", parent=parent, teach_on=bool(parent),
                                      name=name).id  # fmt: skip
        self.studio.runs.carry_out_when_free(run)
        return run

    def told(self, name: str, run: str, *, quick: bool) -> str:
        """What it cost, and what its report says."""
        outcome = self.studio.runs.view(run).outcome
        assert outcome is not None, self.studio.runs.view(run).state
        report = self.studio.evaluation.report(run)
        if report is None or not (quick or report.probes):
            report = self.studio.evaluation.evaluate(run, by="bench", quick=quick)
        seconds = outcome.elapsed_seconds * outcome.free
        parts = [f"{name}: {outcome.steps} steps, {seconds:.0f} s, best {outcome.best_step}"]
        for metric in ("chrf", "facts_right", "loss"):
            if metric in report.metrics:
                value = report.metrics[metric]["tuned"]
                parts.append(f"{metric} {value.value:.3f} ({value.low:.3f} to {value.high:.3f})")
        for guard in report.probes:
            numbers = guard.perplexity or tuple(one.value for one in (guard.before, guard.after) if one)
            parts.append(f"{guard.name} {guard.state} {' > '.join(f'{number:.3g}' for number in numbers)}")
        return "; ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by", choices=("rows", "facts"), default="rows")
    parser.add_argument("--new", type=float, default=0.3, help="share of the taught rows that is new")
    parser.add_argument("--of", type=int, default=60, help="facts in all, of the sample's 60")
    parser.add_argument("--quick", action="store_true", help="without the guards")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--home", type=Path, required=True)
    asked = parser.parse_args()
    asked.home.mkdir(parents=True, exist_ok=True)
    office = Department(asked.home, asked.by, asked.new, asked.seed, asked.of)
    both = [*office.old, *office.news]
    print(asked.by, asked.seed, len(office.exam), len(office.old), len(office.news), flush=True)
    whole, runs = office.recipe(both), {}
    for name, rows, recipe in (
        ("first", office.old, office.recipe(office.old)), ("on", both, recipe_for(whole, "teach-on")),
        ("afresh", both, whole),
    ):  # fmt: skip
        runs[name] = office.taught(name, rows, recipe, parent=runs["first"] if name == "on" else "")
        print(office.told(name, runs[name], quick=True), flush=True)
    for name in () if asked.quick else runs:
        print(office.told(name, runs[name], quick=False), flush=True)
    office.studio.close()


if __name__ == "__main__":
    main()
