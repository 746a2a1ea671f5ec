"""A proxy that names who asks is heard with its secret and from its address; everybody else is refused."""

from typing import Any

import pytest

from studio.services.access import Actor
from studio.services.people.identity import SignedIn
from studio.web.guard.addresses import Addresses
from studio.web.guard.admission import SessionKeys
from studio.web.security import SecurityMiddleware
from tests.web.conftest import in_a_loop

NAME, PROXY, STRANGER, SECRET = "box.example", "10.0.0.1", "192.0.2.7", "s" * 40
ANA = SignedIn(Actor("p-ana", "ana"), "by-proxy p-ana", False, is_by_proxy=True)


class Nobody:
    def signed_in(self, cookie: str) -> SignedIn | None:
        return None


async def whose(scope: Any, receive: Any, send: Any) -> None:
    told = f"{scope.get('owner')} {sorted(name.decode() for name, _ in scope['headers'])}"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": told.encode()})


def ask(client: str, *headers: tuple[str, str]) -> tuple[int, str]:
    site = Addresses(frozenset({NAME}), "https", "", frozenset({PROXY}), True, "X-Remote-User", SECRET)
    guard = SecurityMiddleware(whose, SessionKeys("k"), port=7860, person="root", people=Nobody(), site=site,
                               named=lambda name: ANA if name == "ana" else None)  # fmt: skip
    sent: list[Any] = []

    async def once() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        given = [(b"host", NAME.encode()), *((name.encode(), value.encode()) for name, value in headers)]
        scope = {"type": "http", "method": "GET", "path": "/config", "raw_path": b"/config", "query_string": b"",
                 "root_path": "", "scheme": "http", "client": (client, 1), "headers": given}  # fmt: skip
        await guard(scope, receive, send)

    in_a_loop(once)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


USER, SHOWN = ("x-remote-user", "ana"), ("x-studio-proxy", SECRET)


def test_the_proxy_names_her_and_no_header_of_it_goes_further() -> None:
    assert ask(PROXY, USER, SHOWN) == (200, "p-ana ['host']")


def test_whom_nobody_knows_is_not_let_in() -> None:
    assert ask(PROXY, ("x-remote-user", "eve"), SHOWN)[0] == 401
    assert ask(PROXY, SHOWN)[0] == 401


@pytest.mark.parametrize("client, headers", [
    (STRANGER, [USER, SHOWN]), (PROXY, [USER]), (PROXY, [USER, ("x-studio-proxy", "x" * 40)]),
    (PROXY, [USER, ("X-Remote-User", "ben"), SHOWN]), (PROXY, [USER, SHOWN, SHOWN]), ("127.0.0.1", [USER]),
])  # fmt: skip
def test_a_forged_name_is_refused(client: str, headers: list[tuple[str, str]]) -> None:
    status, told = ask(client, *headers)
    assert status == 403 and "Only the studio's own proxy may say who asks." in told.replace("&#x27;", "'")
