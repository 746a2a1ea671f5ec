"""The command that makes the next version of a project."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say

if TYPE_CHECKING:
    from studio.services.versions.next_version import NextVersionPlan


def next_version(
    project: Annotated[str, typer.Argument(help=say("help.next_project"))],
    way: Annotated[str, typer.Option(help=say("help.next_way"))] = "",
    contradictions: Annotated[str, typer.Option(help=say("help.next_holds"))] = "",
    train: Annotated[bool, typer.Option("--train", help=say("help.next_train"))] = False,
    preview: Annotated[bool, typer.Option("--preview", help=say("help.next_preview"))] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """What would happen, the version of the table, or that and the run that learns from it."""
    from studio.services.runs.following import came_to, follow

    studio = open_studio(home)
    if preview:
        plan = studio.next_versions.plan(project, way=way)
        nothing = say("next.nothing_new" if plan.parent else "next.no_version_yet")
        return print_result(answer_of(plan), as_json, lambda a: "\n".join(a["notes"]) or nothing)
    if not train:
        made = studio.next_versions.make(project, by=studio.person, contradictions=contradictions)
        answer = {**answer_of(made.plan), "dataset": made.view.id, "exam_version": made.exam_version}
        text = [say("cli.next_made", dataset=made.view.id, exam=made.exam_version),
                say("cli.next_train", project=project)]  # fmt: skip
        return print_result(answer, as_json, lambda a: "\n".join([*a["notes"], *text]))
    done = studio.next_versions.begin(project, by=studio.person, contradictions=contradictions, way=way)
    assert done.run is not None
    follow(studio, done.run.id)
    answer = {**answer_of(done.plan), "dataset": done.view.id, "exam_version": done.exam_version,
              "run": came_to(studio.runs.view(done.run.id))}  # fmt: skip
    print_result(answer, as_json, lambda a: "\n".join(
        [*a["notes"], *(f"{name}: {value}" for name, value in a["run"].items() if name != "notes")]
    ))  # fmt: skip


def answer_of(plan: "NextVersionPlan") -> dict[str, Any]:
    """The keys that the command promises. Corrections are named by the ids of their feedback."""
    found = plan.sorted
    named = {name: [one.feedback.id for one in getattr(found, name)]
             for name in ("fresh", "contradicting", "disputed", "of_exam", "near_exam", "known")}  # fmt: skip
    return {
        "project": plan.project, "from": plan.dataset, "parent": plan.parent.id if plan.parent else "",
        "way": plan.way.way, "rows": plan.rows, **named,
        "exam_questions": {one.feedback.id: one.meets[0].id for one in (*found.of_exam, *found.near_exam)},
        "notes": [str(one) for one in plan.said],
    }  # fmt: skip
