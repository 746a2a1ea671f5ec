"""The command about the audit log: shows it, checks it, writes it to a file."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say


def audit(
    verify: Annotated[bool, typer.Option("--verify", help=say("help.verify_audit"))] = False,
    expect: Annotated[str, typer.Option("--expect", help=say("help.expect"))] = "",
    csv: Annotated[Path | None, typer.Option("--csv", help=say("help.csv"))] = None,
    lines: Annotated[int, typer.Option("--lines", min=1, help=say("help.lines"))] = 50,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Who did what, and when; a log that was tampered with ends with status 2."""
    from studio.services.people.audit_log import verify as verified
    from studio.services.people.audit_log import write_csv

    ledger = open_studio(home).ledger
    if verify or expect:
        state = verified(ledger, expect.strip().lower())
        print_result({"sound": True, "lines": state.lines, "without_hash": state.without_hash, "head": state.head},
                     as_json, lambda _: "\n".join(state.sentences))  # fmt: skip
    elif csv is not None:
        count = write_csv(ledger, csv)
        print_result({"lines": count, "csv": str(csv)}, as_json, lambda a: f"{csv}: {count:,}")
    else:
        found = [dict(zip(("at", "by", "verb", "what"), note, strict=True)) for note in reversed(ledger.notes(lines))]
        print_result({"lines": found}, as_json, lambda a: "\n".join("  ".join(n.values()) for n in a["lines"]))
