"""Commands about people who share this studio: add, list, remove, password."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say

if TYPE_CHECKING:
    from studio.schemas.people.person import Person

user = typer.Typer(help=say("help.about_user"))

FromStdin = Annotated[bool, typer.Option("--password-stdin", help=say("help.password_stdin"))]
Name = Annotated[str, typer.Argument(help=say("help.user_name"))]


@user.command("add", help=say("command.user_add"))
def add(
    name: Name,
    administrator: Annotated[bool, typer.Option("--administrator", help=say("help.administrator"))] = False,
    password_stdin: FromStdin = False, home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """A new person; the first administrator adopts the projects that are here."""
    from studio.schemas.people.person import Role

    studio = open_studio(home)
    people, role = studio.accounts, Role.ADMINISTRATOR if administrator else Role.MEMBER
    first = administrator and people.nobody_yet
    if password_stdin:
        person, code = people.add_with_password(name, first_line(), by=studio.person, role=role), ""
    else:
        invited = people.add(name, by=studio.person, role=role)
        person, code = invited.person, invited.code
    adopted = [project.title for project in studio.ownership.adopt(person)] if first else []
    answer = as_facts(person) | {"code": code, "adopted": adopted}
    print_result(answer, as_json, lambda a: "\n".join([
        say("user.added", name=a["name"]),
        *([say("user.code", name=a["name"], code=a["code"])] if a["code"] else []),
        *([say("sign_in.adopted", count=len(adopted), name=a["name"])] if adopted else []),
    ]))  # fmt: skip


@user.command("list", help=say("command.user_list"))
def list_people(home: Where = None, as_json: Json = False) -> None:
    """Everybody who has an account, with what she owns."""
    studio = open_studio(home)
    found = [as_facts(person) | {"projects": len(studio.ownership.owned_by(person))}
             for person in studio.accounts.all()]  # fmt: skip
    print_result({"people": found}, as_json, lambda a: "\n".join(
        say("user.line", name=p["name"], role=p["role"], projects=p["projects"],
            waits="" if p["has_password"] else say("user.waits"))
        for p in a["people"]
    ) or say("user.nobody"))  # fmt: skip


@user.command("remove", help=say("command.user_remove"))
def remove(
    name: Name,
    hand_over: Annotated[str, typer.Option("--hand-over", help=say("help.hand_over"))] = "",
    forget_projects: Annotated[bool, typer.Option("--forget-projects", help=say("help.forget_projects"))] = False,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """She can no longer sign in; what she owns goes to somebody else, or to the trash."""
    studio = open_studio(home)
    count = studio.ownership.remove_person(
        name, by=studio.person, hand_over_to=hand_over, forget_projects=forget_projects
    )
    where = say("user.handed_over", count=count, to=hand_over) if hand_over else say("user.to_trash", count=count)
    print_result({"removed": name, "projects": count, "handed_over_to": hand_over}, as_json,
                 lambda a: f"{say('user.removed', name=name)}{f' {where}' if count else ''}")  # fmt: skip


@user.command("password", help=say("command.user_password"))
def password(name: Name, password_stdin: FromStdin = False, home: Where = None, as_json: Json = False) -> None:
    """A new password from standard input, or a one-time code with which she sets one."""
    studio = open_studio(home)
    person, code = studio.accounts.named(name), ""
    if password_stdin:
        studio.accounts.set_password(person, first_line(), by=studio.person)
    else:
        code = studio.accounts.new_code(person, by=studio.person)
    print_result(as_facts(person) | {"code": code}, as_json, lambda a: say(
        "user.code" if code else "user.password_set", name=person.name, code=code
    ))  # fmt: skip


def first_line() -> str:
    """Of standard input, without its end: what a program pipes in, and nothing that stands in a list of processes."""
    return sys.stdin.readline(4096).rstrip("\r\n")


def as_facts(person: "Person") -> dict[str, Any]:
    """For a program; nothing secret is in it."""
    return {"id": person.id, "name": person.name, "role": str(person.role), "has_password": person.has_password}
