"""Commands about starting models: the list of them, and fetching one."""

import getpass
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.errors import StudioError

models = typer.Typer(help=say("help.about_models"))


KEYS = ("id", "title", "licence", "languages", "parameters", "source", "note", "standing", "fits", "needs_bytes",
        "seconds", "reason")  # fmt: skip


@models.callback(invoke_without_command=True)
def list_models(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Option(help=say("help.folder"))] = None,
    home: Where = None, offline: bool = False, as_json: Json = False,
) -> None:  # fmt: skip
    """Starting models: those of the list and those that lie on this computer, and what can be done with each."""
    if context.invoked_subcommand:
        return
    studio = open_studio(home, offline=offline or None, people=False)  # whoever runs it may name any folder
    if folder is not None:
        if not folder.exists():
            raise StudioError(say("found.nothing_there"), hint=say("found.nothing_there_next"), where=str(folder))
        studio.models.remember(folder.absolute())
    entries = [entry.model_dump(mode="json") for entry in studio.models.catalogue(wait=True)]
    left = [{"message": one.message, "hint": one.hint, "where": one.where} for one in studio.models.left_out()]
    answer = {"models": [{key: entry[key] for key in KEYS} for entry in entries], "left_out": left}
    print_result(answer, as_json, in_words)


def in_words(answer: dict[str, Any]) -> str:
    """A few lines for each model, and one for each that cannot be taught."""
    lines = []
    for one in answer["models"]:
        about = [f"{one['parameters'] / 1e6:,.0f}M", one["licence"], one["languages"]]
        lines += [f"{one['title']}  [{one['id']}]", "  " + ", ".join(filter(None, about)), f"  {one['reason']}"]
        lines += [f"  {one['note']}"] if one["note"] else []
    left = [f"{one['where']}: {one['message']}" for one in answer["left_out"]]
    return "\n".join([*lines, *([say("found.left_out")] if left else []), *left])


@models.command("get", help=say("command.models_get"))
def get(
    model: Annotated[str, typer.Argument(help=say("help.model"))],
    revision: Annotated[str, typer.Option(help=say("help.revision"))] = "",
    ask_token: Annotated[bool, typer.Option("--ask-token", help=say("help.ask_token"))] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Fetch a starting model, once. It is whole or absent, and a second try goes on with what arrived whole."""
    studio = open_studio(home, people=False)
    token = getpass.getpass("Token (is kept nowhere): ") if ask_token else ""
    show = ProgressLine()
    began = time.monotonic()
    studio.downloads.fetch(model, revision, token=token, tell=show)
    show.end()
    facts = studio.models.inspect(model, revision)
    answer = {
        "id": model, "folder": facts.folder, "sha256": facts.sha256, "architecture": facts.architecture,
        "parameters": facts.parameters, "notes": list(facts.notes), "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
    print_result(
        answer, as_json, lambda a: "\n".join([say("fetch.done", model=model, folder=a["folder"]), *a["notes"]])
    )


class ProgressLine:
    """Progress on standard error: one line that is written over in a terminal, a line every few seconds elsewhere."""

    def __init__(self) -> None:
        self._began: tuple[str, float, int] = ("", 0.0, 0)
        self._shown, self._shown_stage = 0.0, ""
        self._terminal = sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        """How far this stage is: size, speed and time left."""
        now = time.monotonic()
        if what != self._began[0]:
            self.end()
            self._began, self._shown = (what, now, done), 0.0
        if now - self._shown < (0.3 if self._terminal else 5.0):
            return
        self._shown = now
        if not total and not self._terminal and self._shown_stage == what:
            return
        self._shown_stage = what
        text = f"{what} {progress_in_words(done, total, (done - self._began[2]) / max(now - self._began[1], 1e-3))}"
        print(f"\r{text:<79}" if self._terminal else text.strip(), end="" if self._terminal else "\n", file=sys.stderr,
              flush=True)  # fmt: skip

    def end(self) -> None:
        """Leave the line as it stands."""
        if self._terminal and self._began[0]:
            print(file=sys.stderr)


def progress_in_words(done: int, total: int, speed: float) -> str:
    """“31 of 93 MB, 4.2 MB/s, 15 s left”; nothing where the size is not known."""
    if not total:
        return ""
    left = f", {(total - done) / speed:.0f} s left" if speed > 0 else ""
    pace = f", {speed / 1e6:.1f} MB/s" if speed > 0 else ""
    return f"{done / 1e6:,.0f} of {total / 1e6:,.0f} MB{pace}{left}"
