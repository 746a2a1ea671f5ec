"""Commands that copy a home into one file, and make a home of it again."""

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say


def backup(
    file: Annotated[Path, typer.Argument(help=say("help.backup_file"))],
    with_models: Annotated[bool, typer.Option("--with-models", help=say("help.with_models"))] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """The whole home in one file."""
    from studio.services.backup.backup import back_up

    studio = open_studio(home)
    made = back_up(studio.settings.home, studio.ledger, file, by=studio.person, clock=studio.clock,
                   with_models=with_models)  # fmt: skip
    answer: dict[str, Any] = {
        "file": str(made.file), "bytes": made.file.stat().st_size, "sha256": made.sha256,
        "files": len(made.manifest.files), "notes": [say("backup.keep_private"), *made.left_out],
    }  # fmt: skip
    print_result(answer, as_json, lambda a: "\n".join(
        [say("backup.done", files=a["files"], size=a["bytes"] / 1e9, file=a["file"]), *a["notes"]]
    ))  # fmt: skip


def restore(
    file: Annotated[Path, typer.Argument(help=say("help.restore_file"))],
    forgotten: Annotated[Path | None, typer.Option("--forgotten-in", help=say("help.forgotten_in"))] = None,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """A new home of a backup: whole, or nothing."""
    from studio.services.backup.restore import forgotten_in
    from studio.services.backup.restore import restore as restored
    from studio.settings import account_name, keep_private, settings_from

    settings = settings_from({"home": home})
    keep_private(offline=settings.offline)
    gone = forgotten_in(forgotten) if forgotten is not None else frozenset()
    found = restored(file, settings.home, by=account_name(), forgotten=gone)
    notes = [
        found.audit,
        *([say("backup.left_forgotten", count=len(found.forgotten))] if found.forgotten else []),
        *([say("backup.runs_interrupted", count=len(found.interrupted))] if found.interrupted else []),
        *([say("backup.runs_waiting", count=len(found.waiting))] if found.waiting else []),
        *(say("backup.model_missing", folder=folder) for folder in found.missing_models),
    ]
    answer: dict[str, Any] = {
        "home": str(settings.home), "projects": found.projects, "files": len(found.manifest.files),
        "taken": found.manifest.created.isoformat(timespec="seconds"), "interrupted": list(found.interrupted),
        "waiting": list(found.waiting), "missing_models": list(found.missing_models),
        "forgotten": list(found.forgotten), "notes": notes,
    }  # fmt: skip
    print_result(answer, as_json, lambda a: "\n".join(
        [say("backup.restored", projects=a["projects"], files=a["files"], taken=a["taken"], home=a["home"]), *notes]
    ))  # fmt: skip
