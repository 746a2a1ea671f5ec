"""The watch on the page: what is kept stands beside the switch, alarms stand on top, and a reason deals with them."""

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.loop.served_use import ServedUse
from studio.services.studio import Studio
from studio.storage.loop.use_log import UseLog
from studio.web.tabs.take_home.watch_plot import by_weeks, use_over_time
from studio.web.tabs.take_home.watch_screen import WATCH
from studio.web.view import View
from tests.web.conftest import MountedPage, updated


def opened(page: MountedPage, view: View) -> Any:
    return page.opened("take_home", view, WATCH).screen


def declined(studio: Studio, view: View) -> None:
    """A hundred answers as they should be, then forty that decline."""
    log, now = UseLog(studio.home), datetime.now(UTC) - timedelta(days=20)
    for number in range(140):
        now += timedelta(hours=3)
        log.add(view.project, ServedUse(id=f"r{number}", at=now, version=view.run, conversation=f"c{number}",
                                        question=f"What of <b>{number}</b>?", is_refusal=number >= 100))  # fmt: skip


def test_before_it_is_on_the_screen_says_what_would_be_kept(page: MountedPage, taught: View) -> None:
    screen = opened(page, taught)
    shown = screen.refresh(taught)
    assert "Nothing is kept until you turn it on" in unescape(shown[screen.headline])
    assert "Never its words" in unescape(shown[screen.kept])
    assert updated(shown[screen.on])["visible"] and not updated(shown[screen.off])["visible"]
    assert not updated(shown[screen.using])["visible"] and not updated(shown[screen.deciding])["visible"]


def test_the_switch_turns_it_on_for_her_days_and_off_again(
    page: MountedPage, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    screen = opened(page, taught)
    screen.switch_on(taught, 14, "90 %", request_of_ana)
    settings = studio.watch.settings(taught.project)
    assert (settings.is_on, settings.days, settings.thumbs_rate, settings.by) == (True, 14, 0.9, "ana")
    shown = screen.refresh(taught)
    for odd in ("0", "many"):
        with pytest.raises(StudioError, match="no such share"):
            screen.switch_on(taught, 14, odd, request_of_ana)
    assert "kept for 14 days" in unescape(shown[screen.kept]) and updated(shown[screen.off])["visible"]
    assert "Nobody has asked yet" in unescape(shown[screen.headline])
    screen.switch_off(taught, request_of_ana)
    assert not studio.watch.settings(taught.project).is_on


def test_an_alarm_stands_on_top_with_its_questions_and_a_reason_deals_with_it(
    page: MountedPage, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    screen = opened(page, taught)
    screen.switch_on(taught, 60, "", request_of_ana)
    declined(studio, taught)
    shown = screen.refresh(taught)
    assert "more questions are declined: 40 of 4" in unescape(shown[screen.alarms])
    assert "<b>" not in shown[screen.alarms] and "What of <b>139</b>?" in unescape(shown[screen.alarms])
    assert updated(shown[screen.deciding])["visible"] and not updated(shown[screen.which])["visible"]
    card = page.opened("take_home", taught).watch
    assert "more questions are declined" in unescape(card.refresh(taught)[card.standing])
    screen.all_right(taught, None, "We closed a line.", request_of_ana)
    shown = screen.refresh(taught)
    assert "No alarm" in unescape(shown[screen.alarms]) and "We closed a line." in unescape(shown[screen.earlier])


def test_everything_that_was_kept_can_be_deleted(
    page: MountedPage, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    screen = opened(page, taught)
    screen.switch_on(taught, 60, "", request_of_ana)
    declined(studio, taught)
    screen.refresh(taught)
    screen.delete(taught, request_of_ana)
    assert not list((studio.home.project_folder(taught.project) / "use").glob("*.jsonl"))
    assert not updated(screen.refresh(taught)[screen.using])["visible"]


def test_the_plot_tells_many_days_by_weeks(studio: Studio, page: MountedPage, taught: View) -> None:
    studio.watch.switch_on(taught.project, by="ana", days=60)
    declined(studio, taught)
    view = studio.watch.view(taught.project)
    assert sum(day.asked for _, day in by_weeks(view.days)) == 140
    figure = use_over_time(view.days, [view.open[0].alarm.since])
    assert len(figure.data) == 4 and len(figure.layout.shapes) == 1
