"""What does a page that watches a run cost the run? `python tests/benchmarks/bench_live_page.py`

The server teaches the starter; in turns no page is open and one Chromium page is, on the Teach tab. What the page takes
of the server's processor seconds, the run cannot have: `page` is the part that all threads but the teaching one took,
less the same without a page. `ratio`, processor seconds of the whole process by token learned, holds waiting for each
other as well, but swings with whatever else the machine does. Options: `--rounds N`, `--seconds N` a window.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psutil

from tests.browser.conftest import CHROMIUMS, WATCH, Site, start, until_quiet
from tests.browser.test_teach import POINTS, come_to_teach, until

ROOT = Path(__file__).resolve().parents[2]


def opened(browser: Any, site: Site) -> Any:
    """A page of its own, as a person opens it."""
    page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(site.address)
    page.get_by_role("tab", name="Teach").wait_for()
    until_quiet(page)
    return page


def newest(site: Site) -> dict[str, Any]:
    """The last whole line of the curve that tells of learning, with the processor seconds that the server has used."""
    (curve,) = site.home.glob("projects/*/runs/*/metrics.jsonl")
    seen = len(curve.read_text().splitlines())
    while len(lines := curve.read_text().splitlines(True)) <= seen or not lines[-1].endswith("\n"):
        time.sleep(0.005)
    line: dict[str, Any] = json.loads(lines[-1])
    threads = psutil.Process(site.process.pid).threads()
    return {
        "tokens": line["tokens"],
        "step": line["step"],
        "used": {t.id: t.user_time + t.system_time for t in threads},
    }


def window(site: Site, seconds: float) -> dict[str, float]:
    """Processor seconds by a thousand tokens over so many seconds of wall time, and the part that did not teach."""
    before = newest(site)
    time.sleep(seconds)
    after = newest(site)
    tokens = after["tokens"] - before["tokens"]
    used = [spent - before["used"].get(id, 0.0) for id, spent in after["used"].items()]
    total = sum(used)
    return {"steps": after["step"] - before["step"], "cost": total / tokens * 1000, "others": 1 - max(used) / total}


def measure(browser: Any, site: Site, rounds: int, seconds: float) -> dict[str, Any]:
    """The windows in turns."""
    page = opened(browser, site)
    come_to_teach(page, ROOT / "sample_data" / "support.csv", 100, 43)  # steps a pass
    page.get_by_role("button", name="Start teaching").click()
    until(page, POINTS, 3)
    page.context.close()
    alone, watched = [], []
    for _ in range(rounds):
        time.sleep(2)
        alone.append(window(site, seconds))
        page = opened(browser, site)
        page.get_by_role("tab", name="Teach").click()
        until(page, POINTS, 3)
        time.sleep(2)
        watched.append(window(site, seconds))
        page.context.close()
    ratios = [with_page["cost"] / without["cost"] for with_page, without in zip(watched, alone, strict=True)]
    page_takes = [with_page["others"] - without["others"] for with_page, without in zip(watched, alone, strict=True)]
    return {
        "page": round(statistics.median(page_takes), 4),
        "pages": [round(part, 4) for part in page_takes],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "ratio": round(statistics.median(ratios), 4),
        "ratios": [round(ratio, 4) for ratio in ratios],
        "alone": alone,
        "watched": watched,
    }


def main() -> int:
    """One JSON object."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=60)
    given = options.parse_args()
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        site = start(Path(place) / "home")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            print(json.dumps(measure(browser, site, given.rounds, given.seconds), indent=2))
        finally:
            browser.close()
            site.process.send_signal(signal.SIGKILL)
            site.process.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
