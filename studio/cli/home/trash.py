"""Commands about what was deleted: list, restore, empty."""

from typing import Annotated, Any

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say

trash = typer.Typer(help=say("help.about_trash"))


@trash.command("list", help=say("command.trash_list"))
def list_deleted(home: Where = None, as_json: Json = False) -> None:
    """What can still be brought back."""
    from datetime import UTC, datetime

    found = [
        {"id": one.id, "origin": one.origin, "bytes": one.bytes,
         "since": datetime.fromtimestamp(one.since, UTC).isoformat(timespec="seconds")}
        for one in open_studio(home).trash.all()
    ]  # fmt: skip
    print_result({"trash": found}, as_json, lambda a: "\n".join(
        say("trash.line", id=one["id"], size=one["bytes"] / 1e9, origin=one["origin"] or say("trash.unknown_origin"))
        for one in a["trash"]
    ) or say("trash.nothing"))  # fmt: skip


@trash.command("restore", help=say("command.trash_restore"))
def put_back(
    id: Annotated[str, typer.Argument(help=say("help.trash_id"))], home: Where = None, as_json: Json = False
) -> None:
    """Out of the trash."""
    studio = open_studio(home)
    found = studio.trash.restore(id)
    studio.ledger.note(studio.person, "restore from trash", found.origin)
    print_result({"restored": found.origin}, as_json, lambda a: say("trash.restored", origin=a["restored"]))


@trash.command("empty", help=say("command.trash_empty"))
def empty(
    all_of_it: Annotated[bool, typer.Option("--all", help=say("help.all_of_it"))] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Gone for good."""
    studio = open_studio(home)
    days = studio.settings.keep_trash_days
    now = studio.clock().timestamp()
    gone = studio.trash.empty(now + 1 if all_of_it else now - days * 86_400) if all_of_it or days else []
    if gone:
        studio.ledger.note(studio.person, "empty trash", f"{len(gone)} gone for good")
    answer: dict[str, Any] = {"gone": len(gone), "bytes": sum(one.bytes for one in gone)}
    print_result(answer, as_json, lambda a: say("trash.emptied", count=a["gone"], size=a["bytes"] / 1e9))
