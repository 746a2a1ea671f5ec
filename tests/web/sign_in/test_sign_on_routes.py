"""Signing in through the organisation, as a browser sees it."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from studio.schemas.people.person import Role
from studio.services.people.identity import SignedIn
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.guard.route_list import ORGANISATION
from studio.web.sign_in.organisation import add_sign_on, nobody
from studio.web.sign_in.sign_in_routes import add_sign_in_routes
from tests.fake_engine import FakeEngine
from tests.services.people.sign_on.conftest import CLIENT, SECRET, Issuer, issuer

__all__ = ["issuer"]
COOKIE, ADDRESS = "studio-7860", "https://box.example/"


class Box:
    """A studio with an issuer, and its pages about people."""

    def __init__(self, folder: Path, issuer: Issuer) -> None:
        secret = folder / "secret"
        secret.write_text(f"{SECRET}\n")
        secret.chmod(0o600)
        settings = Settings(home=folder / "home", people=True, oidc_issuer=issuer.address, oidc_client_id=CLIENT,
                            oidc_client_secret=secret)  # fmt: skip
        self.studio, self.app = Studio(settings, FakeEngine()), FastAPI()
        add_sign_in_routes(self.app, self.studio.accounts, self.studio.ownership, cookie=COOKIE, secure=True)
        add_sign_on(
            self.app,
            self.studio.accounts,
            self.studio.ledger,
            self.studio.clock,
            settings,
            address=ADDRESS,
            cookie=COOKIE,
            secure=True,
        )
        self.browser = TestClient(self.app, base_url=ADDRESS, follow_redirects=False)

    def who(self) -> SignedIn | None:
        return self.studio.accounts.signed_in(self.browser.cookies.get(COOKIE, ""))


@pytest.fixture
def box(tmp_path: Path, issuer: Issuer) -> Box:
    return Box(tmp_path, issuer)


def test_the_button_leads_to_the_issuer_and_back_into_the_studio(box: Box, issuer: Issuer) -> None:
    box.studio.accounts.add_with_password("Root", "four words in a row", by="-", role=Role.ADMINISTRATOR)
    added = box.studio.accounts.add("Ana", by="root").person
    assert "Sign in through 127.0.0.1" in box.browser.get("/studio/sign-in").text
    there = box.browser.get("/studio/sso")
    asked = parse_qs(urlsplit(there.headers["location"]).query)
    assert there.status_code == 303 and asked["redirect_uri"] == [f"{ADDRESS}studio/sso/done"]
    kept = there.headers["set-cookie"]
    assert all(word in kept for word in ("HttpOnly", "SameSite=lax", "Secure", "Path=/studio/sso"))
    back = box.browser.get("/studio/sso/done", params=issuer.approve(there.headers["location"]))
    assert back.status_code == 200 and 'content="0;url=/"' in back.text
    assert "SameSite=strict" in back.headers["set-cookie"]
    seen = box.who()
    assert seen is not None and seen.person.id == added.id


def test_an_answer_that_another_browser_asked_for_lets_nobody_in(box: Box, issuer: Issuer) -> None:
    box.studio.accounts.add("Ana", by="root")
    theirs = TestClient(box.app, base_url=ADDRESS, follow_redirects=False).get("/studio/sso")
    brought = issuer.approve(theirs.headers["location"])
    for _ in range(2):
        refused = box.browser.get("/studio/sso/done", params=brought)
        assert refused.status_code == 401 and "begun too long ago" in refused.text and box.who() is None
        box.browser.get("/studio/sso")


def test_nobody_of_this_studio_is_told_whom_to_ask(box: Box, issuer: Issuer) -> None:
    there = box.browser.get("/studio/sso")
    refused = box.browser.get("/studio/sso/done", params=issuer.approve(there.headers["location"]))
    assert refused.status_code == 401 and "Ask an administrator" in refused.text and box.who() is None


def test_its_routes_are_written_down(box: Box) -> None:
    there = {(method, route.path) for route in box.app.routes for method in getattr(route, "methods", ())}  # type: ignore[attr-defined]
    assert {(route.method, route.path) for route in ORGANISATION} == {one for one in there if "/sso" in one[1]}


def test_it_is_off_until_it_is_set(tmp_path: Path) -> None:
    settings, app = Settings(home=tmp_path / "home", people=True), FastAPI()
    studio = Studio(settings, FakeEngine())
    assert (
        add_sign_on(
            app, studio.accounts, studio.ledger, studio.clock, settings, address=ADDRESS, cookie=COOKIE, secure=True
        )
        is nobody
    )
    assert not [route for route in app.routes if "/sso" in getattr(route, "path", "")]
