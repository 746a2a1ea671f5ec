"""Commands about answers: ask, evaluate."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.services.work_plan import is_loading

if TYPE_CHECKING:
    from studio.schemas.recipe import Recipe
    from studio.schemas.report import Report


def ask(
    run: str, question: str,
    contestant: Annotated[list[str] | None, typer.Option(help=say("help.contestant"))] = None,
    greedy: Annotated[bool, typer.Option("--greedy", help=say("help.greedy"))] = False,
    temperature: Annotated[float, typer.Option(min=0, max=2)] = 0.7,
    max_new_tokens: Annotated[int, typer.Option(min=1, max=4096)] = 200,
    seed: int = 0, home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """The same question to the starting model and the tuned one."""
    from studio.schemas.chat import ReplySettings
    from studio.schemas.fallback import sentences_of

    studio = open_studio(home)
    names = contestant or list(studio.chats.contestants.usual(run))
    settings = ReplySettings(temperature=0.0 if greedy else temperature, max_new_tokens=max_new_tokens, seed=seed)
    turn = studio.chats.answer_once(
        run, question, by=studio.person, contestants=names, settings=dict.fromkeys(names, settings)
    )
    keys = ("contestant", "text", "tokens", "seconds", "fingerprint", "stopped_by_itself", "note", "certainty")
    answers = [
        {key: getattr(reply, key) for key in keys} | {"labels": {one.label: one.certainty for one in reply.labels}}
        for reply in turn.replies
    ]
    answer = {"question": question, "answers": answers, "notes": sentences_of(turn.fallbacks)}
    print_result(answer, as_json, lambda a: "\n\n".join(
        [*(f"[{r['contestant']} {r['fingerprint']}]\n{r['text']}{sure(r['certainty'])}\n{r['note']}".rstrip()
           for r in a["answers"]),
         *a["notes"]]
    ))  # fmt: skip


def sure(certainty: float | None) -> str:
    """How sure a label model is, after its label."""
    return "" if certainty is None else say("labels.sure", certainty=certainty)


def evaluate(
    run: str, quick: Annotated[bool, typer.Option("--quick", help=say("help.quick"))] = False,
    certainty: Annotated[float | None, typer.Option(min=0, max=1, help=say("help.certainty"))] = None,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Ask the exam, and say with its uncertainty whether the run is better."""
    from studio.evaluation.report_text import report_text

    studio = open_studio(home)
    if certainty is not None:
        project = studio.runs.view(run).spec.project
        kept = studio.evaluation.choices(project)
        studio.evaluation.choose(project, kind=kept.kind, price_per_million=kept.price_per_million,
                                 certainty=certainty, by=studio.person)  # fmt: skip
    report = studio.evaluation.evaluate(run, by=studio.person, on_progress=show_answers, quick=quick)
    page = studio.evaluation.page(run)
    recipe = studio.runs.view(run).spec.recipe
    print_result(report.model_dump(mode="json"), as_json,
                 lambda _: "\n".join([report_text(report), *next_in_words(report, recipe), str(page)]))  # fmt: skip


def next_in_words(report: "Report", recipe: "Recipe") -> list[str]:
    """What the report's buttons would do next, with the settings where that is another run."""
    from studio.evaluation.next_steps import TO_END, step_label, steps_of, tried
    from studio.services.runs.next_runs import words_of

    lines = []
    for step in steps_of(report):
        sets = "".join(f" --set {word}" for word in words_of(recipe, step))
        key = "cli.next_run" if sets else "cli.next_resume" if step == TO_END else "cli.next"
        lines.append(say(key, step=step_label(report, step), sets=sets, run=report.run))
    return [*lines, *map(str, tried(report))]


def show_answers(whom: str, done: int, total: int) -> None:
    """Progress of an exam."""
    if is_loading(whom):
        print(say("cli.loading_models", done=done, total=total), file=sys.stderr)
        return
    print(f"{whom}: {done} of {total} answers", file=sys.stderr)
