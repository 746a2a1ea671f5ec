"""How long `studio clean --fix all` and `studio check` take as whole commands, beside an older state of the project.

    git worktree add --detach /tmp/older COMMIT
    python tests/benchmarks/bench_commands.py --older /tmp/older [--rows 100000] [--rounds 3]

Rows with planted faults (`bench_examination.planted`); both states in turn, each as a fresh process that finds its
modules compiled, as an installed studio does (one uncounted run before). Seconds on the processor count the process
that reads the file as well, and hold on a machine with other work.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_examination import planted
from machine import instruction_set

from studio.data.export.text_files import write_csv

ROOT = Path(__file__).resolve().parents[2]


def run(root: Path, arguments: list[str]) -> tuple[float, float]:
    """Seconds on the processor (children included) and on the clock."""
    line = [sys.executable, "-m", "studio", *arguments]
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, began = os.times(), time.monotonic()
    subprocess.run(line, cwd=root, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=compiled)
    after, ended = os.times(), time.monotonic()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return used, ended - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--older", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    wanted = parser.parse_args()
    print(f"instruction sets: {instruction_set()}")
    with tempfile.TemporaryDirectory() as folder:
        file, out = str(Path(folder) / "rows.csv"), str(Path(folder) / "clean.csv")
        write_csv(Path(file), planted(wanted.rows)[0])
        for name, arguments in (("clean", ["clean", file, "--out", out, "--fix", "all"]), ("check", ["check", file])):
            now: list[tuple[float, float]] = []
            older: list[tuple[float, float]] = []
            for root in filter(None, (ROOT, wanted.older)):
                run(root, arguments)
            for _ in range(wanted.rounds):
                now.append(run(ROOT, arguments))
                if wanted.older:
                    older.append(run(wanted.older, arguments))
            for state, times in (("now", now), ("older", older)):
                if times:
                    used, took = (statistics.median(one[place] for one in times) for place in (0, 1))
                    print(f"{name}, {state}: {used:.2f} s on the processor ({wanted.rows / used:,.0f} rows/s), "
                          f"{took:.2f} s on the clock ({wanted.rows / took:,.0f} rows/s)")  # fmt: skip
            if older:
                ratios = [before[0] / after[0] for before, after in zip(older, now, strict=True)]
                print(f"{name}: {statistics.median(ratios):.2f} times as fast by the processor")


if __name__ == "__main__":
    main()
