"""What a hundred people cost a run, in turns: `OMP_NUM_THREADS=1 python tests/benchmarks/bench_beside.py --turns 6`.

The home, the server and the people of `bench_people`. The turns follow each other again and again: the run alone (the
people have their pages open and do nothing), beside the people, and beside stand-ins (`neighbour`): what takes as much
of a core as the people's own process, which would be on other computers, and what takes as much as that and the server
together without asking for any memory. So the machine's own share in a slower run is told apart from the server's.

Told for each turn: tokens a second by the clock and for each processor second of the run, the cores taken by run,
server and people, and by all other programs on the computer; for the people's turns the 95th percentile of an act. At
the end they leave, come again, and leave: the server's memory then.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psutil

from tests.benchmarks.bench_people import (
    MEMORY_SECONDS,
    ROOT,
    Served,
    alone_with,
    percentile,
    prepare,
    speed,
    with_people,
)
from tests.benchmarks.crowd import Plan


class Crowd:
    """Everybody, there and waiting."""

    def __init__(self, plan: Plan, place: Path, niceness: int) -> None:
        written = place / "plan.json"
        written.write_text(json.dumps(asdict(plan)))
        self.process = subprocess.Popen(
            ["nice", "-n", str(niceness), sys.executable, "-m", "tests.benchmarks.crowd", str(written)], cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.line() == "all", "they did not all arrive"

    def line(self) -> str:
        """The next that it says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def go(self) -> None:
        """One turn."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def leave(self) -> dict[str, Any]:
        """They go home; what it came to."""
        told, _ = self.process.communicate()
        return dict(json.loads(told.splitlines()[-1]))


def busy_seconds() -> float:
    """Of all cores, for whatever program."""
    spent = psutil.cpu_times()
    return float(spent.user + spent.nice + spent.system)


def seconds_of(process: "subprocess.Popen[str]") -> float:
    """Of a processor, by this one."""
    return time.clock_gettime((~process.pid << 3) | 2)


def turn(kind: str, served: Served, crowd: Crowd, seconds: float, shares: dict[str, float]) -> dict[str, Any]:
    """One of them, and what it came to."""
    beside, work = {"people's share": (shares["people"], "objects"),
                    "all their share, counting": (shares["people"] + shares["server"], "counting"),
                    "all their share, objects": (shares["people"] + shares["server"], "objects"),
                    }.get(kind, (0.0, ""))  # fmt: skip
    stand_in = None
    if work:
        stand_in = subprocess.Popen(["nice", "-n", "10" if kind == "people's share" else "0", sys.executable, "-m",
                                     "tests.benchmarks.neighbour", str(beside), work], cwd=ROOT, text=True)  # fmt: skip
        time.sleep(1.0)
    if kind == "people":
        crowd.go()
    before = served.seconds(), seconds_of(crowd.process), busy_seconds(), served.trainer_seconds()
    began = time.monotonic()
    taught = speed(served, seconds)
    took = time.monotonic() - began
    after = served.seconds(), seconds_of(crowd.process), busy_seconds(), served.trainer_seconds()
    server, people, busy, run = ((new - old) / took for new, old in zip(after, before, strict=True))
    by_stand_in = 0.0
    if stand_in is not None:
        by_stand_in = seconds_of(stand_in) / (took + 1.0)
        stand_in.terminate()
        stand_in.wait()
    told = {
        "turn": kind, **taught, "server": round(server, 3), "people": round(people, 3), "stand-in": round(
            by_stand_in, 3), "others": round(busy - server - people - run - by_stand_in, 3)
    }  # fmt: skip
    told["tokens for a processor second"] = round(taught["tokens a second"] / taught["took of a core"], 1)
    if kind == "people":
        acts = [one for took_s in json.loads(crowd.line()).values() for one in took_s]
        told |= {"acts": len(acts), "p95 s": round(percentile(acts), 3)}
        told["server s for an act"] = round(server * took / max(1, len(acts)), 4)
        shares |= {"server": server, "people": people}
    print(json.dumps(told), flush=True)
    return told


def summary(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Each kind against the turns alone right before and after it."""
    found: dict[str, Any] = {}
    for measure in ("tokens a second", "tokens for a processor second"):
        ratios: dict[str, list[float]] = {}
        for place, one in enumerate(turns):
            near = [other[measure] for other in turns[max(0, place - 1) : place + 2] if other["turn"] == "alone"]
            if one["turn"] != "alone" and near:
                ratios.setdefault(one["turn"], []).append(one[measure] / statistics.mean(near))
        found[f"{measure}, beside / alone"] = {kind: [round(statistics.median(values), 3), *(round(v, 3) for v in
                                               sorted(values))] for kind, values in ratios.items()}  # fmt: skip
    return found


def main() -> int:
    """A line of JSON for each turn, and the ratios."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=100)
    options.add_argument("--turns", type=int, default=6, help="how often the people act, each time between two alone")
    options.add_argument("--seconds", type=float, default=60.0, help="of each turn")
    options.add_argument("--rest", type=float, default=10.0, help="seconds between two acts of a person, in the mean")
    options.add_argument("--niceness", type=int, default=10, help="of the people's process")
    options.add_argument("--stand-ins", nargs="*", default=["people's share", "all their share, counting",
                         "all their share, objects"])  # fmt: skip
    options.add_argument("--lock", type=Path, help="a file that is locked during each kind of turn and its neighbours")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        plan = prepare(home, given.people)
        plan.seconds, plan.rest = given.seconds, given.rest
        served = Served(plan, home)
        turns: list[dict[str, Any]] = []
        shares = {"server": 0.5, "people": 0.1}
        try:
            with_people(served, replace(plan, names=plan.names[:1], seconds=10.0), Path(place), given.niceness)
            memory = {"before": served.memory()}
            crowd = Crowd(plan, Path(place), given.niceness)
            for _ in range(given.turns):
                with alone_with(given.lock):
                    for kind in ("alone", "people", *(one for other in given.stand_ins for one in ("alone", other))):
                        turns.append(turn(kind, served, crowd, given.seconds, shares))
            with alone_with(given.lock):
                turns.append(turn("alone", served, crowd, given.seconds, shares))
            memory["there"], told = served.memory(), crowd.leave()
            time.sleep(MEMORY_SECONDS)
            memory["left"] = served.memory()
            acts = {kind: len(took) for kind, took in told["seconds"].items()}
            told_of = {"load": os.getloadavg(), "acts": acts, "errors": told["wrong"][:5], **summary(turns)}
            print(json.dumps(told_of, indent=2), flush=True)
            again = with_people(served, replace(plan, seconds=given.seconds), Path(place), given.niceness)
            memory["there again"] = again["memory MB at the end"]
            time.sleep(MEMORY_SECONDS)
            memory["left again"] = served.memory()
            print(json.dumps({"memory MB": memory, "second time": again}, indent=2), flush=True)
        finally:
            print(served.log.read_text()[-3000:], file=sys.stderr)
            served.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
