"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from studio.copy.catalog import say

Json = Annotated[bool, typer.Option("--json", help=say("help.json"))]
Where = Annotated[Path | None, typer.Option("--home", help=say("help.where"))]
Maps = Annotated[list[str] | None, typer.Option("--map", help=say("help.maps"))]
Sheet = Annotated[str | None, typer.Option(help=say("help.sheet"))]
Encoding = Annotated[str | None, typer.Option(help=say("help.encoding"))]
Against = Annotated[Path | None, typer.Option(help=say("help.against"))]
Hidden = Annotated[Literal["use", "leave_out"], typer.Option(help=say("help.hidden"))]
Headings = Annotated[int | None, typer.Option(min=0, help=say("help.headings"))]
Fixes = Annotated[list[str] | None, typer.Option("--fix", help=say("help.fixes"))]
