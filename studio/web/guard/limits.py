"""How much one person may ask of the one server in a minute, and whoever is not signed in."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from studio.web.guard.asgi import Scope

PERSON_PER_MINUTE = 1200  # opening the page takes about thirty requests, a press about three
WAITING_EVENTS = 32  # of one person, on all her pages together
ALL_PAGES = 8192  # of everybody together, of which what they were told is remembered; of one person see `bindings`
ADDRESS_PER_MINUTE = 240  # of those who are not signed in


class RequestLimits:
    """Counted in memory: a restart forgives everybody."""

    def __init__(self, person: int = PERSON_PER_MINUTE, address: int = ADDRESS_PER_MINUTE) -> None:
        self._person, self._address = RateLimitItemPerMinute(person), RateLimitItemPerMinute(address)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def may_ask(self, scope: Scope) -> bool:
        """Counts this request, for her who is signed in or else for where it comes from."""
        if owner := scope.get("owner"):
            return self._limiter.hit(self._person, "person", str(owner))
        client = scope.get("client") or ("",)
        return self._limiter.hit(self._address, "address", str(client[0]))
