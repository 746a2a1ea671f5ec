"""A server over two finished runs, on a port of this computer, with an engine without fire."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import openai
import pytest

from studio.services.studio import Studio
from studio.serving.server import OpenServer, open_server
from tests.services.conftest import runs, studio, upload  # noqa: F401 - fixtures


@dataclass(frozen=True)
class Running:
    """A server, and how it is asked."""

    open: OpenServer
    key: str
    ends: ExitStack

    @property
    def address(self) -> str:
        return self.open.address

    @property
    def runs(self) -> list[str]:
        return [version.id for version in self.open.models.writers]

    def client(self, **options: object) -> openai.OpenAI:
        """The official client; it is closed before its server ends, else its socket is left to the garbage."""
        one = openai.OpenAI(base_url=self.address, api_key=str(options.pop("api_key", self.key)), max_retries=0,
                            timeout=30, **options)  # fmt: skip
        return self.ends.enter_context(one)

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        given = {"authorization": f"Bearer {self.key}", **headers}
        return httpx.post(f"{self.address}{path}", json=body, headers=given, timeout=30)


@contextmanager
def served(over: Studio, some: Sequence[str], **options: int) -> Iterator[Running]:
    """A server of some runs, in a thread of its own."""
    with open_server(over, some, port=0, **options) as ready:
        thread = threading.Thread(target=ready.server.run, kwargs={"sockets": [ready.taken]}, daemon=True)
        thread.start()
        until(lambda: ready.server.started)
        try:
            with ExitStack() as ends:
                yield Running(ready, ready.keys.add("test"), ends)
        finally:
            ready.keys.remove("test")
            ready.server.should_exit = True
            thread.join(timeout=20)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Serve these runs until the test is over, and sooner than its files are taken away."""
    with ExitStack() as ends:
        yield lambda over, some, **options: ends.enter_context(served(over, some, **options))


@pytest.fixture
def running(serve: Callable[..., Running], studio: Studio, runs: list[str]) -> Running:  # noqa: F811
    """Both runs."""
    return serve(studio, runs)


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
