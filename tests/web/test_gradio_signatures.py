"""Gradio's parts keep their signatures, and a page is what it would be without that."""

import functools
import importlib
import importlib.util
import inspect
import sys

import gradio as gr
import pytest
from gradio import component_meta, utils
from gradio.blocks import Block
from gradio.component_meta import ComponentMeta

from studio.web.app import Page
from studio.web.gradio_signatures import (
    kinds_of,
    leave_out_api,
    remember_absent,
    remember_arguments,
    remember_hints,
    remember_server_functions,
    remember_signatures,
)


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


def remember_and_forget() -> None:
    """A function of somebody else."""


@pytest.fixture
def as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Gradio had is there again after the test."""
    for module, name in ((utils, "get_type_hints"), (utils, "is_special_typed_parameter"), (component_meta, "inspect")):
        monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(ComponentMeta, "__dir__", type.__dir__)


@pytest.mark.usefixtures("as_it_came")
def test_hints_are_evaluated_once_for_all_the_listeners_of_a_method() -> None:
    handlers = [Page.choose, Page.arrive, Page.begin_anew]
    before = [utils.get_positional_input_parameters(handler) for handler in handlers]
    remember_hints()
    remember_hints()  # by another page of this process
    assert [utils.get_positional_input_parameters(handler) for handler in handlers] == before
    assert utils.get_type_hints(Page.arrive) is utils.get_type_hints(functools.wraps(Page.arrive)(lambda *_: None))
    assert utils.get_type_hints(remember_and_forget) == {"return": type(None)}


@pytest.mark.usefixtures("as_it_came")
def test_a_part_knows_its_server_functions_and_arguments_as_before() -> None:
    tree = gr.FileExplorer(render=False)
    before = {function.__name__ for function in tree.server_fns}
    kept = gr.Textbox("seven", label="Days", render=False).constructor_args
    remember_server_functions()
    remember_arguments()
    assert {function.__name__ for function in gr.FileExplorer(render=False).server_fns} == before != set()
    assert gr.Button(render=False).server_fns == []
    assert gr.Textbox("seven", label="Days", render=False).constructor_args == kept


def test_a_part_is_described_for_the_page_alone(page: Page) -> None:
    before = page.page.blocks.get_config_file()["components"]
    skipped = {kind: vars(kind)["skip_api"] for kind in kinds_of(Block) if "skip_api" in vars(kind)}
    try:
        leave_out_api()
        after = page.page.blocks.get_config_file()["components"]
    finally:
        for kind, had in skipped.items():
            kind.skip_api = had
    for_programs = ("api_info", "api_info_as_input", "api_info_as_output", "example_inputs", "skip_api")
    assert after == [{name: told for name, told in one.items() if name not in for_programs} | {"skip_api": True}
                     for one in before]  # fmt: skip


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
