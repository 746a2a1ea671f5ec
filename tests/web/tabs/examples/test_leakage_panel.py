"""A test file is compared on the page; the upload is not kept; any row can be seen as the model reads it."""

import html
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web.app import Page
from studio.web.view import View

Loaded = Callable[[], View]


@pytest.fixture
def test_file(tmp_path: Path) -> Path:
    path = tmp_path / "their test.csv"
    path.write_text("question,answer\nWhat does the kettle cost?,Ten.\nDo you like tea with <b>milk</b>?,Yes.\n")
    return path


def test_pairs_are_shown_side_by_side_and_can_be_taken_out(page: Page, studio: Studio, loaded: Loaded, test_file: Path,
                                                           request_of_ana: gr.Request) -> None:  # fmt: skip
    view, card = loaded(), page.examples.testing
    found, said, take, _ = card.compare(view, str(test_file))
    assert take["visible"] and "1 row stands in their test.csv" in html.unescape(said)
    assert "In the test file" in said and not test_file.exists()
    after, *_ = card.take_out(view, found, request_of_ana)
    shown = studio.examples.view(after.project, after.dataset)
    assert shown.card.dropped == {"exam_overlap": 1} and after.stamp == view.stamp + 1


def test_a_file_that_shares_nothing_is_said_to_be_fine(page: Page, loaded: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "fine.csv"
    path.write_text("question,answer\nDo you like tea?,Yes.\n")
    _, said, take, _ = page.examples.testing.compare(loaded(), str(path))
    assert not take["visible"] and "No row stands in fine.csv" in html.unescape(said)


def test_a_file_that_cannot_be_read_is_not_kept_either(page: Page, loaded: Loaded, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    with pytest.raises(StudioError, match="is empty"):
        page.examples.testing.compare(loaded(), str(path))
    assert not path.exists()


def test_any_row_is_shown_as_the_model_reads_it(page: Page, loaded: Loaded) -> None:
    said = html.unescape(page.examples.testing.show(loaded(), "7"))
    assert "piece learned" in said and "number 6 alone" in said


def test_rows_that_belong_together_and_parts_are_chosen_before_her_yes(page: Page, studio: Studio, tmp_path: Path,
                                                                       request_of_ana: gr.Request) -> None:  # fmt: skip
    path = tmp_path / "t.csv"
    lines = [
        f"What about thing {n}?,It is thing {n} of all.,k{n // 3},{'test' if n > 25 else 'train'}" for n in range(40)
    ]
    path.write_text("\n".join(["question,answer,owner,teil", *lines]))
    columns = page.examples.columns
    key = columns.tables.take(path, path.name)
    said = html.unescape(columns.tie(key, "owner", "teil"))
    assert "Rows with the same “owner” stay together" in said and "as “teil” says" in said
    view, _ = columns.accept(View(), key, "question", "answer", "(none)", "", "", request_of_ana)
    rows = studio.examples.view(view.project, view.dataset).examples
    assert (rows[4].group, rows[4].part, rows[39].part) == ("k1", "train", "exam")
    with pytest.raises(StudioError, match="does not say train"):
        columns.tie(columns.tables.take(path, path.name), "owner", "question")
