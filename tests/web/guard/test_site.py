"""The site with people on, asked as browsers, strangers and proxies ask it."""

import re

import httpx
import pytest

from studio.web.guard.route_list import Needs, routes_for, unknown
from tests.web.conftest import in_a_loop
from tests.web.guard.conftest import HOME, Standing
from tests.web.guard.test_route_list import running

CLOSED_BY_HAND = ("/gradio_api/file=/etc/passwd", "/gradio_api/deep_link?session_hash=x", "/monitoring", "/login",
                  "/gradio_api/info", "/gradio_api/proxy=http://evil.example/", "/?deep_link=x", "/nothing",
                  "/gradio_api/stream/a/b/c/playlist.m3u8", "/gradio_api/queue/status")  # fmt: skip
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE")


def test_every_route_of_the_app_with_people_is_written_down(shared: Standing) -> None:
    there = {*running(shared.app.routes), ("DELETE", "/gradio_api/queue/data")}
    assert unknown(there, routes_for(people=True)) == {"unknown": [], "missing": []}


def test_without_a_sign_in_only_the_written_routes_answer(shared: Standing) -> None:
    """More than three hundred calls of somebody whom nobody knows."""
    open_to_all = {(route.method, route.path) for route in routes_for(people=True) if route.needs is Needs.NOTHING}
    paths = sorted({re.sub(r"\{[^}]+\}", "x", path) for _, path in running(shared.app.routes)} | set(CLOSED_BY_HAND))
    calls, answered = 0, set()
    for path in paths:
        for method in METHODS:
            status = shared.ask(method, path, headers={"origin": HOME}).status_code
            calls += 1
            if path == "/" and method in ("GET", "HEAD"):
                assert status == 303
            elif status not in (401, 404):
                answered.add(("GET" if method == "HEAD" else method, path))
    assert calls >= 300
    assert answered <= open_to_all, answered - open_to_all


def test_the_page_leads_to_where_one_signs_in(shared: Standing) -> None:
    answer = shared.ask("GET", "/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio/first")  # nobody has an account yet
    assert shared.ask("GET", "/?token=secret").status_code == 303  # and no token opens it
    assert "Sign in first" in shared.ask("GET", "/config").text


def test_a_form_may_be_sent_to_us_alone_and_runs_nothing(shared: Standing) -> None:
    answer = shared.ask("GET", "/studio/first")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200 and "form-action 'self'" in policy and "default-src 'none'" in policy
    assert "script-src" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "same-origin"  # else a browser would hide where the form comes from


@pytest.mark.parametrize("headers", [
    {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:7999"},
    {"origin": "http://localhost:7861"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {},
])  # fmt: skip
@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/cancel",
                                  "/studio/sign-out", "/studio/sign-in"])  # fmt: skip
def test_what_changes_something_has_to_come_from_our_own_page(
    shared: Standing, headers: dict[str, str], path: str
) -> None:
    async def ask() -> int:
        transport = httpx.ASGITransport(app=shared.guard)
        async with httpx.AsyncClient(transport=transport, base_url=HOME, cookies={"studio-7861": "ana"}) as client:
            return (await client.post(path, headers=headers)).status_code

    assert in_a_loop(ask) == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7861", "127.0.0.1", "127.0.0.1:7862", "[::1]:80", ""])
def test_another_name_opens_nothing(shared: Standing, host: str) -> None:
    assert shared.ask("GET", "/config", "ana", headers={"host": host}).status_code == 421


def test_people_are_administered_by_administrators(shared: Standing) -> None:
    for page in ("people", "models"):
        assert shared.ask("GET", f"/studio/{page}", "ana").status_code == 404
        assert shared.ask("GET", f"/studio/{page}", "eva").status_code == 200
        assert shared.ask("POST", f"/studio/{page}/add", "ben", data={"name": "x"}).status_code == 404


def test_a_sign_in_that_ended_ends_on_the_spot(shared: Standing) -> None:
    assert shared.ask("GET", "/config", "ben").status_code == 200
    ben = shared.people.known.pop("ben")
    try:
        assert shared.ask("GET", "/config", "ben").status_code == 401
    finally:
        shared.people.known["ben"] = ben


def test_a_body_that_is_too_large_is_not_read_on(shared: Standing) -> None:
    assert shared.ask("POST", "/gradio_api/cancel", "ana", content=b"x" * 70_000).status_code == 413
    assert shared.ask("POST", "/studio/sign-in", content=b"x" * 17_000).status_code == 413


def test_an_upload_that_is_too_large_leaves_nothing_behind(shared: Standing) -> None:
    most = shared.studio.settings.max_upload_bytes
    before = {path for path in shared.studio.home.uploads.rglob("*") if path.is_file()}
    answer = shared.ask("POST", "/gradio_api/upload", "ana", files={"files": ("big.csv", b"x" * (most + 2**20))})
    assert answer.status_code == 413 and "larger" in answer.text
    assert {path for path in shared.studio.home.uploads.rglob("*") if path.is_file()} == before


def test_an_upload_for_which_she_has_no_room_is_refused_in_a_sentence(
    shared: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared.studio.quota, "limit_bytes", 100)
    before = {path for path in shared.studio.home.uploads.rglob("*") if path.is_file()}
    answer = shared.ask("POST", "/gradio_api/upload", "ben", files={"files": ("a.csv", b"x" * 200)})
    assert answer.status_code == 413 and answer.text.startswith("This file has 0.000 GB. Of your 0.000 GB")
    assert {path for path in shared.studio.home.uploads.rglob("*") if path.is_file()} == before
