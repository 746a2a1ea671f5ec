"""The bad knobs of the fault list everywhere: the command line's texts, the page's fields, a raw call of the page.

Each is refused with one sentence beside its field, before a run exists, and no door says something else than another.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.errors import WrongSetting
from studio.schemas.recipe import Recipe, recipe_from
from studio.web.tabs.model import knobs
from tests.schemas.test_recipe import BAD

START = Recipe()
ON_THE_PAGE = [(values, where) for values, where in BAD if set(values) <= set(knobs.NAMES)]
AS_TEXT = [(v, where) for v, where in BAD if not any(isinstance(one, list | dict | None) for one in v.values())]
Words = dict[str, object]


def refused(make: Callable[[], object]) -> WrongSetting:
    """What a door says; a door that lets the value in fails the test."""
    with pytest.raises(WrongSetting) as caught:
        make()
    return caught.value


def page_values(values: Words) -> dict[str, Any]:
    """All fields of the form, with these in their places: what a browser, or a raw call, may send."""
    return {name: values.get(name, getattr(START, name)) for name in knobs.NAMES}


@pytest.mark.parametrize(("values", "where"), AS_TEXT, ids=lambda value: str(value)[:40])
def test_the_command_line_refuses_the_same_as_text(values: Words, where: str) -> None:
    said = refused(lambda: recipe_from({name: str(value) for name, value in values.items()}, strings=True))
    assert said.where == where
    assert len(said.message) < 200


@pytest.mark.parametrize(("values", "where"), ON_THE_PAGE, ids=lambda value: str(value)[:40])
def test_the_page_says_it_beside_the_field(values: Words, where: str) -> None:
    said = refused(lambda: knobs.recipe_with(START, page_values(values)))
    assert said.where == where
    updates = knobs.notes(knobs.NAMES, page_values(values), {})
    marked = [name for name, update in updates.items() if "wrong" in update.get("elem_classes", ())]
    assert marked == ([where] if where in knobs.NAMES else [])


@pytest.mark.parametrize("name", knobs.NAMES)
@pytest.mark.parametrize("value", [None, [1], {"a": 1}, "x" * 1_000_000], ids=["null", "list", "dict", "1 MB"])
def test_a_raw_call_with_nonsense_in_any_field_gets_a_short_sentence(name: str, value: object) -> None:
    said = refused(lambda: knobs.recipe_with(START, page_values({name: value})))
    assert said.where == name
    assert len(said.message) + len(said.hint) < 300


def test_no_run_is_made_of_a_bad_value(tmp_path: Path) -> None:
    from studio.services.studio import Studio
    from studio.settings import Settings
    from tests.fake_engine import FakeEngine
    from tests.test_cli import SAMPLES

    studio = Studio(Settings(home=tmp_path, offline=True), FakeEngine())
    gone = str(tmp_path / "no-model")
    try:
        view = studio.imports.import_file(SAMPLES / "support.csv", "p", by="ana")
        for values, _ in AS_TEXT:
            sets = [f"{name}={value}" for name, value in values.items()]
            refused(lambda sets=sets: studio.launch_from_words(  # type: ignore[misc]
                "p", view.id, model=None, sets=sets, recipe_file=None, preset="balanced", by="ana",
            ))  # fmt: skip
        assert studio.runs.all("p") == []
        said = refused(lambda: studio.launch_from_words(
            "p", view.id, model=gone, sets=["r=1.5"], recipe_file=None, preset="balanced", by="ana",
        ))  # fmt: skip
        assert said.where == "r", "it is told before a model is opened"
    finally:
        studio.close()
