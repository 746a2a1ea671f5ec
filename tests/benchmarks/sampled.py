"""The studio with a look at itself: `python -m tests.benchmarks.sampled OUT.json serve …`, as `python -m studio …`.

A thread notes a hundred times a second where each thread is that used the processor since, and how long it used it. At
SIGUSR2, and when the server ends, it writes that to OUT.json with what its memory is made of: resident before and after
a collection and after glibc gave back what is free (`malloc_trim`), and how many objects of each kind there are. Also
told: how long the collector looked through each generation.
"""

import ctypes
import gc
import json
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

EVERY_SECONDS, DEEPEST, KINDS = 0.01, 45, 60


class Sampler:
    """Processor seconds by stack, of all threads but its own."""

    def __init__(self, out: Path) -> None:
        self.out, self.stacks = out, Counter[tuple[str, ...]]()
        self._spent: dict[int, float] = {}
        self._asked = threading.Event()
        self.collections, self._began = Counter[str](), 0.0
        self._thread = threading.Thread(target=self._go_on, daemon=True)

    def start(self) -> None:
        """From the main thread: the signal is heard there."""
        signal.signal(signal.SIGUSR2, lambda *_: self._asked.set())
        gc.callbacks.append(self._note_collection)
        self._thread.start()

    def _go_on(self) -> None:
        while True:
            time.sleep(EVERY_SECONDS)
            self._look()
            if self._asked.is_set():
                self._asked.clear()
                self.write()

    def _look(self) -> None:
        mine, frames = threading.get_ident(), sys._current_frames()
        for thread, frame in frames.items():
            if thread == mine:
                continue
            try:
                spent = time.clock_gettime(time.pthread_getcpuclockid(thread))
            except OSError:
                continue
            used = spent - self._spent.get(thread, spent)
            self._spent[thread] = spent
            if used > 1e-5:
                self.stacks[stack_of(frame)] += used  # type: ignore[assignment]

    def _note_collection(self, phase: str, about: dict[str, int]) -> None:
        """How often the collector looked through a generation, and how long that took it."""
        if phase == "start":
            self._began = time.thread_time()
            return
        took = time.thread_time() - self._began
        self.collections[f"{about['generation']} times"] += 1
        self.collections[f"{about['generation']} seconds"] += took  # type: ignore[assignment]

    def write(self) -> None:
        """What was found so far; counting begins anew."""
        stacks, self.stacks = self.stacks, Counter()
        collections, self.collections = self.collections, Counter()
        told = {"memory": memory(), "collections": {key: round(value, 3) for key, value in collections.items()},
                "stacks": [[round(used, 4), *stack] for stack, used in stacks.most_common()]}  # fmt: skip
        self.out.with_suffix(".part").write_text(json.dumps(told))
        self.out.with_suffix(".part").replace(self.out)


def stack_of(frame: FrameType | None) -> tuple[str, ...]:
    """The innermost first."""
    found: list[str] = []
    while isinstance(frame, FrameType) and len(found) < DEEPEST:  # one that ends just now may lead to anything
        code = frame.f_code
        found.append(f"{'/'.join(code.co_filename.rsplit('/', 3)[1:])}:{code.co_qualname}")
        frame = frame.f_back
    return tuple(found)


def memory() -> dict[str, Any]:
    """Megabytes in three states, and the kinds of objects of which there are most."""
    me = psutil.Process()
    before = me.memory_info().rss
    gc.unfreeze()
    gc.collect()
    collected = me.memory_info().rss
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    trimmed = me.memory_info().rss
    objects = Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
    gc.freeze()  # as the server had it: what the libraries are made of is not looked through again
    return {
        "resident MB": round(before / 1e6, 1), "collected MB": round(collected / 1e6, 1),
        "trimmed MB": round(trimmed / 1e6, 1), "objects": sum(objects.values()), "threads": threading.active_count(),
        "kinds": dict(objects.most_common(KINDS)),
    }  # fmt: skip


if __name__ == "__main__":
    from studio.__main__ import main

    Sampler(Path(sys.argv[1])).start()
    sys.argv = ["studio", *sys.argv[2:]]
    sys.exit(main())
