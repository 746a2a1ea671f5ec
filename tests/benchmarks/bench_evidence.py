"""Planted cases: runs whose truth is known are taught with the built-in model, and the report has to find it out.

    python tests/benchmarks/bench_evidence.py [--seeds 3] [--model FOLDER] [healthy timid shuffled by_heart]

About two minutes for each case and seed on one core. Prints one line each, and exits with 1 when a case is misjudged.
"""

import argparse
import csv
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from studio.desk.studio import Studio  # noqa: E402
from studio.engine.furnace import Furnace  # noqa: E402
from studio.records.report import Advice, Report  # noqa: E402
from studio.settings import Settings, keep_private  # noqa: E402

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Case:
    """How the rows are spoilt, how it is taught, and what a right report says."""

    spoil: Callable[[Rows, random.Random], Rows]
    sets: tuple[str, ...]
    is_right: Callable[[Report], bool]


def found(report: Report, cause: str) -> bool:
    """Whether the diagnosis names it."""
    return any(one.name == cause and one.found for one in report.diagnosis)


def shuffled(rows: Rows, dice: random.Random) -> Rows:
    """Every question with somebody else's answer."""
    answers = [answer for _, answer in rows]
    dice.shuffle(answers)
    return [(question, answer) for (question, _), answer in zip(rows, answers, strict=True)]


CASES = {
    "healthy": Case(lambda rows, dice: rows, (), lambda r: r.verdict.advice in (Advice.USE, Advice.USE_FOR)),
    "timid": Case(lambda rows, dice: rows, ("learning_rate=1e-9", "max_steps=20"),
                  lambda r: r.verdict.advice is Advice.NOT_YET and found(r, "did_not_learn")),
    "shuffled": Case(shuffled, (), lambda r: found(r, "contradictions") and r.verdict.advice is Advice.NOT_YET),
    "by_heart": Case(lambda rows, dice: dice.sample(rows, 40), ("num_train_epochs=30",),
                     lambda r: found(r, "by_heart")),
}  # fmt: skip


def play(case: Case, seed: int, model: str) -> Report:
    """Import, teach, examine; nothing of it stays."""
    with (ROOT / "sample_data" / "support.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [(row["question"], row["answer"]) for row in csv.DictReader(stream)]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rows.csv"
        with table.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("question", "answer"), *case.spoil(rows, random.Random(seed))])
        studio = Studio(Settings(home=Path(folder) / "home", offline=True), Furnace())
        try:
            view = studio.examples.import_file(table, "planted", by="bench")
            run = studio.launch_from_words(
                view.project, view.id, model=model, sets=[f"seed={seed}", *case.sets], recipe_file=None, preset="quick",
                by="bench",
            )  # fmt: skip
            studio.runs.carry_out_when_free(run.id)
            return studio.evaluation.evaluate(run.id, by="bench", quick=True)
        finally:
            studio.close()


def main(words: Sequence[str]) -> int:
    """One line for each case and seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", default=list(CASES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--model", default="starter")
    chosen = parser.parse_args(words)
    keep_private(offline=True)
    wrong = 0
    for name in chosen.cases:
        for seed in range(1, chosen.seeds + 1):
            began = time.monotonic()
            report = play(CASES[name], seed, chosen.model)
            right = CASES[name].is_right(report)
            wrong += not right
            causes = ", ".join(one.name for one in report.diagnosis if one.found) or "none"
            took = f"{time.monotonic() - began:.0f} s"
            print(f"{name:<9} seed {seed}  {'right' if right else 'WRONG'}  {report.verdict.advice.value}; "
                  f"causes: {causes}; {report.sentences[0]} ({took})", flush=True)  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
