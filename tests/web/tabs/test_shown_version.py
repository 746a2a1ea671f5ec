"""A version that did worse by its own word is not the one that is proposed, anywhere, before she picks it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.storage.files import append_line
from studio.web.view import View
from tests.web.conftest import MountedPage, updated


def checked(studio: Studio, run: str, before: float, after: float) -> None:
    """The practice check of a run, as it would have been."""
    path = Path(studio.runs.view(run).folder) / "metrics.jsonl"
    path.write_text("", encoding="utf-8")
    for step, loss in ((0, before), (4, after)):
        append_line(path, {"step": step, "eval_loss": loss})


@pytest.fixture
def both(studio: Studio, taught: View) -> tuple[str, str, View]:
    """Two versions, of which the later one did worse, and the view after it was taught."""
    checked(studio, taught.run, 2.0, 1.0)
    later = studio.runs.launch(taught.project, taught.dataset, Recipe(seed=3), by="ana", parent=taught.run)
    studio.runs.carry_out(later.id)
    checked(studio, later.id, 1.0, 1.2)
    return taught.run, later.id, replace(taught, run=later.id)


def test_the_version_before_stays_the_one_that_is_proposed(
    page: MountedPage, studio: Studio, both: tuple[str, str, View]
) -> None:
    before, later, view = both
    assert page.opened("compare", view).run.value == before
    assert updated(page.take_home.refresh(view, "")[page.take_home.versions])["value"] == before
    assert page.opened("report", view).run.value == before
    checked(studio, later, 1.0, 0.8)
    assert page.opened("compare", view).run.value == later, "one that did better is the one that she taught"


def test_what_she_picks_is_shown_and_take_home_says_what_is_known_of_it(
    page: MountedPage, studio: Studio, both: tuple[str, str, View]
) -> None:
    before, later, view = both
    tab = page.take_home
    picked = tab.choose_version(replace(view, run=before), later)
    shown = updated(tab.refresh(picked, "")[tab.versions])
    assert shown["value"] == later and shown["info"].endswith("In its practice check it did not become better.")
    assert page.opened("compare", picked).run.value == later
    studio.evaluation.evaluate(later, by="ana")
    report = studio.evaluation.report(later)
    assert report is not None
    info = updated(tab.refresh(picked, "")[tab.versions])["info"]
    assert info.endswith("Its report says: not better yet.") and report.advice.value == "not better yet"


def test_what_is_served_comes_before_older_ones(page: MountedPage, studio: Studio, both: tuple[str, str, View]) -> None:
    before, _, view = both
    third = studio.runs.launch(view.project, view.dataset, Recipe(seed=5), by="ana")
    studio.runs.carry_out(third.id)
    checked(studio, third.id, 1.0, 1.5)
    studio.family.serve(view.project, before, by="ana")
    assert page.opened("compare", replace(view, run=third.id)).run.value == before


def test_the_curve_of_a_finished_run_is_judged_once_and_again_when_its_file_is_another(
    studio: Studio, taught: View
) -> None:
    checked(studio, taught.run, 1.0, 1.2)
    path = Path(studio.runs.view(taught.run).folder) / "metrics.jsonl"
    assert studio.runs.did_worse(taught.run)
    before = path.stat()
    with path.open("r+", encoding="utf-8") as file:  # the same file, time and size, with other figures
        text = file.read()
        file.seek(0)
        file.write(text.replace("1.2", "0.8"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert studio.runs.did_worse(taught.run), "it was not read again"
    append_line(path, {"step": 8, "eval_loss": 0.7})
    assert not studio.runs.did_worse(taught.run)
