"""A test file is compared on the page; the upload is not kept; any row can be seen as the model reads it."""

import html
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web.view import View
from tests.web.conftest import MountedPage

Loaded = Callable[[], View]


@pytest.fixture
def test_file(tmp_path: Path) -> Path:
    path = tmp_path / "their test.csv"
    path.write_text("question,answer\nWhat does the kettle cost?,Ten.\nDo you like tea with <b>milk</b>?,Yes.\n")
    return path


def test_pairs_are_shown_side_by_side_and_can_be_taken_out(page: MountedPage, studio: Studio, loaded: Loaded,
                                                           test_file: Path,
                                                           request_of_ana: gr.Request) -> None:  # fmt: skip
    view = loaded()
    panel = page.screen(view, drawers=True).leakage
    told = panel.compare(view, str(test_file))
    assert told[panel.take]["visible"] and "1 row stands in their test.csv" in html.unescape(told[panel.shared])
    assert "In the test file" in told[panel.shared] and not test_file.exists()
    after = panel.take_out(view, told[panel.overlap], request_of_ana)[panel.frame.view]
    shown = studio.examples.view(after.project, after.dataset)
    assert shown.card.dropped == {"exam_overlap": 1} and after.stamp == view.stamp + 1


def test_a_file_that_shares_nothing_is_said_to_be_fine(page: MountedPage, loaded: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "fine.csv"
    path.write_text("question,answer\nDo you like tea?,Yes.\n")
    view = loaded()
    panel = page.screen(view, drawers=True).leakage
    told = panel.compare(view, str(path))
    assert not told[panel.take]["visible"] and "No row stands in fine.csv" in html.unescape(told[panel.shared])


def test_a_file_that_cannot_be_read_is_not_kept_either(page: MountedPage, loaded: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    view = loaded()
    with pytest.raises(StudioError, match="is empty"):
        page.screen(view, drawers=True).leakage.compare(view, str(path))
    assert not path.exists()


def test_any_row_is_shown_as_the_model_reads_it(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    panel = page.screen(view, drawers=True).leakage
    read = html.unescape(panel.show(view, "8")[panel.read])
    assert "piece learned" in read and "number 6 alone" in read
