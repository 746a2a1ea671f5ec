"""What the guard lets through, and what it does not, asked the way a stranger, another page or a browser would."""

import base64
import hashlib
import re
from typing import Any

import httpx
import pytest

from studio.web.guard.admission import SessionKeys
from studio.web.layout.first_paint import FirstPaint
from studio.web.security import SecurityMiddleware
from tests.web.conftest import in_a_loop

PORT = 7861
HOME = f"http://127.0.0.1:{PORT}"
PAGE = b"<html><script>window.a = 1;</script><script src='/x.js'></script></html>"


async def site(scope: Any, receive: Any, send: Any) -> None:
    """Stands for the page: answers everything and tells what reached it."""
    seen = {k.decode(): v.decode() for k, v in scope["headers"]}
    body = PAGE if scope["path"] == "/" else repr((scope.get("person"), sorted(seen))).encode()
    kind = b"text/html" if scope["path"] == "/" else b"text/plain"
    await send({
        "type": "http.response.start", "status": 200,
        "headers": [(b"content-type", kind), (b"access-control-allow-origin", b"https://evil.example")],
    })  # fmt: skip
    await send({"type": "http.response.body", "body": body})


class Asker:
    """A client that behaves as it is told: cookies are kept only when it was let in."""

    def __init__(self, *, token: str = "secret", on_first_page: Any = lambda: None) -> None:
        self.guard = SecurityMiddleware(
            site, SessionKeys(token=token), port=PORT, person="ana", on_first_page=on_first_page
        )
        self.cookies = httpx.Cookies()

    def ask(self, path: str = "/", method: str = "GET", **options: Any) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.guard)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url=HOME, cookies=self.cookies) as client:
                return await client.request(method, path, **options)

        return in_a_loop(once)

    def enter(self) -> "Asker":
        answer = self.ask("/?token=secret")
        assert answer.status_code == 303
        self.cookies.update(answer.cookies)
        return self


def test_without_the_token_there_is_only_the_health_check() -> None:
    asker = Asker()
    assert asker.ask("/healthz").status_code == 200
    for path in ("/", "/config", "/theme.css", "/gradio_api/queue/data", "/studio/look/studio.css"):
        assert asker.ask(path).status_code == 401, path
    assert asker.ask("/gradio_api/cancel", "POST", json={}).status_code == 401


def test_the_token_becomes_a_strict_cookie_and_leaves_the_address() -> None:
    answer = Asker().ask("/?token=secret&project=tickets-ab12&run=r1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?project=tickets-ab12&run=r1"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"studio-{PORT}=") and "HttpOnly" in cookie and "SameSite=Strict" in cookie


def test_opened_from_a_file_it_takes_a_second_step_so_that_the_cookie_is_sent() -> None:
    answer = Asker().ask("/?token=secret&project=x", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 200 and 'content="0;url=/?project=x"' in answer.text and "set-cookie" in answer.headers


@pytest.mark.parametrize("token", ["", "wrong", "secret ", "SECRET", "sécret"])
def test_a_wrong_token_opens_nothing(token: str) -> None:
    answer = Asker().ask("/", params={"token": token})
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


def test_a_forged_cookie_opens_nothing() -> None:
    asker = Asker()
    for value in ("", "abc", "abc.def", SessionKeys().new_cookie()):
        asker.cookies = httpx.Cookies({f"studio-{PORT}": value})
        assert asker.ask("/config").status_code == 401


def test_inside_the_handlers_learn_who_asks() -> None:
    assert "'ana'" in Asker().enter().ask("/config").text


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:7862", "gpu-box:7861", "127.0.0.1.evil.example:7861"]
)
def test_a_rebound_name_is_turned_away(host: str) -> None:
    assert Asker().enter().ask("/config", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:7999", f"https://127.0.0.1:{PORT}",
                                    f"http://localhost:{PORT}"])  # fmt: skip
def test_another_page_may_not_act_as_her(origin: str) -> None:
    answer = Asker().enter().ask("/gradio_api/queue/join", "POST", json={}, headers={"origin": origin})
    assert answer.status_code == 403


def test_her_own_page_may() -> None:
    asker = Asker().enter()
    assert asker.ask("/gradio_api/queue/join", "POST", json={}, headers={"origin": HOME}).status_code == 200
    crossed = asker.ask("/gradio_api/queue/data", headers={"sec-fetch-site": "cross-site"})
    assert crossed.status_code == 403


@pytest.mark.parametrize("path", [
    "/gradio_api/proxy=http://169.254.169.254/", "/gradio_api/file=http://evil.example/x",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/deep_link?session_hash=x", "/gradio_api/info", "/gradio_api/runs", "/gradio_api/openapi.json",
    "/monitoring",
    "/gradio_api/token", "/login_check", "/gradio_api/stream/a/b/c/playlist.m3u8",
    "/gradio_api/custom_component/a/b/c/d",
    "/assets/../../etc/passwd", "/?deep_link=abc", "/docs", "/openapi.json", "/studio/files/..%2f..%2fx/y/z",
    "/gradio_api/something/new",
])  # fmt: skip
def test_what_the_page_does_not_need_does_not_exist(path: str) -> None:
    assert Asker().enter().ask(path).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_methods_that_the_page_does_not_use_are_refused(method: str) -> None:
    assert Asker().enter().ask("/config", method).status_code == 404


def test_headers_that_only_a_proxy_may_set_are_taken_off() -> None:
    evil = {"x-forwarded-host": "evil.example", "forwarded": "host=evil", "x-gradio-server": "http://evil.example",
            "X-Original-URL": "/monitoring"}  # fmt: skip
    seen = Asker().enter().ask("/config", headers=evil).text
    assert not [name for name in evil if name.lower() in seen]


def test_our_first_script_stands_before_all_others_and_is_no_inline_one() -> None:
    first = b'<script src="/first.js"></script>'

    async def page(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        await send({"type": "http.response.body", "body": b"<html><head><script>1</script></head></html>"})

    asker = Asker()
    asker.guard = SecurityMiddleware(
        page, SessionKeys(token="secret"), port=PORT, person="ana", first=FirstPaint(first)
    )
    answer = asker.enter().ask()
    assert answer.content.startswith(b"<html><head>" + first)
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-security-policy"].count("'sha256-") == 1


def test_no_other_origin_is_ever_permitted() -> None:
    answer = Asker().enter().ask("/config")
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["x-frame-options"] == "DENY"


def test_the_policy_of_the_page_names_its_inline_scripts_and_nothing_looser() -> None:
    policy = Asker().enter().ask("/").headers["content-security-policy"]
    digest = base64.b64encode(hashlib.sha256(b"window.a = 1;").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe-eval" not in policy and "frame-ancestors 'none'" in policy and "default-src 'none'" in policy
    assert not re.search(r"script-src[^;]*unsafe-inline", policy)


def test_web_sockets_are_closed() -> None:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    in_a_loop(lambda: Asker().guard({"type": "websocket", "path": "/", "headers": []}, None, send))  # type: ignore[arg-type]
    assert said == [{"type": "websocket.close", "code": 1008}]


def test_the_first_page_is_told_once() -> None:
    told: list[int] = []
    asker = Asker(on_first_page=lambda: told.append(1)).enter()
    asker.ask("/config")
    assert told == []
    asker.ask("/")
    asker.ask("/")
    assert told == [1]
