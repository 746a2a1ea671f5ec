"""What `studio evaluate` says of judgements that were learned, with the better replies taught plainly beside them.

    OMP_NUM_THREADS=1 python -m tests.benchmarks.bench_judged [polite format declining] [--kinds preferences thumbs]
        [--seed 1] [--pairs 120] [--model starter]

The tasks of `preference_tasks.py`, from the table to the report as a person would walk it: import, teach, teach the
judgements, teach the better replies plainly from the same version, and the exam of the first. Printed is what the
command prints.
"""

import argparse
import csv
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from studio.cli.main import run_command
from studio.cli.opening import open_studio
from studio.services.studio import Studio
from studio.settings import keep_private
from tests.benchmarks.preference_tasks import TASKS, PlantedRows, plant, shuffled

TAUGHT = ("learning_rate=0.002", "num_train_epochs=6")


def table(path: Path, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path


def judgements(folder: Path, rows: PlantedRows, kind: str, by_lot: bool, seed: int) -> Path:
    """The pairs as a table of chosen and rejected replies, or every reply with its thumb."""
    judged = shuffled(rows.judged, seed) if by_lot else rows.judged
    if kind == "preferences":
        return table(folder / "pairs.csv", ("prompt", "chosen", "rejected"),
                     [(one.question, one.chosen, one.rejected) for one in judged])  # fmt: skip
    thumbs = [(one.question, *((one.chosen, "True") if place % 2 else (one.rejected, "False")))
              for place, one in enumerate(judged)]  # fmt: skip
    return table(folder / "thumbs.csv", ("prompt", "completion", "label"), thumbs)


def walked(studio: Studio, name: str, kind: str, by_lot: bool, asked: argparse.Namespace, folder: Path) -> str:
    """The run that learned from judgements, its plain sister taught as well."""
    rows = plant(TASKS[name], asked.seed, asked.pairs)
    project = f"{name}-{kind}{'-by-lot' if by_lot else ''}"
    lines = [(example.question, example.answer) for example in rows.taught]
    view = studio.imports.import_file(table(folder / "rows.csv", ("question", "answer"), lines), project, by="bench")
    first = studio.launch_from_words(
        view.project, view.id, model=asked.model, sets=[f"seed={asked.seed}", *asked.teach], recipe_file=None,
        preset="balanced", by="bench",
    ).id  # fmt: skip
    studio.runs.carry_out_when_free(first)
    service = studio.preferences
    given = service.read(view.project, judgements(folder, rows, kind, by_lot, asked.seed))
    made = []
    for plainly in (False, True):
        plan = service.plan(view.project, given, parent=first, kind=kind, plainly=plainly)
        run = service.teach(view.project, plan, by="bench")
        if not plainly:
            print(*run.notes, sep="\n  ", flush=True)
        studio.runs.carry_out_when_free(run.id)
        made.append(run.id)
    return made[0]


def main(words: Sequence[str]) -> int:
    """One report for each task and kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*", default=["polite", "format"])
    parser.add_argument("--kinds", nargs="*", default=["preferences"])
    parser.add_argument("--by-lot", action="store_true", help="which reply is the better one is drawn by lot")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=120)
    parser.add_argument("--model", default="starter")
    parser.add_argument("--teach", nargs="*", default=[*TAUGHT])
    asked = parser.parse_args(words)
    keep_private(offline=True)
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        for name in asked.tasks:
            for kind in asked.kinds:
                began = time.monotonic()
                studio = open_studio(home, offline=True)
                run = walked(studio, name, kind, asked.by_lot, asked, Path(place))
                studio.close()
                print(f"{name}, {kind}, seed {asked.seed}: studio evaluate {run}", flush=True)
                run_command(["evaluate", run, "--quick", "--home", str(home)])
                print(f"({time.monotonic() - began:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
