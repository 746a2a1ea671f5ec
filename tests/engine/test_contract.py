"""The fake that most tests are run on, the engine with torch and what the desk expects of both have the same verbs."""

import inspect
from typing import Any

import pytest

from studio.desk.engine import Engine, Panes
from studio.engine.furnace import Furnace
from studio.engine.panes import LoadedPanes
from tests.fake_engine import FakeEngine, FakePanes


def verbs(kind: type) -> dict[str, list[tuple[str, Any]]]:
    """Name of each public method, with the names and defaults of what it takes."""
    methods = {n: f for n, f in inspect.getmembers(kind, inspect.isfunction) if not n.startswith("_")}
    return {n: [(p.name, p.default) for p in inspect.signature(f).parameters.values()] for n, f in methods.items()}


@pytest.mark.parametrize(
    ("expected", "made"), [(Engine, Furnace), (Engine, FakeEngine), (Panes, LoadedPanes), (Panes, FakePanes)]
)
def test_what_the_desk_expects_is_offered_with_the_same_words(expected: type, made: type) -> None:
    offered = verbs(made)
    assert {name: offered.get(name) for name in verbs(expected)} == verbs(expected)
