"""Serving the page: one address with a token on this computer, and nothing that can be reached from elsewhere.

Imports of gradio happen inside `serve`, after what can be refused was refused.
"""

import contextlib
import gc
import html
import os
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from studio.copy.catalog import say
from studio.data.gc_paused import collector_paused
from studio.errors import StudioError
from studio.services.access import Actor
from studio.services.listening import take_port
from studio.settings import Settings, shared_folder
from studio.web.guard.admission import SessionKeys
from studio.web.guard.asgi import App, Scope, owner_of
from studio.web.guard.bindings import Bindings, BoundRequests, Id
from studio.web.guard.exposure import address_shown, addresses_of, refuse_exposure
from studio.web.guard.route_list import FORM_BYTES
from studio.web.layout.first_paint import first_paint
from studio.web.security import FIRST, SIGN_IN, SecurityMiddleware, cookie_named
from studio.web.serving.give_way import give_way, share_arenas
from studio.web.serving.offered_files import Downloads, may_still_read
from studio.web.serving.system_notify import SystemNotify
from studio.web.serving.uvicorn_server import Server
from studio.web.sign_in.organisation import add_notices, add_sign_on, nobody

if TYPE_CHECKING:
    from gradio import Blocks

    from studio.services.people.identity import Authenticator, SignedIn
    from studio.services.studio import Studio
    from studio.web.idempotent import IdempotentPosts
    from studio.web.resumable import ResumableStreams
    from studio.web.serving.given_back import GivenBack

# New objects before the collector looks through them, and its looks before an older generation's turn. Each tab that is
# made is thousands of objects that stay: with Python's own 700, 10 and 10 a sixth of a busy server's time was looking.
COLLECTED_AFTER = (10_000, 10, 30)
LONGEST_WAIT_SECONDS = 30.0  # a computer's speed is measured while the libraries are imported
LOOKS = {
    "studio.css": "text/css",
    "page.js": "text/javascript",
    "live.js": "text/javascript",
    "working.js": "text/javascript",
    "technical.js": "text/javascript; charset=utf-8",
    "words.js": "text/javascript",
    "transport.js": "text/javascript",
    "drafts.js": "text/javascript",
    "steady.js": "text/javascript",
    "logo.svg": "image/svg+xml",
}
WARM_AFTER_SECONDS = 1.5  # the first page's own requests go first
OLD_UPLOAD_SECONDS = 3600
NOBODY = Actor("", "")


def routes(downloads: Downloads, assets: Path, best: Callable[[], str] = lambda: "") -> FastAPI:
    """The studio's own routes; Gradio is mounted after them."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/studio/look/{name}")
    def look(name: str) -> Response:
        if name not in LOOKS:
            return Response("There is no such file.", status_code=404)
        return FileResponse(assets / name, media_type=LOOKS[name], headers={"cache-control": "no-cache"})

    @app.get("/studio/best")
    def best_model() -> JSONResponse:
        """Answered beside the page's own messages: importing what measures this computer takes some seconds."""
        return JSONResponse({"text": best()})

    @app.get("/studio/files/{name}/{shown}")
    def file(name: str, shown: str, request: Request) -> Response:
        path = downloads.fetch(owner_of(request.scope), request.scope.get("actor", NOBODY), name)
        if path is None:
            return Response("This file is no longer offered. Export it again.", status_code=404)
        return FileResponse(path, filename=path.name, media_type="application/octet-stream")

    @app.get("/gradio_api/heartbeat/{session_hash}")
    def heartbeat(session_hash: str) -> Response:
        """Answered at once: Gradio's own would hold one of a browser's six connections for every open tab.

        Closing a tab ends its answers all the same, since the event stream closes; what is left is a handful of ids.
        """
        return Response("data: ALIVE\n\n", media_type="text/event-stream")

    return app


def best_here(studio: "Studio") -> str:
    """Which model is best on this computer, how long it would take, and what it needs: an estimate that loads none."""
    from studio.web.copy.model import best_line

    studio.models.wait_for_speed(LONGEST_WAIT_SECONDS)
    return best_line(studio.models.best_for_here())


@dataclass(frozen=True)
class Site:
    """What is served, and what ends its streams when the server is told to stop: it would wait for them otherwise."""

    app: SecurityMiddleware
    inner: FastAPI  # behind all that stands before it
    page: "Blocks"
    downloads: Downloads
    leave: Callable[[], None]


