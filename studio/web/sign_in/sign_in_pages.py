"""The forms for signing in and for one's own account, as markup."""

from html import escape

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.people.identity import SignedIn
from studio.web.guard.route_list import SIGN_ON
from studio.web.sign_in.form_request import Asking
from studio.web.sign_in.page_frame import Field, form, link, page, passwords, problem_line


def sign_in_form(ask: Asking, problem: StudioError | None = None, notice: str = "") -> str:
    """Name and password; the name stays when something was wrong. Above them the way to the organisation's own."""
    fields = [
        Field("name", say("sign_in_page.name"), autocomplete="username", value=ask.field("name")[:100]),
        Field("password", say("sign_in_page.password"), "password", "current-password"),
    ]
    kind = "quiet" if ask.issuer else ""
    body = form(f"{ask.base}/studio/sign-in", ask.token, fields, say("sign_in_page.sign_in"), kind=kind)
    if ask.issuer:
        there = link(ask.base, SIGN_ON, say("sign_in_page.sign_on", host=ask.issuer), kind="button")
        body = f'{there}<p class="soft">{escape(say("sign_in_page.or_password"))}</p>{body}'
    return page(say("sign_in_page.sign_in"), body + link(ask.base, "/studio/code", say("sign_in_page.have_code")),
                base=ask.base, problem=problem, notice=notice)  # fmt: skip


def first_form(ask: Asking, problem: StudioError | None = None) -> str:
    """Who has the printed code becomes the first administrator."""
    fields = [
        Field("code", say("sign_in_page.code"), autocomplete="one-time-code", value=ask.field("code")[:100]),
        Field("name", say("sign_in_page.your_name"), autocomplete="username", value=ask.field("name")[:100]),
        *passwords(),
    ]
    said = f'<p class="soft">{say("sign_in_page.first_help")}</p>'
    body = said + form(f"{ask.base}/studio/first", ask.token, fields, say("sign_in_page.begin"))
    return page(say("sign_in_page.first"), body, base=ask.base, problem=problem)


def code_form(ask: Asking, problem: StudioError | None = None) -> str:
    """For somebody new, or who forgot her password."""
    fields = [Field("code", say("sign_in_page.code"), autocomplete="one-time-code", value=ask.field("code")[:100]),
              *passwords()]  # fmt: skip
    said = f'<p class="soft">{say("sign_in_page.code_help")}</p>'
    body = said + form(f"{ask.base}/studio/code", ask.token, fields, say("sign_in_page.set_password"))
    return page(say("sign_in_page.use_code"), body + link(ask.base, "/studio/sign-in", say("sign_in_page.sign_in")),
                base=ask.base, problem=problem)  # fmt: skip


def account(ask: Asking, me: SignedIn, problem: StudioError | None = None, notice: str = "",
            of_notices: StudioError | None = None) -> str:  # fmt: skip
    """One's own account. A problem of the addresses for notices stands beside them."""
    role = say("sign_in_page.administrator" if me.administrator else "sign_in_page.member")
    fields = [Field("old", say("sign_in_page.old_password"), "password", "current-password"), *passwords()]
    body = (
        f"<p>{escape(say('sign_in_page.signed_in_as', name=me.person.name, role=role))}</p>"
        + sign_outs(ask, me)
        + f"</section><section><h2>{say('sign_in_page.change_password')}</h2>"
        f'<p class="soft">{say("sign_in_page.ends_all")}</p>'
        + form(f"{ask.base}/studio/account/password", ask.token, fields, say("sign_in_page.set_password"))
        + "</section>"
        + notices_section(ask, me, of_notices)
        + "<section>"
        + link(ask.base, "/", say("sign_in_page.to_studio"))
        + link(ask.base, "/studio/queue", say("queue_page.title"))
        + (link(ask.base, "/studio/people", say("sign_in_page.people")) if me.administrator else "")
        + (link(ask.base, "/studio/models", say("model_folders.title")) if me.administrator else "")
    )
    return page(say("sign_in_page.account"), body, base=ask.base, problem=problem, notice=notice)


def notices_section(ask: Asking, me: SignedIn, problem: StudioError | None = None) -> str:
    """Where she wants word of her runs, in the ways that an administrator has set. What she typed stays when something
    was wrong with it."""
    if ask.notices is None:
        return ""
    wish = ask.notices.wish(me.person.id)
    email, webhook = (ask.field("email"), ask.field("webhook")) if problem else (wish.email, wish.webhook)
    mail = Field("email", say("sign_in_page.notice_email"), "email", "email", email[:300], may_be_empty=True)
    hook = Field("webhook", say("sign_in_page.notice_webhook"), "url", value=webhook[:2000], may_be_empty=True,
                 hint=say("sign_in_page.notice_hosts", hosts=", ".join(ask.notices.hosts)))  # fmt: skip
    fields = [*([mail] if ask.notices.by_mail else []), *([hook] if ask.notices.hosts else [])]
    secret = (
        f'<p class="soft">{escape(say("sign_in_page.notice_secret"))}</p><p class="code">{escape(wish.secret)}</p>'
        if wish.secret
        else ""
    )
    return (
        f"<section><h2>{escape(say('sign_in_page.notices'))}</h2>"
        f'<p class="soft">{escape(say("sign_in_page.notices_help"))}</p>'
        + problem_line(problem)
        + form(f"{ask.base}/studio/account/notices", ask.token, fields, say("sign_in_page.keep_notices"))
        + secret
        + "</section>"
    )


def sign_outs(ask: Asking, me: SignedIn) -> str:
    """Here and everywhere; whom the proxy lets in signs out where she signed in."""
    if me.is_by_proxy:
        return f'<p class="soft">{escape(say("sign_in_page.by_proxy"))}</p>'
    here = form(f"{ask.base}/studio/sign-out", ask.token, [], say("sign_in_page.sign_out"), kind="quiet")
    all_of_them = form(f"{ask.base}/studio/sign-out-everywhere", ask.token, [], say("sign_in_page.everywhere"),
                       kind="quiet")  # fmt: skip
    return f'<div class="row">{here}{all_of_them}</div>'
