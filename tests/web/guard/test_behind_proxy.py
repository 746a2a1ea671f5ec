"""The site behind a proxy that does TLS and shows it at a path of its own."""

from typing import Any

import pytest

from studio.services.access import Actor
from studio.services.people.identity import SignedIn
from studio.web.guard.addresses import Addresses
from studio.web.guard.admission import SessionKeys
from studio.web.guard.limits import RequestLimits
from studio.web.security import SecurityMiddleware
from tests.web.conftest import in_a_loop
from tests.web.guard.conftest import SignIns

NAME = "box.example.org"
PROXY, BROWSER, LIAR = "10.0.0.1", "192.0.2.44", "203.0.113.9"


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answers everything, and tells what reached it."""
    seen = [scope["path"], scope["root_path"], scope["scheme"], (scope.get("client") or ("",))[0],
            sorted(name.decode() for name, _ in scope["headers"])]  # fmt: skip
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": repr(seen).encode()})


def guard(root: str = "", proxies: tuple[str, ...] = (PROXY,), **more: Any) -> SecurityMiddleware:
    people = SignIns({"ana": SignedIn(Actor("p-ana", "ana"), "s1", False)})
    site = Addresses(frozenset({NAME}), "https", root, frozenset(proxies), True)
    return SecurityMiddleware(app, SessionKeys(), port=7860, person="-", people=people, site=site, **more)


def ask(site: SecurityMiddleware, path: str, *, cookie: str = "ana", client: str = PROXY, method: str = "GET",
        **headers: str) -> tuple[int, dict[str, str], str]:  # fmt: skip
    """Status, headers and text of the answer."""
    given = {"host": NAME, "cookie": f"studio-7860={cookie}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    sent: list[Any] = []

    async def once() -> None:
        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        await site({"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
                    "root_path": "", "scheme": "http", "client": (client, 1),
                    "headers": [(k.encode(), v.encode()) for k, v in given.items()]}, receive, send)  # fmt: skip

    in_a_loop(once)
    text = b"".join(message.get("body", b"") for message in sent[1:]).decode()
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, text


@pytest.mark.parametrize("path", ["/studio/config", "/config"])
def test_a_proxy_may_leave_its_path_in_front_or_take_it_off(path: str) -> None:
    status, _, told = ask(guard("/studio"), path)
    assert status == 200 and told.startswith("['/config', '', 'https'")


@pytest.mark.parametrize("path", ["/studio/studio/sign-in", "/studio/sign-in"])
def test_the_pages_about_people_know_where_they_stand(path: str) -> None:
    assert ask(guard("/studio"), path)[2].startswith("['/studio/studio/sign-in', '/studio'")


def test_the_path_without_its_slash_leads_to_the_page() -> None:
    status, headers, _ = ask(guard("/studio"), "/studio")
    assert (status, headers["location"]) == (308, "/studio/")


@pytest.mark.parametrize("path", ["/other/config", "/studioconfig", "/studio//config", "/studio/../config"])
def test_other_paths_are_not_there(path: str) -> None:
    assert ask(guard("/studio"), path)[0] == 404


def test_the_way_to_sign_in_stays_within_the_path() -> None:
    status, headers, _ = ask(guard("/studio"), "/studio/", cookie="")
    assert (status, headers["location"]) == (303, "/studio/studio/sign-in")


@pytest.mark.parametrize("origin, status", [(f"https://{NAME}", 200), (f"http://{NAME}", 403), ("null", 403),
                                            (f"https://{NAME}:8443", 403), ("https://evil.example", 403)])  # fmt: skip
def test_the_origin_is_the_one_that_browsers_see(origin: str, status: int) -> None:
    assert ask(guard(), "/gradio_api/reset", method="POST", origin=origin)[0] == status


def test_the_server_behind_the_proxy_is_not_opened_by_its_own_name() -> None:
    assert ask(guard(), "/config", host="127.0.0.1:7860")[0] == 421


def test_the_named_proxy_tells_who_asks_and_nobody_else_does() -> None:
    forged = f"{LIAR}, {BROWSER}"  # a browser may send the header; the proxy puts what it saw at its end
    assert f"'{BROWSER}'" in ask(guard(), "/config", x_forwarded_for=forged)[2]
    assert f"'{PROXY}'" in ask(guard(), "/config", x_forwarded_for=f"{LIAR}, {PROXY}")[2]  # from its own computer
    two = guard(proxies=(PROXY, "10.0.0.2"))
    assert f"'{BROWSER}'" in ask(two, "/config", x_forwarded_for=f"{LIAR}, {BROWSER}, 10.0.0.2")[2]
    assert f"'{LIAR}'" in ask(guard(), "/config", client=LIAR, x_forwarded_for=BROWSER)[2]
    assert f"'{PROXY}'" in ask(guard(proxies=()), "/config", x_forwarded_for=BROWSER)[2]


def test_no_forwarded_header_goes_further() -> None:
    told = ask(
        guard(), "/config", x_forwarded_for=BROWSER, x_forwarded_host="evil.example", x_forwarded_prefix="/evil",
        forwarded="host=evil.example", x_gradio_server="http://evil.example",
    )[2]  # fmt: skip
    assert told.endswith("['cookie', 'host']]")


def test_whoever_asks_too_often_is_told_to_wait() -> None:
    site = guard(may_ask=RequestLimits(person=5, address=3).may_ask)
    assert [ask(site, "/config")[0] for _ in range(7)] == [200] * 5 + [429] * 2
    nobody = [ask(site, "/studio/sign-in", cookie="", x_forwarded_for=BROWSER)[0] for _ in range(5)]
    assert nobody == [200] * 3 + [429] * 2
    status, headers, told = ask(site, "/studio/sign-in", cookie="", x_forwarded_for=LIAR)
    assert status == 200  # another address
    status, headers, told = ask(site, "/config")
    assert headers["retry-after"] == "60" and "Wait a minute" in told


def test_the_next_minute_forgives_and_a_network_counts_as_one_address() -> None:
    now = 30.0
    limits = RequestLimits(person=1, address=2, clock=lambda: now)
    of_ana, near, same = {"owner": "p-ana"}, {"client": ("2001:db8::1", 1)}, {"client": ("2001:db8::ffff", 2)}
    asked = [limits.may_ask(one) for one in (of_ana, of_ana, near, same, near)]
    assert asked == [True, False, True, True, False]
    now = 61.0
    assert limits.may_ask(of_ana) and limits.may_ask(near)
