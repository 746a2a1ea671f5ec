"""What is typed is kept on the server too: another browser, a new tab and a restart find it again."""

import threading
from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from studio.errors import NotFound
from studio.services.access import Actor
from studio.services.project_scope import ProjectScope
from studio.storage.drafts import DraftStore

NOBODY = Actor("", "")


class Typed(BaseModel):
    """One field as the page's script sends it."""

    project: str = ""
    field: str
    text: str = ""


def add_draft_routes(
    app: FastAPI, store: DraftStore, open_project: Callable[[Actor, str], ProjectScope], clock: Callable[[], datetime]
) -> None:
    """`GET` and `POST /studio/drafts`, each person's own; 404 for a project that is not hers."""
    one_at_a_time = threading.Lock()

    def person_in(request: Request, project: str) -> str:
        actor: Actor = request.scope.get("actor", NOBODY)
        if project:
            open_project(actor, project)
        if not actor.id:
            raise NotFound("")
        return actor.id

    @app.get("/studio/drafts")
    def drafts(request: Request, project: str = "") -> Response:
        try:
            return JSONResponse({"drafts": store.all(person_in(request, project), project)})
        except NotFound:
            return Response(status_code=404)

    @app.post("/studio/drafts")
    def keep(request: Request, typed: Typed) -> Response:
        try:
            with one_at_a_time:
                store.keep(person_in(request, typed.project), typed.project, typed.field, typed.text, clock())
        except NotFound:
            return Response(status_code=404)
        return Response(status_code=204)
