"""The way to the organisation's own sign-in, and back."""

from html import escape

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.people.people_service import People
from studio.services.people.sign_ins import SIGN_IN_SECONDS
from studio.services.people.sign_on.openid_connect import LONGEST_SECONDS, OpenIdConnect
from studio.services.people.sign_on.sign_on import SignOn
from studio.web.guard.responses import knock
from studio.web.guard.route_list import SIGN_ON, SIGN_ON_BACK
from studio.web.sign_in.form_request import Asking, asking, shown, status_of
from studio.web.sign_in.sign_in_pages import sign_in_form


def add_sign_on_routes(
    app: FastAPI, people: People, sign_on: SignOn, issuer: OpenIdConnect, *, address: str, cookie: str, secure: bool
) -> None:
    """`address` is the studio's own as browsers see it, `cookie` the name that the guard looks for.

    The state goes with the browser in a cookie of its own, which has to come along from the issuer's page (Lax); the
    cookie that signs in is Strict, as after the form."""
    back, kept = f"{address.rstrip('/')}{SIGN_ON_BACK}", f"{cookie}-sign-on"

    def refused(ask: Asking, problem: StudioError) -> Response:
        answer = shown(sign_in_form(ask, problem), status_of(problem))
        answer.delete_cookie(kept, path=f"{ask.base}{SIGN_ON}", secure=secure, httponly=True, samesite="lax")
        return answer

    @app.get(SIGN_ON)
    async def begin(request: Request) -> Response:
        ask = await asking(request, people)
        try:
            sign_on.count_try(ask.address)
            there, state = await run_in_threadpool(issuer.begin, back)
        except StudioError as problem:
            return refused(ask, problem)
        answer = Response(status_code=303, headers={"location": there, "cache-control": "no-store"})
        answer.set_cookie(kept, state, max_age=int(LONGEST_SECONDS), path=f"{ask.base}{SIGN_ON}", secure=secure,
                          httponly=True, samesite="lax")  # fmt: skip
        return answer

    @app.get(SIGN_ON_BACK)
    async def come_back(request: Request) -> Response:
        ask, state, given = await asking(request, people), request.cookies.get(kept, ""), dict(request.query_params)

        def come() -> str:
            sign_on.count_try(ask.address)
            return sign_on.sign_in(issuer.finish(back, state, given), address=ask.address)

        try:
            value = await run_in_threadpool(come)
        except StudioError as problem:
            return refused(ask, problem)
        # a redirect from another site's page would not carry a Strict cookie: a second step of our own does
        step = f'<meta http-equiv="refresh" content="0;url={escape(ask.base)}/">'
        answer = shown(knock(say("security.opening_studio"), "", step))
        answer.set_cookie(cookie, value, max_age=SIGN_IN_SECONDS, path=f"{ask.base}/", secure=secure, httponly=True,
                          samesite="strict")  # fmt: skip
        answer.delete_cookie(kept, path=f"{ask.base}{SIGN_ON}", secure=secure, httponly=True, samesite="lax")
        return answer
