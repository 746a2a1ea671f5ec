"""Commands about files: check, clean, import."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from studio.cli.opening import existing, open_studio
from studio.cli.options import Against, Encoding, Fixes, Headings, Hidden, Json, Maps, Sheet, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.errors import StudioError

if TYPE_CHECKING:
    from studio.services.studio import Studio


def check(
    file: Path, sheet: Sheet = None, encoding: Encoding = None, hidden: Hidden = "leave_out", headings: Headings = None,
    maps: Maps = None,
    against: Against = None, home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Read a file and say what the data doctor sees; changes nothing."""
    from studio.data.readers.child_process import reading

    with reading(
        existing(file), name=file.name, sheet=sheet, encoding=encoding, hidden=hidden, headings=headings
    ) as read:
        from studio.data.columns.column_mapping import parse_mapping  # while the file is read
        from studio.services.files.file_check import checked

        studio = open_studio(home)
        table = read()
    columns = parse_mapping(maps, table) if maps else None
    other = existing(against) if against else None
    answer = checked(studio.examples, table, columns, other, measured=as_json)
    print_result(answer, as_json, lambda a: "\n".join(
        [f"{a['rows_read']} rows, {a['examples']} examples ({a['format']})", *a["notes"]]
        + left_out_lines(a)
        + [f"{f['severity']:>8}  {f['count']:>6}  {f['sentence']}" for f in a["findings"]]
    ))  # fmt: skip


def left_out_lines(answer: dict[str, Any]) -> list[str]:
    """The rows that are left out, a line for each reason."""
    from studio.schemas.finding import Drop
    from studio.web.copy.examples import left_out

    return left_out([Drop.model_validate(one) for one in answer["left_out"]], answer["dropped"])


def clean(
    file: Path,
    out: Annotated[Path, typer.Option(help=say("help.out"))],
    jsonl: Annotated[Path | None, typer.Option(help=say("help.jsonl"))] = None,
    report: Annotated[Path | None, typer.Option(help=say("help.report"))] = None,
    fix: Fixes = None, sheet: Sheet = None, encoding: Encoding = None, hidden: Hidden = "leave_out",
    headings: Headings = None, maps: Maps = None,
    for_excel: Annotated[bool, typer.Option("--for-excel", help=say("help.for_excel"))] = False,
    separator: Annotated[Literal[",", ";", "tab"], typer.Option(help=say("help.separator"))] = ",",
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Clean a file into another one, with an exact account of rows."""
    from studio.data.readers.child_process import reading

    with reading(
        existing(file), name=file.name, sheet=sheet, encoding=encoding, hidden=hidden, headings=headings
    ) as read:
        from studio.data.columns.column_mapping import parse_mapping  # while the file is read
        from studio.data.history.drop_summary import account_of
        from studio.services.files.file_cleaning import clean_table, write_cleaned
        from studio.storage.files import sha256_of

        open_studio(home)
        table = read()
    columns = parse_mapping(maps, table) if maps else None
    done = clean_table(table, file.name, columns, fix or [], findings=report is not None)
    warnings = write_cleaned(done, out, jsonl, report, for_excel=for_excel, separator=separator)
    answer = {
        "rows_in": done.rows_in, "rows_kept": len(done.examples), **account_of(done.drops), "changed": done.changed,
        "undecided": {f.kind: f.count for f in done.left}, "sha256": sha256_of(out), "out": str(out),
        "warnings": warnings,
    }  # fmt: skip
    print_result(answer, as_json, lambda a: (
        "\n".join([
            f"{a['rows_in']} rows in, {a['rows_kept']} kept, dropped {a['dropped']}, changed {a['changed']}",
            *left_out_lines(a), *a["warnings"], f"left for you to decide: {a['undecided']}",
        ])
    ))  # fmt: skip


def import_file(
    file: Path, project: Annotated[str, typer.Option(help=say("help.files_project"))],
    maps: Maps = None, fix: Fixes = None,
    sheet: Sheet = None, encoding: Encoding = None, hidden: Hidden = "leave_out", headings: Headings = None,
    owner: Annotated[str, typer.Option(help=say("help.owner"))] = "",
    home: Where = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Put a file into a project as a dataset."""
    from studio.data.columns.column_mapping import parse_mapping
    from studio.services.files.file_check import imported

    studio = open_studio(home)
    whose = owner_of_import(studio, project, owner)
    columns = None
    if maps:
        table = studio.examples.read(existing(file), file.name, sheet=sheet, encoding=encoding, hidden=hidden,
                                     headings=headings)  # fmt: skip
        columns = parse_mapping(maps, table)
    view = studio.imports.import_file(
        existing(file), project, by=studio.person, fixes=fix or [], columns=columns, sheet=sheet, encoding=encoding,
        hidden=hidden, headings=headings, owner=whose,
    )  # fmt: skip
    print_result(imported(studio.examples, view), as_json, lambda a: "\n".join([
        f"{a['project']}: dataset {a['dataset']}, {a['rows_kept']} of {a['rows_in']} rows; "
        f"{a['exam_size']} set aside as the exam, {a['validation_size']} for the practice check",
        *a["notes"], *left_out_lines(a),
    ]))  # fmt: skip


def owner_of_import(studio: "Studio", project: str, name: str) -> str:
    """The id of the person whose project it becomes; StudioError where people share the home and nobody was named.

    A project that is there already keeps its owner."""
    from studio.storage.account_store import AccountStore

    people = {one.name.casefold(): one for one in AccountStore(studio.ledger).people()}
    if name:
        found = people.get(name.casefold())
        if found is None:
            raise StudioError(say("sign_in.nobody_called", name=name[:64]), hint=say("sign_in.list_people"),
                              where="owner")  # fmt: skip
        return found.id
    if people and not any(one.id == project for one in studio.home.all_projects()):
        raise StudioError(say("cli.whose_import"), hint=say("cli.whose_import_next"), where="owner")
    return ""
