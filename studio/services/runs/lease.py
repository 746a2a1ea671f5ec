"""The right to use an accelerator now: a lock that the kernel gives back whoever dies, and a line in the database."""

import threading
import time

from studio.storage.files import FileLock
from studio.storage.home import Home
from studio.storage.run_queue import RunQueue, Tenure

BEAT_SECONDS = 15.0


class Lease:
    """One accelerator's. What is said in the database names its holder to others; the lock alone decides.

    A holder that stalls keeps the lock, and so nobody takes what it may still use; the beat tells how long ago it was
    last heard of.
    """

    def __init__(self, home: Home, queue: RunQueue, accelerator: str = "") -> None:
        self.accelerator = accelerator
        self.lock: FileLock = home.lease(accelerator)
        self._queue = queue
        self._tenure: Tenure | None = None
        self._ended = threading.Event()
        self._began = 0.0

    def take(self) -> bool:
        """Whether it is ours now."""
        return self.lock.take()

    def begin(self, run: str, person: str) -> Tenure:
        """Say what it is used for, and go on saying so every fifteen seconds."""
        self._tenure, self._began = self._queue.begin(self.accelerator, run, person), time.monotonic()
        self._ended = threading.Event()
        threading.Thread(target=self._beat, args=(self._tenure, self._ended), name="lease", daemon=True).start()
        return self._tenure

    def release(self) -> None:
        """Charge its time to the person, and give it back; harmless when not held."""
        try:
            if self._tenure is not None:
                self._ended.set()
                self._queue.end(self._tenure, time.monotonic() - self._began)
        finally:
            self._tenure = None
            self.lock.release()

    def _beat(self, tenure: Tenure, ended: threading.Event) -> None:
        while not ended.wait(BEAT_SECONDS):
            if not self._queue.beat(tenure):
                return
