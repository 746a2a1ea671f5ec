"""The Take home tab without a browser: nothing to take, work that goes on, what is ready with its proof, and a stop."""

import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.copy.catalog import say
from studio.schemas.exports.export import ExportKind
from studio.services.serving.version_server import ServerState
from studio.services.studio import Studio
from studio.web.tabs.take_home.server_html import pace_of
from studio.web.tabs.take_home.take_home_tab import GGUF_TYPES, TakeHomeTab
from studio.web.view import View
from tests.web.conftest import MountedPage, updated

Loaded = Callable[[], View]


@pytest.fixture
def tab(page: MountedPage) -> TakeHomeTab:
    return page.take_home  # type: ignore[no-any-return]


def ended(studio: Studio, view: View, kind: ExportKind) -> Any:
    job = studio.exports.job(view.run, kind)
    assert job is not None and job.wait(30)
    return job


def test_before_anything_was_taught_it_says_so(tab: TakeHomeTab, loaded: Loaded) -> None:
    shown = tab.refresh(loaded(), "")
    assert "Nothing has been taught yet" in shown[tab.headline] and not updated(shown[tab.container])["visible"]


def test_what_can_be_taken_is_offered_in_plain_words(tab: TakeHomeTab, taught: View) -> None:
    shown = tab.refresh(taught, "")
    names = [value for _, value in updated(shown[tab.kinds])["choices"]]
    assert names == ["report", "card", "lmstudio", "ollama", "vllm", "transformers", "adapter", "merged", "gguf"]
    assert updated(shown[tab.start])["value"] == "Write it", "a page is not compared with anything"
    assert updated(shown[tab.start])["interactive"] and not updated(shown[tab.result])["visible"]


def test_it_is_written_in_the_background_and_shown_with_its_proof(
    tab: TakeHomeTab, studio: Studio, taught: View, request_of_ana: gr.Request, offered: list[tuple[str, Path]]
) -> None:
    view = tab.begin(taught, "adapter", False, False, None, request_of_ana)[tab.frame.view]
    assert ended(studio, view, ExportKind.ADAPTER).error is None
    shown = tab.refresh(view, "adapter")
    assert "answers are word for word the tested ones" in shown[tab.proof]
    assert "adapter_model.safetensors" in unescape(shown[tab.files])
    assert "python ask.py" in unescape(shown[tab.lines]) and "PeftModel" in shown[tab.lines]
    assert updated(shown[tab.start])["value"] == "Write it again" and updated(shown[tab.result])["visible"]
    assert ".zip" in tab.download(view, "adapter", request_of_ana)[tab.saved]
    packed = zipfile.ZipFile(offered[0][1]).namelist()
    assert offered[0][0] == "s1" and f"{view.run}-adapter/export.json" in packed


