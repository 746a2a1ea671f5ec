"""A page over a studio with the fake engine; handlers are called as Gradio would call them."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import gradio as gr
import pytest

from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.app import Page
from studio.web.mounting import Place
from studio.web.tabs.examples.columns_panel import ColumnsPanel
from studio.web.tabs.examples.table_uploads import ASKING
from studio.web.view import View
from tests.fake_engine import FakeEngine

TOPICS = ("kettle", "lamp", "spoon", "chair", "ladder", "basket", "curtain", "bucket", "hammer", "pillow")


Made = TypeVar("Made")


def in_a_loop(make: Callable[[], Coroutine[Any, Any, Made]]) -> Made:
    """Run it in a loop and a thread of its own: browser tests may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(make())).result()


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=8, pause=0.0))
    yield made
    made.close()


@pytest.fixture
def offered() -> list[tuple[str, Path]]:
    return []


class Lent:
    """Stands for the studio of the test at hand in a page that was put together once."""

    def lend(self, studio: Studio, offered: list[tuple[str, Path]]) -> None:
        vars(self).update(studio=studio, offered=offered)

    def __getattr__(self, name: str) -> Any:
        return getattr(vars(self)["studio"], name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(vars(self)["studio"], name, value)

    def offer(self, session: str, path: Path) -> str:
        """An address, as the server's own."""
        offered: list[tuple[str, Path]] = vars(self)["offered"]
        offered.append((session, path))
        return f"/studio/files/{len(offered)}/{path.name}"


class MountedPage:
    """A page with one tab of each kind mounted beside it, empty; `blocks` by tab hold what each of them is made of."""

    page: Page
    blocks: dict[str, gr.Blocks]

    def __init__(self, page: Page) -> None:
        self.page, self.blocks = page, {}
        page.build()
        self.examples, self.model, self.teach, self.compare, self.report, self.take_home = (
            self.mounted(tab, drawers=tab == "model")
            for tab in ("examples", "model", "teach", "compare", "report", "take_home")
        )
        self.first_blocks = dict(self.blocks)

    @property
    def wholes(self) -> list[gr.Blocks]:
        """The page, and each tab's own."""
        return [self.page.blocks, *self.blocks.values()]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.page, name)

    def mounted(self, tab: str, view: View | None = None, screen: str = "", state: object = None, *,
                drawers: bool = False) -> Any:  # fmt: skip
        """The tab's object, after its mounting; its drawers are opened when they are asked for."""
        part, view, place = self.page.tabs[tab](), view or View(), Place(tab, screen=screen, person="ana", state=state)
        with gr.Blocks() as made:
            self.blocks[f"{tab} {screen}".strip()] = made
            frame = replace(self.page.frame, page=made, view=gr.State(view), place=gr.State(place),
                            planned=gr.State(None), asked=gr.State(0), anew=gr.State(0),
                            chosen=gr.Tabs(), header=())  # fmt: skip
            part.mount(frame, view, place)
            for drawer in list(made.renderables) if drawers else ():
                drawer.fn(*(one.value for one in drawer.inputs))
        return part

    def opened(self, tab: str, view: View, screen: str = "", *, state: object = None, drawers: bool = False) -> Any:
        """The same for what is looked at, in the middle of a test."""

        async def mount() -> Any:
            return self.mounted(tab, view, screen, state, drawers=drawers)

        return in_a_loop(mount)

    def screen(self, view: View, screen: str = "", *, drawers: bool = False) -> Any:
        """The same for the Examples tab."""
        return self.opened("examples", view, screen, drawers=drawers)


def put_together(lent: Lent) -> MountedPage:
    """A page over whatever studio is lent."""

    async def build() -> MountedPage:  # inside a running loop; without one Gradio makes loops that it never closes
        return MountedPage(Page(cast(Studio, lent), lent.offer))

    return in_a_loop(build)


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> tuple[MountedPage, Lent]:
    """One page for all tests, since putting it together takes a second; and what lends it their studios."""
    lent = Lent()
    studio = Studio(Settings(home=tmp_path_factory.mktemp("standing"), offline=True), FakeEngine(steps=8, pause=0.0))
    lent.lend(studio, [])
    page = put_together(lent)
    studio.close()
    return page, lent


@pytest.fixture
def page(standing: tuple[MountedPage, Lent], studio: Studio, offered: list[tuple[str, Path]]) -> MountedPage:
    """The page over this test's studio. Its parts are only looked at: whoever changes them takes `own_page`."""
    made, lent = standing
    lent.lend(studio, offered)
    made.blocks = dict(made.first_blocks)  # what another test opened is not this one's
    return made


@pytest.fixture
def own_page(studio: Studio, offered: list[tuple[str, Path]]) -> MountedPage:
    """A page for one test alone."""
    lent = Lent()
    lent.lend(studio, offered)
    return put_together(lent)


@pytest.fixture
def request_of_ana() -> gr.Request:
    return asked_by_ana()


def asked_by_ana() -> gr.Request:
    """As Gradio hands it to a handler."""
    scope = {"person": "ana", "session": "s1"}
    return gr.Request(request=SimpleNamespace(scope=scope, query_params={}, headers={}))  # type: ignore[arg-type]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return fifty_rows(tmp_path / "tickets.csv")


def fifty_rows(path: Path) -> Path:
    """Fifty rows, two of them exact copies, two contradicting, one answer empty."""
    lines = ["question,answer"]
    shapes = [
        "What does the {} cost?",
        "How heavy is the {}?",
        "Who makes your {}?",
        "May I return a {}?",
        "Is the {} safe?",
    ]
    for number in range(50):
        topic = TOPICS[number % 10]
        asked = shapes[number // 10].format(topic)
        lines.append(f'"{asked}","The {topic} is answered in words that belong to number {number} alone."')
    lines += [
        '"Do you ship on Sunday?","Yes, we do that each week."',
        '"Do you ship on Sunday?","No, never on any Sunday."',
    ]
    lines += ['"Is there parking?",""', lines[3]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def loaded(page: MountedPage, studio: Studio, table: Path, request_of_ana: gr.Request) -> Callable[[], View]:
    """The view after she brought the table and said yes."""

    def do() -> View:
        return accepted(page, table, request_of_ana)

    return do


def accepted(page: MountedPage, path: Path, request: gr.Request) -> View:
    """The view after a table with a question and an answer column was brought and confirmed."""
    columns = asking(page, path)
    updates = columns.accept(View(), Place("examples"), "question", "answer", "(none)", request)
    return cast(View, updates[columns.frame.view])


def asking(page: MountedPage, path: Path, view: View | None = None) -> ColumnsPanel:
    """The screen that asks about the columns of a file."""
    return cast(ColumnsPanel, page.screen(view or View(), ASKING + page.waiting.take(path, path.name)).columns)


def by_part(parts: Sequence[Any], told: Sequence[Any]) -> dict[Any, Any]:
    """What a handler tells each part of the page, so that no test counts places."""
    return dict(zip(parts, told, strict=True))


def updated(value: Any) -> dict[str, Any]:
    """What a handler's update carries."""
    assert isinstance(value, dict) and value.get("__type__") == "update", value
    return value


@pytest.fixture
def taught(studio: Studio, loaded: Callable[[], View]) -> View:
    """A look at the first run of the loaded table."""
    view = loaded()
    run = studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    studio.runs.carry_out(run.id)
    return replace(view, run=run.id)
