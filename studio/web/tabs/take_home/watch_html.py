"""What is told of served use, as markup."""

from collections.abc import Mapping, Sequence

from studio.copy.catalog import say
from studio.schemas.loop.served_use import UseSettings
from studio.services.watch.watch_service import AlarmSentence, ToRead, WatchView
from studio.web import html


def standing_of(view: WatchView) -> str:
    """On the card: whether it is on, and what there is to know."""
    if not view.settings.is_on:
        return html.sentences(say("watch.is_off"))
    if view.open:
        return "".join(html.notice(one.text, tone="warn") for one in view.open)
    if not view.days:
        return html.sentences(say("watch.nothing_yet"))
    return html.sentences(say("watch_page.quiet", asked=view.total.asked, days=len(view.days)))


def alarms_of(view: WatchView, read: Mapping[str, Sequence[ToRead]]) -> str:
    """The open alarms, each with its questions; or that there is none."""
    if view.open:
        return "".join(alarm_of(one, read.get(one.alarm.id, ())) for one in view.open)
    if not view.days:
        return ""
    return html.block("alarm", html.notice(say("watch_page.no_alarm"), say("watch_page.no_alarm_hint"), tone="good"))


def alarm_of(one: AlarmSentence, read: Sequence[ToRead]) -> str:
    """A sentence with what to do, and what is to be read."""
    shown = html.notice(one.text, tone="warn")
    if read:
        lines = [f"{example.at:%Y-%m-%d} · {example.question}" for example in read]
        shown += html.folded(say("watch_page.read", count=len(read)), html.listing(lines))
    return html.block("alarm", shown)


def earlier_of(view: WatchView) -> str:
    """Alarms that somebody has dealt with."""
    closed = [one.text for one in view.alarms if not one.alarm.is_open]
    return html.folded(say("watch_page.earlier", count=len(closed)), html.listing(closed)) if closed else ""


def figures_of(view: WatchView) -> str:
    """All days together, in large type."""
    total = view.total
    judged = total.up + total.down
    items = [
        (f"{total.asked:,}", say("watch_page.asked", days=len(view.days))),
        (f"{total.up / judged:.0%}" if judged else "–", say("watch_page.up", judged=judged)),
        (f"{total.refused / total.asked:.0%}" if total.asked else "–", say("watch_page.refused")),
        (f"{total.seconds / total.asked:.1f}" if total.asked else "–", say("watch_page.seconds")),
        (f"{total.reply_letters / total.asked:,.0f}" if total.asked else "–", say("watch_page.letters")),
    ]
    lost = html.sentences(say("watch_page.lost", lost=total.lost)) if total.lost else ""
    return html.title(say("watch_page.figures")) + html.figures(items) + lost


def monitors_of(view: WatchView) -> str:
    """What is compared with what, and how sure an alarm is; a hint of the calendar."""
    if not view.monitors:
        return ""
    told = html.title(say("watch_page.monitors"), say("watch_page.error_rate")) + html.listing(view.monitors)
    return told + (f'<p class="soft">{html.safe(view.calendar)}</p>' if view.calendar else "")


def kept_of(settings: UseSettings) -> str:
    """What is kept, for how long, and where."""
    title = html.title(say("watch_page.kept"))
    kept = [say(f"watch_page.kept_{part}") for part in ("answers", "questions", "thumbs", "persons", "never")]
    state = say("watch.is_on" if settings.is_on else "watch.is_off", days=settings.days)
    return title + html.sentences(state) + html.listing(kept)
