"""The command line's application, which commands are registered with in `main`."""

from typing import Annotated

import typer

from studio import __version__
from studio.copy.catalog import say

app = typer.Typer(
    name="studio", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help=say("help.about"),
)  # fmt: skip


@app.callback(invoke_without_command=True)
def without_command(version: Annotated[bool, typer.Option("--version", help=say("help.version"))] = False) -> None:
    """Without a command the page is opened: `studio` is `studio serve`."""
    if version:
        print(f"tailor-studio {__version__}")
        raise typer.Exit
