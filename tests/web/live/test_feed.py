"""The live stream: one reader for all who watch, numbered, resumed without a lost point, and shut to strangers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from studio.errors import NotFound
from studio.schemas.recipe import Recipe
from studio.services.access import Actor
from studio.services.project_scope import ProjectScope
from studio.services.studio import Studio
from studio.web.live.feed import LiveFeed, is_offset
from studio.web.view import View
from tests.web.conftest import in_a_loop

Loaded = Callable[[], View]


def parsed(chunk: bytes) -> list[tuple[str, str, Any]]:
    """Number, name and data of each event in a piece of the stream."""
    found = []
    for block in chunk.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "event" in fields:
            found.append((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
    return found


class Watcher:
    """A page that keeps what it was told."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self.stream, self.steps, self.at = stream, list[int](), ""

    async def hear(self) -> set[str]:
        """The next piece; the names of what was in it."""
        names = set()
        for number, name, data in parsed(await asyncio.wait_for(anext(self.stream), 20)):
            names.add(name)
            self.at = number or self.at
            if name in ("curve", "point"):
                told = [point["step"] for point in data["points"]]
                self.steps = told if name == "curve" else self.steps + told
        return names

    async def until(self, step: int) -> None:
        while not self.steps or self.steps[-1] < step:
            await self.hear()

    async def leave(self) -> None:
        await self.stream.aclose()  # type: ignore[attr-defined]


@pytest.fixture
def feed(studio: Studio) -> LiveFeed:
    return LiveFeed(studio.open, studio.jobs, busy_seconds=0.01, idle_seconds=0.02, heartbeat_seconds=0.2)


@pytest.fixture
def waiting(studio: Studio, loaded: Loaded) -> tuple[str, str]:
    """Project and run of something that was launched and not carried out."""
    view = loaded()
    return view.project, studio.runs.launch(view.project, view.dataset, Recipe(), by="ana").id


def test_a_cut_connection_goes_on_without_a_lost_or_doubled_point(
    studio: Studio, feed: LiveFeed, waiting: tuple[str, str]
) -> None:
    folder = studio.home.run(waiting[1])

    async def watch() -> list[int]:
        page = Watcher(feed.watch(studio.actor, *waiting, None))
        for step in (1, 2):
            folder.append_metric(step=step, loss=1.0)
        await page.until(2)
        await page.leave()
        for step in (3, 4):
            folder.append_metric(step=step, loss=1.0)
        again = Watcher(feed.watch(studio.actor, *waiting, int(page.at)))
        again.steps = page.steps
        folder.append_metric(step=5, loss=1.0)
        await again.until(5)
        await again.leave()
        return again.steps

    assert in_a_loop(watch) == [1, 2, 3, 4, 5]


def test_all_who_watch_share_one_reader_that_goes_with_the_last(
    studio: Studio, feed: LiveFeed, waiting: tuple[str, str]
) -> None:
    async def watch() -> list[int]:
        pages = [Watcher(feed.watch(studio.actor, *waiting, None)) for _ in range(50)]
        await asyncio.gather(*(page.hear() for page in pages))
        counts = [feed.readers]
        studio.home.run(waiting[1]).append_metric(step=1, loss=1.0)
        await asyncio.gather(*(page.until(1) for page in pages))
        for page in pages:
            await page.leave()
        return [*counts, feed.readers]

    assert in_a_loop(watch) == [1, 0]


def test_who_may_see_it_is_asked_again_only_when_the_projects_record_was_written_anew(
    studio: Studio, waiting: tuple[str, str]
) -> None:
    asked: list[str] = []

    def opened(actor: Actor, project: str) -> ProjectScope:
        asked.append(project)
        return studio.open(actor, project)

    feed = LiveFeed(opened, studio.jobs, busy_seconds=0.01, idle_seconds=0.02, heartbeat_seconds=60)

    async def watch() -> list[int]:
        page = Watcher(feed.watch(studio.actor, *waiting, None))
        for step in range(1, 5):
            studio.home.run(waiting[1]).append_metric(step=step, loss=1.0)
            await page.until(step)
        counts = [len(asked)]
        record = studio.home.project_folder(waiting[0]) / "project.json"
        record.write_bytes(record.read_bytes() + b" ")
        studio.home.run(waiting[1]).append_metric(step=5, loss=1.0)
        await page.until(5)
        studio.home.run(waiting[1]).append_metric(step=6, loss=1.0)
        await page.until(6)
        await page.leave()
        return [*counts, len(asked)]

    assert in_a_loop(watch) == [1, 2]


def test_where_many_watch_each_hears_less_often(studio: Studio, waiting: tuple[str, str]) -> None:
    feed = LiveFeed(studio.open, studio.jobs, busy_seconds=0.01, idle_seconds=0.02)

    async def watch() -> list[float]:
        pages = [Watcher(feed.watch(studio.actor, *waiting, None)) for _ in range(50)]
        await pages[0].hear()
        rests = [feed.rest(True)]
        await asyncio.gather(*(page.hear() for page in pages[1:]))
        rests += [feed.rest(True), feed.rest(False)]
        for page in pages:
            await page.leave()
        return rests

    alone, many, idle = in_a_loop(watch)
    assert alone < 0.1 and many == idle == 2.0


def test_an_idle_stream_gives_a_sign_of_life(studio: Studio, feed: LiveFeed, loaded: Loaded) -> None:
    project = loaded().project

    async def watch() -> bytes:
        stream = feed.watch(studio.actor, project, "", None)
        await anext(stream)
        chunk = await asyncio.wait_for(anext(stream), 20)
        await stream.aclose()  # type: ignore[attr-defined]
        return chunk

    assert in_a_loop(watch).startswith(b":")


def test_it_ends_with_the_server(studio: Studio, feed: LiveFeed, waiting: tuple[str, str]) -> None:
    async def watch() -> int:
        page = Watcher(feed.watch(studio.actor, *waiting, None))
        await page.hear()
        feed.close()
        return len([chunk async for chunk in page.stream])

    assert in_a_loop(watch) < 5 and feed.readers == 0


def test_what_is_not_hers_cannot_be_watched(studio: Studio, feed: LiveFeed, waiting: tuple[str, str]) -> None:
    other = studio.home.create_project("Other", "ana").id

    async def watch(project: str, run: str) -> None:
        feed.watch(studio.actor, project, run, None)

    for project, run in (("nowhere", ""), (other, waiting[1]), (waiting[0], "../../x")):
        with pytest.raises(NotFound):
            in_a_loop(lambda project=project, run=run: watch(project, run))  # type: ignore[misc]


def test_a_share_that_is_taken_back_ends_the_stream(studio: Studio, waiting: tuple[str, str]) -> None:
    may = [True]

    def opened(actor: Actor, project: str) -> ProjectScope:
        return studio.open(actor, project if may[0] else "nowhere")

    feed = LiveFeed(opened, studio.jobs, busy_seconds=0.01, idle_seconds=0.02, heartbeat_seconds=0.1)

    async def watch() -> int:
        page = Watcher(feed.watch(studio.actor, *waiting, None))
        await page.hear()
        may[0] = False
        return len([chunk async for chunk in page.stream])

    assert in_a_loop(watch) < 3 and feed.readers == 0


@pytest.mark.parametrize("text, so", [("120", True), ("", False), ("-1", False), ("1e3", False), ("9" * 30, False)])
def test_only_a_place_in_a_file_is_taken_for_one(text: str, so: bool) -> None:
    assert is_offset(text) is so
