"""A shared studio whose clock is set by a file: `python -m tests.browser.moved_clock_site HOME PORT`.

`HOME-minutes.txt` beside the home says by how many minutes it goes ahead.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.guard.admission import SessionKeys
from studio.web.server import Server, build_site
from tests.fake_engine import FakeEngine


def minutes_file(home: Path) -> Path:
    """Where the test writes for how long the laptop slept."""
    return home.with_name(f"{home.name}-minutes.txt")


def main(home: str, port: str) -> None:
    ahead = minutes_file(Path(home))

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(minutes=int(ahead.read_text()) if ahead.is_file() else 0)

    settings = Settings(home=Path(home), port=int(port), offline=True, browser=False, people=True)
    studio = Studio(settings, FakeEngine(), clock)
    site = build_site(studio, settings, SessionKeys(), port=int(port), people=studio.people, on_first_page=lambda: None)
    config = uvicorn.Config(site.app, host="127.0.0.1", port=int(port), log_level="warning", ws="none")
    try:
        Server(config, lambda: print("open", flush=True), site.leave).run()
    finally:
        studio.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
