"""The command line's application, which commands are registered with in `main`."""

from typing import Annotated

import typer

from studio import __version__

app = typer.Typer(
    name="studio", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Tailor Studio: turn a spreadsheet into a language model you can trust, on your own computer.",
)  # fmt: skip


@app.callback(invoke_without_command=True)
def without_command(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Without a command the page is opened: `studio` is `studio serve`."""
    if version:
        print(f"tailor-studio {__version__}")
        raise typer.Exit
