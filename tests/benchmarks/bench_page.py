"""What does the page cost? `python tests/benchmarks/bench_page.py OLD_CHECKOUT` measures an older one beside this.

Each serves a home of its own to a Chromium of its own, in turns: first paint, change of tab, components, requests of a
press on Fix, an idle while, and a run of the starter that is watched. The run is carried out in a child process
(`--worker process`), so that what the server takes is not mixed with the training; the same is counted while nobody
looks. `--watchers N` also compares the tokens a second of a run that nobody looks at with those of one that N
simulated pages follow (this checkout only, trained in the server itself, in turns). One JSON object comes out.
Processor seconds are those of the server's process, and of all of Chromium's. It takes `8 * --seconds` and 3 minutes.
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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import httpx
import psutil

from tests.browser.conftest import CHROMIUMS, WATCH, until_quiet
from tests.free_ports import free_port
from tests.services.conftest import table

ROOT = Path(__file__).resolve().parents[2]
TABS = ("Model", "Teach", "Compare", "Report", "Examples")
LONGEST = 300.0  # seconds of waiting for one thing
# When the page last changed, and how many components Gradio has in it: those of the page and of what was mounted last.
NOTE = """
window.changed = 0; window.mounted = 0; window.usable = 0;
window.hear = (told) => { const made = told.output?.render_config; if (made) window.mounted = made.components.length; };
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  window.changed = performance.now();
  if (!window.usable && document.querySelector(".start input[type=file]")) window.usable = window.changed;
})
  .observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true }));
"""


@dataclass
class Arm:
    """One checkout that serves, and the page that looks at it."""

    process: "subprocess.Popen[bytes]"
    address: str
    home: Path
    browser: Any = None
    chromium: list[psutil.Process] = field(default_factory=list)
    page: Any = None
    client: Any = None
    requests: int = 0

    def server_seconds(self) -> float:
        """Processor seconds of the server, without its children."""
        return seconds_of([psutil.Process(self.process.pid)])

    def browser_seconds(self) -> float:
        """Processor seconds of all of Chromium's processes."""
        every = {
            child.pid: child for one in self.chromium if one.is_running() for child in one.children(recursive=True)
        }
        return seconds_of([*self.chromium, *every.values()])

    def heap(self) -> float:
        """Megabytes of script memory that are really held."""
        self.client.send("HeapProfiler.collectGarbage")
        told = {one["name"]: one["value"] for one in self.client.send("Performance.getMetrics")["metrics"]}
        return float(told["JSHeapUsedSize"] / 1e6)


def seconds_of(processes: list[psutil.Process]) -> float:
    """User and system time; a process that ended meanwhile counts nothing."""
    total = 0.0
    for process in processes:
        try:
            spent = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += spent.user + spent.system
    return total


