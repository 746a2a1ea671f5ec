"""The administrator's page about folders with models: what lies in one is offered to everybody on the Model tab."""

from html import escape

from fastapi import FastAPI, Request, Response

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.models.model_folders import ModelFolder, ModelFolders
from studio.services.people.people_service import People
from studio.web.sign_in.form_request import Act, Asking, answered, asking
from studio.web.sign_in.page_frame import Field, form, hidden, link, page
from studio.web.sign_in.people_routes import not_here, told

PLACE, MOST_TITLES = "/studio/models", 20


def add_model_folder_routes(app: FastAPI, people: People, folders: ModelFolders) -> None:
    """For everybody else these addresses do not exist."""

    def by(ask: Asking) -> str:
        return ask.signed_in.person.name if ask.signed_in else ""

    def add(ask: Asking) -> str:
        found = folders.add(ask.field("path"), by=by(ask))
        return told(say("model_folders.added", count=len(found.titles)))

    def remove(ask: Asking) -> str:
        folders.remove(ask.field("folder"), by=by(ask))
        return told(say("model_folders.removed"))

    async def respond(request: Request, act: Act | None) -> Response:
        ask = await asking(request, people)
        if ask.signed_in is None or not ask.signed_in.administrator:
            return not_here(ask)
        return await answered(ask, act, lambda said, problem: folders_page(ask, folders, said, problem))

    @app.get(PLACE)
    async def list_folders(request: Request) -> Response:
        return await respond(request, None)

    @app.post(f"{PLACE}/add")
    async def add_folder(request: Request) -> Response:
        return await respond(request, add)

    @app.post(f"{PLACE}/remove")
    async def remove_folder(request: Request) -> Response:
        return await respond(request, remove)


def folders_page(ask: Asking, folders: ModelFolders, said: str, problem: StudioError | None) -> str:
    """Each folder with what lies in it, and the form for another one."""
    named = folders.all()
    typed = ask.field("path") if problem is not None else ""
    field = Field("path", say("model_folders.path"), value=typed[:1000], hint=say("model_folders.path_hint"))
    body = (
        f'{said}<p class="soft">{escape(say("model_folders.help"))}</p>'
        + "".join(folder_block(ask, one) for one in named)
        + ("" if named else f'<p class="soft">{escape(say("model_folders.none"))}</p>')
        + f"</section><section><h2>{escape(say('model_folders.add'))}</h2>"
        + form(f"{ask.base}{PLACE}/add", ask.token, [field], say("model_folders.add_button"))
        + link(ask.base, "/studio/account", say("sign_in_page.account"))
        + link(ask.base, "/", say("sign_in_page.to_studio"))
    )
    return page(say("model_folders.title"), body, base=ask.base, problem=problem, wide=True)


def folder_block(ask: Asking, one: ModelFolder) -> str:
    """One folder, and the way to take it out of the list."""
    titles = ", ".join(one.titles[:MOST_TITLES]) or say("model_folders.empty")
    more = len(one.titles) - MOST_TITLES
    lines = [titles + (f" {say('model_folders.more', count=more)}" if more > 0 else ""), *one.left_out[:MOST_TITLES]]
    told_lines = "".join(f'<p class="soft">{escape(line)}</p>' for line in lines)
    out = form(f"{ask.base}{PLACE}/remove", ask.token, [], say("model_folders.remove"), kind="quiet",
               inside=hidden("folder", str(one.path)))  # fmt: skip
    return f'<div class="person"><h2>{escape(str(one.path))}</h2>{told_lines}<div class="row">{out}</div></div>'
