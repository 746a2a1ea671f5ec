"""What one act of a person costs the server: `OMP_NUM_THREADS=1 python tests/benchmarks/bench_acts.py --repeats 20`.

The home and the server of `bench_people`, and one person at a time who does one kind of act again and again. Told for
each kind: processor seconds of the server for one act, all that follows from it included, so that other work on the
computer hardly matters. `--profile FILE` shows where they went (`sampled`).
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.bench_people import Served, prepare
from tests.benchmarks.crowd import Plan, Somebody, Told

WARMING = 2  # times before it counts: what is imported and read then is there afterwards
TABS = ("examples", "model", "teach", "compare", "report", "take_home")
READER, EDITOR, VOTER = 1, 2, 3  # whose kind of acts it is, by the number of a person


async def acts(plan: Plan, served: Served, repeats: int) -> dict[str, float]:
    """Milliseconds of the server's processor for each kind."""
    told, found = Told(), dict[str, float]()
    for number in (READER, EDITOR, VOTER):
        one = Somebody(plan, number, told)
        await one.arrive()

        async def cost(act: Callable[[], Awaitable[None]]) -> float:
            before = served.seconds()
            await act()
            return served.seconds() - before

        for kind in TABS if number == READER else (one.does.__name__,):
            away = partial(one.open_tab, "model" if kind == "examples" else "examples")
            act = partial(one.open_tab, kind) if number == READER else one.does
            spent = []
            for _ in range(WARMING + repeats):
                if number == READER:
                    await away()
                spent.append(await cost(act))
            found[kind] = round(1000 * sum(spent[WARMING:]) / repeats, 1)
        await one.leave()
    assert not told.wrong, told.wrong
    return found


def main() -> int:
    """One JSON object."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repeats", type=int, default=20)
    options.add_argument("--profile", type=Path, help="where the server writes what it did, for `sampled`")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        plan = prepare(home, 8)
        served = Served(plan, home, given.profile)
        runs = served.server.children(recursive=True)
        for run in runs:
            run.suspend()  # nobody needs it to learn
        try:
            served.look("before")
            found = asyncio.run(acts(plan, served, given.repeats))
            served.look("acts")
        finally:
            for run in runs:
                run.resume()
            served.end()
    print(json.dumps({"load": os.getloadavg(), "ms an act": found}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
