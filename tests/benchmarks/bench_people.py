"""A hundred signed-in people beside a run: `OMP_NUM_THREADS=1 python tests/benchmarks/bench_people.py --minutes 10`.

A home with an account for each, a project that all of them share (a run that trains, a set of questions to vote on),
and a project of each one's own. The server stands behind a proxy that is simulated by its headers, so that each signs
in from an address of her own; runs are carried out in a child process. The people are another process (`crowd`),
niced: its own processor seconds are counted apart. A quarter each watch, read, edit and vote, and all listen.

Told: errors; the 95th percentile of an act, all that follows from it included; tokens a second of the run alone,
beside them, and alone again; the server's processor seconds; its memory before they come, and after they left, twice.
"""

import argparse
import fcntl
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psutil

from studio.schemas.people.person import Role
from studio.schemas.project import Share
from studio.schemas.recipe import Recipe
from studio.services.access import Actor
from studio.services.studio import Studio
from studio.settings import Settings
from tests.benchmarks.crowd import Plan
from tests.fake_engine import FakeEngine
from tests.free_ports import free_port
from tests.services.conftest import table

ROOT = Path(__file__).resolve().parents[2]
PASSWORD, NAME = "four words in a row", "studio.test"
MEMORY_SECONDS = 25.0  # after the last page: ten seconds on, what is free is given back
LONGEST = 900.0  # on a computer with much other work


def prepare(home: Path, people: int) -> Plan:
    """Accounts, projects and a set of questions; what the run is taught from."""
    studio = Studio(Settings(home=home, offline=True, people=True), FakeEngine(steps=8, pause=0.0))
    accounts = [studio.accounts.add_with_password(f"Person {number}", PASSWORD, by="-",
                                                  role=Role.MEMBER if number else Role.ADMINISTRATOR)
                for number in range(people)]  # fmt: skip
    rows = table(60)
    path = home.parent / "letters.csv"
    path.write_text(rows + rows.splitlines()[7] + "\n", encoding="utf-8")  # one row twice: something to fix
    own = [studio.examples.upload(path, "letters.csv", by=one.signature, owner=one.id).project for one in accounts]
    first = accounts[0]
    view = studio.examples.upload(path, "shared.csv", by=first.signature, owner=first.id, origin="ours",
                                  licence="ours", consent="given")  # fmt: skip
    owner = Actor(first.id, first.signature)
    at = studio.open(owner, view.project)
    run = at.runs.launch(view.project, view.id, Recipe(), by="").id
    studio.runs.carry_out(run)
    ballot = at.voting.make(run, "tuned", "base", by="", count=20).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    for one in accounts[1:]:
        studio.sharing.share(owner, view.project, one.name, Share.VOTE)
    studio.close()
    return Plan("", NAME, [one.name for one in accounts], PASSWORD, view.project, "", own, 0.0, 0.0)


class Served:
    """The server of that home, and the run that it teaches."""

    def __init__(self, plan: Plan, home: Path, profile: Path | None = None) -> None:
        port, self.profile = free_port(), profile
        plan.address = f"http://127.0.0.1:{port}"
        studio = ["studio"] if profile is None else ["tests.benchmarks.sampled", str(profile)]
        self.log = home.parent / "log.txt"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *studio, "serve", "--home", str(home), "--port", str(port), "--no-browser",
                 "--offline", "--people", "--worker", "process", "--behind-proxy", "--name", NAME,
                 "--trusted-proxy", "127.0.0.1"], cwd=ROOT, stdout=out, stderr=out,
            )  # fmt: skip
        self.wait_for(lambda: "open" in self.log.read_text())
        runs = home / "projects" / plan.shared / "runs"
        before = set(runs.iterdir())
        with self.log.open("a") as out:
            asking = subprocess.Popen(
                [sys.executable, "-m", "studio", "train", "--home", str(home), "--project", plan.shared, "--set",
                 "num_train_epochs=1000"], cwd=ROOT, stdout=out, stderr=out,
            )  # fmt: skip
        self.wait_for(lambda: asking.poll() is None and set(runs.iterdir()) - before)
        (self.folder,) = set(runs.iterdir()) - before
        plan.run = self.folder.name
        self.wait_for(lambda: (self.folder / "metrics.jsonl").is_file() and len(self.lines()) > 3)
        asking.terminate()  # the server teaches: whoever asked only looks on
        asking.wait()
        self.server = psutil.Process(self.process.pid)

    def wait_for(self, so: Any) -> None:
        """Until it is so."""
        end = time.monotonic() + LONGEST
        while not so():
            if self.process.poll() is not None or time.monotonic() > end:
                self.end()
                raise AssertionError(self.log.read_text())
            time.sleep(0.2)

    def lines(self) -> list[dict[str, Any]]:
        """The curve's whole lines that tell of learning."""
        told = (self.folder / "metrics.jsonl").read_text().splitlines()
        return [line for line in map(json.loads, told) if line.get("tokens")]

    def memory(self) -> float:
        """Megabytes of the server itself."""
        return round(self.server.memory_info().rss / 1e6, 1)

    def seconds(self) -> float:
        """Of a processor, by the server itself: by the kernel's own clock of that process (`clock_getcpuclockid`)."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def trainer_seconds(self) -> float:
        """Of a processor, by the run."""
        spent = [child.cpu_times() for child in self.server.children(recursive=True)]
        return sum(one.user + one.system for one in spent)

    def look(self, name: str) -> None:
        """With a profile: where the processor's time went since the last look, and what the memory is made of."""
        if self.profile is None:
            return
        self.profile.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR2)
        self.wait_for(self.profile.is_file)
        self.profile.rename(self.profile.with_suffix(f".{name}.json"))

    def end(self) -> None:
        """As a signal would."""
        self.process.terminate()
        self.process.wait(timeout=90)


