"""Signing in, the first administrator, one-time codes, and one's own account."""

from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.project import Project
from studio.services.people.identity import SignedIn
from studio.services.people.ownership import Ownership
from studio.services.people.people_service import People
from studio.services.people.sign_ins import SIGN_IN_SECONDS
from studio.web.sign_in.form_request import Asking, asking, shown, status_of
from studio.web.sign_in.page_frame import link, page
from studio.web.sign_in.people_routes import add_people_routes, not_here
from studio.web.sign_in.sign_in_pages import account, code_form, first_form, sign_in_form

DONE = ("password", "code", "out", "everywhere")  # what the sign-in page may be told to say


def add_sign_in_routes(app: FastAPI, people: People, ownership: Ownership, *, cookie: str, secure: bool) -> None:
    """All pages about people. `cookie` is the name that the guard looks for; `secure`: the way here is encrypted."""

    def with_cookie(ask: Asking, value: str) -> Response:
        answer = ask.to("/")
        answer.set_cookie(cookie, value, max_age=SIGN_IN_SECONDS, path=f"{ask.base}/", secure=secure, httponly=True,
                          samesite="strict")  # fmt: skip
        return answer

    def without_cookie(ask: Asking, done: str) -> Response:
        answer = ask.to(f"/studio/sign-in?done={done}")
        answer.delete_cookie(cookie, path=f"{ask.base}/", secure=secure, httponly=True, samesite="strict")
        answer.headers["clear-site-data"] = '"storage"'  # what she typed is kept for her on the server
        return answer

    @app.get("/studio/sign-in")
    async def sign_in_page(request: Request, done: str = "") -> Response:
        ask = await asking(request, people)
        if ask.signed_in is not None:
            return ask.to("/")
        if await run_in_threadpool(lambda: people.nobody_yet):
            return ask.to("/studio/first")
        return shown(sign_in_form(ask, notice=say(f"sign_in_page.done_{done}") if done in DONE else ""))

    @app.post("/studio/sign-in")
    async def sign_in(request: Request) -> Response:
        ask = await asking(request, people)
        try:
            ask.require_token()
            value = await run_in_threadpool(people.sign_in, ask.field("name"), ask.field("password"),
                                            address=ask.address)  # fmt: skip
        except StudioError as problem:
            return shown(sign_in_form(ask, problem), status_of(problem))
        return with_cookie(ask, value)

    @app.get("/studio/first")
    async def first_page(request: Request) -> Response:
        ask = await asking(request, people)
        nobody = await run_in_threadpool(lambda: people.nobody_yet)
        return shown(first_form(ask)) if nobody else not_here(ask)

    @app.post("/studio/first")
    async def first(request: Request) -> Response:
        ask = await asking(request, people)
        if not await run_in_threadpool(lambda: people.nobody_yet):
            return not_here(ask)

        def become() -> tuple[str, list[Project]]:
            person = people.become_first(ask.field("code"), ask.field("name"), ask.new_password(), address=ask.address)
            return person.name, ownership.adopt(person)

        try:
            ask.require_token()
            name, adopted = await run_in_threadpool(become)
        except StudioError as problem:
            return shown(first_form(ask, problem), status_of(problem))
        told = [say("sign_in_page.first_done", name=name)]
        told += [say("sign_in.adopted", count=len(adopted), name=name)] if adopted else []
        return shown(page(say("sign_in_page.first"), link(ask.base, "/studio/sign-in", say("sign_in_page.sign_in")),
                          base=ask.base, notice=" ".join(told)))  # fmt: skip

    @app.get("/studio/code")
    async def code_page(request: Request) -> Response:
        return shown(code_form(await asking(request, people)))

    @app.post("/studio/code")
    async def use_code(request: Request) -> Response:
        ask = await asking(request, people)
        try:
            ask.require_token()
            await run_in_threadpool(lambda: people.use_code(ask.field("code"), ask.new_password(), address=ask.address))
        except StudioError as problem:
            return shown(code_form(ask, problem), status_of(problem))
        return ask.to("/studio/sign-in?done=code")

    @app.get("/studio/account")
    async def account_page(request: Request) -> Response:
        ask = await asking(request, people)
        return shown(account(ask, ask.signed_in)) if ask.signed_in else ask.to("/studio/sign-in")

    @app.post("/studio/account/password")
    async def change_password(request: Request) -> Response:
        ask = await asking(request, people)
        if (me := ask.signed_in) is None:
            return ask.to("/studio/sign-in")
        try:
            ask.require_token()
            await run_in_threadpool(lambda: people.change_password(me, ask.field("old"), ask.new_password(),
                                                                   address=ask.address))  # fmt: skip
        except StudioError as problem:
            return shown(account(ask, me, problem), status_of(problem))
        return without_cookie(ask, "password")

    @app.post("/studio/account/notices")
    async def keep_notices(request: Request) -> Response:
        ask = await asking(request, people)
        if (me := ask.signed_in) is None:
            return ask.to("/studio/sign-in")
        if (notices := ask.notices) is None:
            return not_here(ask)
        try:
            ask.require_token()
            email, webhook = ask.field("email"), ask.field("webhook")
            await run_in_threadpool(lambda: notices.keep(me.person.id, email, webhook, by=me.person.name))
        except StudioError as problem:
            return shown(account(ask, me, of_notices=problem), status_of(problem))
        return shown(account(ask, me, notice=say("sign_in_page.notices_kept")))

    @app.post("/studio/sign-out")
    async def sign_out(request: Request) -> Response:
        ask = await asking(request, people)
        return await end(ask, people.sign_out, "out")

    @app.post("/studio/sign-out-everywhere")
    async def sign_out_everywhere(request: Request) -> Response:
        ask = await asking(request, people)
        return await end(ask, people.sign_out_everywhere, "everywhere")

    async def end(ask: Asking, how: Callable[[SignedIn], None], done: str) -> Response:
        if (me := ask.signed_in) is None:
            return ask.to("/studio/sign-in")
        try:
            ask.require_token()
        except StudioError as problem:
            return shown(account(ask, me, problem), status_of(problem))
        await run_in_threadpool(how, me)
        return without_cookie(ask, done)

    add_people_routes(app, people, ownership)
