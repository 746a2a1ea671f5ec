"""Sending what is ready to a hub, on the Take home tab without a browser."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.exports.export import ExportKind
from studio.services.studio import Studio
from studio.web.tabs.take_home.take_home_tab import TakeHomeTab
from studio.web.view import View
from tests.services.exports.upload_hub import UploadHub
from tests.web.conftest import MountedPage, updated

TOKEN = "hf_secretsecret"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[UploadHub]:
    made = UploadHub(TOKEN)
    monkeypatch.setenv("HF_ENDPOINT", made.url)
    yield made
    made.close()


@pytest.fixture
def tab(page: MountedPage) -> TakeHomeTab:
    return page.take_home  # type: ignore[no-any-return]


def written(studio: Studio, view: View, *, with_examples: bool = False) -> View:
    assert studio.exports.begin(view.run, ExportKind.CARD, by="ana", with_examples=with_examples).wait(30)
    return view


def shown(tab: TakeHomeTab, view: View) -> tuple[dict[Any, Any], str]:
    drawn = tab.refresh(view, "card")
    return drawn, unescape(drawn.get(tab.push.told, ""))


def test_it_is_offered_once_something_is_ready(tab: TakeHomeTab, studio: Studio, taught: View) -> None:
    studio.exports.converters.offline = False
    assert not updated(shown(tab, taught)[0][tab.push.card])["visible"]
    drawn, _ = shown(tab, written(studio, taught))
    assert updated(drawn[tab.push.order])["visible"] and updated(drawn[tab.push.send])["visible"]
    assert "files may leave this computer" in updated(drawn[tab.push.confirmed])["label"]


def test_an_offline_studio_and_example_rows_send_nothing(tab: TakeHomeTab, studio: Studio, taught: View) -> None:
    drawn, told = shown(tab, written(studio, taught))
    assert "This studio is offline" in told and not updated(drawn[tab.push.send])["visible"]
    studio.exports.converters.offline = False
    drawn, told = shown(tab, written(studio, taught, with_examples=True))
    assert "Example rows stand in this export" in told and not updated(drawn[tab.push.send])["visible"]


def test_it_is_sent_after_a_tick_and_its_token_is_gone_at_once(
    tab: TakeHomeTab, studio: Studio, taught: View, request_of_ana: gr.Request, hub: UploadHub
) -> None:
    studio.exports.converters.offline = False
    written(studio, taught)
    with pytest.raises(StudioError, match="Nothing was sent"):
        tab.push.begin(taught, "card", "ana/hats", TOKEN, False, False, request_of_ana)
    told = tab.push.begin(taught, "card", "ana/hats", TOKEN, False, True, request_of_ana)
    assert told[tab.push.token] == "" and told[tab.push.confirmed] is False
    job = studio.pushes.job(taught.run, ExportKind.CARD)
    assert job is not None and job.wait(60) and job.error is None
    drawn, text = shown(tab, told[tab.frame.view])
    assert "on the hub, seen by you alone" in text and "/ana/hats" in text
    assert not updated(drawn[tab.push.order])["visible"] and TOKEN not in repr(drawn)
