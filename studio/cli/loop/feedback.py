"""Commands about feedback on answers: add, list, accept, change, leave, undo."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from studio.cli.opening import existing, open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.schemas.loop.feedback import JUDGEMENTS, Judgement

if TYPE_CHECKING:
    from studio.schemas.loop.feedback import Feedback
    from studio.services.studio import Studio

feedback = typer.Typer(help=say("command.feedback"))
Project = Annotated[str, typer.Argument()]
Ids = Annotated[list[str] | None, typer.Argument(help=say("help.feedback_ids"))]
Everyone = Annotated[bool, typer.Option("--all", help=say("help.feedback_all"))]


def told(one: "Feedback") -> dict[str, Any]:
    """A feedback as the commands print it."""
    return one.model_dump(mode="json", exclude={"format"}) | {"question": one.question}


@feedback.command("add", help=say("command.feedback_add"))
def add(
    project: Project,
    table: Annotated[Path | None, typer.Option(help=say("help.feedback_table"))] = None,
    question: Annotated[str, typer.Option(help=say("help.feedback_question"))] = "",
    reply: Annotated[str, typer.Option(help=say("help.feedback_reply"))] = "",
    judgement: Annotated[str, typer.Option(help=say("help.feedback_judgement", judgements=JUDGEMENTS))] = "",
    correction: Annotated[str, typer.Option(help=say("help.feedback_correction"))] = "",
    reason: Annotated[str, typer.Option(help=say("help.feedback_reason"))] = "",
    run: Annotated[str, typer.Option(help=say("help.feedback_run"))] = "",
    key: Annotated[str, typer.Option(help=say("help.feedback_key"))] = "",
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """One judgement, or a table of them."""
    studio = open_studio(home)
    if table is not None:
        file = existing(table)
        done = studio.feedback.add_table(project, file, file.name, by=studio.person, version=run)
        answer = {"rows_in": done.rows_in, "kept": done.kept, "dropped": dict(done.dropped)}
        return print_result(answer, as_json, lambda a: "\n".join([
            say("feedback_cli.table", rows_in=a["rows_in"], kept=a["kept"]),
            *([say("feedback_cli.table_dropped", reasons=dropped_in_words(a["dropped"]))] if a["dropped"] else []),
        ]))  # fmt: skip
    if not question or not reply or not (judgement or correction):
        raise WrongSetting(say("feedback_cli.needs"), hint=say("feedback_cli.needs_next"), where="feedback")
    one = add_one(studio, project, question, reply, judgement, correction, reason, run, key)
    print_result(told(one), as_json, lambda a: say("feedback_cli.added", id=a["id"]))


def add_one(
    studio: "Studio", project: str, question: str, reply: str, judgement: str, correction: str, reason: str, run: str,
    key: str,
) -> "Feedback":  # fmt: skip
    """What the options say; without a key the same words are the same feedback."""
    import hashlib
    from typing import cast

    from studio.schemas.example import Message

    words = "\0".join((question, reply, judgement, correction)).encode("utf-8", "surrogatepass")
    return studio.feedback.add(
        project, by=studio.person, key=key or f"words:{hashlib.sha256(words).hexdigest()[:32]}", origin="table",
        turns=[Message(role="user", content=question)], reply=reply, judgement=cast(Judgement, judgement or "wrong"),
        version=run, correction=correction or None, reason=reason,
    )  # fmt: skip


def dropped_in_words(dropped: dict[str, int]) -> str:
    """The reasons, each with its number of rows."""
    return ", ".join(say(f"feedback_dropped.{reason}", count=count) for reason, count in dropped.items())


@feedback.command("list", help=say("command.feedback_list"))
def list_all(
    project: Project,
    state: Annotated[
        Literal["new", "accepted", "changed", "left"] | None, typer.Option(help=say("help.feedback_state"))
    ] = None,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """What was said, oldest first."""
    found = [one for one in open_studio(home).feedback.all(project) if state in (None, one.state)]
    print_result({"feedback": [told(one) for one in found]}, as_json, lambda a: "\n".join(
        say("feedback_cli.line", **{**one, "question": " ".join(one["question"].split())[:80]}) for one in a["feedback"]
    ) or say("feedback_cli.nothing"))  # fmt: skip


@feedback.command("inbox", help=say("command.feedback_inbox"))
def show_inbox(project: Project, home: Where = None, as_json: Json = False) -> None:
    """What waits, and what was noticed about it."""
    from studio.services.feedback.feedback_inbox import in_words

    found = open_studio(home).feedback_inbox.inbox(project)
    answer = {
        "sentence": in_words(found),
        "waiting": [
            told(one.feedback) | {"notes": [{"kind": note.kind, "sentence": note.text} for note in one.notes]}
            for one in found.waiting
        ],
        "authors": [
            one.model_dump() | {"sentence": say("inbox_counts.author", **one.model_dump())} for one in found.authors
        ],
        "accepted": len(found.counting), "left": len(found.left),
    }  # fmt: skip
    print_result(answer, as_json, lambda a: "\n".join([
        a["sentence"], *(one["sentence"] for one in a["authors"]),
        *(line for one in a["waiting"] for line in (
            say("feedback_cli.line", **{**one, "question": " ".join(one["question"].split())[:80]}),
            *(f"    {note['sentence']}" for note in one["notes"]),
        )),
    ]))  # fmt: skip


@feedback.command("accept", help=say("command.feedback_accept"))
def accept(
    project: Project, ids: Ids = None, every: Everyone = False,
    hide: Annotated[bool, typer.Option("--hide", help=say("help.feedback_hide"))] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """These count, as they are or with every private detail in them hidden."""
    studio = open_studio(home)
    named = ids_of(studio, project, ids, every)
    if hide:
        hidden = studio.feedback_inbox.hidden(project, named)
        done = studio.feedback.accept_hidden(project, hidden, by=studio.person)
    else:
        done = studio.feedback.accept(project, named, by=studio.person)
    print_decided(done, "accepted", as_json)


@feedback.command("leave", help=say("command.feedback_leave"))
def leave(
    project: Project, ids: Ids = None, every: Everyone = False, home: Where = None, as_json: Json = False
) -> None:
    """These do not count."""
    studio = open_studio(home)
    print_decided(
        studio.feedback.leave(project, ids_of(studio, project, ids, every), by=studio.person), "left", as_json
    )


@feedback.command("change", help=say("command.feedback_change"))
def change(
    project: Project, id: str, correction: Annotated[str, typer.Option(help=say("help.feedback_correction"))],
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """This one counts, with other words."""
    studio = open_studio(home)
    print_decided((studio.feedback.change(project, id, correction, by=studio.person),), "changed", as_json)


@feedback.command("undo", help=say("command.feedback_undo"))
def undo(project: Project, home: Where = None, as_json: Json = False) -> None:
    """The newest decision is taken back."""
    studio = open_studio(home)
    print_decided(studio.feedback.undo(project, by=studio.person), "new", as_json)


@feedback.command("forget", help=say("command.feedback_forget"))
def forget(
    project: Project, author: Annotated[str, typer.Option(help=say("help.feedback_author"))],
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """All that somebody said of answers, for good."""
    studio = open_studio(home)
    done = studio.feedback_erasure.forget_author(project, author, by=studio.person)
    answer = {"author": author, "feedback": done.feedback, "rows": done.rows, "files": done.files,
              "served": done.served}  # fmt: skip
    print_result(answer, as_json, lambda a: say("feedback.forgotten_author", **a))


def ids_of(studio: "Studio", project: str, ids: list[str] | None, every: bool) -> list[str]:
    """Those that were named, or all that wait."""
    if every:
        return [one.id for one in studio.feedback.all(project) if one.state == "new"]
    if not ids:
        raise WrongSetting(say("feedback_cli.needs_ids"), where="ids")
    return ids


def print_decided(done: "tuple[Feedback, ...]", state: str, as_json: bool) -> None:
    """How many are so now."""
    print_result({"feedback": [told(one) for one in done]}, as_json,
                 lambda a: say("feedback_cli.decided", count=len(a["feedback"]), state=state))  # fmt: skip
