"""The routes: who asks, what for, and the answer whole or as it grows."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.chat import GenerationRequest, Reply
from studio.services.serving.api_keys import ApiKey, ApiKeys, BudgetSpent
from studio.serving.api_errors import ApiError, out_of_budget, too_long
from studio.serving.api_requests import ChatBody, ClassifyBody, CompletionBody, GenerationBody, parsed
from studio.serving.api_responses import ResponseShape, Usage, classify_body, models_body
from studio.serving.feedback_route import FeedbackBody, FeedbackTaker, feedback_body
from studio.serving.reply_memory import KeptReply
from studio.serving.scheduling.label_queue import LabelQueue
from studio.serving.scheduling.scheduler import GenerationJob, Progress, Scheduler
from studio.serving.served_models import AUTO, BASE, ServedModels, ServedVersion
from studio.serving.served_projects import entry_of
from studio.serving.use_writer import GivenAnswer
from studio.serving.version_router import CurrentRouter, RoutingDecision

log = logging.getLogger("studio.serving")

BODY_BYTES = 4 * 2**20
ROUTED_TO = "x-studio-routed-to"
Note = Callable[[str, str, str], None]  # the audit log: who, verb, what
Used = Callable[[GivenAnswer], None]


@dataclass(frozen=True)
class Serving:
    """What the routes need. `note` writes a line of the audit log; None where one person works alone. `used` is told of
    every answer, and must not take long."""

    models: ServedModels
    keys: ApiKeys
    scheduler: Scheduler | None  # None: only label models are served
    labels: LabelQueue
    router: CurrentRouter | None = None
    clock: Callable[[], datetime] = datetime.now
    note: Note | None = None
    used: Used | None = None
    feedback: FeedbackTaker | None = None  # None: nobody asked for it


@dataclass(frozen=True)
class Asked:
    """The conversation that an answer is for: its first and its newest question, and who asks, as the client says."""

    first: str
    newest: str
    person: str = ""


@dataclass
class Answering:
    """One request's answers while they are written."""

    jobs: list[GenerationJob]
    told: asyncio.Queue[Progress]
    prompt_tokens: int
    on_leave: Callable[[Usage], None]
    has_left: bool = False
    began: float = field(default_factory=time.monotonic)
    first_at: float | None = None  # when the first word of a stream was there

    def leave(self) -> None:
        """Over, or nobody waits any more; counted once."""
        if not self.has_left:
            self.has_left = True
            self.on_leave(self.usage())

    def usage(self) -> Usage:
        """What was read and written so far."""
        return Usage(self.prompt_tokens, sum(job.generation.tokens for job in self.jobs))


