"""What a form of these pages sent, and what goes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.services.people.identity import SignedIn
from studio.services.people.people_service import People, TooManyAttempts, WrongPassword

if TYPE_CHECKING:
    from studio.services.notices.notices import Notices

LONGEST_BODY = 16 * 2**10
NOBODY = "nobody"  # what the form of somebody who is not signed in is signed for


@dataclass(frozen=True)
class Asking:
    """One request: who asks, from where, and the way back to our own pages."""

    people: People
    signed_in: SignedIn | None
    address: str
    base: str  # the path under which a proxy serves the studio; empty for its root
    fields: Mapping[str, str]
    issuer: str = ""  # the host of the organisation's own sign-in; empty: there is none
    notices: "Notices | None" = None  # None: no way out of the box is set

    @property
    def token(self) -> str:
        """For the forms of the page that answers."""
        return self.people.sign_ins.form_token(self._subject)

    @property
    def _subject(self) -> str:
        return self.signed_in.session if self.signed_in else NOBODY

    def require_token(self) -> None:
        """StudioError when the form was not made by our own page for this very sign-in."""
        if not self.people.sign_ins.is_form_token(self.fields.get("token", ""), self._subject):
            raise StudioError(say("sign_in_page.old_form"), hint=say("sign_in_page.old_form_next"), where="token")

    def field(self, name: str) -> str:
        """What was typed; empty when it was left out."""
        return self.fields.get(name, "")

    def new_password(self) -> str:
        """Typed twice alike; StudioError otherwise."""
        if self.field("password") != self.field("again"):
            raise StudioError(say("sign_in_page.not_alike"), hint=say("sign_in_page.type_again"), where="again")
        return self.field("password")

    def to(self, path: str) -> Response:
        """Go on with a page of ours."""
        return RedirectResponse(f"{self.base}{path}", status_code=303)


Act = Callable[[Asking], str]  # what a form asks for; returns what is said of it on the page


async def answered(ask: Asking, act: Act | None, draw: Callable[[str, StudioError | None], str]) -> Response:
    """The page after what its form asked for, with what is said of it or the problem that stopped it; `draw` makes the
    page of both. Without an act it is only shown."""
    said, problem = "", None
    if act is not None:
        try:
            ask.require_token()
            said = await run_in_threadpool(act, ask)
        except StudioError as error:
            problem = error
    html = await run_in_threadpool(draw, said, problem)
    return shown(html, status_of(problem) if problem else 200)


async def asking(request: Request, people: People) -> Asking:
    """Read the request; a form that is too long or no text counts as empty, and then has no token."""
    body = await request.body() if request.method == "POST" else b""
    pairs: list[tuple[str, str]] = []
    if len(body) <= LONGEST_BODY:
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20, errors="strict")
        except ValueError:
            pairs = []
    client = request.scope.get("client")
    return Asking(
        people, request.scope.get("signed_in"), str(client[0]) if client else "",
        str(request.scope.get("root_path") or "").rstrip("/"), dict(pairs),
        str(getattr(request.app.state, "issuer", "")), getattr(request.app.state, "notices", None),
    )  # fmt: skip


def shown(html: str, status: int = 200) -> Response:
    """A page; no browser and no proxy keeps it."""
    return HTMLResponse(html, status_code=status, headers={"cache-control": "no-store"})


def status_of(problem: StudioError) -> int:
    """As HTTP says it."""
    kinds = ((TooManyAttempts, 429), (WrongPassword, 401), (NotFound, 404))
    return next((status for kind, status in kinds if isinstance(problem, kind)), 400)
