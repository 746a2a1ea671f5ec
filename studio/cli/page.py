"""Commands about this computer: the page, what it has, the models that fit."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.opening import open_studio
from studio.cli.options import Json, Where
from studio.cli.output import print_result
from studio.copy.catalog import say


def serve(
    host: Annotated[str | None, typer.Option(help=say("help.host"))] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535)] = None,
    home: Where = None,
    people: Annotated[bool | None, typer.Option("--people", help=say("help.people"))] = None,
    name: Annotated[list[str] | None, typer.Option(help=say("help.name"))] = None,
    certificate: Annotated[Path | None, typer.Option(help=say("help.certificate"))] = None,
    key: Annotated[Path | None, typer.Option(help=say("help.key"))] = None,
    behind_proxy: Annotated[bool | None, typer.Option("--behind-proxy", help=say("help.behind_proxy"))] = None,
    trusted_proxy: Annotated[list[str] | None, typer.Option(help=say("help.trusted_proxy"))] = None,
    root_path: Annotated[str | None, typer.Option(help=say("help.root_path"))] = None,
    metrics_port: Annotated[int | None, typer.Option(min=1, max=65535, help=say("help.metrics_port"))] = None,
    offline: Annotated[bool | None, typer.Option("--offline", help=say("help.offline"))] = None,
    no_browser: Annotated[bool | None, typer.Option("--no-browser", help=say("help.no_browser"))] = None,
    worker: Annotated[str | None, typer.Option(help=say("help.worker"))] = None,
    processes: Annotated[int | None, typer.Option(help=say("help.processes"))] = None,
    scheduler: Annotated[str | None, typer.Option(help=say("help.scheduler"))] = None,
    scheduler_partition: Annotated[str | None, typer.Option(help=say("help.scheduler_partition"))] = None,
    scheduler_account: Annotated[str | None, typer.Option(help=say("help.scheduler_account"))] = None,
    scheduler_option: Annotated[list[str] | None, typer.Option(help=say("help.scheduler_option"))] = None,
    scheduler_address: Annotated[str | None, typer.Option(help=say("help.scheduler_address"))] = None,
    shared_folder: Annotated[Path | None, typer.Option(help=say("help.shared_folder"))] = None,
) -> None:
    """Open the page."""
    browser = None if no_browser is None else not no_browser
    studio = open_studio(
        home, host=host, port=port, people=people, offline=offline, browser=browser, worker=worker, processes=processes,
        names=name or None, certificate=certificate, key=key, behind_proxy=behind_proxy,
        trusted_proxies=trusted_proxy or None, root_path=root_path, scheduler=scheduler,
        scheduler_partition=scheduler_partition, scheduler_account=scheduler_account,
        scheduler_options=scheduler_option or None, scheduler_address=scheduler_address,
        shared_folder=shared_folder, metrics_port=metrics_port,
    )  # fmt: skip
    from studio.web.serving.gradio_import import import_gradio

    import_gradio()
    from studio.web.server import serve as serve_page

    serve_page(studio, studio.settings)


def doctor(home: Where = None, as_json: Json = False) -> None:
    """What this computer has, and what it is missing."""
    from studio.services.environment import computer, differs

    studio = open_studio(home)
    answer, other = computer(studio.engine, studio.settings)
    lines = [vars(line) for line in studio.health.lines()]
    answer_in_words = (
        answer if as_json else answer | {"differs": differs(other) or "nothing; every package is as it was tested"}
    )
    answer_in_words |= {"health": lines} if as_json else {}
    print_result(answer_in_words, as_json, lambda a: "\n".join([
        *(f"{name}: {value}" for name, value in a.items()),
        *(say(f"health.line_{line['state']}", **line) for line in lines),
    ]))  # fmt: skip