def build_api(serving: Serving) -> FastAPI:
    """The application, ready to be served behind `LoopbackOnly`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    routes = Routes(serving)
    app.add_api_route("/health", routes.health, methods=["GET"])
    app.add_api_route("/v1/models", routes.models, methods=["GET"])
    app.add_api_route("/v1/models/{name:path}", routes.model, methods=["GET"])
    app.add_api_route("/v1/chat/completions", routes.chat, methods=["POST"], response_model=None)
    app.add_api_route("/v1/completions", routes.complete, methods=["POST"], response_model=None)
    app.add_api_route("/v1/classify", routes.classify, methods=["POST"], response_model=None)
    app.add_api_route("/v1/feedback", routes.feedback, methods=["POST"], response_model=None)
    app.add_exception_handler(ApiError, refused)
    app.add_exception_handler(StudioError, refused)
    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, refused)
    return app


async def refused(request: Request, error: Exception) -> Response:
    """Every refusal in the one form that clients read."""
    if isinstance(error, HTTPException):
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
        message = say("serving.no_such_route", method=request.method, path=request.url.path[:80])
        error = ApiError(error.status_code, code, message, headers=error.headers)
    elif isinstance(error, BudgetSpent):
        error = out_of_budget(error.seconds, error.message)
    elif isinstance(error, StudioError):
        error = ApiError(400, "invalid_value", f"{error.message} {error.hint}".strip(), param=error.where or None)
    elif not isinstance(error, ApiError):
        log.error("a request failed", exc_info=error)
        error = ApiError(500, "internal_error", say("serving.fault"))
    return JSONResponse(error.body, error.status, headers=error.headers)


class Routes:
    """One method for each route."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._noted: dict[tuple[str, str], str] = {}

    async def health(self) -> JSONResponse:
        """For whoever watches the server; needs no key."""
        return JSONResponse({"status": "ok"})

    async def models(self, request: Request) -> JSONResponse:
        """What can be asked."""
        self._key_of(request)
        return JSONResponse(models_body(self._entries()))

    async def model(self, request: Request, name: str) -> JSONResponse:
        """One of them."""
        self._key_of(request)
        for entry in self._entries():
            if name and name in (entry["id"], entry["name"]):
                return JSONResponse(entry)
        known = tuple(entry["id"] for entry in self._entries())
        message = say("serving.no_such_model", name=name[:60], known=known)
        raise ApiError(404, "model_not_found", message, param="model")

    async def chat(self, request: Request) -> Response:
        """A conversation is answered by the chat template and the stop rules of the exam."""
        key = self._key_of(request)
        body = parsed(ChatBody, await body_of(request))
        decision = self._routed(body)
        version = self._serving.models.find(decision.to if decision else body.model, label_model=False)
        shape = ResponseShape(True, body.model, version.fingerprint, decision.body if decision else None)
        headers = {ROUTED_TO: decision.to} if decision else {}
        wanted = body.requests(version.id, version.opening)
        asked = Asked(body.first_question, body.question, body.person)
        return await self._answered(request, key, version, body, wanted, shape, headers, asked)

    async def complete(self, request: Request) -> Response:
        """A bare text is gone on with, without any chat template."""
        key = self._key_of(request)
        body = parsed(CompletionBody, await body_of(request))
        version = self._serving.models.find(body.model, label_model=False)
        shape = ResponseShape(False, body.model, version.fingerprint)
        return await self._answered(request, key, version, body, body.requests(version.id), shape, {})

    async def classify(self, request: Request) -> Response:
        """Label models choose a label for each text; what they read counts as tokens."""
        key = self._key_of(request)
        body = parsed(ClassifyBody, await body_of(request))
        version = self._serving.models.find(body.model, label_model=True)
        tokens = await run_in_threadpool(self._serving.models.tokens_of, version, body.texts)
        self._serving.keys.reserve(key, tokens)
        began, used = time.monotonic(), 0
        try:
            replies = await run_in_threadpool(
                self._serving.labels.answer, lambda: self._serving.models.classify(version, body.texts)
            )
            used = tokens
        finally:
            self._serving.keys.settle(key, tokens, used)
        self._note(key, version)
        self._classified(key, version, body.texts, replies, time.monotonic() - began)
        return JSONResponse(classify_body(body.model, replies, tokens))

    async def feedback(self, request: Request) -> Response:
        """What somebody says of a reply, by its id."""
        key = self._key_of(request)
        taker = self._serving.feedback
        if taker is None:
            raise ApiError(403, "feedback_is_off", say("serving.feedback_is_off"))
        body = parsed(FeedbackBody, await body_of(request))
        kept, status = await run_in_threadpool(taker.take, key, body)
        return JSONResponse(feedback_body(kept), status)

    async def _answered(
        self, request: Request, key: ApiKey, version: ServedVersion, body: GenerationBody,
        wanted: list[GenerationRequest], shape: ResponseShape, headers: dict[str, str],
        asked: Asked | None = None,
    ) -> Response:  # fmt: skip
        """Queue the answers, and give them whole or as they grow. Whoever goes away is not answered any further."""
        scheduler = self._serving.scheduler
        assert scheduler is not None  # only label models are served: then no version that writes was found
        rows = await run_in_threadpool(lambda: [scheduler.prepare(one) for one in wanted])
        if rows[0].prompt_tokens >= scheduler.context:
            raise too_long(rows[0].prompt_tokens, scheduler.context)
        loop, told = asyncio.get_running_loop(), asyncio.Queue[Progress]()
        tell = teller(loop, told)
        jobs = [GenerationJob(row, place, tell, bool(body.stream)) for place, row in enumerate(rows)]
        prompt = rows[0].prompt_tokens
        reserved = prompt + sum(min(scheduler.context - prompt, one.settings.max_new_tokens) for one in wanted)
        self._serving.keys.reserve(key, reserved)

        def on_leave(usage: Usage) -> None:
            if asked is not None:
                self._was_used(key, version, asked, shape, answering)
            self._remember(key, version, body, shape, jobs)
            scheduler.cancel(jobs)
            self._serving.keys.settle(key, reserved, usage.total)

        answering = Answering(jobs, told, prompt, on_leave)
        try:
            scheduler.submit(jobs)
            self._note(key, version)
            answers = [await next_of(request, told)]
            if body.stream:
                answering.first_at = time.monotonic()
                events = events_of(answering, answers[0], shape, with_usage=body.with_usage)
                return EventStream(events, answering.leave, {**headers, "cache-control": "no-store"})
            while len(answers) < len(jobs):
                answers.append(await next_of(request, told))
        except BaseException:
            answering.leave()
            raise
        answering.leave()
        return JSONResponse(shape.whole(answers, answering.usage()), headers=headers)

    def _remember(self, key: ApiKey, version: ServedVersion, body: GenerationBody, shape: ResponseShape,
                  jobs: list[GenerationJob]) -> None:  # fmt: skip
        """For feedback that comes later; the starting model belongs to no project, and a bare text is no question."""
        if self._serving.feedback is None or version.id == BASE or not isinstance(body, ChatBody):
            return
        turns, texts = tuple(one.message for one in body.messages), tuple(job.generation.text for job in jobs)
        self._serving.feedback.replies.keep(
            shape.reply_id,
            KeptReply(version.id, version.fingerprint, key.name, turns, texts, self._serving.clock()),
        )  # fmt: skip

    def _routed(self, body: ChatBody) -> RoutingDecision | None:
        if body.model != AUTO or self._serving.router is None:
            return None
        return self._serving.router.choose(body.question)

    def _entries(self) -> list[dict[str, Any]]:
        models = self._serving.models
        entries = [
            *(version.entry for version in models.versions),
            *(entry_of(models, name) for name in models.projects),
        ]
        if self._serving.router is not None:
            entries.append({**entries[0], "id": AUTO, "name": "", "answers": "chat", "fingerprint": ""})
        return entries

    def _key_of(self, request: Request) -> ApiKey:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        keys, owners = self._serving.keys, self._serving.models.owners
        key = keys.find(secret.strip(), owners) if scheme.lower() == "bearer" else None
        if key is None:
            raise ApiError(401, "invalid_api_key", say("serving.wrong_key"), headers={"WWW-Authenticate": "Bearer"})
        return key

    def _was_used(self, key: ApiKey, version: ServedVersion, asked: Asked, shape: ResponseShape,
                  answering: Answering) -> None:  # fmt: skip
        """How it went, for whoever watches the use of this version; the starting model has no project."""
        if self._serving.used is None or version.id == BASE:
            return
        first, began = answering.jobs[0].generation, answering.began
        self._serving.used(GivenAnswer(
            shape.reply_id, version.id, version.fingerprint, key.name, asked.person, asked.first, asked.newest,
            first.text, answering.usage().written, time.monotonic() - began,
            answering.first_at - began if answering.first_at else None, first.is_over,
        ))  # fmt: skip

    def _classified(self, key: ApiKey, version: ServedVersion, texts: Sequence[str], replies: Sequence[Reply],
                    seconds: float) -> None:  # fmt: skip
        """The same for texts that got a label."""
        for text, reply in zip(texts, replies, strict=True):
            if self._serving.used is not None:
                self._serving.used(GivenAnswer("", version.id, reply.fingerprint, key.name, "", text, text, reply.text,
                                               0, seconds / len(texts), None, True))  # fmt: skip

    def _note(self, key: ApiKey, version: ServedVersion) -> None:
        """In the audit log, once an hour for each application and version."""
        if self._serving.note is None:
            return
        hour = f"{self._serving.clock():%Y-%m-%d %H}"
        if self._noted.get((key.name, version.id)) != hour:
            self._noted[key.name, version.id] = hour
            self._serving.note(f"application {key.name}", "ask served version", version.id)


