"""The command of distillation: a teacher answers, people look at a sample, the answers join the examples."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from studio.cli.answers import show_answers
from studio.cli.opening import existing, open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.errors import WrongSetting

if TYPE_CHECKING:
    from studio.schemas.example import Example
    from studio.services.distillation.distillation_view import DistillationView
    from studio.services.studio import Studio

Action = Literal["answer", "list", "sample", "mark", "use"]


def distil(
    project: str,
    action: Annotated[Action, typer.Argument(help=say("help.distil_action"))] = "answer",
    teacher: Annotated[str, typer.Option(help=say("help.distil_teacher"))] = "",
    with_prompt: Annotated[str, typer.Option("--with-prompt", help=say("help.distil_with_prompt"))] = "",
    questions: Annotated[Path | None, typer.Option(help=say("help.distil_questions"))] = None,
    from_served: Annotated[bool, typer.Option("--from-served", help=say("help.distil_from_served"))] = False,
    column: Annotated[str, typer.Option(help=say("help.distil_column"))] = "",
    instructions: Annotated[str, typer.Option(help=say("help.distil_instructions"))] = "",
    rights: Annotated[str, typer.Option(help=say("help.distil_rights"))] = "",
    id: Annotated[str, typer.Option(help=say("help.distil_id"))] = "",
    size: Annotated[int, typer.Option(min=1, help=say("help.distil_size"))] = 40,
    right: Annotated[list[str] | None, typer.Option("--right", help=say("help.distil_right"))] = None,
    wrong: Annotated[list[str] | None, typer.Option("--wrong", help=say("help.distil_wrong"))] = None,
    unchecked: Annotated[bool, typer.Option("--unchecked", help=say("help.distil_unchecked"))] = False,
    on_policy: Annotated[bool, typer.Option("--on-policy", help=say("help.distil_on_policy"))] = False,
    correct: Annotated[list[str] | None, typer.Option("--correct", help=say("help.distil_correct"))] = None,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """A teacher's answers to questions that have none."""
    if on_policy:
        raise WrongSetting(
            say("distillation.not_on_policy"), hint=say("distillation.not_on_policy_next"), where="on-policy"
        )
    studio = open_studio(home)
    if action == "list":
        found = studio.distillation.all(project)
        return print_result({"distillations": [one.model_dump(mode="json") for one in found]}, as_json,
                            lambda a: "\n".join(
            say("distil_cli.line", id=one["id"], teacher=one["teacher"]["name"], source=one["source"],
                answers=one["answers"]) for one in a["distillations"]
        ) or say("distil_cli.none"))  # fmt: skip
    if action == "answer":
        named = id
        if not id:
            if bool(teacher) == bool(with_prompt) or (questions is None) != from_served:
                raise WrongSetting(say("distil_cli.needs"), hint=say("distil_cli.usage"), where="distil")
            named = studio.distillation.prepare(
                project, teacher or f"prompt:{with_prompt}", by=studio.person, rights=rights, column=column,
                questions=existing(questions) if questions else None, name=questions.name if questions else "",
                instructions=instructions,
            ).id  # fmt: skip
        studio.distillation.answer(project, named, by=studio.person, on_progress=show_answers)
        return print_view(studio.distillation.view(project, named), as_json)
    named = id or newest(studio, project)
    if action == "sample":
        view = studio.distillation.view(project, named)
        drawn = max(view.made.drawn, min(size, view.made.answers))
        return print_view(studio.distillation.draw(project, named, drawn, by=studio.person), as_json, rows=True)
    if action == "use":
        studio.distillation.use(project, named, by=studio.person, unchecked=unchecked)
        view = studio.distillation.view(project, named)
        return print_view(view, as_json)
    for mark, words in (("right", right), ("wrong", wrong), ("corrected", correct)):
        for word in words or ():
            row, _, correction = word.partition("=")
            studio.distillation.mark(project, named, row.strip(), mark, by=studio.person, correction=correction)
    print_view(studio.distillation.view(project, named), as_json)


def newest(studio: "Studio", project: str) -> str:
    """The one that is meant where none is named."""
    found = studio.distillation.all(project)
    if not found:
        raise WrongSetting(say("distil_cli.none"), hint=say("distil_cli.usage"), where="id")
    return found[0].id


def print_view(view: "DistillationView", as_json: bool, *, rows: bool = False) -> None:
    """Where it stands, with the drawn answers where they are asked for."""
    answer = answer_of(view)
    shown = [f"{one['row']}  {one['question']}\n    {one['answer']}" for one in answer["drawn"]] if rows else []
    print_result(
        answer,
        as_json,
        lambda a: "\n".join(
            [
                a["id"],
                *a["said"],
                *a["notes"],
                *shown,
                *([say("distil_cli.used", dataset=a["used"])] if a["used"] else []),
            ]
        ),
    )


def answer_of(view: "DistillationView") -> dict[str, Any]:
    """The keys that the command promises."""
    made, check = view.made, view.check
    return {
        "id": made.id, "project": made.project, "teacher": made.teacher.model_dump(mode="json"),
        "rights": made.rights.model_dump(mode="json"), "questions_in": made.questions_in, "answers": made.answers,
        "left_out": dict(made.left_out), "finished": made.finished is not None,
        "drawn": [drawn_row(view, example) for example in view.drawn],
        "looked_at": view.looked_at, "wrong": view.wrong,
        "interval": [round(check.low, 4), round(check.high, 4)] if check else None,
        "said": [str(one) for one in view.said],
        "notes": [say(f"distillation.left_out.{reason}", count=count) for reason, count in made.left_out.items()],
        "findings": {one.kind: one.count for one in view.findings}, "used": made.used,
    }  # fmt: skip


def drawn_row(view: "DistillationView", example: "Example") -> dict[str, str]:
    """One drawn answer, with what was said of it."""
    mark = view.marks.get(example.id)
    return {"row": example.id, "question": example.question, "answer": example.answer,
            "mark": mark.mark if mark else "", "correction": mark.correction if mark else ""}  # fmt: skip
