"""For all tests. Two files run at a time, so each process calculates with one thread: more would only wait."""

import os

import pytest
from hypothesis import settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
settings.register_profile("studio", deadline=None)  # a busy computer is no failure; what hangs ends by pytest's timeout
settings.load_profile("studio")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file stays together, and so do all tests with a browser: two browsers on two cores wait for each other."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group("browser" if "browser" in item.keywords else file))
    items.sort(key=lambda item: "browser" not in item.keywords)  # what takes longest begins first
