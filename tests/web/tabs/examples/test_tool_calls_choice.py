"""The question about calls of tools in conversations: shown, and taught only when she says so."""

import json
from pathlib import Path

import gradio as gr
import pytest

from studio.services.studio import Studio
from studio.web import html
from studio.web.mounting import Place
from studio.web.view import View
from tests.web.conftest import MountedPage, asked_by_ana, asking


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """Conversations in which the assistant looks something up before it answers."""
    rows = [
        {"messages": [
            {"role": "user", "content": f"When is high water at pier {number}?"},
            {"role": "assistant", "content": None,
             "tool_calls": [{"function": {"name": "tide", "arguments": json.dumps({"pier": number})}}]},
            {"role": "tool", "content": f"16:{number:02}"},
            {"role": "assistant", "content": f"At {number} past four."},
        ]}
        for number in range(30)
    ]  # fmt: skip
    path = tmp_path / "tides.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_calls_are_shown_and_left_out_until_she_wants_them(
    page: MountedPage, studio: Studio, calls: Path, request_of_ana: gr.Request
) -> None:
    columns = asking(page, calls)
    assert columns.tool_calls.visible and columns.tool_calls.value == "leave_out"
    assert columns.tool_calls.label == "30 tool calls stand in these conversations"
    assert "30 tool calls are read over" in columns.head.value
    assert html.safe("<tool_call>") not in columns.preview.value
    shown = columns.keep_calls("keep", "messages", "messages", "(none)")
    assert html.safe("<tool_call>") in shown[columns.preview] and "taught as text" in shown[columns.head]
    view = columns.accept(View(), Place("examples"), "messages", "messages", "(none)", request_of_ana)[
        columns.frame.view
    ]
    made = studio.examples.view(view.project, view.dataset)
    assert made.card.mapping.tool_calls == "keep"
    assert [len(example.messages) for example in made.examples] == [4] * 30
    uploads = page.screen(view).uploads
    again = page.screen(view, uploads.reopen(view, Place("examples"), asked_by_ana())[uploads.frame.place].screen)
    assert again.columns.tool_calls.value == "keep"


def test_a_file_without_calls_asks_nothing(page: MountedPage, table: Path) -> None:
    assert not asking(page, table).tool_calls.visible
