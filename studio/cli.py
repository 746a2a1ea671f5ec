"""SIDE DOOR: what the page can do, from a terminal or a script.

Exit status 0 done; 2 the person's input is wrong (a sentence and a hint on standard error); 1 a fault of ours.
`--json` prints exactly one JSON object on standard output, also for errors. Progress goes to standard error.
"""

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from studio import __version__
from studio.errors import StudioError, WrongSetting, disk_trouble

if TYPE_CHECKING:
    from studio.desk.runs import RunView
    from studio.desk.studio import Studio

app = typer.Typer(
    name="studio", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Tailor Studio: turn a spreadsheet into a language model you can trust, on your own computer.",
)  # fmt: skip

MAP_HELP = "question=COLUMN, answer=COLUMN, …; may be repeated. question= with nothing: texts without questions."
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Where = Annotated[Path | None, typer.Option("--home", help="Where projects are kept.")]
Maps = Annotated[list[str] | None, typer.Option("--map", help=MAP_HELP)]
Sheet = Annotated[str | None, typer.Option(help="Which sheet of a spreadsheet.")]
Encoding = Annotated[str | None, typer.Option(help="The file's encoding, when the guess is wrong.")]
Against = Annotated[Path | None, typer.Option(help="Examples to learn from: rows in both files are a leakage.")]
Hidden = Annotated[Literal["use", "leave_out"], typer.Option(help="Rows hidden by a filter or by hand.")]
Fixes = Annotated[list[str] | None, typer.Option("--fix", help="A kind, kind=choice, or all; may be repeated.")]


def main() -> None:
    """Run a command; mistakes end with status 2, faults with 1."""
    arguments = sys.argv[1:]
    if not arguments or (arguments[0].startswith("-") and arguments[0] not in ("--help", "-h", "--version")):
        arguments = ["serve", *arguments]
    sys.exit(run_command(arguments))


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
        complain(StudioError(error.format_message(), hint="`studio --help` lists the commands."), as_json)
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        return 1
    except (OSError, sqlite3.Error) as error:
        said = disk_trouble(error)
        if said is None:
            raise
        complain(said, as_json)
        return 2


def complain(error: StudioError, as_json: bool) -> None:
    """One sentence and a hint, as text or as JSON."""
    if as_json:
        print(json.dumps({"error": {"message": error.message, "hint": error.hint, "where": error.where}}))
    place = f" ({error.where})" if error.where and error.where not in error.message else ""
    print(f"{error.message}{place}\n{error.hint}".rstrip(), file=sys.stderr)


def give(answer: dict[str, Any], as_json: bool, say: Callable[[dict[str, Any]], str]) -> None:
    """The result, for a program or for a person."""
    print(json.dumps(answer, ensure_ascii=False, default=str) if as_json else say(answer))


def open_studio(home: Path | None, **flags: Any) -> "Studio":
    """The front desk over this home with the real furnace; nothing heavy is imported yet."""
    from studio.settings import keep_private, settings_from

    settings = settings_from({"home": home, **flags})
    keep_private(offline=settings.offline)
    from studio.desk.studio import Studio
    from studio.engine.furnace import Furnace

    return Studio(settings, Furnace())


