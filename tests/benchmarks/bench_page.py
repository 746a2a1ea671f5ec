"""What does the page cost? `python tests/benchmarks/bench_page.py OLD_CHECKOUT` measures an older one beside this.

Both serve a home of their own; one Chromium looks at them in turns: first paint, change of tab, components, an idle
minute, and a run of the starter that is watched. `--watchers N` also counts the tokens a second of a run that nobody
looks at and of one that N simulated pages follow (this checkout only), in turns. One JSON object comes out.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import httpx
import psutil

from tests.browser.conftest import CHROMIUMS, WATCH, free_port, until_quiet
from tests.services.conftest import table

ROOT = Path(__file__).resolve().parents[2]
ELEMENTS = "document.querySelectorAll('*').length"


@dataclass
class Arm:
    """One checkout that serves, and the page that looks at it."""

    process: "subprocess.Popen[bytes]"
    address: str
    home: Path
    page: Any = None
    client: Any = None
    requests: int = 0

    def server_seconds(self) -> float:
        """Processor seconds of the server, and of the child that teaches where there is one."""
        spent = psutil.Process(self.process.pid).cpu_times()
        return float(spent.user + spent.system)

    def others_seconds(self) -> float:
        """The same without the thread that works most: while a run is taught that one teaches."""
        threads = [thread.user_time + thread.system_time for thread in psutil.Process(self.process.pid).threads()]
        return sum(threads) - max(threads)

    def browser(self) -> dict[str, float]:
        """Chromium's own account of this page: busy seconds of its main thread, and megabytes of script memory."""
        told = {one["name"]: one["value"] for one in self.client.send("Performance.getMetrics")["metrics"]}
        return {"busy": told["TaskDuration"], "heap": told["JSHeapUsedSize"] / 1e6}


@contextmanager
def served(checkout: Path, place: Path) -> Iterator[Arm]:
    """`studio serve` of this checkout over an empty home."""
    home, said = place / "home", place / "said.txt"
    place.mkdir()
    with said.open("a") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "studio", "serve", "--home", str(home), "--port", str(free_port()), "--no-browser",
             "--offline"],
            cwd=checkout, stdout=out, stderr=out, env={**os.environ, "PYTHONPATH": str(checkout)},
        )  # fmt: skip
    try:
        while "token=" not in (text := said.read_text()) or not text.endswith("\n"):
            assert process.poll() is None, text
            time.sleep(0.1)
        yield Arm(process, text.split("open at ")[1].split()[0], home)
    finally:
        process.terminate()
        process.wait(timeout=60)


def open_page(browser: Any, arm: Arm, path: Path) -> dict[str, Any]:
    """First paint, and the way to a plan."""
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    page = arm.page = context.new_page()
    page.set_default_timeout(120_000)

    def count(request: Any) -> None:
        arm.requests += "/gradio_api/" in request.url or "/studio/live" in request.url

    page.on("request", count)
    page.add_init_script(WATCH)
    arm.client = context.new_cdp_session(page)
    arm.client.send("Performance.enable")
    began = time.monotonic()
    page.goto(arm.address)
    page.locator(".start input[type=file]").wait_for(state="attached")
    painted = time.monotonic() - began
    until_quiet(page, 300)
    page.locator(".start input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Yes, this is right").click()
    page.get_by_role("button", name="Next: choose a model").wait_for()
    until_quiet(page, 300)
    return {"first paint s": painted, "examples elements": page.evaluate(ELEMENTS)}


def change_tabs(arm: Arm) -> dict[str, Any]:
    """From a press on a tab until the page is quiet, without the half second in which that is found out."""
    found = {}
    for name in ("Model", "Teach", "Compare", "Report", "Examples"):
        began = time.monotonic()
        arm.page.get_by_role("tab", name=name).click()
        until_quiet(arm.page, 300)
        found[f"tab {name} s"] = max(0.0, time.monotonic() - began - 0.5)
    return found


def press_fix(arm: Arm) -> dict[str, Any]:
    """Requests until the page is quiet after the first button of the list of findings."""
    before = arm.requests
    arm.page.locator(".findings button").first.click()
    until_quiet(arm.page, 300)
    return {"requests per press": arm.requests - before}


def stand_idle(arm: Arm, seconds: float) -> dict[str, Any]:
    """Nobody does anything."""
    requests, server, busy = arm.requests, arm.server_seconds(), arm.browser()["busy"]
    arm.page.wait_for_timeout(seconds * 1000)
    return {"idle requests": arm.requests - requests, "idle server s": arm.server_seconds() - server,
            "idle browser s": arm.browser()["busy"] - busy, "heap MB": arm.browser()["heap"]}  # fmt: skip


