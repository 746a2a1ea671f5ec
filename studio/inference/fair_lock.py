"""Whose turn it is to calculate: a run between its optimizer steps, a chat between its words."""

import threading
from collections import deque


class FairLock:
    """A lock that serves in the order of asking. An ordinary lock would starve a chat beside a run: whoever lets go
    of it and asks again at once, as a run does between two steps, nearly always gets it back."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._line: deque[threading.Lock] = deque()

    def __enter__(self) -> None:
        mine = threading.Lock()
        mine.acquire()
        with self._guard:
            self._line.append(mine)
            alone = len(self._line) == 1
        if not alone:
            mine.acquire()  # let go by the one before

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._line.popleft()
            if self._line:
                self._line[0].release()