@app.callback(invoke_without_command=True)
def door(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Without a command the page is opened: `studio` is `studio serve`."""
    if version:
        print(f"tailor-studio {__version__}")
        raise typer.Exit


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; only this computer by default.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    home: Where = None,
    people: Annotated[bool | None, typer.Option("--people", help="Several people with sign-in.")] = None,
    offline: Annotated[bool | None, typer.Option("--offline", help="Never download anything.")] = None,
    no_browser: Annotated[bool | None, typer.Option("--no-browser", help="Do not open a browser.")] = None,
    worker: Annotated[str | None, typer.Option(help="thread or process: where runs are carried out.")] = None,
    processes: Annotated[int | None, typer.Option(help="That share one run; 0: one for every accelerator.")] = None,
) -> None:
    """Open the page."""
    browser = None if no_browser is None else not no_browser
    studio = open_studio(
        home, host=host, port=port, people=people, offline=offline, browser=browser, worker=worker, processes=processes
    )  # fmt: skip
    from studio.web.server import serve as serve_page

    serve_page(studio, studio.settings)


@app.command()
def doctor(home: Where = None, as_json: Json = False) -> None:
    """What this computer has, and what it is missing."""
    from studio.desk.environment import computer, differs

    studio = open_studio(home)
    answer, other = computer(studio.engine, studio.settings)
    said = answer if as_json else answer | {"differs": differs(other) or "nothing; every package is as it was tested"}
    give(said, as_json, lambda a: "\n".join(f"{name}: {value}" for name, value in a.items()))


@app.command()
def models(home: Where = None, offline: bool = False, as_json: Json = False) -> None:
    """Starting models, and whether they fit now."""
    studio = open_studio(home, offline=offline or None)
    keys = ("id", "title", "licence", "parameters", "source", "fits", "needs_bytes", "reason")
    answer = {"models": [{key: getattr(entry, key) for key in keys} for entry in studio.models.catalogue()]}
    give(answer, as_json, lambda a: "\n".join(
        f"{m['id']}  {m['title']}  {m['licence']}  {'fits' if m['fits'] else m['reason']}" for m in a["models"]
    ))  # fmt: skip


@app.command()
def check(
    file: Path, sheet: Sheet = None, encoding: Encoding = None, hidden: Hidden = "leave_out", maps: Maps = None,
    against: Against = None, home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Read a file and say what the data doctor sees; changes nothing."""
    from studio.desk.checking import checked
    from studio.prepare.columns import parse_mapping

    studio = open_studio(home)
    table = studio.examples.read(existing(file), file.name, sheet=sheet, encoding=encoding, hidden=hidden)
    columns = parse_mapping(maps, table) if maps else None
    other = existing(against) if against else None
    answer = checked(studio.examples, table, columns, other, measured=as_json)
    give(answer, as_json, lambda a: "\n".join(
        [f"{a['rows_read']} rows, {a['examples']} examples ({a['format']})", *a["notes"]]
        + left_out_lines(a)
        + [f"{f['severity']:>8}  {f['count']:>6}  {f['sentence']}" for f in a["findings"]]
    ))  # fmt: skip


def left_out_lines(answer: dict[str, Any]) -> list[str]:
    """The rows that are left out, a line for each reason."""
    from studio.records.finding import Drop
    from studio.web.words.examples import left_out

    return left_out([Drop.model_validate(one) for one in answer["left_out"]], answer["dropped"])


@app.command()
def clean(
    file: Path,
    out: Annotated[Path, typer.Option(help="The cleaned CSV; a workbook if it ends with .xlsx.")],
    jsonl: Annotated[Path | None, typer.Option(help="The same as JSONL.")] = None,
    report: Annotated[Path | None, typer.Option(help="Every finding with all its rows.")] = None,
    fix: Fixes = None, sheet: Sheet = None, encoding: Encoding = None, hidden: Hidden = "leave_out", maps: Maps = None,
    for_excel: Annotated[bool, typer.Option("--for-excel", help="Safe to open in Excel; reversible.")] = False,
    separator: Annotated[Literal[",", ";", "tab"], typer.Option(help="Of the CSV; ; where Excel writes 1,5.")] = ",",
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Clean a file into another one, with an exact account of rows."""
    from studio.desk.cleaning import clean_table, write_cleaned
    from studio.prepare.columns import parse_mapping
    from studio.prepare.left_out import account_of
    from studio.storage.files import sha256_of

    studio = open_studio(home)
    table = studio.examples.read(existing(file), file.name, sheet=sheet, encoding=encoding, hidden=hidden)
    columns = parse_mapping(maps, table) if maps else None
    done = clean_table(table, file.name, columns, fix or [], findings=report is not None)
    warnings = write_cleaned(done, out, jsonl, report, for_excel=for_excel, separator=separator)
    answer = {
        "rows_in": done.rows_in, "rows_kept": len(done.examples), **account_of(done.drops), "changed": done.changed,
        "undecided": {f.kind: f.count for f in done.left}, "sha256": sha256_of(out), "out": str(out),
        "warnings": warnings,
    }  # fmt: skip
    give(answer, as_json, lambda a: (
        "\n".join([
            f"{a['rows_in']} rows in, {a['rows_kept']} kept, dropped {a['dropped']}, changed {a['changed']}",
            *left_out_lines(a), *a["warnings"], f"left for you to decide: {a['undecided']}",
        ])
    ))  # fmt: skip


@app.command("import")
def import_file(
    file: Path, project: Annotated[str, typer.Option(help="Made if it is new.")], maps: Maps = None, fix: Fixes = None,
    sheet: Sheet = None, encoding: Encoding = None, hidden: Hidden = "leave_out", home: Where = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Put a file into a project as a dataset."""
    from studio.desk.checking import imported
    from studio.prepare.columns import parse_mapping

    studio = open_studio(home)
    columns = None
    if maps:
        table = studio.examples.read(existing(file), file.name, sheet=sheet, encoding=encoding, hidden=hidden)
        columns = parse_mapping(maps, table)
    view = studio.imports.import_file(
        existing(file), project, by=studio.person, fixes=fix or [], columns=columns, sheet=sheet, encoding=encoding,
        hidden=hidden,
    )  # fmt: skip
    give(imported(studio.examples, view), as_json, lambda a: "\n".join([
        f"{a['project']}: dataset {a['dataset']}, {a['rows_kept']} of {a['rows_in']} rows; "
        f"{a['exam_size']} set aside as the exam, {a['validation_size']} for the practice check", *a["notes"],
    ]))  # fmt: skip


@app.command()
def undo(project: Annotated[str, typer.Option(help="Its newest examples.")], home: Where = None, as_json: Json = False,
         decision: Annotated[str, typer.Option(help="Its id, as --list says it; the last one by default.")] = "",
         listing: Annotated[bool, typer.Option("--list", help="Only say what stands.")] = False) -> None:  # fmt: skip
    """Take back one decision about examples."""
    from studio.desk.checking import decided

    studio = open_studio(home)
    answer = decided(studio.examples, project, decision, listing, by=studio.person)
    give(answer, as_json, lambda a: "\n".join(f"{d['id']}  {d['by']}  {d['sentence']}" for d in a["decisions"]))


@app.command()
def train(
    project: Annotated[str | None, typer.Option(help="The project to teach from.")] = None,
    dataset: Annotated[str | None, typer.Option(help="A dataset's id; the newest by default.")] = None,
    model: Annotated[str | None, typer.Option(help="A name from `studio models`, or a folder.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", help="knob=value; may be repeated.")] = None,
    recipe: Annotated[Path | None, typer.Option(help="A recipe file (JSON or TOML).")] = None,
    preset: Annotated[str, typer.Option(help="quick, balanced or thorough.")] = "balanced",
    resume: Annotated[str | None, typer.Option(help="Go on with this run.")] = None,
    run: Annotated[Path | None, typer.Option(help="Carry out this prepared run folder and nothing else.")] = None,
    script: Annotated[str, typer.Option("--write-script", help="slurm or ray: freeze the run, write its script.")] = "",
    ask: Annotated[list[str] | None, typer.Option("--ask", help="A question to follow as it learns; up to 5.")] = None,
    knobs: Annotated[bool, typer.Option("--knobs", help="Print the settings there are.")] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Teach, from start to end, with progress on standard error."""
    from studio.desk.following import follow
    from studio.records.recipe import knob_table

    if knobs:
        return give({"knobs": knob_table()}, as_json, lambda a: "\n".join(
            f"{k['name']} = {k['default']}  {k['title']}: {k['description']} {k['allowed']}" for k in a["knobs"]
        ))  # fmt: skip
    studio = open_studio(home)
    if ask and (run is not None or resume):
        raise WrongSetting(
            "The questions of a run are fixed when it is prepared.", hint="Leave --ask out, or start a new run.",
            where="ask",
        )  # fmt: skip
    if run is not None:
        return report_run(studio.runs.carry_out_folder(run), as_json)
    if resume:
        view = studio.runs.resume(resume, by=studio.person)
    else:
        if not project:
            raise WrongSetting(
                "No project was named.", hint="Add --project, or --run with a run folder.", where="project"
            )
        view = studio.launch_from_words(
            project, dataset, model=model, sets=sets or [], recipe_file=recipe, preset=preset, by=studio.person,
            elsewhere=script, asked=ask or [],
        )  # fmt: skip
    if script:
        answer = {"run": view.id, "status": view.state.status.value, "script": str(view.script)}
        return give(answer, as_json, lambda a: a["script"])
    for note in view.notes:
        print(note, file=sys.stderr)
    follow(studio, view.id)
    report_run(studio.runs.view(view.id), as_json, view.notes)


def report_run(view: "RunView", as_json: bool, notes: tuple[str, ...] = ()) -> None:
    """What a run came to; a failed one ends the command with status 2 and its reason."""
    from studio.desk.following import came_to

    answer = came_to(view)
    answer["notes"] = [*notes, *answer["notes"]]
    give(answer, as_json, lambda a: "\n".join(
        [*(f"{name}: {value}" for name, value in a.items() if name != "notes"), *a["notes"]]
    ))  # fmt: skip


@app.command()
def stop(run: str, home: Where = None, as_json: Json = False) -> None:
    """Ask a run to stop; its best version is kept."""
    studio = open_studio(home)
    view = studio.runs.stop(run, by=studio.person)
    give({"run": run, "status": view.state.status.value, "asked": True}, as_json, lambda a: f"{run} was asked to stop.")


@app.command()
def status(run: str, home: Where = None, as_json: Json = False) -> None:
    """Where a run stands."""
    view = open_studio(home).runs.view(run)
    answer = {
        "run": run, "status": view.state.status.value, "step": view.state.step,
        "total_steps": view.state.total_steps, "best_step": view.state.best_step, "ahead": view.ahead,
        "reason": view.state.reason, "hint": view.state.hint, "notes": view.fallbacks,
    }  # fmt: skip
    give(answer, as_json, lambda a: "\n".join(f"{name}: {value}" for name, value in a.items() if value not in ("", [])))


@app.command()
def runs(project: str | None = None, home: Where = None, as_json: Json = False) -> None:
    """All runs, newest first."""
    answer = {"runs": [
        {"run": v.id, "project": v.ticket.project, "status": v.state.status.value, "model": v.ticket.recipe.base_model,
         "started": v.state.started, "best_step": v.state.best_step, "name": v.name}
        for v in open_studio(home).runs.all(project)
    ]}  # fmt: skip
    give(answer, as_json, lambda a: "\n".join(
        f"{r['run']}  {r['status']:<11}  {r['project']}  {r['model']}  {r['name']}".rstrip() for r in a["runs"]
    ) or "No runs yet.")  # fmt: skip


@app.command()
def ask(
    run: str, question: str,
    contestant: Annotated[list[str] | None, typer.Option(help="base, prompted, lookup or tuned; repeat.")] = None,
    greedy: Annotated[bool, typer.Option("--greedy", help="Always the likeliest word.")] = False,
    temperature: Annotated[float, typer.Option(min=0, max=2)] = 0.7,
    max_new_tokens: Annotated[int, typer.Option(min=1, max=4096)] = 200,
    seed: int = 0, home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """The same question to the starting model and the tuned one."""
    from studio.records.chat import ReplySettings
    from studio.records.fallback import sentences_of

    studio = open_studio(home)
    names = contestant or ["base", "tuned"]
    settings = ReplySettings(temperature=0.0 if greedy else temperature, max_new_tokens=max_new_tokens, seed=seed)
    turn = studio.chats.answer_once(
        run, question, by=studio.person, contestants=names, settings=dict.fromkeys(names, settings)
    )
    keys = ("contestant", "text", "tokens", "seconds", "fingerprint", "stopped_by_itself", "note")
    answer = {
        "question": question, "answers": [{key: getattr(r, key) for key in keys} for r in turn.replies],
        "notes": sentences_of(turn.fallbacks),
    }  # fmt: skip
    give(answer, as_json, lambda a: "\n\n".join(
        [*(f"[{r['contestant']} {r['fingerprint']}]\n{r['text']}\n{r['note']}".rstrip() for r in a["answers"]),
         *a["notes"]]
    ))  # fmt: skip


@app.command()
def evaluate(
    run: str, quick: Annotated[bool, typer.Option("--quick", help="Leave the guards out.")] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Ask the exam, and say with its uncertainty whether the run is better."""
    from studio.evidence.report_text import report_text

    studio = open_studio(home)
    report = studio.evaluation.evaluate(run, by=studio.person, on_progress=show_answers, quick=quick)
    page = studio.evaluation.page(run)
    give(report.model_dump(mode="json"), as_json, lambda _: f"{report_text(report)}\n{page}")


def show_answers(whom: str, done: int, total: int) -> None:
    """Progress of an exam."""
    print(f"{whom}: {done} of {total} answers", file=sys.stderr)


def existing(file: Path) -> Path:
    """The file, or one sentence when it is not there."""
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "does not exist"
        raise StudioError(f"The file {what}.", hint="Check the path and its spelling.", where=str(file))
    return file
