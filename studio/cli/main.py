"""The entry point: runs one command and turns mistakes into sentences and exit statuses.

Exit status 0 done; 2 the person's input is wrong (a sentence and a hint on standard error); 1 a fault of ours.
`--json` prints exactly one JSON object on standard output, also for errors. Progress goes to standard error.
"""

import gc
import sqlite3
import sys
from collections.abc import Callable

import typer

from studio.cli.answers import ask, evaluate
from studio.cli.app import app
from studio.cli.audit import audit
from studio.cli.commands import undo
from studio.cli.exports import export
from studio.cli.files import check, clean, import_file
from studio.cli.home.backup import backup, restore
from studio.cli.home.disk import disk
from studio.cli.home.offline import offline_check
from studio.cli.home.trash import trash
from studio.cli.loop.distil import distil
from studio.cli.loop.feedback import feedback
from studio.cli.loop.next_version import next_version
from studio.cli.loop.versions import versions
from studio.cli.loop.watch import watch
from studio.cli.models import models
from studio.cli.output import complain
from studio.cli.page import doctor, serve
from studio.cli.queue import queue
from studio.cli.runs import runs, status, stop, train
from studio.cli.serving import key, serve_model
from studio.cli.user import user
from studio.copy.catalog import say
from studio.errors import StudioError, disk_trouble

COMMANDS: dict[str, Callable[..., None]] = {
    "serve": serve, "doctor": doctor, "check": check, "clean": clean, "import": import_file, "undo": undo,
    "train": train, "stop": stop, "status": status, "runs": runs, "ask": ask, "evaluate": evaluate,
    "export": export, "audit": audit, "backup": backup, "restore": restore, "serve-model": serve_model,
    "disk": disk, "offline-check": offline_check, "versions": versions, "distil": distil, "next": next_version,
    "watch": watch,
}  # fmt: skip
GROUPS = {"models": models, "user": user, "queue": queue, "trash": trash, "key": key, "feedback": feedback}
ONE_TABLE = ("check", "clean", "import")  # commands that end with their one table, which may have a million rows

for name, command in COMMANDS.items():
    app.command(name, help=say(f"command.{name}"))(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def main() -> None:
    """Run a command; mistakes end with status 2, faults with 1."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("--help", "-h", "--version")):
        arguments = ["serve", *arguments]
    if arguments[0] in ONE_TABLE:
        gc.disable()  # rows hold no cycles: the collector would look through them again and again, and find nothing
    status = run_command(arguments)
    if arguments[0] in ONE_TABLE:
        gc.freeze()  # nor at the end, when the system takes all memory back at once
    sys.exit(status)


def run_command(arguments: list[str]) -> int:
    """The exit status of one command line."""
    as_json = "--json" in arguments
    try:
        code = app(arguments, standalone_mode=False)
        return code if isinstance(code, int) else 0
    except StudioError as error:
        complain(error, as_json)
        return 2
    except typer.exceptions.TyperException as error:
        named = arguments[0] if arguments and arguments[0] in (*COMMANDS, *GROUPS) else ""
        hint = say("cli.help_of", command=named) if named else say("cli.help_lists_commands")
        complain(StudioError(error.format_message(), hint=hint), as_json)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        return 1
    except (OSError, sqlite3.Error) as error:
        error_in_words = disk_trouble(error)
        if error_in_words is None:
            raise
        complain(error_in_words, as_json)
        return 2
