"""A studio over an empty home, with the fake engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from tests.fake_engine import FakeEngine

TOPICS = (
    "kettle", "lamp", "spoon", "chair", "ladder", "basket", "curtain", "bucket", "hammer", "pillow",
    "candle", "blanket",
)  # fmt: skip


def table(rows: int = 48) -> str:
    """Questions and answers that are no copies of one another."""
    asked = ["What does the {} cost?", "How heavy is your {}?", "Who makes the {}?", "Can I return a {} later?"]
    lines = ["question,answer"]
    for number in range(rows):
        topic, shape = TOPICS[number % len(TOPICS)], number // len(TOPICS)
        question = asked[shape % 4].format(topic)
        lines.append(f"{question} ({number}),The {topic} number {number} is ready for {shape} people.")
    return "\n".join(lines) + "\n"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(Settings(home=tmp_path / "home", offline=True), FakeEngine(steps=8, pause=0.0))
    yield made
    made.close()


@pytest.fixture
def upload(studio: Studio, tmp_path: Path) -> Callable[[str], tuple[str, str]]:
    """Upload a text as a table; the ids of its project and dataset."""

    def do(text: str, name: str = "tickets.csv") -> tuple[str, str]:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        view = studio.examples.upload(path, name, by="ana")
        return view.project, view.id

    return do


@pytest.fixture
def runs(studio: Studio, upload: Callable[[str], tuple[str, str]]) -> list[str]:
    """Two finished runs of one project on one starting model."""
    project, dataset = upload(table())
    launched = [studio.runs.launch(project, dataset, Recipe(seed=seed), by="ana").id for seed in (1, 2)]
    for run in launched:
        studio.runs.carry_out_when_free(run)
    return launched
