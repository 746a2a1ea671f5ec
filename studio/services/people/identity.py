"""Who a request comes from, as whoever stands before the page may ask it."""

from dataclasses import dataclass
from typing import Protocol

from studio.services.access import Actor


@dataclass(frozen=True)
class SignedIn:
    """One sign-in of one person. Two browsers of hers are two of these with the same `person`."""

    person: Actor
    session: str  # an opaque id of this sign-in, which ends with it
    administrator: bool
    is_by_proxy: bool = False  # named at each request by the proxy in front: nothing of it can be ended here


class Authenticator(Protocol):
    """Tells who shows a cookie."""

    def signed_in(self, cookie: str) -> SignedIn | None:
        """Whose cookie this is; None for no cookie, an expired or revoked one, and a person who was removed."""
        ...