def start_run(arm: Arm) -> None:
    """A run that goes on for longer than it is watched."""
    page = arm.page
    page.get_by_role("tab", name="Model").click()
    page.locator(".plan .figure").first.wait_for()
    box = page.get_by_label("Times through the examples")
    box.fill("400")
    box.press("Tab")
    until_quiet(page, 300)
    page.get_by_role("button", name="Next: teach").click()
    page.get_by_role("button", name="Start teaching").click()
    while len(lines(arm)) < 5:
        page.wait_for_timeout(200)


def lines(arm: Arm) -> list[dict[str, Any]]:
    """The whole lines of the newest curve that tell of learning."""
    curves = sorted(arm.home.glob("projects/*/runs/*/metrics.jsonl"))
    text = curves[-1].read_text() if curves else ""
    return [line for line in map(json.loads, text[: text.rfind("\n") + 1].splitlines()) if line.get("tokens")]


def watch(arm: Arm, seconds: float) -> dict[str, Any]:
    """Share of a core that the page takes of the browser, and of the server beside the teaching."""
    busy, others = arm.browser()["busy"], arm.others_seconds()
    arm.page.wait_for_timeout(seconds * 1000)
    return {"watching browser": (arm.browser()["busy"] - busy) / seconds,
            "watching server": (arm.others_seconds() - others) / seconds}  # fmt: skip


def speed(arm: Arm, seconds: float) -> float:
    """Tokens a second of learning over so many seconds."""
    first = lines(arm)[-1]
    time.sleep(seconds)
    last = lines(arm)[-1]
    return float((last["tokens"] - first["tokens"]) / (last["elapsed_seconds"] - first["elapsed_seconds"]))


@contextmanager
def followed(arm: Arm, watchers: int) -> Iterator[None]:
    """So many pages that follow the run, in a process of their own."""
    (curve,) = arm.home.glob("projects/*/runs/*/metrics.jsonl")
    run, project = curve.parent.name, curve.parents[2].name
    words = [sys.executable, __file__, "--follow", arm.address, project, run, str(watchers)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()
        process.wait()


async def follow(address: str, project: str, run: str, watchers: int) -> None:
    """What the other process does: says so when all of them are connected, then listens until it is ended."""
    async with httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=None)) as client:
        entered = await client.get(address, follow_redirects=True)
        base = str(entered.url).split("/?")[0].rstrip("/")
        connected = 0

        async def one() -> None:
            nonlocal connected
            async with client.stream("GET", f"{base}/studio/live", params={"project": project, "run": run}) as stream:
                stream.raise_for_status()
                connected += 1
                if connected == watchers:
                    print("all", flush=True)
                async for _ in stream.aiter_bytes():
                    pass

        await asyncio.gather(*(one() for _ in range(watchers)))


def end_run(arm: Arm) -> None:
    arm.page.get_by_role("button", name="Stop and keep the best").click()
    arm.page.get_by_role("button", name="Resume").wait_for()


def main() -> int:
    """One JSON object."""
    if sys.argv[1:2] == ["--follow"]:
        asyncio.run(follow(*sys.argv[2:5], int(sys.argv[5])))
        return 0
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("old", type=Path)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--watchers", type=int, default=0)
    given = options.parse_args()
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    found: dict[str, Any] = {"load": os.getloadavg(), "old": {}, "new": {}}
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        path = Path(place) / "tickets.csv"
        path.write_text(table(60), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with served(given.old, Path(place) / "old") as old, served(ROOT, Path(place) / "new") as new:
            arms = {"old": old, "new": new}
            for name, arm in arms.items():
                found[name] |= open_page(browser, arm, path)
            for name, arm in arms.items():
                found[name] |= change_tabs(arm)
            for name, arm in arms.items():
                found[name] |= press_fix(arm)
            for name, arm in arms.items():
                found[name] |= stand_idle(arm, given.seconds)
            for name, arm in arms.items():  # one after the other: two runs at once would share the cores
                start_run(arm)
                found[name] |= watch(arm, given.seconds)
                if name == "new" and given.watchers:
                    found["watchers"] = with_watchers(arm, given.watchers, given.rounds, given.seconds)
                end_run(arm)
        browser.close()
    print(json.dumps(found, indent=2))
    return 0


def with_watchers(arm: Arm, watchers: int, rounds: int, seconds: float) -> dict[str, Any]:
    """Tokens a second without and with so many pages, in turns."""
    arm.page.goto("about:blank")
    alone, crowded = [], []
    for _ in range(rounds):
        alone.append(speed(arm, seconds))
        with followed(arm, watchers):
            crowded.append(speed(arm, seconds))
    arm.page.goto(arm.address)
    arm.page.get_by_role("tab", name="Teach").click()
    ratio = statistics.median(b / a for a, b in zip(alone, crowded, strict=True))
    return {"pages": watchers, "alone": alone, "watched": crowded, "ratio": ratio}


if __name__ == "__main__":
    sys.exit(main())
