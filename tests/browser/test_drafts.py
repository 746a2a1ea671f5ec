"""What was typed and not sent survives a reload of the page."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import ROOT, Site, Visit, leave
from tests.services.conftest import table

pytestmark = [pytest.mark.browser]
PAGE = "<div class='keep-draft'><label>{label}<textarea></textarea></label></div>"


def field(page: Any, label: str) -> Any:
    """A field as Gradio would make it, on a page with only the script that keeps drafts."""
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", PAGE.format(label=label))
    page.wait_for_timeout(100)
    return page.get_by_label(label)


@pytest.fixture
def draft_page(chromium: Any) -> Iterator[Any]:
    context = chromium.new_context()
    page = context.new_page()
    script = (ROOT / "assets" / "drafts.js").read_text(encoding="utf-8")
    page.route("http://127.0.0.1:9/**", lambda route: route.fulfill(body="<body></body>", content_type="text/html"))
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {{ {script} }});")
    page.goto("http://127.0.0.1:9/?project=tickets-ab12")
    yield page
    context.close()


def test_a_draft_comes_back_after_a_reload_in_its_own_field_and_project_only(draft_page: Any) -> None:
    field(draft_page, "Yours").press_sequentially("Do you sell umbrellas?")
    draft_page.reload()
    assert field(draft_page, "Yours").input_value() == "Do you sell umbrellas?"
    assert field(draft_page, "Another").input_value() == ""
    draft_page.goto("http://127.0.0.1:9/?project=other-cd34")
    assert field(draft_page, "Yours").input_value() == ""


def test_a_text_that_was_sent_does_not_come_back(draft_page: Any) -> None:
    sent = field(draft_page, "Yours")
    sent.press_sequentially("Do you sell umbrellas?")
    draft_page.evaluate("document.querySelector('textarea').value = ''; document.body.append('sent')")
    draft_page.wait_for_timeout(100)
    draft_page.reload()
    assert field(draft_page, "Yours").input_value() == ""


def test_a_field_that_holds_a_text_already_is_left_alone(draft_page: Any) -> None:
    field(draft_page, "Yours").press_sequentially("old words")
    draft_page.reload()
    draft_page.evaluate(
        "document.body.innerHTML = \"<div class='keep-draft'><label>Yours<textarea>new</textarea></label></div>\""
    )
    draft_page.wait_for_timeout(100)
    assert draft_page.get_by_label("Yours").input_value() == "new"


@pytest.mark.slow
def test_the_page_loads_the_script(serve: Callable[..., Site], visit: Callable[..., Visit]) -> None:
    page = visit(serve().address).page
    assert page.evaluate("Boolean(document.querySelector(\"script[src$='studio/look/drafts.js']\"))")


def typing_place(page: Any) -> Any:
    """Where a row of her own is written."""
    page.get_by_text("Add or take out a row").click()
    return page.get_by_label("A new question")


@pytest.mark.slow
@pytest.mark.nightly  # two servers and two browsers
def test_another_browser_finds_what_was_typed_and_so_does_one_after_the_server_was_started_anew(
    serve: Callable[..., Site], visit: Callable[..., Visit], tmp_path: Path
) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text(table(30), encoding="utf-8")
    first = serve()
    page = visit(first.address).page
    page.locator(".start input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Yes, this is right").click()
    typing_place(page).press_sequentially("Do you sell umbrellas?")
    with page.expect_response(lambda answer: answer.url.endswith("/studio/drafts") and answer.status == 204):
        pass
    place = page.url.partition("?")[2]
    leave(first)
    again = visit(f"{serve().address}&{place}").page
    field = typing_place(again)
    again.wait_for_function("field => field.value === 'Do you sell umbrellas?'", arg=field.element_handle())
