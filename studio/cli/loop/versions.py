"""The command about a project's versions: how they fare, and which one is served."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.services.work_plan import is_loading

if TYPE_CHECKING:
    from studio.services.versions.family import Family


def versions(
    project: Annotated[str, typer.Argument(help=say("help.versions_project"))],
    act: Annotated[str, typer.Argument(help=say("help.versions_act"))] = "",
    run: Annotated[str, typer.Argument(help=say("help.versions_run"))] = "",
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """The family of versions, or a change of the served one."""
    studio = open_studio(home)
    if act == "exam" and not run:
        sat = studio.family_exams.sit(project, by=studio.person, on_progress=tell)
        return print_result(sat.model_dump(mode="json"), as_json, lambda _: sat.text or say("family.one_alone"))
    if act == "blind" and not run:
        sets = studio.family_exams.blind_sets(project, by=studio.person)
        for ballot in sets:
            studio.voting.prepare(ballot.id, on_progress=tell, stop=lambda: False)
        answer = {"ballots": [{"ballot": one.id, "one": one.run, "other": one.other, "questions": len(one.questions)}
                              for one in sets]}  # fmt: skip
        return print_result(answer, as_json, lambda a: "\n".join(
            say("cli.blind_line", **one) for one in a["ballots"]
        ))  # fmt: skip
    if act == "serve" and run:
        found = studio.family.serve(project, run, by=studio.person)
    elif act == "back" and not run:
        found = studio.family.back(project, by=studio.person)
    elif act:
        raise WrongSetting(say("cli.versions_act", act=act[:40]), hint=say("cli.versions_usage"), where="act")
    else:
        found = studio.family.family(project)
    print_result(answer_of(found), as_json, lambda _: in_words(found))


def tell(whom: str, done: int, total: int) -> None:
    """How far it is, on standard error."""
    loads = say("cli.loading_models", done=done, total=total)
    typer.echo(loads if is_loading(whom) else f"{whom}: {done} / {total}", err=True)


def answer_of(found: "Family") -> dict[str, Any]:
    """The keys that the command promises, oldest version first."""
    return {
        "project": found.project, "served": found.served, "before": found.before, "exam_version": found.exam_version,
        "versions": [
            {"run": one.id, "number": one.number, "name": one.name, "parent": one.parent, "way": one.way,
             "taught": one.run.spec.created, "rows": one.rows, "metric": one.metric,
             "score": one.score.model_dump() if one.score else None, "exam_version": one.exam_version,
             "same_exam": one.same_exam, "served": one.id == found.served,
             "votes": [{"against": vote.other, "wins": vote.wins, "losses": vote.losses, "people": vote.people}
                       for vote in one.votes],
             "recipe": {"model": one.run.spec.recipe.base_model, "method": one.run.spec.recipe.method}}
            for one in found.members
        ],
    }  # fmt: skip


def in_words(found: "Family") -> str:
    """A line for each version, and which one is served."""
    if not found.members:
        return say("cli.no_versions")
    lines = []
    for one in found.members:
        score = say("cli.version_no_exam")
        if one.score is not None:
            key = "cli.version_score" if one.same_exam else "cli.version_score_then"
            score = say(key, value=one.score.value, low=one.score.low, high=one.score.high, exam=one.exam_version)
        told = say("cli.version_line", number=one.number, run=one.id, taught=f"{one.run.spec.created:%Y-%m-%d}",
                   rows=one.rows, score=score)  # fmt: skip
        lines.append(told + (f"  {say('cli.version_served')}" if one.id == found.served else ""))
    return "\n".join([*lines, *([] if found.served else [say("cli.none_served")])])
