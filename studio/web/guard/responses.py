"""What goes back: under which policy a browser shows it, and the few small pages of the guard itself."""

import base64
import hashlib
import re
from collections.abc import Iterable

from studio.copy.catalog import language, say
from studio.web.guard.asgi import Headers, Message, Send
from studio.web.layout.first_paint import FirstPaint

Refusal = tuple[int, str, str]  # status, title, text
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.S | re.I)
MANIFEST = b'"/manifest.json"', b'"manifest.json"'  # Gradio's one address that forgets the path of a proxy
LONGEST_PAGE = 16 * 2**20
PLAIN = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), payment=()",
}
# With `no-referrer` a browser would send `Origin: null` with a form (Fetch standard, "append a request Origin header").
FORM_PLAIN = {**PLAIN, "referrer-policy": "same-origin"}
SHUT = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
FORM = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
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


def with_headers(headers: Iterable[tuple[bytes, bytes]], policy: str, plain: dict[str, str] = PLAIN) -> Headers:
    """Without any permission for other origins, with everything that keeps a browser careful."""
    ours = {name.encode(): value.encode() for name, value in plain.items()} | {
        b"content-security-policy": policy.encode()
    }
    kept = [(k, v) for k, v in headers if not k.lower().startswith(b"access-control-") and k.lower() not in ours]
    if not any(name.lower() == b"cache-control" for name, _ in kept):
        kept.append((b"cache-control", b"no-store"))
    return [*kept, *ours.items()]


def dressed(send: Send, policy: str = SHUT, plain: dict[str, str] = PLAIN) -> Send:
    """Everything but the page itself: streamed as it comes, with a policy under which it can do nothing by itself."""

    async def pass_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": with_headers(message.get("headers", []), policy, plain)}
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
        body[:] = first.put_into(bytes(body)).replace(*MANIFEST)
        policy = content_policy(INLINE_SCRIPT.findall(bytes(body)))
        headers = [(k, v) for k, v in with_headers(start["headers"], policy) if k.lower() != b"content-length"]
        length = [(b"content-length", str(len(body)).encode())] if body else []
        await send({**start, "headers": [*headers, *length]})
        await send({"type": "http.response.body", "body": bytes(body)})

    return pass_on


def knock(title: str, text: str, head: str = "") -> str:
    """One small page: a title and a sentence, both as markup."""
    return KNOCK.format(lang=language(), head=head, title=title, text=text)


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


def not_here() -> Refusal:
    """For all that does not exist, or not for her."""
    return 404, say("security.not_here"), say("security.there_nothing_at_address")


def too_large() -> Refusal:
    """For a body that no page of ours would send."""
    return 413, say("security.refused"), say("security.too_large")


def too_often() -> Refusal:
    """For whoever asked more in a minute than a person can."""
    return 429, say("security.refused"), say("security.too_often")


async def refuse(send: Send, refusal: Refusal) -> None:
    """A small page that says so."""
    status, title, text = refusal
    await answer(send, status, knock(title, text), [(b"retry-after", b"60")] if status == 429 else None)
