"""The pages about people behind something that tells who asks, as the guard does."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from starlette.types import Receive, Scope, Send

from studio.services.people.attempts import Attempts
from studio.services.people.ownership import Ownership
from studio.services.people.passwords import Passwords
from studio.services.people.people_service import People
from studio.storage.database import Database
from studio.storage.home import Home
from studio.web.sign_in.sign_in_routes import add_sign_in_routes

COOKIE, GOOD = "studio-7860", "four words in a row"


class Site:
    """One studio's pages about people, and browsers that look at them."""

    def __init__(self, folder: Path) -> None:
        self.home, database = Home(folder), Database(folder / "studio.db")
        quick = Passwords(PasswordHasher(time_cost=1, memory_cost=256, parallelism=1))
        self.people = People(database, lambda: datetime.now(UTC), quick, Attempts(per_minute=100))
        self.ownership = Ownership(self.home, database, self.people)
        self.app = FastAPI()
        add_sign_in_routes(self.app, self.people, self.ownership, cookie=COOKIE, secure=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            cookies = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode())
            scope["signed_in"] = self.people.signed_in(cookies[COOKIE].value) if COOKIE in cookies else None
        await self.app(scope, receive, send)

    def browser(self) -> TestClient:
        return TestClient(self, base_url="https://box.example", follow_redirects=False)

    def signed_in(self, name: str) -> TestClient:
        browser = self.browser()
        assert send(browser, "/studio/sign-in", "/studio/sign-in", name=name, password=GOOD).status_code == 303
        return browser


def send(browser: TestClient, page: str, to: str, **fields: str) -> Response:
    """Open a page, and send its form as a browser does."""
    token = re.search(r'name="token" value="([^"]+)"', browser.get(page).text)
    assert token, page
    return browser.post(to, data={"token": token[1], **fields})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    yield Site(tmp_path / "home")
