"""Where an uploaded file goes while people are switched on: at once into its owner's folder, under a name of its own.

Gradio keeps uploads by their content: two people who bring the same file would share one path.
"""

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from gradio.route_utils import FileUploadProgress, MultiPartException, upload_fn
from starlette.concurrency import run_in_threadpool

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.storage.files import safe_name
from studio.web.guard.asgi import owner_of
from studio.web.guard.bindings import Bindings, Id

TOO_LARGE = "maximum allowed size"  # in Gradio's own words for it


def add_upload_route(
    app: FastAPI, bindings: Bindings, folder: Path, most_bytes: int, coming: FileUploadProgress,
    refuse: Callable[[str, int], None] = lambda owner, bytes: None,
) -> None:  # fmt: skip
    """`POST /gradio_api/upload`, before Gradio's own: answers as that does, with paths that belong to whoever asks.

    `coming` is where Gradio's route of the progress looks. `refuse` raises StudioError for a file for which its owner
    has no room, by the length that the request tells; a longer one ends at `most_bytes` all the same.
    """

    @app.post("/gradio_api/upload")
    async def upload(request: Request, upload_id: str | None = None) -> Response:
        owner = owner_of(request.scope)
        into = folder / safe_name(owner) / secrets.token_hex(16)
        paths: list[Any] = []
        length = request.headers.get("content-length", "")
        try:
            await run_in_threadpool(refuse, owner, int(length) if length.isdecimal() else most_bytes)
        except StudioError as error:
            return Response(f"{error.message} {error.hint}", status_code=413, media_type="text/plain")
        try:
            paths, _, _ = await upload_fn(
                request, into, most_bytes, upload_id, force_move=True, upload_progress=coming if upload_id else None
            )
        except MultiPartException as error:
            status = 413 if TOO_LARGE in error.message else 400
            return Response(say("security.too_large") if status == 413 else error.message, status_code=status)
        finally:
            if not paths:
                shutil.rmtree(into, ignore_errors=True)  # with the part that came
        for path in paths:
            bindings.bind(Id.UPLOAD, str(path), owner)
        return JSONResponse([str(path) for path in paths])
