"""How many files a page opens to show a project again: `python tests/benchmarks/bench_reads.py [RUNS]`.

Runs are made by an engine that teaches nothing. Counted are the files that Python opens while the list of projects, the
list of runs, each run's report and its votes are looked at, the first time and once more.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine
from tests.services.conftest import table


def main(runs: int) -> None:
    """Prints a line for each look."""
    opened: list[str] = []

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            opened.append(str(arguments[0]))

    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(Settings(home=Path(folder) / "home", offline=True), FakeEngine(steps=4, pause=0.0))
        rows = Path(folder) / "tickets.csv"
        rows.write_text(table(), encoding="utf-8")
        view = studio.examples.upload(rows, rows.name, by="ana")
        for seed in range(runs):
            run = studio.runs.launch(view.project, view.id, Recipe(seed=seed), by="ana").id
            studio.runs.carry_out(run)
        studio.evaluation.evaluate(run, by="ana", quick=True)
        sys.addaudithook(heard)
        fresh = Studio(studio.settings, studio.engine)
        for look in ("first look", "second look", "third look"):
            opened.clear()
            began = time.perf_counter()
            fresh.home.all_projects()
            for one in fresh.runs.all(view.project):
                fresh.evaluation.report(one.id)
            took = time.perf_counter() - began
            print(f"{look}: {len(opened)} files opened, {1000 * took:.1f} ms, {runs} runs")
        fresh.close()
        studio.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
