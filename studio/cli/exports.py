"""The command that takes a version out of the studio, and looks whether what was taken is still the same."""

import getpass
import os
from pathlib import Path
from typing import Annotated, get_args

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.errors import StudioError, WrongSetting
from studio.schemas.exports.export import ExportKind, ExportManifest, GgufType


def export(
    run: Annotated[str, typer.Argument(help=say("help.export_run"))] = "",
    kind: Annotated[str, typer.Option("--as", help=say("help.export_kind", kinds=tuple(ExportKind)))] = "",
    out: Annotated[Path | None, typer.Option(help=say("help.export_out"))] = None,
    with_examples: Annotated[bool, typer.Option("--with-examples", help=say("help.with_examples"))] = False,
    gguf_type: Annotated[str, typer.Option("--type", help=say("help.gguf_type", kinds=get_args(GgufType)))] = "",
    fetch_converter: Annotated[bool, typer.Option("--fetch-converter", help=say("help.fetch_converter"))] = False,
    push: Annotated[str, typer.Option("--push", help=say("help.push"))] = "",
    public: Annotated[bool, typer.Option("--public", help=say("help.push_public"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=say("help.push_yes"))] = False,
    verify: Annotated[Path | None, typer.Option("--verify", help=say("help.verify"))] = None,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Write a version for other programs, and prove that it answers as tested."""
    from studio.services.exports.export_service import kind_of

    studio = open_studio(home)
    if verify is not None:
        manifest, changes = studio.exports.verify(verify)
        if changes:
            raise StudioError(
                " ".join(changes[:3]), hint=say("export.not_ready", count=len(changes)), where=str(verify)
            )
        return print_result(answer_of(manifest), as_json, lambda _: say("export.untouched", count=len(manifest.files)))
    if not run or not kind or out is None:
        missing = "run" if not run else "as" if not kind else "out"
        raise WrongSetting(say("cli.export_needs", missing=missing), hint=say("cli.export_usage"), where=missing)
    if push and with_examples:
        raise WrongSetting(say("push.examples"), hint=say("push.examples_next"), where="with-examples")
    if push and studio.settings.offline:
        raise StudioError(say("push.offline"), hint=say("push.offline_next"))
    show = ExportProgress()
    manifest = studio.exports.export(
        run, kind_of(kind), out.absolute(), by=studio.person, with_examples=with_examples, gguf_type=gguf_type,
        fetch_converter=fetch_converter, tell=show,
    )  # fmt: skip
    lines = [*(check.text for check in manifest.checks), *manifest.notes, say("export.ready", folder=out)]
    told = {**answer_of(manifest), "folder": str(out.absolute())}
    if push:
        count = len(manifest.files) + 1
        seen = say("push.public" if public else "push.private")
        if not yes and not typer.confirm(say("push.ask", count=count, model=push, seen=seen), err=True):
            lines.append(say("push.not_sent"))
        else:
            token = os.environ.get("HF_TOKEN") or getpass.getpass("Token (is kept nowhere): ")
            told["pushed"] = studio.exports.push(out.absolute(), push, token, by=studio.person, private=not public)
            lines.append(say("push.sent", count=count, address=told["pushed"]))
    print_result(told, as_json, lambda _: "\n".join(lines))


def answer_of(manifest: ExportManifest) -> dict[str, object]:
    """The keys that the command promises, with what else stands in the folder's own list."""
    told = manifest.model_dump(mode="json")
    checks = [{**check, "sentence": one.text} for check, one in zip(told["checks"], manifest.checks, strict=True)]
    for check in checks:
        check.pop("said")
    names = ("kind", "run", "commands", "files", "verified", "notes", "fingerprint", "base")
    return {**{name: told[name] for name in names}, "checks": checks}


class ExportProgress:
    """Stage and count on standard error, a line for each stage and every tenth of it."""

    def __init__(self) -> None:
        self._shown: tuple[str, int] = ("", -1)

    def __call__(self, what: str, done: int, total: int) -> None:
        """How far this stage is."""
        now = (what, 10 * done // total if total else 0)
        if now != self._shown:
            self._shown = now
            typer.echo(f"{what}: {done} / {total}" if total else f"{what} …", err=True)
