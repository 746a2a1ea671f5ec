"""Many signed-in people at once, each with a page and a live stream of her own, in one process beside the server.

`python -m tests.benchmarks.crowd PLAN.json`: says `all` when everybody has signed in and sees her page, acts after each
line of input for as long as the plan says, and prints what that turn came to as one line of JSON. In between they have
their pages open, and neither act nor listen. At the end of the input they leave, and a last line tells of everything.
Everybody rests between two acts as somebody does who reads: `rest` seconds in the mean.
"""

import asyncio
import json
import random
import re
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.page_over_http import HttpPage, WentWrong, expect

TOKEN = re.compile(r'name="token" value="([^"]+)"')
PRESS = re.compile(r'value="(fix_all|undo [\w-]+)" name="([^"]+)"')


@dataclass
class Plan:
    """What the measuring process has prepared: accounts, projects, and the site's address behind a proxy."""

    address: str  # where the server listens
    name: str  # as which the proxy would know it
    names: list[str]
    password: str
    shared: str
    run: str
    own: list[str]  # a project of each
    seconds: float
    rest: float


@dataclass
class Told:
    """What everybody met with."""

    seconds: dict[str, list[float]] = field(default_factory=dict)  # of each kind of act
    wrong: list[str] = field(default_factory=list)
    heard: int = 0  # live messages
    late: float = 0.0  # the longest that this process itself was held up
    turn: dict[str, list[float]] = field(default_factory=dict)  # as `seconds`, of this turn alone

    def begin(self) -> None:
        """Another turn."""
        self.turn = {}

    def took(self, kind: str, seconds: float) -> None:
        """An act of this kind."""
        for told in (self.seconds, self.turn):
            told.setdefault(kind, []).append(seconds)


class Somebody:
    """One person: signs in through the form, opens her page, and does what people of her kind do."""

    def __init__(self, plan: Plan, number: int, told: Told) -> None:
        self.plan, self.number, self.told = plan, number, told
        self.chance = random.Random(number)
        headers = {"host": plan.name, "origin": f"https://{plan.name}",
                   "x-forwarded-for": f"10.0.{number // 250}.{number % 250 + 1}"}  # fmt: skip
        # as a browser has, which asks again where a kept connection was just closed: the server does so after 5 s
        limits = httpx.Limits(max_connections=6, keepalive_expiry=3.0)
        self.client = httpx.AsyncClient(base_url=plan.address, headers=headers, limits=limits, timeout=120.0)
        self.page = HttpPage(self.client)
        self.does = (self.watch, self.read, self.edit, self.vote)[number % 4]
        self.project = plan.own[number] if self.does == self.edit else plan.shared

    async def arrive(self) -> None:
        """Until her page is there."""
        form = expect(await self.client.get("/studio/sign-in")).text
        found = TOKEN.search(form)
        given = {"token": found.group(1) if found else "", "name": self.plan.names[self.number],
                 "password": self.plan.password}  # fmt: skip
        answer = expect(await self.client.post("/studio/sign-in", data=given))
        cookie = answer.headers["set-cookie"].partition(";")[0]
        self.client.headers["cookie"] = cookie  # it is for encrypted ways alone: the proxy would have one
        await self.page.load(f"?project={self.project}")
        if self.does == self.vote:
            await self.open_tab("compare")
            await self.page.act(self.page.find("tabitem", id="votes"), "select")

    async def stay(self) -> None:
        """Act and rest until the time is up."""
        listening = asyncio.create_task(self.listen())
        end = time.monotonic() + self.plan.seconds
        while (rest := self.chance.expovariate(1 / self.plan.rest)) < end - time.monotonic():
            await asyncio.sleep(rest)
            await self.timed(self.does.__name__, self.does)
        listening.cancel()

    async def leave(self) -> None:
        """She closes her page."""
        await self.page.leave()
        await self.client.aclose()

    async def timed(self, kind: str, act: Callable[[], Awaitable[None]]) -> None:
        """One act; what goes wrong is noted, and she goes on."""
        began = time.monotonic()
        try:
            await act()
        except (WentWrong, httpx.HTTPError) as error:
            self.told.wrong.append(f"{kind}: {type(error).__name__} {error}")
        self.told.took(kind, time.monotonic() - began)

    async def open_tab(self, name: str) -> None:
        """A press on one of the tabs of the journey."""
        await self.page.act(self.page.find("tabitem", id=name), "select")

    async def listen(self) -> None:
        """The live stream, taken up again where it was cut."""
        place = {"project": self.project, "run": self.plan.run if self.project == self.plan.shared else ""}
        while True:
            try:
                async with self.client.stream("GET", "/studio/live", params=place, timeout=None) as stream:
                    async for chunk in expect(stream).aiter_bytes():
                        self.told.heard += chunk.count(b"event: ")
            except (WentWrong, httpx.HTTPError) as error:
                self.told.wrong.append(f"live: {type(error).__name__} {error}")
            await asyncio.sleep(1.0)

    # What people do

    async def watch(self) -> None:
        """Look at the run, and away."""
        await self.open_tab(self.chance.choice(("examples", "teach")))

    async def read(self) -> None:
        """Open one of the tabs."""
        await self.open_tab(self.chance.choice(("examples", "model", "teach", "compare", "report", "take_home")))

    async def edit(self) -> None:
        """A word that is typed is kept, and every second time something is decided, or taken back."""
        typed = {"project": self.project, "field": "A new question", "text": f"What is {self.chance.random()}?"}
        expect(await self.client.post("/studio/drafts", json=typed))
        shown = "".join(str(part["props"].get("value")) for part in self.page.parts.values()
                        if part["type"] == "markdown")  # fmt: skip
        act, seen = self.chance.choice(PRESS.findall(shown) or [("", "")])
        press = {"press": act, "seen": seen, "picked": {}, "nonce": secrets.token_hex(8)}
        await self.page.act(self.page.find("textbox", label="Presses"), "change", json.dumps(press))

    async def vote(self) -> None:
        """Left or right."""
        left = self.chance.choice(("Left is better", "Right is better"))
        await self.page.act(self.page.find("button", value=left), "click")


async def held_up(told: Told) -> None:
    """How long this process itself could not go on: its own share of what it measures."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.05)
        told.late = max(told.late, time.monotonic() - before - 0.05)


async def crowd(plan: Plan) -> dict[str, Any]:
    """Everybody."""
    told = Told()
    people = [Somebody(plan, number, told) for number in range(len(plan.names))]
    at_once = asyncio.Semaphore(4)

    async def arrive(one: Somebody) -> None:
        async with at_once:
            await one.timed("arrive", one.arrive)

    await asyncio.gather(*map(arrive, people))
    print("all", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        told.begin()
        late = asyncio.create_task(held_up(told))
        await asyncio.gather(*(one.stay() for one in people))
        late.cancel()
        print(json.dumps(told.turn), flush=True)
    await asyncio.gather(*(one.timed("leave", one.leave) for one in people))
    return {"seconds": told.seconds, "wrong": told.wrong, "heard": told.heard, "late": told.late,
            "processor": time.process_time()}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(asyncio.run(crowd(Plan(**json.loads(Path(sys.argv[1]).read_text()))))))
