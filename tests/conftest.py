"""For all tests. Two files run at a time, so each process calculates with one thread: more would only wait."""

import gc
import os
from collections.abc import Generator

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

os.environ.setdefault("OMP_NUM_THREADS", "1")
# A busy computer is no failure; what hangs ends by pytest's timeout. `--hypothesis-profile long` draws more examples.
settings.register_profile("studio", deadline=None, max_examples=30)
settings.register_profile("long", deadline=None, max_examples=400)
settings.load_profile("studio")


BROWSER = "tests/browser/"


class ByFile(LoadScopeScheduling):
    """A file stays together, and so do all tests with a browser: two browsers on two cores wait for each other.

    By the test's path, since the groups of `--dist loadgroup` (xdist 3.8) are lost with pytest 9.2: it writes them
    into `_nodeid`, which is no longer read.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return BROWSER if file.startswith(BROWSER) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no file is left over for one process while the other is idle."""
    slow = {file_of(item) for item in items if "slow" in item.keywords}
    items.sort(key=lambda item: (not file_of(item).startswith(BROWSER), file_of(item) not in slow))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """What has been imported by the end of a file is not looked through again by each later collection of garbage.

    Every training ends with one, over all objects of torch, Gradio and the tests: 0.3 s each time. Only when the last
    test's fixtures are gone, too: what they hold would be kept for ever.
    """
    ran = yield
    if nextitem is None or file_of(nextitem) != file_of(item):
        gc.collect()
        gc.freeze()
    return ran


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