def build_site(
    studio: "Studio", settings: Settings, keys: SessionKeys, *, port: int, on_first_page: Callable[[], None],
    people: "Authenticator | None" = None,
) -> Site:  # fmt: skip
    """Everything behind the guard, ready to be served."""
    uploads = studio.home.uploads
    forget_old_uploads(uploads, now=time.time())
    os.environ["GRADIO_TEMP_DIR"] = str(uploads)
    import gradio

    from studio.storage.drafts import DraftStore
    from studio.web.app import build_app
    from studio.web.gradio_queue import sleep_until_pushed
    from studio.web.gradio_signatures import remember_all
    from studio.web.idempotent import IdempotentPosts
    from studio.web.live.draft_routes import add_draft_routes
    from studio.web.live.feed import LiveFeed, add_live_route
    from studio.web.resumable import ResumableStreams
    from studio.web.serving.given_back import GivenBack
    from studio.web.serving.gradio_sessions import keep_sessions_small
    from studio.web.theme import studio_theme

    assets = shared_folder("assets")
    downloads = Downloads(settings.root_path, partial(may_still_read, studio.home, studio.access))
    remember_all()
    page = build_app(studio if people is None else acting(studio), downloads.offer)
    ours, feed = routes(downloads, assets, lambda: best_here(studio)), LiveFeed(studio.open, studio.jobs)
    add_live_route(ours, feed)
    add_draft_routes(ours, DraftStore(studio.home), studio.open, studio.clock)
    bindings, site = Bindings(), addresses_of(settings, port)
    named: Callable[[str], SignedIn | None] = nobody
    end_notices: Callable[[], None] = lambda: None  # noqa: E731
    if people is not None:
        from gradio.routes import file_upload_statuses

        from studio.services.models.model_folders import ModelFolders
        from studio.web.guard.uploads import add_upload_route
        from studio.web.sign_in.model_folder_routes import add_model_folder_routes
        from studio.web.sign_in.queue_routes import add_queue_routes
        from studio.web.sign_in.sign_in_routes import add_sign_in_routes

        add_sign_in_routes(
            ours, studio.accounts, studio.ownership, cookie=cookie_named(port), secure=site.scheme == "https"
        )
        named = add_sign_on(
            ours, studio.accounts, studio.ledger, studio.clock, settings, address=address_shown(settings, port),
            cookie=cookie_named(port), secure=site.scheme == "https",
        )  # fmt: skip
        add_queue_routes(ours, studio.accounts, studio.queue, studio.server_overview)
        add_model_folder_routes(ours, studio.accounts, ModelFolders(studio.home, studio.ledger, studio.models))
        end_notices = add_notices(
            ours, studio.home, studio.ledger, studio.runs, settings, address_shown(settings, port)
        )
        add_upload_route(ours, bindings, uploads, settings.max_upload_bytes, file_upload_statuses,
                         studio.quota.refuse_upload)  # fmt: skip
    app = gradio.mount_gradio_app(
        ours,
        page,
        path="/",
        server_name=settings.host,
        server_port=port,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        pwa=False,
        show_error=True,
        max_file_size=settings.max_upload_bytes,
        theme=studio_theme(),
        head=HEAD + metas(people is not None),
        root_path=settings.root_path or None,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )  # fmt: skip
    sleep_until_pushed(page._queue)
    keep_sessions_small(page)
    streams = ResumableStreams(app)
    inner: App = (posts := IdempotentPosts(streams))
    streams.on_left = partial(forget_left, page, posts, GivenBack())
    may_ask: Callable[[Scope], bool] = lambda scope: True  # noqa: E731
    if people is not None:
        from studio.web.guard.limits import ALL_PAGES, WAITING_EVENTS, RequestLimits

        streams.most_awaited, streams.most_pages = WAITING_EVENTS, ALL_PAGES
        bindings.on_dropped = partial(forget_session, page, streams)
        inner, may_ask = BoundRequests(inner, bindings), RequestLimits().may_ask
    guard = SecurityMiddleware(
        inner, keys, port=port, person=studio.person, on_first_page=on_first_page, first=first_paint(),
        people=people, site=site, may_ask=may_ask,
        longest_upload=settings.max_upload_bytes + FORM_BYTES,
        first_sign_in=lambda: FIRST if studio.accounts.nobody_yet else SIGN_IN, named=named,
        issuer=bool(settings.oidc_issuer),
    )  # fmt: skip

    def leave() -> None:
        streams.close()
        feed.close()
        end_notices()

    return Site(guard, app, page, downloads, leave)


def acting(studio: "Studio") -> "Studio":
    """The studio in the hands of whoever's event is carried out."""
    from studio.services.acting_studio import ActingStudio
    from studio.web.view import actor_at_work

    return ActingStudio(studio, actor_at_work)


def forget_left(page: Any, posts: "IdempotentPosts", memory: "GivenBack", owner: str, session: str) -> None:
    """What is kept of a page that was closed goes, and its memory back to the system."""
    page.state_holder.session_data.pop(session, None)
    posts.forget_page(owner, session)
    memory.later()


def forget_session(page: Any, streams: "ResumableStreams", kind: Id, id: str) -> None:
    """What is kept of a page goes with the binding: whoever names it next begins anew."""
    if kind is Id.SESSION:
        streams.forget(id)
        page.state_holder.session_data.pop(id, None)