@contextmanager
def served(checkout: Path, place: Path, worker: str) -> Iterator[Arm]:
    """`studio serve` of this checkout over an empty home."""
    home, log = place / "home", place / "log.txt"
    place.mkdir()
    with log.open("a") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "studio", "serve", "--home", str(home), "--port", str(free_port()), "--no-browser",
             "--offline", "--worker", worker],
            cwd=checkout, stdout=out, stderr=out, env={**os.environ, "PYTHONPATH": str(checkout)},
        )  # fmt: skip
    try:
        end = time.monotonic() + LONGEST
        while "token=" not in (text := log.read_text()) or not text.endswith("\n"):
            assert process.poll() is None and time.monotonic() < end, text
            time.sleep(0.1)
        yield Arm(process, text.split("open at ")[1].split()[0], home)
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def open_browser(playwright: Any, arm: Arm) -> None:
    """A Chromium of its own, whose processes are known."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    before = set(psutil.Process().children(recursive=True))
    arm.browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    arm.chromium = [one for one in psutil.Process().children(recursive=True) if one not in before]


def open_page(arm: Arm, address: str) -> dict[str, float]:
    """Milliseconds until something is painted, and until a file can be brought."""
    if arm.page is not None:
        arm.page.context.close()
    context = arm.browser.new_context(viewport={"width": 1360, "height": 900})
    page = arm.page = context.new_page()
    page.set_default_timeout(LONGEST * 1000)

    def count(request: Any) -> None:
        arm.requests += "/gradio_api/" in request.url or "/studio/live" in request.url

    page.on("request", count)
    page.add_init_script(NOTE + WATCH)
    arm.client = context.new_cdp_session(page)
    arm.client.send("Performance.enable")
    page.goto(address, wait_until="commit")
    page.locator(".start input[type=file]").wait_for(state="attached")
    until_quiet(page, LONGEST)
    usable = page.evaluate("window.usable")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    return {"first paint ms": painted, "can be used ms": usable}


def bring_table(arm: Arm, path: Path) -> None:
    """Until the list of findings is there."""
    arm.page.locator(".start input[type=file]").set_input_files(path)
    arm.page.get_by_role("button", name="Yes, this is right").click()
    arm.page.get_by_role("button", name="Next: choose a model").wait_for()
    until_quiet(arm.page, LONGEST)


def change_tab(arm: Arm, name: str) -> tuple[float, int]:
    """Milliseconds from a press on a tab until the page does not change any more, and the components in it then."""
    arm.page.evaluate("window.pressed = 0; addEventListener('click', () => { window.pressed = performance.now(); }, "
                      "{ capture: true, once: true })")  # fmt: skip
    arm.page.get_by_role("tab", name=name).click()
    until_quiet(arm.page, LONGEST)
    took = arm.page.evaluate("window.changed - window.pressed")
    return float(took), int(arm.page.evaluate("window.gradio_config.components.length + window.mounted"))


def press_fix(arm: Arm) -> dict[str, Any]:
    """Requests until the page is quiet after a press on the button that fixes all that needs no decision."""
    before = arm.requests
    arm.page.get_by_role("button", name="Fix all that needs no decision").click()
    arm.page.get_by_role("button", name="Undo (1)").wait_for()
    until_quiet(arm.page, LONGEST)
    return {"requests a press": arm.requests - before}


def stand_idle(arm: Arm, seconds: float) -> dict[str, Any]:
    """Nobody does anything; all figures are for a minute."""
    arm.page.wait_for_timeout(8000)  # the stream of the last press is held for a while
    requests, server, browser = arm.requests, arm.server_seconds(), arm.browser_seconds()
    arm.page.wait_for_timeout(seconds * 1000)
    each = 60 / seconds
    return {"idle requests": (arm.requests - requests) * each,
            "idle server s": round((arm.server_seconds() - server) * each, 2),
            "idle browser s": round((arm.browser_seconds() - browser) * each, 2), "heap MB": arm.heap()}  # fmt: skip


def start_run(arm: Arm) -> None:
    """A run that goes on for longer than it is watched."""
    page = arm.page
    page.get_by_role("tab", name="Model").click()
    page.locator(".plan .figure").first.wait_for()
    box = page.get_by_label("Times through the examples")
    box.fill("400")
    box.press("Tab")
    until_quiet(page, LONGEST)
    page.get_by_role("button", name="Next: teach").click()
    page.get_by_role("button", name="Start teaching").click()
    end = time.monotonic() + LONGEST
    while len(lines(arm)) < 5:
        assert time.monotonic() < end, "the run does not get on"
        page.wait_for_timeout(200)


def lines(arm: Arm) -> list[dict[str, Any]]:
    """The whole lines of the newest curve that tell of learning."""
    curves = sorted(arm.home.glob("projects/*/runs/*/metrics.jsonl"))
    text = curves[-1].read_text() if curves else ""
    return [line for line in map(json.loads, text[: text.rfind("\n") + 1].splitlines()) if line.get("tokens")]


def watch(arm: Arm, seconds: float) -> dict[str, Any]:
    """Share of a core that the page takes of the browser, and of the server beside the teaching; then with no page."""
    browser, server = arm.browser_seconds(), arm.server_seconds()
    arm.page.wait_for_timeout(seconds * 1000)
    found = {"watching browser": (arm.browser_seconds() - browser) / seconds,
             "watching server": (arm.server_seconds() - server) / seconds}  # fmt: skip
    arm.page.goto("about:blank")
    arm.page.wait_for_timeout(8000)  # the server notices that it is gone
    server = arm.server_seconds()
    arm.page.wait_for_timeout(seconds * 1000)
    return found | {"unwatched server": (arm.server_seconds() - server) / seconds}


def end_run(arm: Arm) -> None:
    """Its folder is asked to stop, as the page's button does."""
    (status,) = arm.home.glob("projects/*/runs/*/status.json")
    (status.parent / "stop").touch()
    end = time.monotonic() + LONGEST
    while json.loads(status.read_text())["status"] in ("queued", "running"):
        assert time.monotonic() < end, "the run does not end"
        time.sleep(0.2)


