"""Who asks: by a token that was printed, or by a sign-in. What was found stands in the scope for all behind it."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Protocol

from studio.services.access import Actor
from studio.services.people.identity import Authenticator, SignedIn
from studio.web.guard.asgi import Scope, values_of


@dataclass(frozen=True)
class SessionKeys:
    """What opens this one server until it stops: the token in the printed address, and what signs its cookies."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def opens(self, token: str) -> bool:
        """Compared in constant time."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    def new_cookie(self) -> str:
        """A session's name with its signature: nothing has to be remembered on the server."""
        session = secrets.token_hex(16)
        return f"{session}.{self._sign(session)}"

    def session_of(self, cookie: str) -> str | None:
        """The session's name, or None for a cookie that this server did not give."""
        session, _, signature = cookie.partition(".")
        return session if hmac.compare_digest(signature.encode(), self._sign(session).encode()) else None

    def _sign(self, session: str) -> str:
        return hmac.new(self._secret, session.encode(), hashlib.sha256).hexdigest()


class Admission(Protocol):
    """Looks at a request's cookies and writes down whose it is."""

    def admits(self, scope: Scope) -> bool:
        """False: nobody known. The scope says `person`, `session`, `actor` and `owner` after a True."""
        ...

    def is_administrator(self, scope: Scope) -> bool:
        """Whether she who was admitted may set what concerns everybody."""
        ...


@dataclass(frozen=True)
class TokenAdmission:
    """While people are switched off: whoever opened the printed address is the account on this computer."""

    keys: SessionKeys
    cookie: str
    person: str

    def admits(self, scope: Scope) -> bool:
        """By the cookie of this very port."""
        for value in cookies_of(scope, self.cookie):
            session = self.keys.session_of(value)
            if session is not None:
                scope["person"], scope["session"] = self.person, session
                scope["actor"], scope["owner"] = Actor(self.person, self.person), session
                return True
        return False

    def is_administrator(self, scope: Scope) -> bool:
        """The computer is hers."""
        return True


@dataclass(frozen=True)
class PeopleAdmission:
    """By a sign-in. What belongs to somebody goes by the person, so that two sign-ins of hers are one."""

    people: Authenticator
    cookie: str
    named: Callable[[str], SignedIn | None] = lambda name: None  # whom the proxy names, where it is asked to

    def admits(self, scope: Scope) -> bool:
        """Asked anew at each request: a sign-in ends on the spot."""
        found = self._find(scope)
        if found is None:
            return False
        scope["signed_in"], scope["actor"] = found, found.person
        scope["person"], scope["session"], scope["owner"] = found.person.name, found.session, found.person.id
        return True

    def is_administrator(self, scope: Scope) -> bool:
        """As the sign-in says."""
        signed_in = scope.get("signed_in")
        return isinstance(signed_in, SignedIn) and signed_in.administrator

    def _find(self, scope: Scope) -> SignedIn | None:
        if (name := scope.get("named_by_proxy")) is not None:
            return self.named(name)
        found = (self.people.signed_in(value) for value in cookies_of(scope, self.cookie))
        return next((one for one in found if one is not None), None)


def cookies_of(scope: Scope, name: str) -> list[str]:
    """The values of a cookie by this name; a header that is none has none."""
    found = []
    for header in values_of(scope, b"cookie"):
        try:
            morsel = SimpleCookie(header).get(name)
        except CookieError:
            continue
        if morsel is not None:
            found.append(morsel.value)
    return found
