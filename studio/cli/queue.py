"""What waits for this computer, and who is before whom."""

from datetime import datetime
from typing import Annotated

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say

queue = typer.Typer(help=say("command.queue"), invoke_without_command=True)


@queue.callback()
def show(context: typer.Context, home: Where = None, as_json: Json = False) -> None:
    """Who holds the computer, and who waits in which order."""
    if context.invoked_subcommand:
        return
    listing = open_studio(home).queue
    answer = {
        "running": [
            {"run": t.run, "person": t.person, "accelerator": t.accelerator, "ends": moment(listing.ends(t))}
            for t in listing.holders()
        ],
        "waiting": [
            {"run": e.run, "person": e.person, "priority": e.priority, "ahead": e.ahead,
             "starts": moment(e.starts)} for e in listing.entries()
        ],
        "cluster": [{"run": e.run, "person": e.person, "says": e.says} for e in listing.in_cluster()],
        "used_seconds": {person: round(seconds, 1) for person, seconds in listing.used().items()},
    }  # fmt: skip
    print_result(answer, as_json, lambda a: "\n".join([
        *(f"{r['run']}  {r['person']}  {say('cli.runs_now')}" for r in a["running"]),
        *(f"{r['run']}  {r['person']}  {r['says']}" for r in a["cluster"]),
        *(f"{r['run']}  {r['person']}  {say('cli.waits', ahead=r['ahead'])}" for r in a["waiting"]),
    ]) or say("cli.nothing_waits"))  # fmt: skip


@queue.command("move", help=say("command.queue_move"))
def move(
    run: str,
    priority: Annotated[int, typer.Option(help=say("help.priority"))],
    reason: Annotated[str, typer.Option(help=say("help.reason"))] = "",
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Put a run before or behind what others wait for."""
    studio = open_studio(home)
    studio.queue.move(run, priority, reason=reason, by=studio.person)
    print_result({"run": run, "priority": priority}, as_json, lambda a: say("cli.moved", run=run, priority=priority))


def moment(at: datetime | None) -> str | None:
    """As JSON holds it."""
    return at.isoformat(timespec="seconds") if at else None
