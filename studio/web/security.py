"""The door-keeper: one ASGI layer around every route, its own and Gradio's. Nothing passes that is not named here.

Gradio's own login does not keep people apart, reflects any origin for names other than localhost, and opens routes
that this studio does not use. So the guard denies by default, checks Host and Origin by equality, and says who asks in
`scope["person"]` and `scope["session"]`.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from studio.copy.catalog import language, say
from studio.web.layout.first_paint import FirstPaint

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# What the page needs of Gradio, method by method; every other route of it answers 404, also those yet to be invented.
ROUTES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("GET", re.compile(r"/")),
    ("GET", re.compile(r"/(config|theme\.css|favicon\.ico|manifest\.json)/?")),
    ("GET", re.compile(r"/(assets|static)/[\w./@-]+")),
    ("GET", re.compile(r"/studio/(look|files)/[^/]+(/[^/]+)?")),
    ("GET", re.compile(r"/studio/(live|best)")),
    ("GET", re.compile(r"/gradio_api/(queue/data|upload_progress|startup-events|app_id|heartbeat/\w+|theme\.css)")),
    ("POST", re.compile(r"/gradio_api/(queue/join|upload|cancel|reset)/?")),
    ("DELETE", re.compile(r"/gradio_api/queue/data")),  # ours: the page is closed
)
NEVER = ("deep_link", "__theme_url", "view")  # query fields by which Gradio loads stored or foreign state
STRIPPED = re.compile(rb"x-forwarded-.*|forwarded|x-real-ip|x-gradio-.*|x-original-.*|x-rewrite-.*|x-http-method.*")
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.S | re.I)
LONGEST_PAGE = 16 * 2**20

PLAIN = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
}
SHUT = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
KNOCK = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Tailor Studio</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>body{{font:16px/1.6 system-ui,sans-serif;
max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#1c2430;background:#f6f7f9}}h1{{font-size:1.4rem}}
@media(prefers-color-scheme:dark){{body{{color:#e8edf3;background:#12171e}}}}</style>{head}<h1>{title}</h1><p>{text}</p>"""