@contextmanager
def alone_with(lock: Path | None) -> Iterator[None]:
    """While nobody else who asks for this lock is timed."""
    if lock is None:
        yield
        return
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def speed(served: Served, seconds: float) -> dict[str, float]:
    """Tokens a second of learning, and for each second that the run had of a processor."""
    first, spent = served.lines()[-1], served.trainer_seconds()
    time.sleep(seconds)
    while (last := served.lines()[-1])["elapsed_seconds"] == first["elapsed_seconds"]:
        time.sleep(0.2)
    took, tokens = last["elapsed_seconds"] - first["elapsed_seconds"], last["tokens"] - first["tokens"]
    return {"tokens a second": round(tokens / took, 1), "took of a core": round(
        (served.trainer_seconds() - spent) / took, 3)}  # fmt: skip


def with_people(served: Served, plan: Plan, place: Path, niceness: int, lock: Path | None = None) -> dict[str, Any]:
    """Everybody comes, acts for so long, and leaves; the run's speed while they act."""
    written = place / "plan.json"
    written.write_text(json.dumps(asdict(plan)))
    began, spent = time.monotonic(), served.seconds()
    crowd = subprocess.Popen(
        ["nice", "-n", str(niceness), sys.executable, "-m", "tests.benchmarks.crowd", str(written)], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert crowd.stdout is not None and crowd.stdin is not None
    assert crowd.stdout.readline() == "all\n", "they did not all arrive"
    arrived, here = time.monotonic() - began, served.seconds()
    for_arrivals = here - spent
    with alone_with(lock):
        began_to_act, here = time.monotonic(), served.seconds()
        crowd.stdin.write("go\n")
        crowd.stdin.close()
        taught = speed(served, plan.seconds)
    server = (served.seconds() - here) / (time.monotonic() - began_to_act)
    most = served.memory()
    told = json.loads(crowd.stdout.read().splitlines()[-1])
    crowd.wait()
    kinds = {
        kind: {"acts": len(took), "median s": round(statistics.median(took), 3),
               "p95 s": round(percentile(took), 3), "longest s": round(max(took), 3)}
        for kind, took in told["seconds"].items()
    }  # fmt: skip
    acts = [one for kind, took in told["seconds"].items() if kind not in ("arrive", "leave") for one in took]
    return {
        "all had arrived after s": round(arrived, 1), "server s for the arrivals": round(for_arrivals, 1), **taught,
        "server took of a core": round(server, 3), "people's process took of a core": round(
            told["processor"] / (plan.seconds + arrived), 3), "held up there s": round(told["late"], 2),
        "acts": len(acts), "p95 s": round(percentile(acts), 3), "server s for an act": round(
            server * plan.seconds / max(1, len(acts)), 3), "kinds": kinds, "live messages": told["heard"],
        "errors": len(told["wrong"]), "first errors": told["wrong"][:5], "memory MB at the end": most,
    }  # fmt: skip


def percentile(values: list[float], share: float = 0.95) -> float:
    """The value below which so many lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def main() -> int:
    """One JSON object."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=100)
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--rest", type=float, default=10.0, help="seconds between two acts of a person, in the mean")
    options.add_argument("--alone", type=float, default=60.0, help="seconds without people, before and after")
    options.add_argument("--once", action="store_true", help="they do not come a second time")
    options.add_argument(
        "--niceness", type=int, default=10, help="of the people's process; 0 where others have work, too"
    )
    options.add_argument("--lock", type=Path, help="a file that is locked while something is timed, and only then")
    options.add_argument("--profile", type=Path, help="where the server writes what it did, for `sampled`")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        plan = prepare(home, given.people)
        plan.seconds, plan.rest = given.minutes * 60, given.rest
        served = Served(plan, home, given.profile)
        found: dict[str, Any] = {"load": os.getloadavg(), "people": given.people, "minutes": given.minutes}
        try:
            first = replace(plan, names=plan.names[:1], seconds=20.0)  # the first page has the libraries imported
            with_people(served, first, Path(place), given.niceness)
            found["memory MB before, with the libraries"] = served.memory()
            with alone_with(given.lock):
                found["alone"] = speed(served, given.alone)
            served.look("alone")
            found["with people"] = with_people(served, plan, Path(place), given.niceness, given.lock)
            served.look("people")
            time.sleep(MEMORY_SECONDS)
            served.look("left")
            found["memory MB after they left"] = served.memory()
            with alone_with(given.lock):
                found["alone again"] = speed(served, given.alone)
            if not given.once:
                plan.seconds = min(60.0, plan.seconds)
                found["they come again"] = with_people(served, plan, Path(place), given.niceness)
                time.sleep(MEMORY_SECONDS)
                served.look("again")
                found["memory MB after they left again"] = served.memory()
            found["load after"] = os.getloadavg()
            before, after = found["alone"]["tokens a second"], found["alone again"]["tokens a second"]
            found["speed beside them"] = round(found["with people"]["tokens a second"] / ((before + after) / 2), 3)
        finally:
            print(json.dumps(found, indent=2), flush=True)
            print(served.log.read_text()[-3000:], file=sys.stderr)
            served.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
