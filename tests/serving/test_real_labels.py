"""A label model that was really taught is asked over HTTP, beside one that writes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from studio.schemas.chat import ReplySettings
from studio.schemas.example import Example, Message, pair
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec, Status
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from studio.training.train import run_training
from tests.encoder_fixtures import encoder, labelled  # noqa: F401 - fixtures
from tests.serving.conftest import Running, served
from tests.tiny_models import make_adapter, make_model

pytestmark = [pytest.mark.slow, pytest.mark.long]


def run_of(studio: Studio, name: str, recipe: Recipe, rows: list[Example]) -> RunFolder:
    spec = RunSpec(id=name, project="p", created=datetime(2026, 1, 1, tzinfo=UTC), by="ana", recipe=recipe,
                   dataset="d", dataset_sha256="0", model_folder=recipe.base_model)  # fmt: skip
    folder = RunFolder(studio.home.projects / "p" / "runs" / name)
    folder.create(spec, rows, rows[-24:] if recipe.task == "labels" else [], [], [])
    return folder


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory,
    encoder: Path,  # noqa: F811
    labelled: list[Example],  # noqa: F811
) -> Studio:
    """One project with a run that gives labels and a run that writes."""
    place = tmp_path_factory.mktemp("both")
    studio = Studio(Settings(home=place / "home", offline=True), LocalEngine())
    studio.home.create_project("p", "ana", id="p")
    recipe = Recipe(base_model=str(encoder), task="labels", method="full", learning_rate=3e-3, max_steps=40)
    run_training(run_of(studio, "labels", recipe, labelled).path, lambda: False)
    model = make_model(place / "model", "llama", context=256)
    writer = run_of(studio, "writer", Recipe(base_model=str(model)), [pair(1, "Hello", "Good day.")])
    make_adapter(model, writer.adapter)
    writer.move_to(Status.STOPPED)
    return studio


@pytest.fixture(scope="module")
def running(both: Studio) -> Iterator[Running]:
    with served(both, ["labels", "writer"]) as found:
        yield found


def classified(client: openai.OpenAI, texts: list[str], model: str = "labels") -> dict[str, Any]:
    """The route is none of OpenAI's, so the client is told of it by its address."""
    found: dict[str, Any] = client.post(
        "/classify", cast_to=httpx.Response, body={"model": model, "input": texts}
    ).json()
    return found


def test_labels_equal_the_studio_s_own_and_are_right(
    running: Running,
    both: Studio,
    labelled: list[Example],  # noqa: F811
) -> None:
    rows = labelled[:12]
    told = classified(running.client(), [row.question for row in rows])
    loaded = both.engine.load_adapters(Path(both.home.run("labels").spec.model_folder),
                                       {"labels": both.home.run("labels").adapter})  # fmt: skip
    chats = [[Message(role="user", content=row.question)] for row in rows]
    own = loaded.answer_all("labels", chats, ReplySettings(), lambda: False)
    loaded.close()
    assert [one["label"] for one in told["data"]] == [reply.text for reply in own] == [row.answer for row in rows]
    assert [one["certainty"] for one in told["data"]] == pytest.approx([reply.certainty for reply in own], abs=1e-4)
    assert told["system_fingerprint"] == own[0].fingerprint and told["usage"]["total_tokens"] > len(rows)


def test_each_is_asked_at_its_own_route_by_the_one_client(running: Running) -> None:
    client, asked = running.client(), [{"role": "user", "content": "mend the red coat"}]
    assert {entry.id for entry in client.models.list()} >= {"labels", "writer", "base"}
    assert client.chat.completions.create(model="writer", messages=asked, max_tokens=8).usage  # type: ignore[call-overload]
    with pytest.raises(openai.BadRequestError, match="ask it at /v1/classify"):
        client.chat.completions.create(model="labels", messages=asked)  # type: ignore[call-overload]
    with pytest.raises(openai.BadRequestError, match="writes answers"):
        classified(client, ["mend the red coat"], "writer")


def test_eight_at_once_are_all_labelled(running: Running) -> None:
    client = running.client()
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: classified(client, ["mend the red coat"]), range(8)))
    assert [one["data"][0]["label"] for one in told] == ["repair"] * 8
