"""The whole site in this process, as it is served: asked over ASGI, without a port."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


def put_together(home: Path, people: SignIns | None) -> Standing:
    """The site over a new home; it takes seconds."""
    settings = Settings(home=home, offline=True, browser=False, people=people is not None)
    studio = Studio(settings, FakeEngine(steps=8, pause=0.0))

    async def build() -> Any:
        return build_site(studio, settings, SessionKeys("secret"), port=PORT, on_first_page=lambda: None, people=people)

    site = in_a_loop(build)
    return Standing(studio, site.app, site.inner, people or SignIns())


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The site of one person without sign-in."""
    made = put_together(tmp_path_factory.mktemp("alone"), None)
    yield made
    made.studio.close()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The site of Ana, who is signed in twice, of Ben, and of Eva, who administers it."""
    people = SignIns({
        "ana": SignedIn(ANA, "s1", False), "ana-again": SignedIn(ANA, "s2", False),
        "ben": SignedIn(BEN, "s3", False), "eva": SignedIn(Actor("p-eva", "eva"), "s4", True),
    })  # fmt: skip
    made = put_together(tmp_path_factory.mktemp("shared"), people)
    yield made
    made.studio.close()
