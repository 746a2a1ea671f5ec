"""The written list of routes against the routes of the running app, and what a path may look like."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from studio.web.guard.route_list import CLOSED, Needs, Route, RouteList, routes_for, unknown
from tests.web.guard.conftest import Standing


def running(routes: Any) -> Iterator[tuple[str, str]]:
    """Method and path of everything that would answer; HEAD counts as GET."""
    for route in routes:
        if hasattr(route, "original_router"):  # FastAPI puts the routes of a router in when it is first asked
            yield from running(route.original_router.routes)
        elif hasattr(route, "methods"):
            yield from ((method, route.path) for method in route.methods - {"HEAD"})
            if "HEAD" in route.methods:
                yield "GET", route.path
        else:
            assert route.path == "", f"a mount that nobody wrote down: {route.path}"
            yield from running(route.routes)


def test_every_route_of_the_running_app_is_written_down(alone: Standing) -> None:
    ours = {("DELETE", "/gradio_api/queue/data")}  # answered in front of the app, in `studio.web.resumable`
    assert unknown({*running(alone.app.routes), *ours}, routes_for(people=False)) == {"unknown": [], "missing": []}


def test_a_new_route_fails_the_comparison() -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.get("/gradio_api/brand-new")(lambda: None)
    assert unknown(running(app.routes), ())["unknown"] == [("GET", "/gradio_api/brand-new")]


def test_nothing_stands_in_both_lists() -> None:
    assert not CLOSED & {(route.method, route.path) for route in routes_for(people=True)}


@pytest.mark.parametrize("method, path", sorted(CLOSED))
def test_what_is_closed_is_not_found(method: str, path: str) -> None:
    filled = path.replace("{path_or_url:path}", "/etc/passwd").replace("{url_path:path}", "http://evil.example/")
    for name in ("id", "environment", "type", "file_name", "api_name", "event_id", "session_hash", "run", "size",
                 "component_id", "segment_id", "ext", "key", "path:path"):  # fmt: skip
        filled = filled.replace(f"{{{name}}}", "abc")
    assert "{" not in filled and RouteList(routes_for(people=True)).find(method, filled) is None


@pytest.mark.parametrize("path", [
    "/studio/files/a", "/studio/files/a/b/c", "/studio/files//b", "/assets/%2e%2e/x", "/assets/a b.js", "/Config",
    "/config//", "/gradio_api/queue/join/", "/gradio_api/queue/data/..", "/studio/live/", "/studio/look/", "",
    "/gradio_api/heartbeat/a/b", "//", "/studio", "/static/http://evil.example/",
])  # fmt: skip
def test_what_only_looks_like_a_route_is_none(path: str) -> None:
    assert RouteList(routes_for(people=True)).find("GET", path) is None


def test_a_head_is_asked_as_a_get_is() -> None:
    assert RouteList(routes_for(people=False)).find("HEAD", "/config") == Route("GET", "/config")


def test_the_pages_about_people_are_there_only_with_people() -> None:
    assert RouteList(routes_for(people=False)).find("GET", "/studio/sign-in") is None
    assert RouteList(routes_for(people=True)).find("GET", "/studio/sign-in") is not None


def test_without_a_sign_in_there_are_few_routes() -> None:
    open_to_all = {route.path for route in routes_for(people=True) if route.needs is Needs.NOTHING}
    assert open_to_all == {"/healthz", "/studio/sign-in", "/studio/first", "/studio/code"}
