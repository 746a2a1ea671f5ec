"""How long each press on the page is without a word: `python -m tests.benchmarks.bench_silence [HOME]`.

A home with a taught version is made (or a copy of `HOME` taken), and served by the real program; Chromium presses a
button of every kind on every tab, 1280 by 800. Two figures for each: until the first word after the press, and the
longest time without one until all has come; the load of the computer beside it.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import TimeoutError as PlaywrightTimeout
from playwright.sync_api import sync_playwright

from tests.benchmarks.machine import instruction_set
from tests.browser.conftest import ROOT, leave, start
from tests.browser.silence import WATCH, press

SETTLE = 4_000  # milliseconds, after which a press counts as over
FEW = ["--set", "max_steps=4", "--set", "save_steps=4", "--set", "per_device_train_batch_size=4"]


def made(home: Path) -> None:
    """A version that learned four steps."""

    def do(*words: str) -> str:
        done = subprocess.run([sys.executable, "-m", "studio", *words, "--home", str(home)], cwd=ROOT, check=True,
                              capture_output=True, text=True)  # fmt: skip
        return done.stdout

    do("import", str(ROOT / "sample_data" / "support.csv"), "--project", "support")
    do("train", "--project", "support", *FEW)


class Presses:
    """One press after the other, each with its figures."""

    def __init__(self, page: Any) -> None:
        self.page, self.longest = page, 0.0

    def do(self, name: str, act: Callable[[], object], settle: int = SETTLE) -> None:
        """Press, wait, tell."""
        self.page.wait_for_timeout(1_000)
        try:
            told = press(self.page, act, lambda: self.page.wait_for_timeout(settle))
        except PlaywrightTimeout:
            print(f"| {name} | not there | | |", flush=True)
            return
        self.longest = max(self.longest, told.longest)
        first = "none" if told.first is None else f"{told.first:.0f}"
        print(f"| {name} | {first} | {told.longest:.0f} | {os.getloadavg()[0]:.1f} |", flush=True)

    def button(self, name: str | re.Pattern[str], settle: int = SETTLE, *, exact: bool = False) -> None:
        """A button by what stands on it."""
        found = self.page.get_by_role("button", name=name, exact=exact).first
        self.do(getattr(name, "pattern", name), lambda: found.click(timeout=8_000), settle)

    def tab(self, name: str) -> None:
        """One of the tabs."""
        self.do(f"tab {name}", lambda: self.page.get_by_role("tab", name=name).first.click())


def walk(page: Any) -> float:
    """Every kind of button on every tab."""
    on = Presses(page)
    on.tab("Model")
    on.do("choose a model", lambda: page.locator(".choices label").nth(1).click())
    on.do("choose the first again", lambda: page.locator(".choices label").nth(0).click(), 9_000)
    on.do("Quick try", lambda: page.get_by_text("Quick try").first.click(), 9_000)
    on.button("Next: teach")
    on.button("Start another run", 9_000)
    on.button("Stop and keep the best", 9_000)
    on.button("Save the name")
    on.tab("Compare")
    page.locator(".question textarea").fill("Do you ship to Norway?")
    on.button("Ask both", 8_000, exact=True)
    on.do("Good, under a reply", lambda: page.locator(".judging button").first.click())
    on.button(re.compile("Take exam question"))
    on.button("Save as CSV")
    on.tab("Blind vote")
    on.button("Make the replies", 8_000)
    page.get_by_label("Your name").fill("Eve")
    page.get_by_label("Your name").press("Enter")
    with contextlib.suppress(PlaywrightTimeout):  # the replies are not there yet on a busy computer
        page.locator(".prose.vote-paper").get_by_text("Eve · question 1").wait_for(timeout=180_000)
        on.button("As good as each other")
    on.tab("Report")
    on.button(re.compile("^Ask the exam"), 9_000)
    on.button("Stop", 9_000)
    on.tab("Take home")
    programs = on.page.get_by_role("radio", name=re.compile("^For a colleague who"))
    on.do("what it is for", lambda: programs.first.check())
    on.button("Write it and compare", 9_000)
    on.button("Start the server", 9_000)
    on.button("Make a key")
    on.button("Open the watch")
    on.tab("Examples")
    on.button(re.compile(r"^Undo \("))
    on.button(re.compile("^Fix all"))
    line = page.locator("ul.inbox .line button.main").filter(has_not_text="Settle").first
    on.do("fix, one line", line.click)
    on.button("Save as CSV", exact=True)
    on.button("See how they can")
    page.goto(page.url.split("?")[0] + "?new=1")
    page.locator(".start").wait_for()
    page.wait_for_timeout(2_500)
    dirty = ROOT / "sample_data" / "dirty.csv"
    on.do("upload", lambda: page.locator(".start input[type=file]").set_input_files(dirty))
    on.button("Yes, this is right")
    on.button("Fix all that needs no decision")
    return on.longest


def main() -> None:
    print(f"{instruction_set()}, two cores\n")
    print("| press | first word, ms | longest silence, ms | load |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "home"
        if len(sys.argv) > 1:
            shutil.copytree(sys.argv[1], home)
        else:
            made(home)
        site = start(home)
        try:
            browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                                                 args=["--no-sandbox"])  # fmt: skip
            page = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce").new_page()
            page.add_init_script(WATCH)
            page.goto(site.address)
            page.get_by_role("tab", name="Examples").wait_for()
            page.wait_for_timeout(4_000)
            print(f"\nlongest of all: {walk(page):.0f} ms")
            browser.close()
        finally:
            leave(site)


if __name__ == "__main__":
    main()
