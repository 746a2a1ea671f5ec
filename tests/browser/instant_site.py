"""The page over an engine that trains in a moment: `python -m tests.browser.instant_site HOME PORT SHOWN_PORT TOKEN`.

`SHOWN_PORT` is the one in the browser's address, where a proxy listens.
"""

import sys
from pathlib import Path

import uvicorn

from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.guard.admission import SessionKeys
from studio.web.server import Server, build_site
from tests.fake_engine import FakeEngine

STEPS, PAUSE_SECONDS = 60, 0.05


def main(home: str, port: str, shown_port: str, token: str) -> None:
    settings = Settings(home=Path(home), port=int(port), offline=True, browser=False)
    studio = Studio(settings, FakeEngine(steps=STEPS, pause=PAUSE_SECONDS))
    studio.hold_home()
    site = build_site(studio, settings, SessionKeys(token), port=int(shown_port), on_first_page=lambda: None)
    config = uvicorn.Config(site.app, host="127.0.0.1", port=int(port), log_level="warning", ws="none")
    try:
        Server(config, lambda: print("open", flush=True), site.leave).run()
    finally:
        studio.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
