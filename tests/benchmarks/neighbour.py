"""Another program beside a run: `python -m tests.benchmarks.neighbour SHARE KIND`, until it is ended.

It takes so much of a core, in pieces of some milliseconds as a server does. `counting` stays in the nearest cache and
asks for no memory: what it takes from a run on another core, any program would take. `objects` makes, reads and drops
small objects, as a server does that answers people.
"""

import json
import sys
import time

PIECE_SECONDS = 0.02  # about as long as an act of a person
SAMPLE = json.dumps([{"id": number, "props": {"label": f"part {number}", "value": None}} for number in range(200)])


def count() -> None:
    """A few hundred additions."""
    for _ in range(1000):
        pass


def make_objects() -> None:
    """What a message of a page is made of."""
    json.dumps(json.loads(SAMPLE))


def main() -> None:
    """Work and rest in turn."""
    share, work = float(sys.argv[1]), {"counting": count, "objects": make_objects}[sys.argv[2]]
    while True:
        began = time.process_time()
        while (spent := time.process_time() - began) < PIECE_SECONDS:
            work()
        time.sleep(spent * (1 - share) / share)


if __name__ == "__main__":
    main()