@dataclass(frozen=True)
class Learning:
    """What a run got in some seconds. Its tokens a second vary with the machine far more than with who watches: what
    watching takes is seen in how much of the clock its thread ran, waited for a core, or waited for the interpreter."""

    tokens_per_second: float
    ran: float
    waited_for_core: float
    others_ran: float  # the server's other threads, in shares of a core

    @property
    def waited_for_interpreter(self) -> float:
        """Its own input and output besides, which is little."""
        return 1 - self.ran - self.waited_for_core


def thread_times(pid: int) -> dict[int, tuple[float, float]]:
    """Seconds that each thread ran, and that it was ready but had no core (`/proc/PID/task/TID/schedstat`)."""
    times = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        ran, waited, _ = (int(word) for word in (task / "schedstat").read_text().split())
        times[int(task.name)] = ran / 1e9, waited / 1e9
    return times


def learning(arm: Arm, seconds: float) -> Learning:
    """How a run that goes on in a thread of the server learns in the next so many seconds."""
    first, began, before = lines(arm)[-1], time.monotonic(), thread_times(arm.process.pid)
    time.sleep(seconds)
    while (last := lines(arm)[-1])["elapsed_seconds"] == first["elapsed_seconds"]:
        time.sleep(0.2)  # a busy computer may take longer for a step
    clock, after = time.monotonic() - began, thread_times(arm.process.pid)
    spent = {tid: (ran - before.get(tid, (0, 0))[0], waited - before.get(tid, (0, 0))[1])
             for tid, (ran, waited) in after.items()}  # fmt: skip
    ran, waited = spent.pop(max(spent, key=lambda tid: spent[tid][0]))
    pace = (last["tokens"] - first["tokens"]) / (last["elapsed_seconds"] - first["elapsed_seconds"])
    return Learning(pace, ran / clock, waited / clock, sum(of for of, _ in spent.values()) / clock)


