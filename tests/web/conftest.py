"""A page over a front desk whose furnace has no fire; handlers are called as Gradio would call them."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import gradio as gr
import pytest

from studio.desk.studio import Studio
from studio.records.recipe import Recipe
from studio.settings import Settings
from studio.web.app import Page
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


@pytest.fixture
def page(studio: Studio, offered: list[tuple[str, Path]]) -> Page:
    def offer(session: str, path: Path) -> str:
        offered.append((session, path))
        return f"/studio/files/{len(offered)}/{path.name}"

    async def build() -> Page:  # inside a running loop; without one Gradio makes loops that it never closes
        made = Page(studio, offer)
        made.build()
        return made

    return in_a_loop(build)


@pytest.fixture
def request_of_ana() -> gr.Request:
    scope = {"person": "ana", "session": "s1"}
    return gr.Request(request=SimpleNamespace(scope=scope, query_params={}, headers={}))  # type: ignore[arg-type]


@pytest.fixture
def table(tmp_path: Path) -> Path:
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
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def loaded(page: Page, studio: Studio, table: Path, request_of_ana: gr.Request) -> Callable[[], View]:
    """The view after she brought the table and said yes."""

    def do() -> View:
        columns = page.examples.columns
        key = columns.take(table, table.name)
        view, _ = columns.accept(View(), key, "question", "answer", "(none)", "", "", request_of_ana)
        return view

    return do


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
