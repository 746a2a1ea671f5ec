"""Exams that go on while nobody looks: begun by a click, watched by any page, ended by Stop."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from studio.errors import StudioError

log = logging.getLogger("studio.exam")


@dataclass
class Sitting:
    """One exam in progress or over: who answers now, how far, and what went wrong."""

    whom: str = ""
    done: int = 0
    total: int = 0
    over: bool = False
    error: StudioError | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def tell(self, whom: str, done: int, total: int) -> None:
        """Progress."""
        self.whom, self.done, self.total = whom, done, total


class Sittings:
    """The exams of this server, one thread each; the report in the run's folder is what stays."""

    def __init__(self, evaluate: Callable[..., Any], what: str = "exam") -> None:
        self._evaluate, self._what = evaluate, what
        self._by_run: dict[str, Sitting] = {}
        self._lock = threading.Lock()

    def begin(self, run: str, *, by: str, quick: bool = False) -> Sitting:
        """Start, or find the one that goes on."""
        with self._lock:
            going = self._by_run.get(run)
            if going is not None and not going.over:
                return going
            sitting = self._by_run[run] = Sitting()
            sitting.thread = threading.Thread(
                target=self._sit, args=(sitting, run, by, quick), name="exam", daemon=True
            )
            sitting.thread.start()
        return sitting

    def of(self, run: str) -> Sitting | None:
        """The last one of this run since the server started."""
        return self._by_run.get(run)

    def stop(self, run: str) -> None:
        """End it after the answers that are being written; they are kept."""
        sitting = self._by_run.get(run)
        if sitting is not None:
            sitting.stop.set()

    def close(self, seconds: float = 30.0) -> None:
        """Stop them all, and wait until each has let go of its model or the time is up."""
        end = time.monotonic() + seconds
        with self._lock:
            going = [sitting for sitting in self._by_run.values() if not sitting.over]
        for sitting in going:
            sitting.stop.set()
        for sitting in going:
            if sitting.thread is not None:
                sitting.thread.join(timeout=max(0.0, end - time.monotonic()))

    def _sit(self, sitting: Sitting, run: str, by: str, quick: bool) -> None:
        try:
            self._evaluate(run, by=by, on_progress=sitting.tell, stop=sitting.stop.is_set, quick=quick)
        except StudioError as error:
            sitting.error = error
        except Exception:  # a thread has nobody above it: written to the log, and told on the page
            log.exception("the %s of %s ended early", self._what, run)
            sitting.error = StudioError("Something went wrong inside the studio, and it ended early.",
                                        hint="What was answered is kept: ask again.")  # fmt: skip
        finally:
            sitting.over = True