def teller(loop: asyncio.AbstractEventLoop, told: asyncio.Queue[Progress]) -> Callable[[Progress], None]:
    """From the decoding thread into the request's own loop, if that one is still there."""

    def tell(progress: Progress) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(told.put_nowait, progress)

    return tell


async def next_of(request: Request, told: asyncio.Queue[Progress]) -> Progress:
    """What is told next; ApiError when that is one, or when the client goes away before."""
    waiting = asyncio.ensure_future(told.get())
    leaving = asyncio.ensure_future(has_left(request))
    try:
        await asyncio.wait({waiting, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            raise ApiError(499, "client_left", "")
        if (error := waiting.result().error) is not None:
            raise error
        return waiting.result()
    finally:
        waiting.cancel()
        leaving.cancel()


async def has_left(request: Request) -> None:
    """Comes back when the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


class EventStream(StreamingResponse):
    """Server-sent events; however they end, also before the first was asked for, the request is left."""

    def __init__(self, events: AsyncIterator[bytes], leave: Callable[[], None], headers: dict[str, str]) -> None:
        super().__init__(events, media_type="text/event-stream", headers=headers)
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()


async def events_of(
    answering: Answering, progress: Progress, shape: ResponseShape, *, with_usage: bool
) -> AsyncIterator[bytes]:
    """Chunks that end with `[DONE]`; what goes wrong in the middle is the last of them."""
    usage = {"usage": None} if with_usage else {}
    going = len(answering.jobs)
    while True:
        if progress.error is not None:
            yield event(progress.error.body)
            return
        yield event({**shape.chunk(progress), **usage})
        going -= progress.is_over
        if not going:
            break
        progress = await answering.told.get()
    if with_usage:
        yield event(shape.usage_chunk(answering.usage()))
    answering.leave()  # before the client can speak of it
    yield b"data: [DONE]\n\n"


def event(body: dict[str, Any]) -> bytes:
    """One event."""
    return b"data: " + json.dumps(body, ensure_ascii=False).encode("utf-8", "replace") + b"\n\n"


async def body_of(request: Request) -> object:
    """The JSON of a request; ApiError where it is too large or none."""
    whole = bytearray()
    async for part in request.stream():
        whole += part
        if len(whole) > BODY_BYTES:
            raise ApiError(413, "request_too_large", say("serving.too_large", most=BODY_BYTES // 2**20))
    try:
        return json.loads(whole)
    except (ValueError, RecursionError):
        raise ApiError(400, "invalid_json", say("serving.no_json")) from None
