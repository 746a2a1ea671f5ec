"""Every route that answers, and every route of Gradio's that does not. What stands in neither list does not exist.

A test compares both with the routes of the running app, so that a new version of Gradio cannot bring one unseen.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Needs(StrEnum):
    """Who may ask."""

    NOTHING = "nothing"
    SIGN_IN = "sign-in"  # or, while people are switched off, the token of the printed address
    ADMINISTRATOR = "administrator"


class Kind(StrEnum):
    """What answers: it decides under which policy a browser shows it."""

    PAGE = "page"  # Gradio's, with its scripts
    FORM = "form"  # a page of our own without any script
    PART = "part"  # everything else


@dataclass(frozen=True)
class Route:
    """One of them; `path` as FastAPI writes it, `carries` the ids in path, query or body that belong to somebody."""

    method: str
    path: str
    needs: Needs = Needs.SIGN_IN
    carries: tuple[str, ...] = ()
    kind: Kind = Kind.PART
    changes: bool = False  # needs to say that it comes from our own page
    longest_body: int = 0  # bytes; 0: none is expected

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """A part of the path matches one step, `{x:path}` several of plain names."""
        parts = re.split(r"(\{[^}]+\})", self.path)
        return re.compile("".join(
            (r"[\w./@-]+" if part.endswith(":path}") else "[^/]+") if part.startswith("{") else re.escape(part)
            for part in parts
        ))  # fmt: skip


FORM_BYTES, MESSAGE_BYTES, NOTE_BYTES = 16 * 2**10, 32 * 2**20, 64 * 2**10
UPLOAD_BYTES = -1  # as the settings say

PAGE = (
    Route("GET", "/", carries=("project", "run"), kind=Kind.PAGE),
    Route("GET", "/config"),
    Route("GET", "/config/"),
    Route("GET", "/theme.css"),
    Route("GET", "/favicon.ico"),
    Route("GET", "/manifest.json"),
    Route("GET", "/assets/{path:path}"),
    Route("GET", "/static/{path:path}"),
    Route("GET", "/gradio_api/startup-events"),
    Route("GET", "/gradio_api/app_id"),
    Route("GET", "/gradio_api/app_id/"),
    Route("GET", "/gradio_api/theme.css"),
    Route("GET", "/gradio_api/heartbeat/{session_hash}", carries=("session_hash",)),
    Route("GET", "/gradio_api/queue/data", carries=("session_hash",)),
    Route("GET", "/gradio_api/upload_progress", carries=("upload_id",)),
    Route("POST", "/gradio_api/queue/join", carries=("session_hash", "upload"), changes=True,
          longest_body=MESSAGE_BYTES),
    Route("POST", "/gradio_api/cancel", carries=("session_hash", "event_id"), changes=True, longest_body=NOTE_BYTES),
    Route("POST", "/gradio_api/reset", carries=("event_id",), changes=True, longest_body=NOTE_BYTES),
    Route("POST", "/gradio_api/reset/", carries=("event_id",), changes=True, longest_body=NOTE_BYTES),
    Route("POST", "/gradio_api/upload", carries=("upload_id",), changes=True, longest_body=UPLOAD_BYTES),
)  # fmt: skip
OURS = (
    Route("GET", "/healthz", Needs.NOTHING),
    Route("GET", "/studio/look/{name}"),
    Route("GET", "/studio/best"),
    Route("GET", "/studio/files/{name}/{shown}", carries=("download",)),
    Route("GET", "/studio/live", carries=("project", "run")),
    Route("GET", "/studio/drafts", carries=("project",)),
    Route("POST", "/studio/drafts", carries=("project",), changes=True, longest_body=NOTE_BYTES),
    Route("DELETE", "/gradio_api/queue/data", carries=("session_hash",), changes=True),  # the page is closed
)
CLOSED = frozenset({
    # signing in is ours; Gradio's own tells nobody apart
    ("POST", "/login"), ("POST", "/login/"), ("GET", "/logout"), ("GET", "/gradio_api/user"),
    ("GET", "/gradio_api/user/"), ("GET", "/gradio_api/login_check"), ("GET", "/gradio_api/login_check/"),
    ("GET", "/gradio_api/token"), ("GET", "/gradio_api/token/"),
    # stored state, by whoever knows its name
    ("GET", "/gradio_api/deep_link"), ("GET", "/gradio_api/runs"), ("GET", "/gradio_api/runs/"),
    # files by path, other addresses by proxy
    ("GET", "/gradio_api/file={path_or_url:path}"), ("GET", "/gradio_api/file/{path:path}"),
    ("GET", "/gradio_api/proxy={url_path:path}"), ("GET", "/svelte/{path:path}"),
    ("GET", "/gradio_api/custom_component/{id}/{environment}/{type}/{file_name}"),
    # calls beside the queue
    ("POST", "/gradio_api/api/{api_name}"), ("POST", "/gradio_api/api/{api_name}/"),
    ("POST", "/gradio_api/run/{api_name}"), ("POST", "/gradio_api/run/{api_name}/"),
    ("POST", "/gradio_api/call/{api_name}"), ("POST", "/gradio_api/call/{api_name}/"),
    ("POST", "/gradio_api/call/v2/{api_name}"), ("POST", "/gradio_api/call/v2/{api_name}/"),
    ("GET", "/gradio_api/call/{api_name}/{event_id}"), ("GET", "/gradio_api/call/v2/{api_name}/{event_id}"),
    ("POST", "/gradio_api/component_server"), ("POST", "/gradio_api/component_server/"),
    # media streams
    ("POST", "/gradio_api/stream/{event_id}"), ("POST", "/gradio_api/stream/{event_id}/close"),
    ("GET", "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8"),
    ("GET", "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file"),
    ("GET", "/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}"),
    ("POST", "/gradio_api/process_recording"),
    # what it tells about itself
    ("GET", "/monitoring"), ("GET", "/monitoring/summary"), ("GET", "/monitoring/{key}"),
    ("GET", "/gradio_api/profiling/traces"), ("GET", "/gradio_api/profiling/summary"),
    ("GET", "/gradio_api/info"), ("GET", "/gradio_api/info/"), ("GET", "/gradio_api/openapi.json"),
    ("GET", "/gradio_api/queue/status"), ("GET", "/robots.txt"), ("GET", "/pwa_icon"), ("GET", "/pwa_icon/{size}"),
    # its own programming by a model
    ("GET", "/gradio_api/dev/reload"), ("POST", "/gradio_api/vibe-edit"), ("POST", "/gradio_api/vibe-edit/"),
    ("POST", "/gradio_api/undo-vibe-edit"), ("POST", "/gradio_api/undo-vibe-edit/"),
    ("GET", "/gradio_api/vibe-code"), ("GET", "/gradio_api/vibe-code/"), ("POST", "/gradio_api/vibe-code"),
    ("POST", "/gradio_api/vibe-code/"), ("POST", "/gradio_api/vibe-starter-queries"),
    ("POST", "/gradio_api/vibe-starter-queries/"),
})  # fmt: skip


def form(method: str, path: str, needs: Needs = Needs.NOTHING) -> Route:
    """A page of our own about people, or what its form sends."""
    sends = method == "POST"
    return Route(method, path, needs, kind=Kind.FORM, changes=sends, longest_body=FORM_BYTES if sends else 0)


SIGN_ON, SIGN_ON_BACK = "/studio/sso", "/studio/sso/done"
PEOPLE = (
    form("GET", "/studio/sign-in"),
    form("POST", "/studio/sign-in"),
    form("GET", "/studio/first"),
    form("POST", "/studio/first"),
    form("GET", "/studio/code"),
    form("POST", "/studio/code"),
    form("GET", "/studio/account", Needs.SIGN_IN),
    form("POST", "/studio/account/password", Needs.SIGN_IN),
    form("POST", "/studio/account/notices", Needs.SIGN_IN),
    form("GET", "/studio/queue", Needs.SIGN_IN),
    form("POST", "/studio/queue/order", Needs.SIGN_IN),
    form("POST", "/studio/queue/priority", Needs.ADMINISTRATOR),
    form("POST", "/studio/queue/server", Needs.ADMINISTRATOR),
    form("POST", "/studio/sign-out", Needs.SIGN_IN),
    form("POST", "/studio/sign-out-everywhere", Needs.SIGN_IN),
    form("GET", "/studio/people", Needs.ADMINISTRATOR),
    form("POST", "/studio/people/add", Needs.ADMINISTRATOR),
    form("POST", "/studio/people/remove", Needs.ADMINISTRATOR),
    form("POST", "/studio/people/role", Needs.ADMINISTRATOR),
    form("POST", "/studio/people/code", Needs.ADMINISTRATOR),
    form("GET", "/studio/models", Needs.ADMINISTRATOR),
    form("POST", "/studio/models/add", Needs.ADMINISTRATOR),
    form("POST", "/studio/models/remove", Needs.ADMINISTRATOR),
)

ORGANISATION = (  # only where an issuer of OpenID Connect is named
    form("GET", SIGN_ON),
    form("GET", SIGN_ON_BACK),
)


class RouteList:
    """The routes of one site: found by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._plain: dict[tuple[str, str], Route] = {}
        self._by_method: dict[str, list[Route]] = {}
        for route in routes:
            if "{" in route.path:
                self._by_method.setdefault(route.method, []).append(route)
            else:
                self._plain[route.method, route.path] = route

    def find(self, method: str, path: str) -> Route | None:
        """The route that answers; HEAD is asked as GET is."""
        method = "GET" if method == "HEAD" else method
        if (plain := self._plain.get((method, path))) is not None:
            return plain
        return next((one for one in self._by_method.get(method, ()) if one.pattern.fullmatch(path)), None)


def routes_for(people: bool, *, issuer: bool = False) -> tuple[Route, ...]:
    """What answers: the pages about people only while there are people, and the way to an issuer where one is named."""
    return (*OURS, *PAGE, *(PEOPLE if people else ()), *(ORGANISATION if people and issuer else ()))


def unknown(running: Iterable[tuple[str, str]], written: Iterable[Route]) -> Mapping[str, list[tuple[str, str]]]:
    """How the routes of the running app differ from what is written: those unknown, and those that are not there."""
    known, there = {(route.method, route.path) for route in written}, set(running)
    return {"unknown": sorted(there - known - CLOSED), "missing": sorted(known - there)}
