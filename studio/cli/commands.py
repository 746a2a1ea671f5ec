"""Further commands."""

from typing import Annotated

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say


def undo(project: Annotated[str, typer.Option(help=say("help.project"))], home: Where = None, as_json: Json = False,
         decision: Annotated[str, typer.Option(help=say("help.decision"))] = "",
         listing: Annotated[bool, typer.Option("--list", help=say("help.listing"))] = False) -> None:  # fmt: skip
    """Take back one decision about examples."""
    from studio.services.files.file_check import decided

    studio = open_studio(home)
    answer = decided(studio.examples, project, decision, listing, by=studio.person)
    print_result(answer, as_json, lambda a: "\n".join([
        *([say("cli.taken_back", sentence=a["undone"])] if a["undone"] else []),
        *(f"{d['id']}  {d['by']}  {d['sentence']}" for d in a["decisions"]),
    ]))  # fmt: skip