def content_policy(scripts: Iterable[bytes]) -> str:
    """The Content-Security-Policy for a page whose inline scripts are exactly these."""
    hashes = sorted({f"'sha256-{base64.b64encode(hashlib.sha256(s).digest()).decode()}'" for s in scripts})
    return (
        f"default-src 'none'; script-src 'self' {' '.join(hashes)}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


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


class SecurityMiddleware:
    """Wraps the whole application. `person` is who works here while people are switched off."""

    def __init__(
        self,
        app: App,
        keys: SessionKeys,
        *,
        port: int,
        person: str,
        names: Iterable[str] = ("127.0.0.1", "localhost", "[::1]"),
        on_first_page: Callable[[], None] = lambda: None,
        first: FirstPaint = FirstPaint(),
    ) -> None:
        self._app, self._keys, self._person = app, keys, person
        self._hosts = {f"{name}:{port}" for name in names} | (set(names) if port == 80 else set())
        self._cookie = f"studio-{port}"
        self._on_first_page: Callable[[], None] | None = on_first_page
        self._first = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything but HTTP (there are no web sockets here) is refused."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if not STRIPPED.fullmatch(name.lower())]
        refusal = self._refusal(scope)
        if refusal is None and scope["path"] == "/healthz":
            await self._app(scope, receive, dressed(send))
            return
        if refusal is None and scope["path"] == "/" and b"token=" in scope["query_string"]:
            await self._let_in(scope, send)
            return
        if refusal is None:
            refusal = self._admit(scope)
        if refusal is not None:
            status, title, text = refusal
            await answer(send, status, KNOCK.format(lang=language(), head="", title=title, text=text))
            return
        is_page = scope["path"] == "/"
        await self._app(scope, receive, policed(send, self._first) if is_page else dressed(send))
        if is_page and self._on_first_page is not None:
            served, self._on_first_page = self._on_first_page, None
            served()

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        """Whether the request came by the right name, from our own page, for something that exists."""
        hosts = values_of(scope, b"host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return 421, say("security.wrong_address"), say("security.open_address_studio_printed")
        origins = values_of(scope, b"origin")
        if origins and origins != [f"http://{hosts[0].lower()}"]:
            return 403, say("security.refused"), say("security.request_came_from_another")
        came_from = values_of(scope, b"sec-fetch-site")
        if came_from and came_from[0] not in ("same-origin", "none") and scope["path"] != "/":
            return 403, say("security.refused"), say("security.request_came_from_another")
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method == "POST" and not origins and not came_from and values_of(scope, b"referer"):
            return 403, say("security.refused"), say("security.request_does_not_say")
        if scope["path"] == "/healthz" and method == "GET":
            return None
        if not any(method == allowed and route.fullmatch(scope["path"]) for allowed, route in ROUTES):
            return 404, say("security.not_here"), say("security.there_nothing_at_address")
        if ".." in scope["path"] or any(
            name in NEVER for name, _ in parse_qsl(scope["query_string"].decode("latin-1"))
        ):
            return 404, say("security.not_here"), say("security.there_nothing_at_address")
        return None

    async def _let_in(self, scope: Scope, send: Send) -> None:
        """The right token becomes a cookie, and leaves the address bar; the rest of the address stays."""
        fields = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if scope["method"] not in ("GET", "HEAD") or not self._keys.opens(fields.pop("token", "")):
            await answer(
                send,
                403,
                KNOCK.format(lang=language(), head="", title=say("security.address_has_expired"), text=how_to_enter()),
            )
            return
        place = "/" + (f"?{urlencode(fields)}" if fields else "")
        cookie = f"{self._cookie}={self._keys.new_cookie()}; HttpOnly; SameSite=Strict; Path=/"
        headers = [(b"set-cookie", cookie.encode())]
        if values_of(scope, b"sec-fetch-site") in ([], ["none"], ["same-origin"]):
            await answer(send, 303, "", [*headers, (b"location", place.encode())])
        else:  # opened from a file or another page: a redirect would not carry a Strict cookie, a second step does
            head = f'<meta http-equiv="refresh" content="0;url={place.replace("&", "&amp;")}">'
            await answer(
                send,
                200,
                KNOCK.format(lang=language(), head=head, title=say("security.opening_studio"), text=""),
                headers,
            )

    def _admit(self, scope: Scope) -> tuple[int, str, str] | None:
        """Who this is, by the cookie of this very port."""
        for header in values_of(scope, b"cookie"):
            try:
                morsel = SimpleCookie(header).get(self._cookie)
            except CookieError:
                continue
            session = self._keys.session_of(morsel.value) if morsel is not None else None
            if session is not None:
                scope["person"], scope["session"] = self._person, session
                return None
        return 401, say("security.studio_locked"), how_to_enter()


def how_to_enter() -> str:
    """As markup: where the address stands that opens the studio."""
    return say("security.how_to_enter").replace("?token=…", "<code>?token=…</code>")


def values_of(scope: Scope, name: bytes) -> list[str]:
    """All values of a header, in the order they came."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def with_headers(headers: Iterable[tuple[bytes, bytes]], policy: str) -> Headers:
    """Without any permission for other origins, with everything that keeps a browser careful."""
    ours = {name.encode(): value.encode() for name, value in PLAIN.items()} | {
        b"content-security-policy": policy.encode()
    }
    kept = [(k, v) for k, v in headers if not k.lower().startswith(b"access-control-") and k.lower() not in ours]
    if not any(name.lower() == b"cache-control" for name, _ in kept):
        kept.append((b"cache-control", b"no-store"))
    return [*kept, *ours.items()]


def dressed(send: Send) -> Send:
    """Everything but the page itself: streamed as it comes, with a policy under which it can do nothing by itself."""

    async def pass_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": with_headers(message.get("headers", []), SHUT)}
        await send(message)

    return pass_on


def policed(send: Send, first: FirstPaint) -> Send:
    """The page: held until it is whole, because its policy names the hash of each of its inline scripts."""
    start: Message = {}
    body = bytearray()

    async def pass_on(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        body.extend(message.get("body", b""))
        if len(body) > LONGEST_PAGE:
            raise RuntimeError("The page is larger than any page of ours can be.")
        if message.get("more_body"):
            return
        body[:] = first.put_into(bytes(body))
        policy = content_policy(INLINE_SCRIPT.findall(bytes(body)))
        headers = [(k, v) for k, v in with_headers(start["headers"], policy) if k.lower() != b"content-length"]
        length = [(b"content-length", str(len(body)).encode())] if body else []
        await send({**start, "headers": [*headers, *length]})
        await send({"type": "http.response.body", "body": bytes(body)})

    return pass_on


async def answer(send: Send, status: int, page: str, headers: Headers | None = None) -> None:
    """A small page of our own; its style is in it, and nothing else may run or load."""
    body = page.encode()
    policy = f"{SHUT}; style-src 'unsafe-inline'"
    all_headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({
        "type": "http.response.start", "status": status,
        "headers": with_headers([*all_headers, *(headers or [])], policy),
    })  # fmt: skip
    await send({"type": "http.response.body", "body": body})
