"""The door-keeper: one ASGI layer around every route, its own and Gradio's. Nothing passes that is not written down.

Gradio's own login does not keep people apart, reflects any origin for names other than localhost, and opens routes
that this studio does not use. So the guard denies by default, checks Host and Origin by equality, and says who asks in
`scope["person"]`, `scope["actor"]` and `scope["session"]`.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

from studio.copy.catalog import say
from studio.services.people.identity import Authenticator, SignedIn
from studio.web.guard.addresses import LOOPBACK, Addresses, addresses
from studio.web.guard.admission import Admission, PeopleAdmission, SessionKeys, TokenAdmission
from studio.web.guard.asgi import App, Receive, Scope, Send, values_of
from studio.web.guard.bodies import BodyLimit, SignedInStream, TooLong
from studio.web.guard.responses import (
    FORM,
    FORM_PLAIN,
    Refusal,
    answer,
    dressed,
    knock,
    not_here,
    policed,
    refuse,
    too_large,
    too_often,
)
from studio.web.guard.route_list import UPLOAD_BYTES, Kind, Needs, Route, RouteList, routes_for
from studio.web.layout.first_paint import FirstPaint

NEVER = ("deep_link", "__theme_url", "view")  # query fields by which Gradio loads stored or foreign state
SIGN_IN, FIRST = "/studio/sign-in", "/studio/first"


class SecurityMiddleware:
    """Wraps the whole application. `person` is who works here while people are switched off (no `people`)."""

    def __init__(
        self,
        app: App,
        keys: SessionKeys,
        *,
        port: int,
        person: str,
        names: Iterable[str] = LOOPBACK,
        on_first_page: Callable[[], None] = lambda: None,
        first: FirstPaint = FirstPaint(),
        people: Authenticator | None = None,
        site: Addresses | None = None,
        may_ask: Callable[[Scope], bool] = lambda scope: True,
        longest_upload: int = 0,
        first_sign_in: Callable[[], str] = lambda: SIGN_IN,
        named: Callable[[str], SignedIn | None] = lambda name: None,
        issuer: bool = False,
    ) -> None:
        self._app, self._keys = app, keys
        self._site = site or addresses(port, names)
        self._cookie = cookie_named(port)
        self._has_people = people is not None
        self._admission: Admission = (
            PeopleAdmission(people, self._cookie, named) if people else TokenAdmission(keys, self._cookie, person)
        )
        self._routes = RouteList(routes_for(people is not None, issuer=issuer))
        self._on_first_page: Callable[[], None] | None = on_first_page
        self._first, self._may_ask, self._longest_upload = first, may_ask, longest_upload
        self._first_sign_in = first_sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything but HTTP (there are no web sockets here) is refused."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        asked = scope["path"]
        self._site.take_off(scope)
        route = self._find(scope)
        refusal = self._site.refusal(scope)
        if refusal is None and asked == self._site.root != "":  # what the page loads is read from the slash at its end
            await answer(send, 308, "", [(b"location", f"{asked}/".encode())])
            return
        refusal = refusal or self._closed(scope, route)
        if refusal is not None or route is None:
            await refuse(send, refusal or not_here())
        elif scope["path"] == "/" and not self._has_people and b"token=" in scope["query_string"]:
            await self._let_in(scope, send)
        elif not self._admission.admits(scope) and route.needs is not Needs.NOTHING:
            await self._turn_away(scope, send)
        elif not self._may_ask(scope):
            await refuse(send, too_often())
        elif route.needs is Needs.ADMINISTRATOR and not self._admission.is_administrator(scope):
            await refuse(send, not_here())
        else:
            await self._pass_on(scope, receive, send, route)

    def _find(self, scope: Scope) -> Route | None:
        """What is asked for; from here on the path is the site's own, whether a proxy left its own in front or not."""
        for path in self._site.paths(scope["path"]):
            if (route := self._routes.find(scope["method"], path)) is not None:
                scope["path"], scope["raw_path"] = path, path.encode()
                return route
        return None

    def _closed(self, scope: Scope, route: Route | None) -> Refusal | None:
        """What is not on the list does not exist, in the same words as what was never there."""
        if route is None or ".." in scope["path"]:
            return not_here()
        if any(name in NEVER for name, _ in parse_qsl(scope["query_string"].decode("latin-1"))):
            return not_here()
        return self._site.says_too_little(scope, route)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, route: Route) -> None:
        """To the app; with people on, a body is counted, and a stream ends with the sign-in."""
        if not self._has_people:
            await self._answered(scope, receive, send, route)
            return
        longest = self._longest_upload if route.longest_body == UPLOAD_BYTES else route.longest_body
        stream = SignedInStream(lambda: self._admission.admits(scope), receive, send)
        body = BodyLimit(longest, stream.receive, stream.send if route.needs is not Needs.NOTHING else send)
        with suppress(TooLong):
            await self._answered(scope, body.receive, body.send, route)
        if body.is_too_long and not body.has_begun:
            await refuse(send, too_large())

    async def _answered(self, scope: Scope, receive: Receive, send: Send, route: Route) -> None:
        if route.kind is Kind.FORM:
            if self._site.root:  # as ASGI has it: by this these pages know where they stand
                scope["root_path"], scope["path"] = self._site.root, self._site.root + scope["path"]
            await self._app(scope, receive, dressed(send, FORM, FORM_PLAIN))
            return
        is_page = route.kind is Kind.PAGE
        await self._app(scope, receive, policed(send, self._first) if is_page else dressed(send))
        if is_page and self._on_first_page is not None:
            served, self._on_first_page = self._on_first_page, None
            served()

    async def _turn_away(self, scope: Scope, send: Send) -> None:
        """Nobody known: the page leads to where one signs in, the rest is refused."""
        if not self._has_people:
            await refuse(send, (401, say("security.studio_locked"), how_to_enter()))
        elif scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
            await answer(send, 303, "", [(b"location", f"{self._site.root}{self._first_sign_in()}".encode())])
        else:
            await refuse(send, (401, say("security.studio_locked"), say("security.sign_in_first")))

    async def _let_in(self, scope: Scope, send: Send) -> None:
        """The right token becomes a cookie, and leaves the address bar; the rest of the address stays."""
        fields = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if scope["method"] not in ("GET", "HEAD") or not self._keys.opens(fields.pop("token", "")):
            await refuse(send, (403, say("security.address_has_expired"), how_to_enter()))
            return
        place = f"{self._site.root}/" + (f"?{urlencode(fields)}" if fields else "")
        secure = "; Secure" if self._site.scheme == "https" else ""
        path = f"{self._site.root}/"
        cookie = f"{self._cookie}={self._keys.new_cookie()}; HttpOnly; SameSite=Strict; Path={path}{secure}"
        headers = [(b"set-cookie", cookie.encode())]
        if values_of(scope, b"sec-fetch-site") in ([], ["none"], ["same-origin"]):
            await answer(send, 303, "", [*headers, (b"location", place.encode())])
        else:  # opened from a file or another page: a redirect would not carry a Strict cookie, a second step does
            head = f'<meta http-equiv="refresh" content="0;url={place.replace("&", "&amp;")}">'
            await answer(send, 200, knock(say("security.opening_studio"), "", head), headers)


def cookie_named(port: int) -> str:
    """A cookie is sent to every port of a host: its name tells whose it is."""
    return f"studio-{port}"


def how_to_enter() -> str:
    """As markup: where the address stands that opens the studio."""
    return say("security.how_to_enter").replace("?token=…", "<code>?token=…</code>")
