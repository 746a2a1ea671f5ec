"""The whole site in this process, as it is served: asked over ASGI, without a port."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI

from studio.services.access import Actor
from studio.services.people.identity import SignedIn
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.guard.admission import SessionKeys
from studio.web.server import build_site
from tests.fake_engine import FakeEngine
from tests.web.conftest import in_a_loop

PORT = 7861
HOME = f"http://127.0.0.1:{PORT}"
ANA, BEN = Actor("p-ana", "ana"), Actor("p-ben", "ben")


@dataclass
class SignIns:
    """Who is signed in, by the cookie: what a test wants of it, without passwords."""

    known: dict[str, SignedIn] = field(default_factory=dict)

    def signed_in(self, cookie: str) -> SignedIn | None:
        return self.known.get(cookie)


@dataclass
class Standing:
    """A site that was put together, and what it stands on."""

    studio: Studio
    guard: Any
    app: FastAPI
    page: Any
    downloads: Any
    people: SignIns = field(default_factory=SignIns)

    def ask(self, method: str, path: str, cookie: str = "", *, headers: Mapping[str, str] | None = None,
            **options: Any) -> httpx.Response:  # fmt: skip
        """One request as a page of the site would send it, by whoever has this cookie."""

        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.guard)
            cookies = {f"studio-{PORT}": cookie} if cookie else {}
            async with httpx.AsyncClient(transport=transport, base_url=HOME, cookies=cookies) as client:
                own_page = {} if method == "GET" else {"origin": HOME}
                return await client.request(method, path, headers={**own_page, **(headers or {})}, **options)

        return in_a_loop(once)


@dataclass
class Client:
    """Asks within one running loop, and goes away as soon as it knows enough: streams need not end."""

    guard: Any
    cookie: str

    async def ask(self, method: str, path: str, body: Any = None, *, until: str = "", seconds: float = 10.0,
                  ) -> tuple[int, str]:  # fmt: skip
        """The status; with `until` also what is told up to that word."""
        place, _, query = path.partition("?")
        content = json.dumps(body).encode() if body is not None and not isinstance(body, bytes) else body or b""
        kind = b"multipart/form-data; boundary=x" if isinstance(body, bytes) else b"application/json"
        headers = [(b"host", b"127.0.0.1:7861"), (b"cookie", f"studio-{PORT}={self.cookie}".encode()),
                   (b"content-type", kind), (b"content-length", str(len(content)).encode())]  # fmt: skip
        if method != "GET":
            headers.append((b"origin", HOME.encode()))
        scope = {
            "type": "http", "method": method, "path": unquote(place), "raw_path": place.encode(), "headers": headers,
            "query_string": query.encode(), "scheme": "http", "server": ("127.0.0.1", PORT), "http_version": "1.1",
            "client": ("127.0.0.1", 1), "root_path": "", "asgi": {"version": "3.0"}, "state": {}, "extensions": {},
        }  # fmt: skip
        parts, known, told = [{"type": "http.request", "body": content}], asyncio.Event(), [0, ""]

        async def receive() -> Any:
            return parts.pop() if parts else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                told[0] = message["status"]
                if not until or message["status"] != 200:
                    known.set()
            else:
                told[1] = f"{told[1]}{message.get('body', b'').decode()}"
                if until and until in str(told[1]):
                    known.set()

        asked = asyncio.create_task(self.guard(scope, receive, send))
        waiting = asyncio.create_task(known.wait())
        await asyncio.wait({asked, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not until:  # a short answer is heard out; a stream is left
            await asyncio.wait({asked}, timeout=0.02)
        for task in (asked, waiting):
            task.cancel()
        await asyncio.gather(asked, waiting, return_exceptions=True)
        return int(told[0]), str(told[1])

    async def status(self, method: str, path: str, body: Any = None) -> int:
        """Of the answer alone."""
        return (await self.ask(method, path, body))[0]


def put_together(home: Path, people: SignIns | None) -> Standing:
    """The site over a new home; it takes seconds."""
    settings = Settings(home=home, offline=True, browser=False, people=people is not None, max_upload_bytes=2**20)
    studio = Studio(settings, FakeEngine(steps=8, pause=0.0))

    async def build() -> Any:
        return build_site(studio, settings, SessionKeys("secret"), port=PORT, on_first_page=lambda: None, people=people)

    site = in_a_loop(build)
    return Standing(studio, site.app, site.inner, site.page, site.downloads, people or SignIns())


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The site of one person without sign-in."""
    made = put_together(tmp_path_factory.mktemp("alone"), None)
    yield made
    made.studio.close()


def signed_in() -> SignIns:
    """Ana twice, Ben, and Eva, who administers."""
    return SignIns({
        "ana": SignedIn(ANA, "s1", False), "ana-again": SignedIn(ANA, "s2", False),
        "ben": SignedIn(BEN, "s3", False), "eva": SignedIn(Actor("p-eva", "eva"), "s4", True),
    })  # fmt: skip


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The site of several people, asked one request at a time."""
    made = put_together(tmp_path_factory.mktemp("shared"), signed_in())
    yield made
    made.studio.close()
