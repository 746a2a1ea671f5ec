"""For all tests. Two files run at a time, so each process calculates with one thread: more would only wait."""

import os

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
# A busy computer is no failure; what hangs ends by pytest's timeout. `--hypothesis-profile long` draws more examples.
settings.register_profile("studio", deadline=None, max_examples=30)
settings.register_profile("long", deadline=None, max_examples=400)
settings.load_profile("studio")


def file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays together, and so do all tests with a browser: two browsers on two cores wait for each other.

    What takes longest begins first, so that no file is left over for one process while the other has nothing to do.
    """
    slow = {file_of(item) for item in items if "slow" in item.keywords}
    for item in items:
        item.add_marker(pytest.mark.xdist_group("browser" if "browser" in item.keywords else file_of(item)))
    items.sort(key=lambda item: ("browser" not in item.keywords, file_of(item) not in slow))
