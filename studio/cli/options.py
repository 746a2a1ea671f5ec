"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

MAP_HELP = (
    "question=COLUMN, answer=COLUMN, …; may be repeated. question= with nothing: texts without questions. "
    "tool_calls=keep: teach calls of tools, too."
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Where = Annotated[Path | None, typer.Option("--home", help="Where projects are kept.")]
Maps = Annotated[list[str] | None, typer.Option("--map", help=MAP_HELP)]
Sheet = Annotated[str | None, typer.Option(help="Which sheet of a spreadsheet.")]
Encoding = Annotated[str | None, typer.Option(help="The file's encoding, when the guess is wrong.")]
Against = Annotated[Path | None, typer.Option(help="Examples to learn from: rows in both files are a leakage.")]
Hidden = Annotated[Literal["use", "leave_out"], typer.Option(help="Rows hidden by a filter or by hand.")]
Fixes = Annotated[list[str] | None, typer.Option("--fix", help="A kind, kind=choice, or all; may be repeated.")]
