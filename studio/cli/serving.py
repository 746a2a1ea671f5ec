"""Commands about the server for other applications, and their keys."""

from typing import Annotated

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say

key = typer.Typer(no_args_is_help=True, help=say("command.key"))


def serve_model(
    runs: Annotated[list[str], typer.Argument(help=say("help.serve_runs"))],
    host: Annotated[str, typer.Option(help=say("help.serve_host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 7870,
    feedback_hours: Annotated[float, typer.Option(min=0, max=168, help=say("help.feedback_hours"))] = 0,
    home: Where = None,
) -> None:
    """Answer other programs of this computer, in OpenAI's form."""
    studio = open_studio(home)
    from studio.serving.server import serve_models

    try:
        serve_models(studio, runs, host=host, port=port, feedback_hours=feedback_hours)
    finally:
        studio.close()


@key.command("add", help=say("command.key_add"))
def add(
    name: Annotated[str, typer.Argument(help=say("help.key_name"))],
    tokens_per_day: Annotated[int, typer.Option(min=0, help=say("help.tokens_per_day"))] = 0,
    home: Where = None, as_json: Json = False,
) -> None:  # fmt: skip
    """The one time that a key is shown."""
    from studio.services.serving.api_keys import ApiKeys

    studio = open_studio(home)
    secret = ApiKeys(studio.home.path, studio.clock).add(name, tokens_per_day)
    studio.ledger.note(studio.person, "add key", name)
    print_result({"name": name, "key": secret, "tokens_per_day": tokens_per_day}, as_json, lambda a: str(a["key"]))


@key.command("list", help=say("command.key_list"))
def listing(home: Where = None, as_json: Json = False) -> None:
    """Names and budgets, never keys."""
    from studio.services.serving.api_keys import ApiKeys

    studio = open_studio(home)
    keys = ApiKeys(studio.home.path, studio.clock)
    lines = [
        {"name": one.name, "created": f"{one.created:%Y-%m-%d %H:%M}", "tokens_per_day": one.tokens_per_day,
         "used_today": keys.used_today(one.name)}
        for one in keys.all()
    ]  # fmt: skip
    print_result({"keys": lines}, as_json, lambda a: "\n".join(
        say("cli.key_line", **line) for line in a["keys"]) or say("cli.no_keys"))  # fmt: skip


@key.command("remove", help=say("command.key_remove"))
def remove(
    name: Annotated[str, typer.Argument(help=say("help.key_name"))], home: Where = None, as_json: Json = False
) -> None:
    """It opens nothing from now on."""
    from studio.services.serving.api_keys import ApiKeys

    studio = open_studio(home)
    ApiKeys(studio.home.path, studio.clock).remove(name)
    studio.ledger.note(studio.person, "remove key", name)
    print_result({"removed": name}, as_json, lambda _: say("cli.key_removed", name=name))