@contextmanager
def followed(arm: Arm, watchers: int) -> Iterator[None]:
    """So many pages that follow the run, in a process that takes what is left of this computer, as if on others."""
    (curve,) = arm.home.glob("projects/*/runs/*/metrics.jsonl")
    run, project = curve.parent.name, curve.parents[2].name
    words = ["nice", "-n", "19", sys.executable, __file__, "--follow", arm.address, project, run, str(watchers)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"all\n", "they are not all connected"
    try:
        yield
    finally:
        process.terminate()
        process.wait()


async def follow(address: str, project: str, run: str, watchers: int) -> None:
    """What the other process does: says so when all of them are connected, then listens until it is ended."""
    async with httpx.AsyncClient(timeout=None, limits=httpx.Limits(max_connections=None)) as client:
        (await client.get(address, follow_redirects=True)).raise_for_status()
        base = address.split("/?")[0]
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


def with_watchers(playwright: Any, place: Path, table_path: Path, watchers: int, seconds: float) -> dict[str, Any]:
    """A run without and with so many pages, in turns: medians, and what the server's other work leaves it, as a ratio.

    Whether a core was free for it is left out of the ratio: on this computer the simulated pages need one, too.
    """
    alone, crowded = [], []
    with served(ROOT, place, "thread") as arm:
        open_browser(playwright, arm)
        open_page(arm, arm.address)
        bring_table(arm, table_path)
        start_run(arm)
        arm.browser.close()
        learning(arm, 4 * seconds)  # a server that has just started, and the first steps, are slow
        for _ in range(6):
            alone.append(learning(arm, seconds))
            with followed(arm, watchers):
                crowded.append(learning(arm, seconds))
        end_run(arm)
    ratios = [(1 - b.waited_for_interpreter) / (1 - a.waited_for_interpreter)
              for a, b in zip(alone, crowded, strict=True)]  # fmt: skip
    return {"pages": watchers, "alone": medians(alone), "watched": medians(crowded), "ratios": ratios,
            "ratio": statistics.median(ratios)}  # fmt: skip


def medians(turns: list[Learning]) -> dict[str, float]:
    """Each figure's own."""
    names = ("tokens_per_second", "ran", "waited_for_core", "waited_for_interpreter", "others_ran")
    return {name: round(statistics.median(getattr(turn, name) for turn in turns), 4) for name in names}


def in_turns(arms: dict[str, Arm], found: dict[str, Any], path: Path, seconds: float, rounds: int) -> None:
    """Everything about both, one after the other."""
    for name, arm in arms.items():
        found[name] |= open_page(arm, arm.address)  # the server gets ready
    loads: dict[str, list[dict[str, float]]] = {name: [] for name in arms}
    for _ in range(rounds):
        for name, arm in arms.items():
            loads[name].append(open_page(arm, arm.address))
    for name in arms:
        for what in loads[name][0]:
            found[name][what] = statistics.median(load[what] for load in loads[name])
    for name, arm in arms.items():
        bring_table(arm, path)
        found[name]["components"] = {}
        found[name]["heap MB on Examples"] = arm.heap()
    times: dict[str, dict[str, list[float]]] = {name: {tab: [] for tab in TABS} for name in arms}
    for _ in range(rounds):
        for tab in TABS:
            for name, arm in arms.items():
                took, found[name]["components"][tab] = change_tab(arm, tab)
                times[name][tab].append(took)
    for name in arms:
        found[name]["tab ms"] = {tab: round(statistics.median(times[name][tab])) for tab in TABS}
        found[name]["tab ms, mean"] = round(statistics.mean(found[name]["tab ms"].values()))
    for name, arm in arms.items():
        found[name] |= press_fix(arm)
    for name, arm in arms.items():
        found[name] |= stand_idle(arm, seconds)
    for name, arm in arms.items():  # one after the other: two runs at once would share the cores
        start_run(arm)
        found[name] |= watch(arm, seconds)
        end_run(arm)


def main() -> int:
    """One JSON object."""
    if sys.argv[1:2] == ["--follow"]:
        asyncio.run(follow(*sys.argv[2:5], int(sys.argv[5])))
        return 0
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("old", type=Path, nargs="?")
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--rounds", type=int, default=3, help="of loading the page and of changing tabs")
    options.add_argument("--watchers", type=int, default=0)
    given = options.parse_args()
    from playwright.sync_api import sync_playwright

    checkouts = {"old": given.old, "new": ROOT} if given.old else {"new": ROOT}
    found: dict[str, Any] = {"load": os.getloadavg(), **{name: {} for name in checkouts}}
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        path = Path(place) / "tickets.csv"
        rows = table(60)
        path.write_text(rows + rows.splitlines()[7] + "\n", encoding="utf-8")  # one row twice: something to fix
        with ExitStack() as opened:
            arms = {name: opened.enter_context(served(checkout, Path(place) / name, "process"))
                    for name, checkout in checkouts.items()}  # fmt: skip
            for arm in arms.values():
                open_browser(playwright, arm)
            try:
                in_turns(arms, found, path, given.seconds, given.rounds)
            finally:
                print(json.dumps(found, indent=2), flush=True)
        if given.watchers:
            found["watchers"] = with_watchers(playwright, Path(place) / "many", path, given.watchers, given.seconds / 3)
    print(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
