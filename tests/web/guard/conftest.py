"""The whole site in this process, as it is served: asked over ASGI, without a port."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI

from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.guard.admission import SessionKeys
from studio.web.server import build_site
from tests.fake_engine import FakeEngine
from tests.web.conftest import in_a_loop


@dataclass
class Standing:
    """A site that was put together, and what it stands on."""

    studio: Studio
    guard: Any
    app: FastAPI


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The site of one person without sign-in; put together once, since that takes seconds."""
    settings = Settings(home=tmp_path_factory.mktemp("alone"), offline=True, browser=False)
    studio = Studio(settings, FakeEngine(steps=8, pause=0.0))

    async def build() -> Any:
        return build_site(studio, settings, SessionKeys("secret"), port=7861, on_first_page=lambda: None)

    site = in_a_loop(build)
    yield Standing(studio, site.app, site.inner)
    studio.close()
