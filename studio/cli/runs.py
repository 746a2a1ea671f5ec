"""Commands about runs: train, stop, status, runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli.opening import existing, open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.copy.quantities import duration
from studio.errors import WrongSetting

if TYPE_CHECKING:
    from studio.services.runs.run_service import RunView
    from studio.services.studio import Studio

GIVEN = "given"  # instead of a file: what was voted, corrected and thumbed in the project


def train(
    project: Annotated[str | None, typer.Option(help=say("help.runs_project"))] = None,
    dataset: Annotated[str | None, typer.Option(help=say("help.dataset"))] = None,
    model: Annotated[str | None, typer.Option(help=say("help.runs_model"))] = None,
    task: Annotated[str, typer.Option(help=say("help.task"))] = "",
    sets: Annotated[list[str] | None, typer.Option("--set", help=say("help.sets"))] = None,
    recipe: Annotated[Path | None, typer.Option(help=say("help.recipe"))] = None,
    preset: Annotated[str, typer.Option(help=say("help.preset"))] = "balanced",
    resume: Annotated[str | None, typer.Option(help=say("help.resume"))] = None,
    run: Annotated[Path | None, typer.Option(help=say("help.run"))] = None,
    script: Annotated[str, typer.Option("--write-script", help=say("help.script"))] = "",
    ask: Annotated[list[str] | None, typer.Option("--ask", help=say("help.ask"))] = None,
    preferences: Annotated[str, typer.Option(help=say("help.preferences"))] = "",
    begin: Annotated[str, typer.Option("--from", help=say("help.begin"))] = "",
    kind: Annotated[str, typer.Option("--kind", help=say("help.judged_kind"))] = "",
    plainly: Annotated[bool, typer.Option("--plainly", help=say("help.plainly"))] = False,
    knobs: Annotated[bool, typer.Option("--knobs", help=say("help.knobs"))] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Teach, from start to end, with progress on standard error."""
    from studio.schemas.recipe import knob_table
    from studio.services.runs.following import follow

    if knobs:
        return print_result({"knobs": knob_table()}, as_json, lambda a: "\n".join(
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
        view = launch_judged(
            studio, project, preferences, begin=begin, kind=kind, plainly=plainly, sets=sets or [], asked=ask or [],
            others=(model, recipe, script, task),
        ) if preferences else studio.launch_from_words(
            project, dataset, model=model, sets=sets or [], recipe_file=recipe, preset=preset, by=studio.person,
            elsewhere=script, asked=ask or [], task=task,
        )  # fmt: skip
    if script:
        answer = {"run": view.id, "status": view.state.status.value, "script": str(view.script)}
        return print_result(answer, as_json, lambda a: a["script"])
    planned = view.spec.planned_seconds
    for note in [*([say("cli.planned", time=duration(planned))] if planned and not resume else []), *view.notes]:
        print(note, file=sys.stderr)
    follow(studio, view.id)
    report_run(studio.runs.view(view.id), as_json, view.notes)


def launch_judged(
    studio: "Studio", project: str, source: str, *, begin: str, kind: str, plainly: bool, sets: list[str],
    asked: list[str], others: tuple[object, ...],
) -> "RunView":  # fmt: skip
    """A run that learns what people preferred, from a file or from what was given in the project."""
    from studio.services.studio import knob_word

    if any(others):
        raise WrongSetting(say("preference.not_both"), where="preferences")
    preferences = studio.preferences
    rows = preferences.given(project) if source == GIVEN else preferences.read(project, existing(Path(source)))
    words = [knob_word(word) for word in sets]
    plan = preferences.plan(project, rows, parent=begin, kind=kind, plainly=plainly, words=words)
    return preferences.teach(project, plan, by=studio.person, questions=asked)


def report_run(view: "RunView", as_json: bool, notes: tuple[str, ...] = ()) -> None:
    """What a run came to; a failed one ends the command with status 2 and its reason."""
    from studio.services.runs.following import came_to

    answer = came_to(view)
    answer["notes"] = [*notes, *answer["notes"]]
    print_result(answer, as_json, lambda a: "\n".join(
        [*(f"{name}: {value}" for name, value in a.items() if name != "notes"), *a["notes"]]
    ))  # fmt: skip


def stop(run: str, home: Where = None, as_json: Json = False) -> None:
    """Ask a run to stop; its best version is kept."""
    studio = open_studio(home)
    view = studio.runs.stop(run, by=studio.person)
    print_result(
        {"run": run, "status": view.state.status.value, "asked": True}, as_json, lambda a: f"{run} was asked to stop."
    )


def status(run: str, home: Where = None, as_json: Json = False) -> None:
    """Where a run stands."""
    view = open_studio(home).runs.view(run)
    answer = {
        "run": run, "status": view.state.status.value, "step": view.state.step,
        "total_steps": view.state.total_steps, "best_step": view.state.best_step, "ahead": view.ahead,
        "reason": view.state.reason, "hint": view.state.hint, "cluster": view.cluster, "notes": view.fallbacks,
    }  # fmt: skip
    print_result(
        answer, as_json, lambda a: "\n".join(f"{name}: {value}" for name, value in a.items() if value not in ("", []))
    )


def runs(project: str | None = None, home: Where = None, as_json: Json = False) -> None:
    """All runs, newest first."""
    answer = {"runs": [
        {"run": v.id, "project": v.spec.project, "status": v.state.status.value, "model": v.spec.recipe.base_model,
         "started": v.state.started, "best_step": v.state.best_step, "name": v.name}
        for v in open_studio(home).runs.all(project)
    ]}  # fmt: skip
    print_result(answer, as_json, lambda a: "\n".join(
        f"{r['run']}  {r['status']:<11}  {r['project']}  {r['model']}  {r['name']}".rstrip() for r in a["runs"]
    ) or "No runs yet.")  # fmt: skip
