"""Values that programs wrote into a cell are parsed, never run; what was cut or left out is said."""

import json
import time

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.data.text.literals import MOST_DEPTH, NotALiteral, OmittedItems, parse_written

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
).filter(lambda value: isinstance(value, list | dict) and "..." not in repr(value) and "…" not in repr(value))


@settings(deadline=None)
@given(VALUES)
def test_json_and_python_say_the_same(value: object) -> None:
    assert parse_written(json.dumps(value)) == value
    assert parse_written(repr(value)) == value
    assert parse_written(json.dumps(json.dumps(value))) == value


@settings(deadline=None)
@given(st.lists(st.text(max_size=12).filter(lambda text: text not in ("...", "…")), min_size=1, max_size=4))
def test_numpy_puts_no_commas_between_items(texts: list[str]) -> None:
    turns = numpy.empty(len(texts), dtype=object)
    turns[:] = [{"role": "user", "content": text, "weight": None} for text in texts]
    meant = [{"role": "user", "content": text, "weight": None} for text in texts]
    assert parse_written(str(turns)) == meant
    assert parse_written(repr(turns)) == meant


def test_a_call_is_text_and_nothing_runs() -> None:
    assert parse_written("[datetime.date(2026, 1, 5), np.str_('x')]") == ["datetime.date(2026, 1, 5)", "x"]
    for text in ("[__import__]", "[().__class__]", "[lambda: 1]", "[1 + 1]", "[open('x').read()]"):
        with pytest.raises(NotALiteral):
            parse_written(text)


@pytest.mark.parametrize("text", ["[{'a': 1} ... {'a': 2}]", "['a' ... 'b']", "[{'a': 1}, '...', {'a': 2}]", "[1, …]"])
def test_a_list_that_was_shortened_is_refused(text: str) -> None:
    with pytest.raises(OmittedItems, match="left out a part"):
        parse_written(text)


@pytest.mark.parametrize("text", ["[", "[{'a': 'x", "{'a'", "array(", "['a' b]", "[}", "[1]]", "b'", "['\\U00ffffff']"])
def test_what_breaks_off_is_said(text: str) -> None:
    with pytest.raises(NotALiteral):
        parse_written(text)


def test_depth_and_length_are_bounded() -> None:
    with pytest.raises(NotALiteral, match="nested too deeply"):
        parse_written("[" * (MOST_DEPTH + 5) + "'" + "]" * (MOST_DEPTH + 5))
    with pytest.raises(NotALiteral, match="too long"):
        parse_written("[" + "1 " * 600_000 + "]")
    began = time.monotonic()
    parse_written(str([{"content": "it's " * 40}] * 4_000))
    assert time.monotonic() - began < 10
