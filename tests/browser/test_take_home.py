"""Taking a version home in Chromium: every kind is exported, its card's own lines are followed by a script in a process
without the studio, and the server for other programs is started, asked by the official client, and ended."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest

from studio.schemas.exports.export import WITHOUT_WEIGHTS
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec, Status
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.files import write_json
from studio.storage.run_folder import RunFolder
from studio.training.local_engine import LocalEngine
from studio.web.tabs.take_home.take_home_tab import FOR_TECHNICIANS
from tests.browser.conftest import Site, Visit, until_quiet
from tests.browser.test_sharing import axe_finds
from tests.evaluation.test_report_html import report
from tests.free_ports import free_port
from tests.inference.exports.gguf.test_gguf_export import converter
from tests.services.conftest import table
from tests.services.exports.upload_hub import UploadHub
from tests.tiny_models import make_adapter, make_model

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1200)]
KINDS = {
    "transformers": "For a colleague who", "adapter": "Only what was learned", "merged": "The whole model",
    "ollama": "To ask it in Ollama", "lmstudio": "To ask it in LM Studio", "gguf": "For programs on small",
    "vllm": "For a server", "card": "A page about it", "report": "The proof",
}  # fmt: skip
QUESTION = "Where is my order?"  # to which this random model says something
READY_MS = 300_000  # on a busy computer


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One version of a model that is small enough to be exported in seconds."""
    path, rows = tmp_path / "home", tmp_path / "tickets.csv"
    studio = Studio(Settings(home=path, offline=True), LocalEngine())
    rows.write_text(table(16), encoding="utf-8")
    view = studio.examples.upload(rows, "tickets.csv", by="ana")
    model = make_model(tmp_path / "model", "llama", context=512, width=64)  # which q8_0 can keep
    spec = RunSpec(
        id="run-1", project=view.project, created=datetime(2026, 1, 1, tzinfo=UTC), by="ana", dataset=view.id,
        recipe=Recipe(base_model=str(model)), dataset_sha256="0", model_folder=str(model),
    )  # fmt: skip
    folder = RunFolder(path / "projects" / view.project / "runs" / spec.id)
    folder.create(spec, list(view.examples), [], [], [])
    make_adapter(model, folder.adapter)
    write_json(folder.path / "report.json", report(run=spec.id))
    folder.move_to(Status.STOPPED)
    studio.close()
    return path


def take_home(seen: Visit) -> Any:
    seen.page.get_by_role("tab", name="Take home").click()
    seen.page.get_by_role("heading", name="Take home").wait_for()
    until_quiet(seen.page)
    return seen.page


def alone(folder: Path, *words: str) -> str:
    """What a program of the folder prints in a process that looks for nothing beside it."""
    done = subprocess.run([sys.executable, "-I", "-W", "ignore", str(folder / "ask.py"), *words], capture_output=True,
                          text=True, timeout=200, check=True)  # fmt: skip
    return done.stdout.strip()


@pytest.mark.nightly
def test_every_kind_is_exported_and_its_card_s_lines_run(
    serve: Callable[..., Site], visit: Callable[..., Visit], home: Path, tmp_path: Path
) -> None:
    llama_cpp = converter(tmp_path / "llama.cpp")
    site = serve(home.name, environ={"STUDIO_LLAMA_CPP": str(llama_cpp)})
    seen = visit(site.address)
    page = take_home(seen)
    exports = next(home.glob("projects/*")) / "exports"
    asked_by_technicians = [page.get_by_role("radio", name=re.compile(f"^{KINDS[kind]}")) for kind in FOR_TECHNICIANS]
    assert not any(radio.is_visible() for radio in asked_by_technicians), "names that would stop everybody else"
    page.get_by_label("For technicians").check()
    for kind, words in KINDS.items():
        page.get_by_role("radio", name=re.compile(f"^{words}")).check()
        until_quiet(page)
        if kind == "gguf":
            page.get_by_role("radio", name=re.compile("q8_0")).check()
        page.get_by_role("button", name=re.compile("^Write it")).click()
        page.get_by_role("heading", name="Ready").wait_for(timeout=READY_MS)
        assert (exports / f"run-1-{kind}" / "export.json").is_file(), kind
        card, lines = (
            (exports / f"run-1-{kind}" / "README.md").read_text(),
            page.locator("pre.script").all_inner_texts(),
        )
        assert kind in WITHOUT_WEIGHTS or lines[0].splitlines()[0] in card, "the page shows the card's own lines"
    assert list((exports / "run-1-gguf").glob("*-q8_0.gguf")), "the type that was chosen on the page"
    assert {"report.html", "data-report.html"} <= {path.name for path in (exports / "run-1-report").iterdir()}
    answers = {alone(exports / f"run-1-{kind}", *base, QUESTION) for kind, base in
               (("transformers", ()), ("merged", ()), ("adapter", (str(tmp_path / "model"),)))}  # fmt: skip
    assert len(answers) == 1, "all forms answer alike, in the lines of their own cards"
    assert axe_finds(page) == [] and not seen.errors and not seen.outside and not site.left


def test_the_card_is_sent_to_a_hub_after_a_refusal(
    serve: Callable[..., Site], visit: Callable[..., Visit], home: Path
) -> None:
    hub = UploadHub("hf_secretsecret")
    site = serve(home.name, environ={"HF_ENDPOINT": hub.url}, offline=False)
    seen = visit(site.address)
    page = take_home(seen)
    page.get_by_role("radio", name=re.compile(f"^{KINDS['card']}")).check()
    until_quiet(page)
    page.get_by_role("button", name=re.compile("^Write it")).click()
    page.get_by_role("heading", name="Send it to a hub").wait_for()
    assert axe_finds(page) == []
    for token, said in (
        ("hf_other", "does not take this access token"),
        ("hf_secretsecret", "on the hub, seen by you alone"),
    ):
        page.get_by_label("Its name there").fill("ana/hats")
        page.get_by_label("Your key there").fill(token)
        page.get_by_label("files may leave this computer").check()
        page.get_by_role("button", name="Send it").click()
        page.locator(".push .notice", has_text=said).wait_for()
        until_quiet(page)
        assert axe_finds(page) == [] and token not in page.content()
    assert hub.repositories == {"ana/hats": True} and "README.md" in hub.files and not seen.errors
    hub.close()


def test_the_server_is_started_asked_and_ended(
    serve: Callable[..., Site], visit: Callable[..., Visit], home: Path
) -> None:
    site, port = serve(home.name), free_port()
    seen = visit(site.address)
    page = take_home(seen)
    page.get_by_label("Which program is the key for?").fill("mail program")
    page.get_by_role("button", name="Make a key").click()
    page.get_by_text("it is shown this once").wait_for()
    key = re.search(r"sk-studio-\S+", page.locator(".server").inner_text())[0]  # type: ignore[index]
    page.get_by_role("spinbutton", name="Port").fill(str(port))
    page.get_by_role("button", name="Start the server").click()
    page.get_by_role("button", name="End the server").wait_for()
    page.get_by_text(f"http://127.0.0.1:{port}/v1").wait_for(timeout=READY_MS)
    asked: Any = {"messages": [{"role": "user", "content": QUESTION}], "max_tokens": 12}
    with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=key, max_retries=2, timeout=60) as client:
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
