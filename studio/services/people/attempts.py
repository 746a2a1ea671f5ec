"""How often somebody may try a password or a code: ten a minute for each address and for each name."""

import hashlib
import ipaddress
from collections.abc import Sequence

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

PER_MINUTE = 10


class Attempts:
    """Counted in the memory of the one server of a home; names and addresses are kept as hashes, for a minute."""

    def __init__(self, per_minute: int = PER_MINUTE) -> None:
        self._limit = RateLimitItemPerMinute(per_minute)
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def may_try(self, *subjects: str) -> bool:
        """Counts one try for each of these. False when one of them had its tries; then none is counted."""
        keys = digests(subjects)
        if not all(self._limiter.test(self._limit, key) for key in keys):
            return False
        counted = [self._limiter.hit(self._limit, key) for key in keys]  # each, also after one that came too late
        return all(counted)

    def forgive(self, subject: str) -> None:
        """It was right: the tries so far are forgotten."""
        self._limiter.clear(self._limit, *digests([subject]))


def digests(subjects: Sequence[str]) -> list[str]:
    """Short keys of equal length, whatever somebody typed."""
    return [hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()[:32] for subject in subjects]


def network_of(address: str) -> str:
    """What one household or machine has: an IPv4 address, or the first half of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))
    return str(found)
