"""The Take home tab in Chromium: the server for other programs is started, asked by the official client, and ended."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest

from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec, Status
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from tests.browser.conftest import Site, Visit, free_port, until_quiet
from tests.browser.test_sharing import axe_finds
from tests.services.conftest import table
from tests.tiny_models import make_adapter, make_model

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(590)]
READY_MS = 120_000


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One version of a model that is small enough to be exported in seconds."""
    path, rows = tmp_path / "home", tmp_path / "tickets.csv"
    studio = Studio(Settings(home=path, offline=True), LocalEngine())
    rows.write_text(table(16), encoding="utf-8")
    view = studio.examples.upload(rows, "tickets.csv", by="ana")
    model = make_model(tmp_path / "model", "llama", context=512)
    spec = RunSpec(
        id="run-1", project=view.project, created=datetime(2026, 1, 1, tzinfo=UTC), by="ana", dataset=view.id,
        recipe=Recipe(base_model=str(model)), dataset_sha256="0", model_folder=str(model),
    )  # fmt: skip
    folder = RunFolder(path / "projects" / view.project / "runs" / spec.id)
    folder.create(spec, list(view.examples), [], [], [])
    make_adapter(model, folder.adapter)
    folder.move_to(Status.STOPPED)
    studio.close()
    return path


def take_home(seen: Visit) -> Any:
    seen.page.get_by_role("tab", name="Take home").click()
    seen.page.get_by_role("heading", name="Take home").wait_for()
    until_quiet(seen.page)
    return seen.page


def test_the_server_is_started_asked_and_ended(
    serve: Callable[..., Site], visit: Callable[..., Visit], home: Path
) -> None:
    site, port = serve(home.name), free_port()
    seen = visit(site.address)
    page = take_home(seen)
    page.get_by_label("Which program is it for?").fill("mail program")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_text("it is shown this once").wait_for()
    key = re.search(r"sk-studio-\S+", page.locator(".server").inner_text())[0]  # type: ignore[index]
    page.get_by_role("spinbutton", name="Port").fill(str(port))
    page.get_by_role("button", name="Start the server").click()
    page.get_by_role("button", name="End the server").wait_for()
    page.get_by_text(f"http://127.0.0.1:{port}/v1").wait_for(timeout=READY_MS)
    client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=key, max_retries=2, timeout=60)
    asked: Any = {"messages": [{"role": "user", "content": "Who makes the kettle?"}], "max_tokens": 12}
    answers = [client.chat.completions.create(model=name, **asked).choices[0].message.content for name in
               ("base", "run-1", "auto")]  # fmt: skip
    assert all(answers) and answers[0] != answers[1]
    page.reload()
    until_quiet(page)
    page = take_home(seen)
    page.get_by_text(f"http://127.0.0.1:{port}/v1").wait_for()
    assert key not in page.content() and page.get_by_text("pieces of words a second together").is_visible()
    assert axe_finds(page) == []
    served = [child for child in psutil.Process(site.process.pid).children(recursive=True)
              if "serve_process" in " ".join(child.cmdline())]  # fmt: skip
    page.get_by_role("button", name="End the server").click()
    page.get_by_role("button", name="Start the server").wait_for(timeout=30_000)
    assert len(served) == 1 and not served[0].is_running() and not seen.errors and not seen.outside
