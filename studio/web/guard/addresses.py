"""Under which names the site is known, and whether a request comes from one of its own pages."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.copy.catalog import say
from studio.web.guard.asgi import Scope, values_of
from studio.web.guard.responses import Refusal
from studio.web.guard.route_list import SIGN_ON_BACK, Route

SECRET_HEADER = b"x-studio-proxy"
OPENED_FROM_ELSEWHERE = ("/", SIGN_ON_BACK)  # a link to the studio, and the way back from an issuer of OpenID Connect
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
STRIPPED = re.compile(rb"x-forwarded-.*|forwarded|x-real-ip|x-gradio-.*|x-original-.*|x-rewrite-.*|x-http-method.*")


@dataclass(frozen=True)
class Addresses:
    """What stands in a browser's address before the path, in every form that is ours."""

    hosts: frozenset[str]  # as the Host header names them: with a port unless it is the scheme's own
    scheme: str = "http"
    root: str = ""  # the path at which a proxy shows the site, without a slash at its end
    proxies: frozenset[str] = frozenset()  # addresses whose word about the client is taken
    is_strict: bool = False  # what changes something has to say where it comes from
    person_header: str = ""  # in which one of the proxies names who asks; empty: none does
    proxy_secret: str = field(default="", repr=False)  # what it shows with it: others of its computer have its address

    def refusal(self, scope: Scope) -> Refusal | None:
        """Whether the request came by the right name, and not from somebody else's page."""
        hosts = values_of(scope, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self.hosts:
            return 421, say("security.wrong_address"), say("security.open_address_studio_printed")
        if scope.get("forged"):
            return 403, say("security.refused"), say("security.only_proxy_names")
        origins = values_of(scope, b"origin")
        if origins and origins != [f"{self.scheme}://{hosts[0].lower()}"]:
            return 403, say("security.refused"), say("security.request_came_from_another")
        came_from = values_of(scope, b"sec-fetch-site")
        if came_from and came_from[0] not in ("same-origin", "none") and scope["path"] not in OPENED_FROM_ELSEWHERE:
            return 403, say("security.refused"), say("security.request_came_from_another")
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method == "POST" and not origins and not came_from and values_of(scope, b"referer"):
            return 403, say("security.refused"), say("security.request_does_not_say")
        return None

    def says_too_little(self, scope: Scope, route: Route) -> Refusal | None:
        """A request that changes something, from nobody knows where: every browser would say it."""
        if not self.is_strict or not route.changes:
            return None
        if values_of(scope, b"origin") or values_of(scope, b"sec-fetch-site") == ["same-origin"]:
            return None
        return 403, say("security.refused"), say("security.request_does_not_say")

    def take_off(self, scope: Scope) -> None:
        """What only a proxy may say is heard from the named ones alone, and goes no further."""
        client = scope.get("client")
        self._hear_name(scope, client is not None and client[0] in self.proxies)
        if client and client[0] in self.proxies:
            named = [one.strip() for value in values_of(scope, b"x-forwarded-for") for one in value.split(",")]
            # The last one is what the proxy itself saw; the ones before are whatever was sent to it. Another trusted
            # proxy is passed over, and the same one is somebody on its own computer.
            seen = next((one for one in reversed(named) if one == client[0] or one not in self.proxies), "")
            if seen:
                scope["client"] = (seen[:64], 0)
        scope["headers"] = [(name, value) for name, value in scope["headers"] if not STRIPPED.fullmatch(name.lower())]
        scope["scheme"] = self.scheme

    def _hear_name(self, scope: Scope, by_proxy: bool) -> None:
        """Who asks, when the proxy names her. The header from anybody else, or twice, refuses the whole request."""
        if not self.person_header:
            return
        header = self.person_header.lower().encode()
        names, shown = values_of(scope, header), values_of(scope, SECRET_HEADER)
        scope["headers"] = [one for one in scope["headers"] if one[0].lower() not in (header, SECRET_HEADER)]
        is_the_proxy = by_proxy and len(shown) == 1 and hmac.compare_digest(
            shown[0].encode(), self.proxy_secret.encode())  # fmt: skip
        if names and not (is_the_proxy and len(names) == 1 and self.proxy_secret):
            scope["forged"] = True
        elif names and names[0].strip():
            scope["named_by_proxy"] = names[0].strip().encode("latin-1").decode("utf-8", "replace")[:200]

    def paths(self, path: str) -> tuple[str, ...]:
        """What a request may mean: a proxy that shows the site at a path leaves that path in front, or takes it off."""
        if self.root and path.startswith(f"{self.root}/"):
            return path[len(self.root) :], path
        return (path,)


def addresses(port: int, names: Iterable[str] = LOOPBACK, *, scheme: str = "http") -> Addresses:
    """The usual ones: each name with the port, and without it where the scheme implies it."""
    names = [name.lower() for name in names]
    usual = {"http": 80, "https": 443}[scheme]
    return Addresses(frozenset(f"{name}:{port}" for name in names) | frozenset(names if port == usual else ()), scheme)
