"""The organisation's own sign-ins, as the settings say: libraries are imported for those that are switched on."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import FastAPI

from studio.services.people.identity import SignedIn
from studio.services.runs.run_service import RunService
from studio.settings import Settings
from studio.storage.database import Database
from studio.storage.home import Home
from studio.web.guard.exposure import secret_in

if TYPE_CHECKING:
    from studio.services.people.people_service import People


def nobody(name: str) -> SignedIn | None:
    """Whom a proxy names that is not asked to."""
    return None


def add_sign_on(
    app: FastAPI, accounts: "People", ledger: Database, clock: Callable[[], datetime], settings: Settings, *,
    address: str, cookie: str, secure: bool,
) -> Callable[[str], SignedIn | None]:  # fmt: skip
    """Routes for the issuer, if one is named; how a name that the proxy gives is looked up."""
    if not settings.oidc_issuer and not settings.sign_in_header:
        return nobody
    from studio.services.people.sign_on.sign_on import SignOn

    sign_on = SignOn(accounts, ledger, clock, new_people=settings.sign_on_new_people)
    if settings.oidc_issuer:
        from studio.services.people.sign_on.openid_connect import OpenIdConnect
        from studio.web.sign_in.sign_on_routes import add_sign_on_routes

        issuer = OpenIdConnect(settings.oidc_issuer, settings.oidc_client_id, secret_in(settings.oidc_client_secret),
                               name_claim=settings.oidc_name_claim)  # fmt: skip
        app.state.issuer = urlsplit(settings.oidc_issuer).hostname or ""
        add_sign_on_routes(app, accounts, sign_on, issuer, address=address, cookie=cookie, secure=secure)
    return sign_on.named_by_proxy if settings.sign_in_header else nobody


def add_notices(app: FastAPI, home: Home, ledger: Database, runs: RunService, settings: Settings,
                address: str) -> Callable[[], None]:  # fmt: skip
    """Word of runs that end, where an administrator has set a way out; what ends it with the server."""
    if not settings.smtp_host and not settings.webhook_hosts:
        return lambda: None
    from studio.services.notices.notices import Notices

    notices = Notices(settings, home, ledger, address=address,
                      password=secret_in(settings.smtp_password))  # fmt: skip
    app.state.notices, runs.on_ended = notices, notices.run_ended
    return notices.close
