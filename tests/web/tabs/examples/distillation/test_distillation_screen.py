"""On the page a teacher answers a table of questions, a person looks at a sample, and the answers are examples."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.view import View
from tests.web.conftest import TOPICS, MountedPage

Loaded = Callable[[], View]


def questions(tmp_path: Path, count: int = 3) -> Path:
    path = tmp_path / "asked.csv"
    lines = [f"Where was our {topic} of {place} made?" for topic in TOPICS for place in ("Porto", "Riga", "Turin")]
    path.write_text("\n".join(["question", *lines[: 10 * count]]) + "\n", encoding="utf-8")
    return path


def answered(page: MountedPage, studio: Studio, view: View, tmp_path: Path, request: gr.Request) -> tuple[Any, View]:
    """The screen on which a teacher has answered thirty questions, and what it looks at."""
    screen = page.screen(view, "teacher").teacher
    asking = screen.asking
    chosen = asking.take(view, str(questions(tmp_path)), request)
    assert "asked.csv: 30 rows." in html.unescape(chosen[asking.chosen])
    done = asking.ask(view, Place("examples"), chosen[asking.key], "starter", "Apache 2.0 allows it.", request)
    after = done[asking.frame.view]
    made = studio.distillation.all(after.project)[0]
    job = studio.distillation.job(after.project, made.id)
    assert job is not None and job.wait(20) and job.error is None
    return page.screen(after, "teacher").teacher, after


def test_nothing_is_asked_without_a_table_or_a_reason(
    page: MountedPage, studio: Studio, loaded: Loaded, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    view = loaded()
    asking = page.screen(view, "teacher").teacher.asking
    assert "Apache" in html.unescape(asking.terms.value)
    with pytest.raises(StudioError, match="no table of questions yet"):
        asking.ask(view, Place("examples"), "", "starter", "Mine.", request_of_ana)
    key = asking.take(view, str(questions(tmp_path)), request_of_ana)[asking.key]
    with pytest.raises(StudioError, match="may be taught"):
        asking.ask(view, Place("examples"), key, "starter", " ", request_of_ana)
    assert studio.distillation.all(view.project) == []


def test_questions_that_wait_are_told_with_who_is_to_answer(
    page: MountedPage, studio: Studio, loaded: Loaded, tmp_path: Path
) -> None:
    view = loaded()
    studio.distillation.prepare(view.project, "starter", by="ana", questions=questions(tmp_path), name="asked.csv",
                                rights="Apache 2.0 allows it.")  # fmt: skip
    screen = page.screen(view, "teacher").teacher
    assert screen.go_on.visible and screen.progress.visible
    told = html.unescape(screen.progress.value)
    assert "30 questions wait for" in told and "asked.csv" in told


def test_answers_are_looked_at_one_by_one_and_become_examples(
    page: MountedPage, studio: Studio, loaded: Loaded, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    screen, view = answered(page, studio, loaded(), tmp_path, request_of_ana)
    assert screen.answers.visible and not screen.looking.visible and not screen.asking.card.visible
    view = screen.draw_more(view, 3, request_of_ana)
    shown = screen.refresh(view)
    assert "Answer 1 of 3" in html.unescape(shown[screen.shown]) and shown[screen.looking]["visible"]
    screen.call_right(view, shown[screen.row], request_of_ana)
    screen.call_wrong(view, screen.refresh(view)[screen.row], request_of_ana)
    screen.rewrite(view, screen.refresh(view)[screen.row], "It was made in Porto.", request_of_ana)
    shown = screen.refresh(view)
    assert "Of 3 looked at 2 were wrong: between 9% and 99% of all 30." in html.unescape(shown[screen.said])
    assert not shown[screen.looking]["visible"] and not shown[screen.unchecked]["visible"]
    screen.take_back(view, request_of_ana)
    assert screen.refresh(view)[screen.looking]["visible"]
    screen.rewrite(view, screen.refresh(view)[screen.row], "It was made in Porto.", request_of_ana)
    done = screen.put_among(view, Place("examples"), False, request_of_ana)
    after = done[screen.frame.view]
    assert studio.examples.view(after.project, after.dataset).card.rows_added == 29
    assert page.screen(after, "teacher").teacher.asking.card.visible


def test_the_list_goes_on_with_what_was_added(
    page: MountedPage, studio: Studio, loaded: Loaded, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    screen, view = answered(page, studio, loaded(), tmp_path, request_of_ana)
    with pytest.raises(StudioError, match="Nobody has looked at the sample"):
        screen.put_among(view, Place("examples"), False, request_of_ana)
    after = screen.put_among(view, Place("examples"), True, request_of_ana)[screen.frame.view]
    listed = html.unescape(page.screen(after).list.inbox.value)
    assert "made by a machine" in listed


def test_who_has_questions_alone_gets_a_project_for_them(
    page: MountedPage, studio: Studio, tmp_path: Path, request_of_ana: gr.Request
) -> None:
    screen, view = answered(page, studio, View(), tmp_path, request_of_ana)
    assert studio.home.project(view.project).title == "asked" and screen.answers.visible


def test_a_table_of_questions_alone_leads_here_and_one_with_answers_does_not(
    page: MountedPage, loaded: Loaded, tmp_path: Path, table: Path, request_of_ana: gr.Request
) -> None:
    view = loaded()
    uploads = page.screen(view).uploads
    for path, leads in ((questions(tmp_path), True), (table, False)):
        place = uploads.arrive(view, Place("examples"), str(path), request_of_ana)[uploads.frame.place]
        assert page.screen(view, place.screen).columns.only_questions.visible is leads
