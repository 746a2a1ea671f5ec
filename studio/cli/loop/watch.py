"""The command about watching served use: on, off, how it stands, its alarms, what to read, and what is all right."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.errors import WrongSetting

if TYPE_CHECKING:
    from studio.services.watch.watch_service import AlarmSentence, WatchView

ACTS = ("status", "on", "off", "alarms", "read", "dismiss")


def watch(
    project: Annotated[str, typer.Argument(help=say("help.watch_project"))],
    act: Annotated[str, typer.Argument(help=say("help.watch_act"))] = "status",
    alarm: Annotated[str, typer.Argument(help=say("help.watch_alarm"))] = "",
    days: Annotated[int, typer.Option(min=0, max=365, help=say("help.watch_days"))] = 0,
    thumbs: Annotated[float | None, typer.Option(min=1, max=99, help=say("help.watch_thumbs"))] = None,
    forget: Annotated[bool, typer.Option(help=say("help.watch_forget"))] = False,
    reason: Annotated[str, typer.Option(help=say("help.watch_reason"))] = "",
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """How served use stands, or a change of what is kept of it."""
    if act not in ACTS or (act in ("read", "dismiss")) != bool(alarm):
        raise WrongSetting(say("cli.watch_act", act=act[:40]), hint=say("cli.watch_usage"), where="act")
    studio = open_studio(home)
    if act == "on":
        rate = None if thumbs is None else thumbs / 100
        studio.watch.switch_on(project, by=studio.person, days=days, thumbs_rate=rate)
    elif act == "off":
        studio.watch.switch_off(project, by=studio.person, forget=forget)
    elif act == "dismiss":
        studio.watch.dismiss(project, alarm, reason, by=studio.person)
    elif act == "read":
        read = [{"at": one.at, "question": one.question} for one in studio.watch.examples(project, alarm)]
        lines = "\n".join(say("cli.watch_question", **one) for one in read) or say("cli.watch_nothing_to_read")
        return print_result({"alarm": alarm, "questions": read}, as_json, lambda _: lines)
    view = studio.watch.view(project)
    if act == "alarms":
        return print_result({"alarms": [alarm_of(one) for one in view.alarms]}, as_json,
                            lambda _: "\n".join(map(alarm_line, view.alarms)) or say("cli.watch_no_alarm"))  # fmt: skip
    print_result(answer_of(view), as_json, lambda _: in_words(view))


def alarm_of(one: "AlarmSentence") -> dict[str, Any]:
    """An alarm as the command prints it."""
    return one.alarm.model_dump(exclude={"to_read"}) | {"open": one.alarm.is_open, "text": one.text,
                                                        "to_read": one.readable}  # fmt: skip


def answer_of(view: "WatchView") -> dict[str, Any]:
    """The keys that the command promises."""
    settings = view.settings
    return {
        "project": view.project, "on": settings.is_on, "days_kept": settings.days, "version": view.version,
        "alarms": [alarm_of(one) for one in view.open], "monitors": view.monitors, "calendar": view.calendar,
        "total": view.total.model_dump(), "days": {day: one.model_dump() for day, one in view.days},
    }  # fmt: skip


def alarm_line(one: "AlarmSentence") -> str:
    """Its name and its sentence."""
    return say("cli.watch_alarm", id=one.alarm.id, text=one.text)


def in_words(view: "WatchView") -> str:
    """Whether it is on, the alarms, the figures, and what is watched."""
    lines = [say("watch.is_on" if view.settings.is_on else "watch.is_off", days=view.settings.days)]
    if view.settings.is_on and not view.days:
        lines.append(say("watch.nothing_yet"))
    if view.days:
        total = view.total
        lines += [say("watch.figures", **total.model_dump(), days=len(view.days)), *map(alarm_line, view.open)]
    lines += [*view.monitors, *([view.calendar] if view.calendar else [])]
    return "\n".join(lines)
