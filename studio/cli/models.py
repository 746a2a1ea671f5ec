"""Commands about starting models: the list of them, and fetching one."""

import getpass
import sys
import time
from typing import Annotated

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say

models = typer.Typer(help="Starting models: the list, and `get` to fetch one.")


@models.callback(invoke_without_command=True)
def list_models(context: typer.Context, home: Where = None, offline: bool = False, as_json: Json = False) -> None:
    """Starting models, and whether they fit now."""
    if context.invoked_subcommand:
        return
    studio = open_studio(home, offline=offline or None)
    keys = ("id", "title", "licence", "parameters", "source", "fits", "needs_bytes", "reason")
    answer = {"models": [{key: getattr(entry, key) for key in keys} for entry in studio.models.catalogue()]}
    print_result(answer, as_json, lambda a: "\n".join(
        f"{m['id']}  {m['title']}  {m['licence']}  {'fits' if m['fits'] else m['reason']}" for m in a["models"]
    ))  # fmt: skip


@models.command("get")
def get(
    model: Annotated[str, typer.Argument(help="An id of the list, a hub id (owner/name), or a .gguf file.")],
    revision: Annotated[str, typer.Option(help="A certain one of the hub's.")] = "",
    ask_token: Annotated[bool, typer.Option("--ask-token", help="Ask for a token: the model is gated.")] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Fetch a starting model, once. It is whole or absent, and a second try goes on with what arrived whole."""
    studio = open_studio(home)
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
        self._shown = 0.0
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
