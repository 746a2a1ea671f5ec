"""The whole journey in a made-up language: no English word of the studio is left on any tab, and all of it works."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.copy.catalog import VARIABLE, say, speaking, templates
from studio.copy.pseudo import FIRST, PSEUDO
from tests.browser.conftest import ROOT, Visit, until_quiet
from tests.free_ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(400)]
DIRTY = ROOT / "sample_data" / "dirty.csv"
# Text and labels that are seen, but for what people, files and models said: those are nobody's to translate
SEEN = """() => {
  const hers = ".words, .bot, .user, .reads, td, .example, pre, code, textarea, option, .expert, .by, .log li";
  const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest(hers);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!["SCRIPT", "STYLE"].includes(parent.tagName) && seen(parent)) found.push(walker.currentNode.data);
  }
  for (const name of ["aria-label", "placeholder", "title"])
    for (const one of document.querySelectorAll(`[${name}]`)) if (seen(one)) found.push(one.getAttribute(name));
  return found;
}"""
GRADIO = (  # its own words follow the browser's language, not ours
    "Drop File Here", "Click to Upload", "Click to upload or drop files", "Drop CSV or TSV files here to import data",
    "Static column", "Remove", "Clear", "Common", "Loading", "chatbot conversation",
)  # fmt: skip
NAMES = {
    "Qwen",
    "Instruct",
    "Apache",
    "SmolLM",
    "Slurm",
    "dirty",
    "JSON",
    "JSONL",
    "Parquet",
    "models",
    "model",
    "owner",
    "name",
}
WORD = re.compile(r"[A-Za-z]{4,}")
ENGLISH = {
    word for template in templates("en").values() for word in WORD.findall(re.sub(r"\{[^}]*\}", " ", template))
}  # fmt: skip
PHRASES = {template for template in templates("en").values() if " " in template}


def english_on(page: Any) -> set[str]:
    """Words of the English catalogue that can be seen, and that neither her table nor a name holds."""
    hers = set(WORD.findall(DIRTY.read_text("latin-1"))) | NAMES
    texts = [text.strip() for text in page.evaluate(SEEN) if not any(own in text for own in GRADIO)]
    assert sum(FIRST in text for text in texts) > 10  # there is something to look at
    whole = {text for text in texts if text in PHRASES}
    return whole | {word for text in texts for word in WORD.findall(text)} & ENGLISH - hers


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The studio in the other language, over an engine that trains in a moment."""
    port, token = free_port(), "t" * 43
    words = [str(tmp_path / "home"), str(port), str(port), token]
    process = subprocess.Popen([sys.executable, "-m", "tests.browser.instant_site", *words], cwd=ROOT,
                               env=os.environ | {VARIABLE: PSEUDO})  # fmt: skip
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
    yield f"http://127.0.0.1:{port}/?token={token}"
    process.terminate()
    process.wait(timeout=60)


def test_from_a_dirty_table_to_a_report_in_another_language(address: str, visit: Callable[..., Visit]) -> None:
    with speaking(PSEUDO):
        seen = visit(address)
        page = seen.page

        def press(key: str, **facts: object) -> None:
            page.get_by_role("button", name=say(key, **facts), exact=True).click()
            until_quiet(page)

        def go(tab: str) -> None:
            page.get_by_role("tab", name=say(f"tabs.{tab}")).click()
            page.locator(f".tab-{tab}").wait_for()
            until_quiet(page)

        left = {"start": english_on(page)}
        page.locator(".start input[type=file]").set_input_files(DIRTY)
        page.get_by_role("button", name=say("columns_panel.yes_right")).wait_for()
        left["columns"] = english_on(page)
        press("columns_panel.yes_right")
        page.locator(".inbox .line").first.wait_for()
        left["list"] = english_on(page)
        press("examples.fix_all")
        page.locator("button.undo").wait_for()
        left["fixed"] = english_on(page)

        press("examples.next")
        page.locator(".plan .figure").first.wait_for(timeout=120_000)
        left["model"] = english_on(page)
        press("plan_panel.next_teach")
        left["teach"] = english_on(page)
        press("training_tab.start_teaching")
        page.get_by_role("button", name=say("training_tab.next_ask_both")).wait_for(timeout=200_000)
        page.get_by_role("heading", name=say("status.done.title")).wait_for(timeout=120_000)
        left["taught"] = english_on(page)
        press("training_tab.next_ask_both")
        page.locator(".tab-compare").wait_for()
        page.locator(".question textarea").fill("Wo ist der Dünger?")
        page.get_by_role("button", name=say("ask.2"), exact=True).click()
        page.locator(".pane.tuned .bot").first.wait_for()
        until_quiet(page)
        left["compare"] = english_on(page)
        go("report")
        left["report"] = english_on(page)
        assert {place: words for place, words in left.items() if words} == {}
        assert not seen.errors, seen.errors
