"""A request that the page sends twice is carried out once: answers to numbered requests are remembered for a while.

The page gives each POST a random key and repeats it until it hears an answer, since it cannot know whether the request
or the answer was lost on the way. The header is ours; the idea is that of the IETF's draft on `Idempotency-Key`. What a
page was answered goes when it is closed; the rest after half an hour, also when nobody asks any more.
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from studio.web.guard.asgi import App, Message, Receive, Scope, Send, owner_of, values_of

HEADER, NUMBER, TAB_PRESSED = b"x-request-key", b"x-request-number", b"x-tab-pressed"
KEY = re.compile(r"[\w-]{16,64}", re.ASCII)
COUNT = re.compile(r"[0-9]{1,12}")
NOT_CARRIED_OUT = 500  # such an answer is not remembered: a repeated request is tried again
KEEP_SECONDS = 30 * 60.0  # the page gives up repeating after twenty minutes
SESSIONS, REQUESTS, ANSWER_BYTES = 512, 256, 2**18
SWEEP_SECONDS = 60.0
PAGE = "page_of_request"  # in the scope: which page asks, told by whoever reads the body behind this


@dataclass
class Answer:
    """What was answered, whole."""

    start: Message = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    is_whole: bool = False

    @property
    def is_worth_keeping(self) -> bool:
        """Whether the act was carried out, or refused for good."""
        return self.is_whole and self.start["status"] < NOT_CARRIED_OUT and len(self.body) <= ANSWER_BYTES

    async def note(self, message: Message) -> None:
        """An ASGI `send`."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)

    async def tell(self, send: Send) -> None:
        """Send it, as often as it is asked for."""
        if self.is_whole:
            await send({**self.start, "headers": list(self.start.get("headers", []))})
            await send({"type": "http.response.body", "body": bytes(self.body)})


@dataclass
class KeyedRequest:
    """One key: being carried out, or answered."""

    since: float
    answered: "asyncio.Future[Answer | None]"  # None when it came to nothing: its sender went away in the middle
    given_up: asyncio.Event = field(default_factory=asyncio.Event)
    body_is_here: bool = False
    body_broke_off: bool = False
    page: str = ""  # whose it is, where that is known

    def may_keep(self, answer: Answer) -> bool:
        """Whether this is the answer to the request as it was meant: a body that broke off is answered, too."""
        return answer.is_worth_keeping and not self.body_broke_off


class IdempotentPosts:
    """ASGI middleware behind the guard; puts the key into `scope["request_key"]` for the handlers, the page's own count
    of its requests into `scope["request_number"]`, and the tab that was pressed last into `scope["tab_pressed"]`.

    Keys belong to whoever asks (`owner_of`) and to the path, so that nobody hears another's answer.
    """

    def __init__(self, app: App, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        self._sessions: OrderedDict[str, OrderedDict[tuple[str, str], KeyedRequest]] = OrderedDict()
        self._sweeping: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry it out, or answer as the first time; what bears no key is passed on."""
        keys = values_of(scope, HEADER) if scope["type"] == "http" and scope["method"] == "POST" else []
        if not keys or not KEY.fullmatch(keys[0]):
            await self._app(scope, receive, send)
            return
        scope["request_key"], scope["request_number"] = keys[0], number_of(scope)
        scope["tab_pressed"] = next(iter(values_of(scope, TAB_PRESSED)), "")
        name = (scope["path"], keys[0])
        requests = self._requests_of(owner_of(scope))
        while (first := requests.get(name)) is not None:
            if not first.body_is_here:
                first.given_up.set()  # the page repeats only what it no longer waits for
            answer = await asyncio.shield(first.answered)
            if answer is not None:
                await read_to_the_end(receive)
                await answer.tell(send)
                return
        request = requests[name] = KeyedRequest(self._clock(), asyncio.get_running_loop().create_future())
        answer = Answer()
        try:
            await self._app(scope, until_given_up(request, receive), answer.note)
        finally:
            if not request.may_keep(answer):
                requests.pop(name, None)
            request.answered.set_result(answer if request.may_keep(answer) else None)
            request.page = str(scope.get(PAGE, ""))
            self._sweep_later()
        await answer.tell(send)

    def forget_page(self, owner: str, page: str) -> None:
        """It is closed, and repeats nothing any more."""
        requests = self._sessions.get(owner, OrderedDict())
        for name in [name for name, one in requests.items() if one.page == page and one.answered.done()]:
            del requests[name]
        if not requests:
            self._sessions.pop(owner, None)

    def sweep(self) -> None:
        """What is old goes, of everybody."""
        oldest = self._clock() - KEEP_SECONDS
        for owner, requests in list(self._sessions.items()):
            for name in [name for name, one in requests.items() if one.since < oldest and one.answered.done()]:
                del requests[name]
            if not requests:
                del self._sessions[owner]

    def _sweep_later(self) -> None:
        """Again and again, as long as something is kept."""

        def now() -> None:
            self._sweeping = None
            self.sweep()
            if self._sessions:
                self._sweep_later()

        if self._sweeping is None:
            self._sweeping = asyncio.get_running_loop().call_later(SWEEP_SECONDS, now)

    def _requests_of(self, session: str) -> OrderedDict[tuple[str, str], KeyedRequest]:
        """This session's, without what is old or too much; what is still being carried out stays."""
        requests = self._sessions.setdefault(session, OrderedDict())
        self._sessions.move_to_end(session)
        while len(self._sessions) > SESSIONS:
            self._sessions.popitem(last=False)
        oldest = self._clock() - KEEP_SECONDS
        over = len(requests) - REQUESTS
        for place, (name, request) in enumerate(list(requests.items())):
            if (request.since < oldest or place < over) and request.answered.done():
                del requests[name]
        return requests


def number_of(scope: Scope) -> int:
    """Which of the page's requests it is, in the order in which they were made; 0 when it does not say."""
    numbers = values_of(scope, NUMBER)
    return int(numbers[0]) if numbers and COUNT.fullmatch(numbers[0]) else 0


def until_given_up(request: KeyedRequest, receive: Receive) -> Receive:
    """The body as it comes; afterwards a sender who goes away no longer stops what she asked for.

    While the body is still coming, a repetition of the same request ends this one: its connection is dead.
    """

    async def next_part() -> Message:
        if request.body_is_here:
            await asyncio.Event().wait()
        part, given_up = asyncio.ensure_future(receive()), asyncio.ensure_future(request.given_up.wait())
        try:
            await asyncio.wait((part, given_up), return_when=asyncio.FIRST_COMPLETED)
            message = part.result() if part.done() else {"type": "http.disconnect"}
        finally:
            for task in (part, given_up):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        request.body_broke_off = message["type"] != "http.request"
        request.body_is_here = not request.body_broke_off and not message.get("more_body", False)
        return message

    return next_part


async def read_to_the_end(receive: Receive) -> None:
    """A browser that is still sending would take an early answer for a broken connection."""
    while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
        pass
