"""How long a decision takes on a large dataset: written down, and the new view back.

    python tests/benchmarks/bench_decisions.py [--rows 100000]

Wall seconds (the machine may be shared): single decisions while the full examination is put off, the index of
neighbours, bulk fixes, and the examination that follows when it is quiet.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "benchmarks")]

from bench_examination import planted  # noqa: E402

from studio.data.export.text_files import write_csv  # noqa: E402
from studio.services.studio import Studio  # noqa: E402
from studio.settings import Settings  # noqa: E402
from tests.fake_engine import FakeEngine  # noqa: E402

T = TypeVar("T")


def timed(name: str, work: Callable[[], T]) -> T:
    """Print how long it took."""
    start, spent = time.perf_counter(), time.process_time()
    made = work()
    print(f"{name}: {time.perf_counter() - start:.2f} s ({time.process_time() - spent:.2f} s of processor)", flush=True)
    return made


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    wanted = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    write_csv(folder / "rows.csv", planted(wanted.rows)[0])
    studio = Studio(Settings(home=folder / "home", offline=True), FakeEngine())
    examples = studio.examples
    view = timed("upload", lambda: examples.upload(folder / "rows.csv", "rows.csv", by="ana"))
    project, dataset = view.project, view.id
    timed("sharing out", lambda: examples.set_aside(view))
    timed(
        "edit without the index",
        lambda: examples.edit(project, dataset, "r5", by="ana", question="New?", answer="Yes."),
    )
    timed("save as CSV right after it", lambda: examples.export(project, dataset, "csv"))
    timed("until it is quiet and examined", lambda: until_examined(studio, project, dataset))
    took = []
    for number in range(10, 20):
        start = time.perf_counter()
        examples.edit(project, dataset, f"r{number}", by="ana", question=f"Is {number} new?", answer="Yes, it is.")
        took.append(time.perf_counter() - start)
    print(f"edit: median {statistics.median(took) * 1000:.0f} ms, slowest of ten {max(took) * 1000:.0f} ms")
    timed("remove", lambda: examples.remove(project, dataset, ["r7"], by="ana"))
    timed("undo", lambda: examples.undo(project, dataset, by="ana"))
    timed("add", lambda: examples.add(project, dataset, by="ana", question="One more?", answer="One more."))
    conflict = next(one for one in examples.view(project, dataset).findings if one.kind == "conflicting_answers")
    timed("settle", lambda: examples.settle(project, dataset, conflict.groups[0], by="ana", keep="left"))
    timed(
        "dismiss one row",
        lambda: examples.dismiss(project, dataset, "private_details", by="ana", rows=[conflict.rows[9]]),
    )
    timed("sharing out, meanwhile", lambda: examples.set_aside(examples.view(project, dataset)))
    until_examined(studio, project, dataset)
    for kind in ("private_details", "near_duplicate"):
        timed(f"fix {kind}", lambda kind=kind: examples.fix(project, dataset, kind, by="ana"))
        timed("until it is quiet and examined", lambda: until_examined(studio, project, dataset))
    timed("close", studio.close)


def until_examined(studio: Studio, project: str, dataset: str) -> None:
    """Wait for the examination in the background, its index included."""
    while True:
        with studio.examples.cache.lock:
            found = studio.examples.cache.at(project, dataset)
            if found.is_exact and found.has_index:
                return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
