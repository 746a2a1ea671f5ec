"""Memory goes back to the system once people have left, and once for many of them."""

import asyncio
import gc
import weakref
from typing import Any

import psutil
import pytest

from studio.web.serving.given_back import GivenBack, give_memory_back
from tests.web.conftest import in_a_loop


def test_it_is_done_once_when_no_other_page_follows() -> None:
    done: list[float] = []

    async def trial() -> Any:
        loop = asyncio.get_running_loop()
        memory = GivenBack(lambda: done.append(loop.time()), quiet_seconds=0.1)
        for _ in range(4):
            memory.later()
            await asyncio.sleep(0.03)
        last = loop.time()
        await asyncio.sleep(0.3)
        assert len(done) == 1 and done[0] > last
        memory.later()
        await asyncio.sleep(0.3)
        return len(done)

    assert in_a_loop(trial) == 2


def test_what_nobody_can_reach_is_freed() -> None:
    class Ring:
        pass

    ring: Any = Ring()
    ring.me, seen = ring, weakref.ref(ring)
    gc.disable()
    try:
        del ring
        assert seen() is not None
        give_memory_back()
        assert seen() is None
    finally:
        gc.enable()


@pytest.mark.skipif(not psutil.LINUX, reason="glibc alone keeps it")
def test_the_system_has_it_back() -> None:
    me = psutil.Process()
    blocks: list[bytes | None] = [bytes(50_000) for _ in range(2_000)]  # below the size that glibc maps apart
    for place in range(0, len(blocks), 2):
        blocks[place + 1] = None
    blocks[0], much = None, me.memory_info().rss
    blocks = [one if place % 100 == 50 else None for place, one in enumerate(blocks)]  # one in a hundred stays
    give_memory_back()
    assert me.memory_info().rss < much - 20_000_000
