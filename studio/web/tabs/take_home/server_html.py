"""What is told of the server for other programs, as markup."""

from collections.abc import Sequence

from studio.copy.catalog import say
from studio.copy.quantities import size
from studio.services.serving.version_server import Application, ServerEnded, ServerState, way_to_end
from studio.web import html


def state_of(state: ServerState, names: Sequence[str], larger: str = "", *, people: bool) -> str:
    """Whether it is on, where it is asked, and how much this computer can do; `names` are those of its versions.

    `people`: whether several share this computer, of whom an administrator may have ended it.
    `larger`: the command by which another server answers for the same versions, where one can.
    """
    taken = taken_by(state.taken) if state.taken is not None else ""
    if state.status == "elsewhere":
        return taken + html.notice(say("serving.serves_already"), way_to_end(people=people), tone="warn")
    if taken:
        return taken
    if state.status == "ended":
        return html.notice(say("take_home.server.ended"), say("serving.start_again"), tone="bad")
    if state.status != "ready":
        return ""
    since = f"{state.since.astimezone():%d %b, %H:%M}" if state.since else ""
    told = [
        say("take_home.server.on", by=state.by, since=since),
        say("take_home.server.serves", names=tuple(names)),
        say("take_home.server.memory", memory=size(state.memory_bytes)),
        pace_of(state),
    ]
    asked = html.title(say("take_home.server.address")) + html.script(state.address)
    asked += f'<p class="soft">{html.safe(say("take_home.server.ask_by_name"))}</p>'
    lead = say("take_home.server.larger_lead" if larger else "take_home.server.larger_alone")
    more = html.title(say("take_home.server.larger"), lead) + (html.script(larger) if larger else "")
    return html.listing(told) + asked + more


def taken_by(taken: ServerEnded) -> str:
    """Who ended it, when and why."""
    at = f"{taken.at.astimezone():%d %b, %H:%M}"
    said = say("take_home.server.taken", by=taken.by, at=at)
    return html.notice(said, say("take_home.server.taken_why", reason=taken.reason), tone="warn")


def pace_of(state: ServerState) -> str:
    """At what load another server is the right one."""
    if not state.tokens_per_second:
        return say("take_home.server.pace_unknown")
    return say("take_home.server.pace", pieces=state.tokens_per_second, people=state.readers)


def applications_of(known: Sequence[Application]) -> str:
    """Who has a key, and what each has used today."""
    head = html.title(say("take_home.server.keys"), say("take_home.server.keys_lead"))
    if not known:
        return head + html.none(say("take_home.server.no_keys"))
    rows = [[one.name, f"{one.used_today:,}", f"{one.tokens_per_day:,}" if one.tokens_per_day else
             say("take_home.server.no_limit")] for one in known]  # fmt: skip
    heads = [say(f"take_home.server.{column}") for column in ("application", "used", "limit")]
    return head + html.table(heads, rows)


def key_of(name: str, secret: str) -> str:
    """The one time that it is shown."""
    return html.title(say("take_home.server.key", name=name), say("take_home.server.key_once")) + html.script(secret)
