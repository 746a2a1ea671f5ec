"""How often the watch raises a false alarm, and how soon it notices what has changed.

    python -m tests.benchmarks.bench_watch [--quiet 1000] [--changed 100] [--processes 1]

Streams of made-up conversations: questions of four topics in eight forms, refusals in 3%, a thumb under every answer,
up in 90%. The version learned from 600 questions, 200 were held out. One is looked at after the other.
Changes: 20% of the questions are of a topic that nobody taught; a rare topic (2%) becomes a frequent one (22%); the
thumbs fall to 80%; one person asks 100 times on one day.
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial

import numpy as np

from studio.evaluation.watch.use_watch import AskedConversation, Thumb, UseWatch, WatchState

WORDS = {
    "delivery": "parcel courier tracking delayed arrival depot driver doorstep",
    "invoice": "invoice billing charged receipt tax statement payment overdue",
    "account": "password login username locked verify reset profile email",
    "warranty": "broken cracked repair warranty replacement defective battery screen",
    "shoes": "shoes sandals boots sole laces size heel sneakers",
}
FORMS = (
    "where is my {0} {1}", "i have a question about the {0} and {1}", "can you help with {0}, it says {1}",
    "my {0} has a problem with the {1} today", "how do i change the {0} for {1}",
    "please tell me what {0} means for my {1} and {2}", "{0} {1} not working, what now",
    "is it possible to get {0} without {1}",
)  # fmt: skip
TAUGHT = {"delivery": 0.33, "invoice": 0.33, "account": 0.32, "warranty": 0.02}
RELEASE = date(2026, 1, 5)
A_DAY = 80
STEP = 20  # conversations between two looks, to save time: a look more never raises an alarm less


def question(random: np.random.Generator, topic: str = "") -> str:
    """One in the words of a topic."""
    topic = topic or str(random.choice(list(TAUGHT), p=list(TAUGHT.values())))
    text = FORMS[random.integers(len(FORMS))].format(*random.choice(WORDS[topic].split(), 3, replace=False))
    return text + (f" order {random.integers(10, 99)}" if random.random() < 0.3 else "")


def stream(
    random: np.random.Generator, count: int, change: str, after: int
) -> Iterator[tuple[AskedConversation, Thumb]]:
    """Conversations with a thumb each; from `after` on something is otherwise."""
    for place in range(count):
        is_changed, day = place >= after, RELEASE + timedelta(days=place // A_DAY)
        shifted = is_changed and random.random() < 0.2
        topic = {"new topic": "shoes", "more of a rare one": "warranty"}.get(change, "") if shifted else ""
        is_burst = change == "one person" and is_changed and place < after + 100
        person, day = ("eve", RELEASE + timedelta(days=after // A_DAY)) if is_burst else (f"person {place}", day)
        topic = "shoes" if is_burst else topic
        up = random.random() < (0.8 if change == "thumbs" and is_changed else 0.0 if is_burst else 0.9)
        asked = AskedConversation(str(place), person, day, question(random, topic), bool(random.random() < 0.03))
        yield asked, Thumb(str(place), person, day, bool(up))


def noticed(seed: int, change: str, count: int, after: int, named: float | None = 0.9) -> tuple[tuple[str, ...], int]:
    """Which alarms a stream raises first, and after how many conversations; none, and all of them."""
    random = np.random.default_rng(seed)
    learned, held = ([question(random) for _ in range(size)] for size in (600, 200))
    watch, seen = UseWatch(WatchState.starting(thumbs_rate=named), learned, held), 0
    whole = list(stream(random, count, change, after))
    while seen < count:
        some = whole[seen : seen + STEP]
        watch.ask([asked for asked, _ in some])
        watch.judge([thumb for _, thumb in some])
        seen += len(some)
        if watch.state.alarms:
            return watch.state.alarms, seen
    return (), seen


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quiet", type=int, default=1000)
    options.add_argument("--changed", type=int, default=100)
    options.add_argument("--processes", type=int, default=1)
    given = options.parse_args()
    arms = [("nothing", 2000, 2000, None), ("nothing", 2000, 2000, 0.9), ("new topic", 200, 0, 0.9),
            ("new topic", 700, 500, 0.9), ("more of a rare one", 200, 0, 0.9), ("thumbs", 300, 0, 0.9),
            ("thumbs", 600, 300, 0.9), ("one person", 400, 100, 0.9)]  # fmt: skip
    with ProcessPoolExecutor(given.processes) as pool:
        for change, count, after, named in arms:
            streams = given.quiet if change == "nothing" and named else max(1, given.quiet // 5) \
                if change == "nothing" else given.changed  # fmt: skip
            work = partial(noticed, change=change, count=count, after=after, named=named)
            found = list(pool.map(work, range(streams)))
            rang = [seen for alarms, seen in found if alarms]
            late = [seen - after for seen in rang if seen > after]
            half = f"half of them within {np.median(late):.0f}" if late else ""
            print(f"{change} after {after} of {count}, thumbs at release {named or 'learned from 100'}: "
                  f"{len(rang)} of {streams} raise an alarm {half}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