def test_who_comes_back_sees_what_is_being_written_and_then_what_is_ready(
    tab: TakeHomeTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    assert tab.first_kind(taught) == "report", "what she shows herself, not what a colleague programs with"
    view = tab.begin(taught, "merged", False, False, None, request_of_ana)[tab.frame.view]
    assert tab.first_kind(view) == "merged"
    ended(studio, view, ExportKind.MERGED)
    assert tab.first_kind(view) == "merged"


def test_another_kind_has_a_state_of_its_own(
    tab: TakeHomeTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    tab.begin(taught, "adapter", False, False, None, request_of_ana)
    ended(studio, taught, ExportKind.ADAPTER)
    chosen = tab.choose_kind(taught, "card")
    shown = tab.refresh(chosen[tab.frame.view], chosen[tab.kind])
    assert not updated(shown[tab.result])["visible"] and updated(shown[tab.with_examples])["visible"]


def test_a_stop_leaves_nothing_and_says_so(
    tab: TakeHomeTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    studio.engine.pause = 0.1  # type: ignore[attr-defined]
    view = tab.begin(taught, "merged", False, False, None, request_of_ana)[tab.frame.view]
    shown = tab.refresh(view, "merged")
    assert updated(shown[tab.stop])["visible"] and not updated(shown[tab.start])["interactive"]
    tab.end(view, "merged", request_of_ana)
    ended(studio, view, ExportKind.MERGED)
    told = updated(tab.refresh(view, "merged")[tab.progress])["value"]
    assert "The export was stopped" in told and "notice warn" in told


def test_what_went_wrong_stays_to_be_read(
    tab: TakeHomeTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    studio.engine.failing = "other answers"  # type: ignore[attr-defined]
    tab.begin(taught, "merged", False, False, None, request_of_ana)
    ended(studio, taught, ExportKind.MERGED)
    shown = tab.refresh(taught, "merged")
    assert "do not answer as the tested version does" in updated(shown[tab.progress])["value"]
    assert not updated(shown[tab.result])["visible"]


def test_a_gguf_s_type_is_chosen_on_the_page(tab: TakeHomeTab, taught: View) -> None:
    types = updated(tab.refresh(taught, "gguf")[tab.gguf_type])
    assert [value for _, value in types["choices"]] == ["f16", "bf16", "q8_0"] and types["value"] == "f16"
    assert updated(tab.refresh(taught, "ollama")[tab.gguf_type])["value"] == "q8_0"
    assert not updated(tab.refresh(taught, "adapter")[tab.gguf_type])["visible"]


def test_the_server_is_started_told_of_and_ended_on_the_tab(
    tab: TakeHomeTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    studio.serving.module = "tests.services.serving.stand_in"
    panel = tab.server
    assert updated(tab.refresh(taught, "")[panel.which])["value"] == [taught.run]
    view = panel.begin(taught, [taught.run], 7900, request_of_ana)[tab.frame.view]
    job = studio.serving.job(view.project)
    assert job is not None and job.wait(20) and job.error is None
    shown = tab.refresh(view, "")
    told = unescape(updated(shown[panel.told])["value"])
    assert "http://127.0.0.1:7900/v1" in told and "started by ana" in told and "of memory" in told
    assert updated(shown[panel.stop])["visible"] and not updated(shown[panel.start])["visible"]
    off = tab.refresh(panel.end(view, request_of_ana)[tab.frame.view], "")
    assert not updated(off[panel.told])["visible"] and updated(off[panel.start])["visible"]


def test_the_load_at_which_to_change_over_is_told_as_it_was_measured() -> None:
    told = pace_of(ServerState("ready", tokens_per_second=81.0))
    assert "81 pieces of words a second together, enough for 10 people to read along" in told
    assert "being measured" in pace_of(ServerState("ready"))


def test_a_key_is_shown_once_and_taken_back(
    tab: TakeHomeTab, studio: Studio, taught: View, request_of_ana: gr.Request
) -> None:
    shown = tab.server.add_key(taught, " mail program ", 5_000, request_of_ana)
    assert "sk-studio-" in unescape(shown[tab.server.secret]) and "shown this once" in shown[tab.server.secret]
    again = tab.refresh(shown[tab.frame.view], "")
    assert "mail program" in again[tab.server.keys] and "5,000" in again[tab.server.keys]
    assert not any("sk-studio-" in unescape(str(value)) for value in again.values())
    tab.server.remove_key(taught, "mail program", request_of_ana)
    assert "No program has a key yet" in tab.refresh(taught, "")[tab.server.keys]


def test_what_it_is_for_stands_before_any_word_about_files(tab: TakeHomeTab, taught: View) -> None:
    """Nobody who only wants to ask it here has to choose among nine kinds of files."""
    shown = tab.refresh(taught, "")
    assert "Only want to ask it here? Nothing to do" in shown[tab.headline]
    files = ("GGUF", "LoRA", "safetensors", "merged", "vLLM", "Python", "adapter", "card")
    for label, kind in updated(shown[tab.kinds])["choices"]:
        use, _, how = label.partition("\n")
        assert how and not any(word in use for word in files), (kind, use)
    for one in GGUF_TYPES:
        assert say(f"take_home.type.{one}").endswith(f"({one})"), "the technical word once, behind the plain one"
