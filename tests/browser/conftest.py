"""A real server process, a real Chromium, and a record of everything that tried to leave this computer."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest

from studio.copy.catalog import say
from tests.free_ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120
TEACH_SECONDS = 300
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Site:
    """A running studio."""

    process: "subprocess.Popen[bytes]"
    address: str
    home: Path
    watched: Path

    @property
    def left(self) -> list[str]:
        """What tried to reach another computer."""
        return self.watched.read_text().splitlines() if self.watched.exists() else []


def start(home: Path, *options: str, environ: dict[str, str] | None = None, offline: bool = True) -> Site:
    """`studio serve` as a process of its own, until it tells its address."""
    watched, said = (home.parent / f"{home.name}-{name}.txt" for name in ("watched", "said"))
    said.write_text("")  # of an earlier server of the same home
    with said.open("a") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "studio", "serve", "--home", str(home), "--port", str(free_port()), "--no-browser",
             *(["--offline"] if offline else []), *options],
            cwd=ROOT, stdout=out, stderr=out,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'tests' / 'watch'}{os.pathsep}{ROOT}",
                 "STUDIO_WATCHED": str(watched), **(environ or {})},
        )  # fmt: skip
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"(http://\S+)\n", said.read_text()):
            return Site(process, found.group(1), home, watched)
        time.sleep(0.05)
    process.kill()
    process.wait()
    pytest.fail(f"the studio did not answer: {said.read_text()[-2000:]}")


def leave(site: Site) -> None:
    """Ask it to leave, and do not wait for ever."""
    if site.process.poll() is None:
        site.process.send_signal(signal.SIGTERM)
        try:
            site.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            site.process.kill()
            site.process.wait()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    running: list[Site] = []

    def do(home: str = "home", *options: str, **more: Any) -> Site:
        running.append(start(tmp_path / home, *options, **more))
        return running[-1]

    yield do
    for site in running:
        leave(site)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One studio over an empty home, for the tests of a module that leave nothing behind in it."""
    running = start(tmp_path_factory.mktemp("shared") / "home")
    yield running
    leave(running)


@dataclass
class Visit:
    """A browser window with an account of what went wrong in it."""

    page: Any
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium. Missing it is a failure where CI=true, and a visible skip elsewhere."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("no Chromium: install Debian's package `chromium`, or name one in CHROMIUM")
        pytest.skip("no Chromium on this computer, so the page was not tried in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Visit]]:
    contexts: list[Any] = []

    def do(address: str, **options: Any) -> Visit:
        context = chromium.new_context(viewport={"width": 1360, "height": 900}, reduced_motion="reduce", **options)
        context.set_default_timeout(60_000)
        contexts.append(context)
        seen = Visit(context.new_page())
        seen.page.on("console", lambda m: seen.errors.append(m.text) if m.type == "error" else None)
        seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
        seen.page.on("request", lambda request: seen.outside.append(request.url) if is_outside(request.url) else None)
        seen.page.add_init_script(WATCH)
        seen.page.goto(address)
        until_quiet(seen.page)  # the page has looked up the project: nobody acts sooner
        return seen

    yield do
    for context in contexts:
        context.close()


# Gradio's answers come on one long stream, which may stay open when nothing is left to say; so what counts is which
# of the events that were sent has not been answered. An answer may come before the word that the event was taken.
WATCH = """
(() => {
  const frame = window.requestAnimationFrame.bind(window);
  window.frames_asked_for = 0;
  window.requestAnimationFrame = (act) => { window.frames_asked_for += 1; return frame(act); };
  const real = window.fetch, sent = new Set(), answered = new Set();
  let asking = 0;
  window.unanswered = () => asking + [...sent].filter((id) => !answered.has(id)).length;
  const read = async (stream) => {
    const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const messages = (text + part.value).split("\\n\\n");
      text = messages.pop();
      for (const message of messages) {
        const data = message.split("\\n").find((line) => line.startsWith("data:"));
        if (!data) continue;
        const said = JSON.parse(data.replace("data:", ""));
        if (said.msg === "process_completed") answered.add(said.event_id);
        window.hear?.(said);
      }
    }
  };
  window.fetch = async (...request) => {
    const address = String(request[0].url || request[0]);
    const event = address.includes("queue/join");
    asking += event;
    try {
      const response = await real(...request);
      if (event) sent.add((await response.clone().json()).event_id);
      if (address.includes("queue/data")) read(response.clone().body).catch(() => {});
      return response;
    } finally {
      asking -= event;
    }
  };
})();
"""


def until_quiet(page: Any, seconds: float = 60.0) -> None:
    """Until the page is there, every event was answered, and nothing was asked for half a second."""
    page.get_by_role("tab", name=say("tabs.examples")).wait_for()
    quiet = 0
    end = time.monotonic() + seconds
    while quiet < 5:
        assert time.monotonic() < end, page.evaluate("unanswered()")
        page.wait_for_timeout(100)
        quiet = 0 if page.evaluate("unanswered()") else quiet + 1


def is_outside(address: str) -> bool:
    """Whether a request would leave this computer."""
    parts = urlparse(address)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost", "::1")


@pytest.fixture(scope="session")
def taught_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the starter was taught for a few steps: enough for two voices, too little to be good."""
    home = tmp_path_factory.mktemp("taught") / "home"
    rows = ROOT / "sample_data" / "support.csv"
    few = ["--set", "max_steps=4", "--set", "save_steps=4", "--set", "per_device_train_batch_size=4"]
    for words in (["import", str(rows), "--project", "support"], ["train", "--project", "support", *few]):
        done = subprocess.run(
            [sys.executable, "-m", "studio", *words, "--home", str(home)], cwd=ROOT, capture_output=True, text=True,
            timeout=TEACH_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    return home


@pytest.fixture
def taught(taught_home: Path, tmp_path: Path) -> Path:
    """A copy of it, for one test alone: `serve` finds it under the name `taught`."""
    return Path(shutil.copytree(taught_home, tmp_path / "taught"))