def metas(people: bool) -> str:
    """What the page's scripts need to know in the language of the page."""
    labels = "|".join(say(f"training.{name}") for name in ("size_last_change_gradient", "size_change_gradient_norm"))
    told = {
        "working": say("working"), "unheard": say("page_press.unheard"), "technical": labels,
        "decided": say("inbox.decided_here"), "drawing": say("plots.drawing"),
        **({"locked": say("security.signed_out")} if people else {}),
    }  # fmt: skip
    return "".join(f'<meta name="studio-{name}" content="{html.escape(text)}">' for name, text in told.items())


# Addresses are read from where the page stands, also where a proxy shows it at a path of its own.
HEAD = (
    '<link rel="stylesheet" href="studio/look/studio.css"><script src="studio/look/page.js" defer></script>'
    '<script src="studio/look/drafts.js" defer></script><script src="studio/look/steady.js" defer></script>'
    '<script src="studio/look/live.js" defer></script><script src="studio/look/working.js" defer></script>'
    '<script src="studio/look/technical.js" defer></script><script src="studio/look/words.js" defer></script>'
    '<link rel="icon" type="image/svg+xml" href="studio/look/logo.svg">'
)


def forget_old_uploads(uploads: Path, *, now: float) -> None:
    """What an aborted upload left behind; finished ones were copied into their dataset at once."""
    for path in sorted(uploads.rglob("*"), reverse=True):
        with contextlib.suppress(OSError):
            if path.is_dir():
                path.rmdir()  # only when it is empty
            elif path.stat().st_mtime < now - OLD_UPLOAD_SECONDS:
                path.unlink()


def open_browser(home: Path, address: str) -> Path:
    """Through a file that only its owner reads: an address in a program's arguments is everybody's."""
    path = home / "open.html"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f'<!doctype html><meta http-equiv="refresh" content="0;url={html.escape(address)}">')
    threading.Thread(target=webbrowser.open, args=(path.as_uri(),), daemon=True).start()
    return path


def can_show_browser(environ: Mapping[str, str]) -> bool:
    """Without a screen, `webbrowser` would open a text browser inside the terminal."""
    return sys.platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def get_ready(studio: "Studio") -> None:
    """While she brings her table: import the libraries, then open the model that stands chosen on the Model tab.

    The second thread waits for a child, so the studio can be left meanwhile; what is wrong with the model is said to
    whoever chooses it.
    """

    def open_starter() -> None:
        with contextlib.suppress(StudioError):
            studio.models.inspect("starter")

    studio.engine.warm()
    gc.collect()
    gc.freeze()  # what the libraries are made of: else the collector looks through all of it again and again
    threading.Thread(target=open_starter, daemon=True).start()


def serve(studio: "Studio", settings: Settings) -> None:
    """Serve the page until a signal; returns after what was running is saved. StudioError when it cannot start."""
    refuse_exposure(settings, os.environ)
    if settings.people:
        share_arenas()
    taken = take_port(settings.host, settings.port)
    opened: list[Path] = []
    try:
        studio.hold_home()  # from here on a thread of its own starts runs
        if studio.people:
            give_way()
        port = int(taken.getsockname()[1])
        keys = SessionKeys()
        people = studio.people
        address = address_shown(settings, port) + ("" if people else f"?token={keys.token}")

        def warm() -> None:
            threading.Timer(WARM_AFTER_SECONDS, get_ready, [studio]).start()

        system = SystemNotify(os.environ)

        def tell() -> None:
            system.ready()
            words = "server.sign_in_at" if people else "server.open_at"
            print(say(words, address=address), flush=True)
            for line in studio.ownership.at_start(address) if people else []:
                print(line, flush=True)
            if settings.browser and can_show_browser(os.environ):
                opened.append(open_browser(settings.home, address))

        def leave() -> None:
            system.stopping()
            site.leave()

        with collector_paused():
            site = build_site(studio, settings, keys, port=port, on_first_page=warm, people=people)
        gc.freeze()  # the libraries and the page stay to the end: nobody has to look through them again
        gc.set_threshold(*COLLECTED_AFTER)
        config = uvicorn.Config(
            site.app, log_level="warning", access_log=False, server_header=False, proxy_headers=False, ws="none",
            timeout_graceful_shutdown=2, ssl_certfile=settings.certificate, ssl_keyfile=settings.key,
        )  # fmt: skip
        if settings.metrics_port:
            from studio.web.serving.metrics_port import open_metrics

            config.app = open_metrics(site.app, settings.metrics_port, studio.home, studio.ledger, people)
        Server(config, tell, leave, system.alive).run(sockets=[taken])
    finally:
        taken.close()
        for path in opened:
            path.unlink(missing_ok=True)
        studio.close()


__all__: list[Any] = ["build_site", "serve"]
