"""What Gradio keeps of each open page, kept small: a hundred people with a page each would fill the memory otherwise.

Gradio 6.31 never forgets the parts of a `gr.render` that was rendered anew (`Renderable.apply` takes away listeners
alone) nor the `gr.render` itself, keeps for ever a set of files of each part that was ever made, writes each value a
second time for links into the page (`SessionState.config_values`, whose route is closed here), works out statistics
of its events with pandas after every tenth, and keeps a page's state until an hour after its own heartbeat broke,
which is not asked here. Imports nothing of Gradio: its objects are handed in.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

KEPT_MOUNTINGS = 2  # what is mounted, and what was before it: an act of that may still be on its way
LONGEST_IDLE_SECONDS = 7 * 24 * 3600.0  # as long as a sign-in
KEPT_EVENTS = 64


class Nothing(dict[Any, Any]):
    """Keeps nothing that is put into it."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """It is gone."""


class Uncounted(list[Any]):
    """What was in it before stays, and nothing is added to it."""

    def append(self, one: Any) -> None:
        """It is gone."""


class Gone:
    """Stands for a part that was forgotten: a page holds it no more, and nobody is told what became of it."""

    stateful = False


class Parts(dict[int, Any]):
    """The parts of a session by their ids. An act may end after the parts of its tab were forgotten: Gradio then puts
    what it came to for a state in the place of the part, and asks that value for what only a part can answer."""

    gone = Gone()

    def __setitem__(self, id: int, part: Any) -> None:
        """A part; what is none is what an act came to for one that is gone."""
        if hasattr(part, "_id"):
            super().__setitem__(id, part)

    def __missing__(self, id: int) -> Gone:
        return self.gone


class Sessions(OrderedDict[str, Any]):
    """In the place of `StateHolder.session_data`: each state is made small, and the ones that nobody used go."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock, self._used = clock, dict[str, float]()

    def __setitem__(self, session: str, state: Any) -> None:
        """A new page's."""
        state.config_values = Nothing()
        state._update_config = state._update_value_in_config = ignored
        state.blocks_config.blocks = Parts(state.blocks_config.blocks)
        super().__setitem__(session, state)
        self._used[session] = self._clock()
        oldest = self._clock() - LONGEST_IDLE_SECONDS
        for old in [name for name, used in self._used.items() if used < oldest]:
            self.pop(old, None)

    def move_to_end(self, session: str, last: bool = True) -> None:
        """Gradio says so at each use."""
        super().move_to_end(session, last)
        self._used[session] = self._clock()

    def __delitem__(self, session: str) -> None:
        super().__delitem__(session)
        self._used.pop(session, None)

    def pop(self, session: str, *default: Any) -> Any:
        """Also where nobody knows it."""
        self._used.pop(session, None)
        return super().pop(session, *default)


def ignored(*values: Any) -> None:
    """Nothing is written a second time."""


def keep_sessions_small(page: Any) -> None:
    """Once the page is mounted into its app, before it is served."""
    page.state_holder.session_data = Sessions()
    page.temp_file_sets = Uncounted(page.temp_file_sets)
    queue = page._queue
    queue.ANALYTICS_MAX_EVENTS = KEPT_EVENTS
    queue.compute_analytics_summary = no_statistics


def no_statistics(records: Any) -> dict[str, Any]:
    """Of how long each listener took."""
    return {"functions": {}}


@contextmanager
def forgetting_old_parts(config: Any, page: Any) -> Iterator[None]:
    """Around a mounting, with the session's own `BlocksConfig`: the parts of those that lie far back go, and what
    would have rendered them anew: through its place in the page each drawer holds the whole tab that it stood in."""
    lasting = page.default_config.blocks
    known: list[set[int]] = vars(config).setdefault("mountings", [])
    rendered: list[int] = vars(config).setdefault("rendered", [])  # how many there were before each of these mountings
    rendered.append(len(config.renderables))
    before = set(config.blocks)
    yield
    made = {id for id in config.blocks if id not in before and id not in lasting}
    drawers = before.difference(lasting, *known)  # opened in the last one, after it was mounted
    if known:
        known[-1] |= drawers
    known.append(made)
    while len(known) > KEPT_MOUNTINGS:
        for id in known.pop(0):
            config.blocks.pop(id, None)
        for place in range(rendered.pop(0), rendered[0]):
            config.renderables[place] = None  # Gradio numbers the next one by their count
