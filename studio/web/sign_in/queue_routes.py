"""What waits for this computer, for everybody who is signed in: names and times, and nothing of what is taught.

Each puts her own runs in another order; an administrator puts anybody's before or behind the others', and ends a server
for programs that stands in the others' way, both with a reason.
"""

from html import escape

from fastapi import FastAPI, Request, Response

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.people.people_service import People
from studio.services.runs.queue_list import QueueEntry, QueueList
from studio.services.serving.server_overview import RunningServer, ServerOverview
from studio.web.copy.training import about_when
from studio.web.sign_in.form_request import Act, Asking, answered, asking
from studio.web.sign_in.page_frame import Field, form, hidden, line_of, link, page
from studio.web.sign_in.people_routes import not_here, told

EARLIER, LATER = "earlier", "later"


def add_queue_routes(app: FastAPI, people: People, queue: QueueList, servers: ServerOverview) -> None:
    """The page and its forms."""

    async def respond(request: Request, act: Act | None) -> Response:
        ask = await asking(request, people)
        if ask.signed_in is None:
            return ask.to("/studio/sign-in")
        return await answered(ask, act, lambda said, problem: queue_page(ask, queue, servers, said, problem))

    def reorder(ask: Asking) -> str:
        name = ask.signed_in.person.name if ask.signed_in else ""
        queue.reorder(ask.field("run"), earlier=ask.field("where") == EARLIER, by=name)
        return told(say("queue_page.moved"))

    def move(ask: Asking) -> str:
        name = ask.signed_in.person.name if ask.signed_in else ""
        try:
            priority = int(ask.field("priority"))
        except ValueError:
            raise StudioError(say("queue_page.no_number"), hint=say("queue_page.number"), where="priority") from None
        queue.move(ask.field("run"), priority, reason=ask.field("reason"), by=name)
        return told(say("queue_page.moved"))

    def end_server(ask: Asking) -> str:
        name = ask.signed_in.person.name if ask.signed_in else ""
        servers.end(ask.field("server"), reason=ask.field("reason"), by=name)
        return told(say("queue_page.server_ended"))

    async def for_administrators(request: Request, act: Act) -> Response:
        ask = await asking(request, people)
        if ask.signed_in is None or not ask.signed_in.administrator:
            return not_here(ask)
        return await respond(request, act)

    @app.get("/studio/queue")
    async def show_queue(request: Request) -> Response:
        return await respond(request, None)

    @app.post("/studio/queue/order")
    async def change_order(request: Request) -> Response:
        return await respond(request, reorder)

    @app.post("/studio/queue/priority")
    async def change_priority(request: Request) -> Response:
        return await for_administrators(request, move)

    @app.post("/studio/queue/server")
    async def end_a_server(request: Request) -> Response:
        return await for_administrators(request, end_server)


def queue_page(ask: Asking, queue: QueueList, servers: ServerOverview, said: str, problem: StudioError | None) -> str:
    """Who holds the computer, what the cluster does, and who waits in which order."""
    holders, there, entries = queue.holders(), queue.in_cluster(), queue.entries()
    lines = [block(one.person, runs_now(about_when(queue.ends(one)))) for one in holders]
    lines += [block(one.person, one.says) for one in there]
    lines += [entry_block(ask, one, entries) for one in entries]
    server = servers.running() if ask.signed_in is not None and ask.signed_in.administrator else None
    nothing = "" if lines else f'<p class="soft">{escape(say("queue_page.nothing"))}</p>'
    body = (
        f'{said}<p class="soft">{escape(say("queue_page.help"))}</p>'
        + "".join(lines)
        + nothing
        + (server_section(ask, server) if server is not None else "")
        + "</section><section>"
        + link(ask.base, "/studio/account", say("sign_in_page.account"))
        + link(ask.base, "/", say("sign_in_page.to_studio"))
    )
    return page(say("queue_page.title"), body, base=ask.base, problem=problem, wide=True)


def server_section(ask: Asking, server: RunningServer) -> str:
    """For an administrator: whose server for programs is on, and a way to end it."""
    since = f"{server.since.astimezone():%d %b, %H:%M}"
    says = say("queue_page.server_is", name=server.name, since=since, port=server.port)
    reason = Field("reason", say("queue_page.reason_for_owner"), id="reason-server")
    ending = form(f"{ask.base}/studio/queue/server", ask.token, [], say("queue_page.end_server"),
                  inside=hidden("server", server.id) + line_of(reason))  # fmt: skip
    return (
        f"</section><section><h2>{escape(say('queue_page.server'))}</h2>"
        f'<p class="soft">{escape(say("queue_page.server_help"))}</p>'
        + block(
            server.by, says, f"<details><summary>{escape(say('queue_page.end_server'))}</summary>{ending}</details>"
        )
    )


def runs_now(when: str) -> str:
    """Of who has the computer: until about when."""
    return say("queue_page.runs_until", when=when) if when else say("queue_page.runs_now")


def block(person: str, says: str, inside: str = "") -> str:
    """One run: whose it is and how it stands; `inside` is markup with what she may do about it."""
    return f'<div class="person"><h2>{escape(person)} <span>{escape(says)}</span></h2>{inside}</div>'


def entry_block(ask: Asking, one: QueueEntry, entries: list[QueueEntry]) -> str:
    """One run that waits, with what she may do about its place."""
    me = ask.signed_in
    when = about_when(one.starts)  # with a space before it
    facts = [say("queue_page.ahead", ahead=one.ahead), *([say("queue_page.when", when=when)] if when else []),
             *([say("queue_page.priority_is", priority=one.priority)] if one.priority else [])]  # fmt: skip
    at, which, inside = f"{ask.base}/studio/queue", hidden("run", one.run), ""
    if me is not None and one.person == me.person.name:
        mine = [entry.run for entry in entries if (entry.person, entry.priority) == (one.person, one.priority)]
        moves = [to for to, may in ((EARLIER, mine[0] != one.run), (LATER, mine[-1] != one.run)) if may]
        forms = [form(f"{at}/order", ask.token, [], say(f"queue_page.{to}"), kind="quiet",
                      inside=which + hidden("where", to)) for to in moves]  # fmt: skip
        inside += f'<div class="row">{"".join(forms)}</div>' if forms else ""
    if me is not None and me.administrator:
        priority = Field("priority", say("queue_page.priority"), "number", value=str(one.priority),
                         id=f"priority-{one.run}")  # fmt: skip
        reason = Field("reason", say("queue_page.reason"), id=f"reason-{one.run}")
        fields = f'<div class="line"><div>{line_of(priority)}</div><div>{line_of(reason)}</div></div>'
        inside += f"<details><summary>{escape(say('queue_page.change'))}</summary>" + form(
            f"{at}/priority", ask.token, [], say("queue_page.move"), kind="quiet", inside=which + fields
        ) + "</details>"  # fmt: skip
    return block(one.person, " · ".join(facts), inside)
