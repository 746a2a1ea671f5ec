"""How much one person may ask of the one server in a minute, and whoever is not signed in."""

import time
from collections import Counter
from collections.abc import Callable

from studio.services.people.attempts import network_of
from studio.web.guard.asgi import Scope

PERSON_PER_MINUTE = 1200  # opening the page takes about thirty requests, a press about three
WAITING_EVENTS = 32  # of one person, on all her pages together
ALL_PAGES = 8192  # of everybody together, of which what they were told is remembered; of one person see `bindings`
ADDRESS_PER_MINUTE = 240  # of those who are not signed in


class RequestLimits:
    """Counted in memory by the minute: a restart forgives everybody. (The library `limits`, which counts the tries to
    sign in, starts a thread for nearly every request that it keeps in memory.)"""

    def __init__(self, person: int = PERSON_PER_MINUTE, address: int = ADDRESS_PER_MINUTE,
                 clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._person, self._address, self._clock = person, address, clock
        self._minute, self._asked = 0, Counter[tuple[str, str]]()

    def may_ask(self, scope: Scope) -> bool:
        """Counts this request, for her who is signed in or else for where it comes from."""
        if (minute := int(self._clock() // 60)) != self._minute:
            self._minute = minute
            self._asked.clear()
        owner = str(scope.get("owner") or "")
        who = ("person", owner) if owner else ("address", network_of(str((scope.get("client") or ("",))[0])))
        self._asked[who] += 1
        return self._asked[who] <= (self._person if owner else self._address)
