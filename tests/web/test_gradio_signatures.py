"""Gradio's parts keep their signatures, and a page is what it would be without that."""

import importlib
import importlib.util
import inspect
import sys

import gradio as gr
import pytest

from studio.web.app import Page
from studio.web.gradio_signatures import remember_absent, remember_signatures


def test_a_remembered_signature_is_the_one_that_inspect_works_out() -> None:
    parts = (gr.Button, gr.Dropdown, gr.UploadButton, gr.Blocks)
    before = [inspect.signature(part.__init__) for part in parts]
    remember_signatures()
    assert [inspect.signature(part.__init__) for part in parts] == before
    assert all("__signature__" in vars(part.__init__) for part in parts)


def test_the_description_of_the_page_stays_the_same(page: Page) -> None:
    before = page.page.blocks.get_config_file()
    remember_signatures()
    assert page.page.blocks.get_config_file() == before


def test_the_page_answers_eight_at_once_and_refuses_calls_past_the_queue(page: Page) -> None:
    queue = page.page.blocks._queue
    assert (queue.default_concurrency_limit, queue.max_size, page.page.blocks.api_open) == (8, 64, False)


def test_what_is_not_installed_is_not_looked_for_again_and_what_is_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "no_such_library", raising=False)
    remember_absent(("no_such_library", "json"))
    assert sys.modules["no_such_library"] is None and sys.modules["json"] is not None
    assert importlib.util.find_spec("no_such_library") is None
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("no_such_library")
