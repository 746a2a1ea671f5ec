"""A late pattern is its pattern, and is compiled no sooner than it is used."""

import pickle
import re
import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest

import studio.data
from studio.data.text.late_pattern import LatePattern, late


def late_patterns() -> list[LatePattern]:
    """All that stand in the modules of the data layer, in tuples of them, too."""
    found: list[LatePattern] = []
    for module in walk_packages(studio.data.__path__, "studio.data."):
        for value in vars(import_module(module.name)).values():
            found += [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, LatePattern)]
    return found


def test_it_answers_as_the_compiled_one() -> None:
    pattern = late(r"(?P<word>a+)b", re.IGNORECASE)
    assert pattern.pattern == r"(?P<word>a+)b"
    assert pattern.sub("-", "xAABx") == "x-x"
    found = pattern.search("xAABx")
    assert found is not None and found["word"] == "AA"
    assert [one.span() for one in pattern.finditer("ab aab")] == [(0, 2), (3, 6)]
    assert pattern.flags & re.IGNORECASE
    assert pickle.loads(pickle.dumps(pattern)).fullmatch("AB")


def test_a_mistake_is_told_when_it_is_used() -> None:
    wrong = late("(")
    with pytest.raises(re.error):
        wrong.search("")


def test_all_of_the_data_layer_can_be_compiled() -> None:
    patterns = late_patterns()
    assert len(patterns) > 100
    for one in patterns:
        assert one.compiled.pattern == one.pattern


def test_the_start_of_the_page_compiles_none() -> None:
    """Long lists of words took 0.2 of the 3.5 processor seconds of a start."""
    look = (
        "import studio.cli.main, studio.web.server, sys\n"
        "from studio.data.text.late_pattern import LatePattern\n"
        "for name, module in sorted(sys.modules.items()):\n"
        "    if name.startswith('studio.'):\n"
        "        print(*(f'{name}.{key}' for key, one in vars(module).items()\n"
        "                if isinstance(one, LatePattern) and 'compiled' in vars(one)), sep='', end='')"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout == ""
