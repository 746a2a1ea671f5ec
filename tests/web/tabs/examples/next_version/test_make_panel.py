"""The act “Make the next version”: what will happen is read before, and one press makes the table and the run."""

import html

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.example import Message
from studio.services.studio import Studio
from studio.web.mounting import Place
from studio.web.tabs.examples.next_version.next_version_screen import NEXT_VERSION
from studio.web.view import View
from tests.web.conftest import MountedPage


def accept(studio: Studio, view: View, question: str, answer: str) -> None:
    given = studio.feedback.add(
        view.project, by="ana", key=question, origin="chat", turns=(Message(role="user", content=question),), reply="?",
        judgement="wrong", correction=answer,
    )  # fmt: skip
    studio.feedback.accept(view.project, [given.id], by="ana")


def words(page: MountedPage, tab: str = "examples next") -> str:
    """All that stands in the opened drawers."""
    texts = [str(one.value) for one in page.blocks[tab].blocks.values() if isinstance(one, gr.Markdown) and one.value]
    return html.unescape(" ".join(texts))


def test_before_the_first_version_and_without_corrections_it_says_what_is_missing(
    page: MountedPage, taught: View, studio: Studio, loaded: object
) -> None:
    panel = page.screen(taught, NEXT_VERSION, drawers=True).make_panel
    assert "Nothing new was accepted since the last version" in words(page) and not panel.make.interactive
    studio.run_list.trash(taught.run, by="ana")
    panel = page.screen(taught, NEXT_VERSION, drawers=True).make_panel
    assert "There is no version yet. Teach a first one" in words(page) and not panel.make.interactive


def test_what_will_happen_is_told_and_the_press_leads_to_teach(
    page: MountedPage, taught: View, studio: Studio, request_of_ana: gr.Request
) -> None:
    accept(studio, taught, "Do you sell umbrellas for giants?", "Yes, in the attic.")
    tab = page.screen(taught, NEXT_VERSION, drawers=True)
    panel = tab.make_panel
    learned = len(studio.home.run(taught.run).train)
    rows = len(studio.examples.view(taught.project, taught.dataset).examples)
    said = words(page)
    assert tab.next_version.act.label == "Make the next version: 1 accepted answer waits"
    assert f"learns from {learned} of your {rows} examples; the other {rows - learned} are for the exam" in said
    assert "since only 1 example is new or corrected" in said and f"{rows + 1}" not in said, "one count of them all"
    assert "1 correction becomes a new example." in words(page) and panel.make.interactive and not panel.holds.visible
    assert panel.way.choices == [
        ("On from the last version: a third as many times through the examples, so quicker", "teach-on"),
        ("From the start again: takes longer", "afresh"),
    ] and panel.way.value == "teach-on", "one choice for one thing"  # fmt: skip
    told = panel.begin(taught, Place("examples"), None, "", request_of_ana)
    after = told[panel.frame.view]
    assert after.dataset != taught.dataset and studio.runs.view(after.run).spec.parent == taught.run
    assert told[panel.frame.place].tab == "teach"


def test_a_contradiction_and_an_exam_question_are_shown_and_decided_first(
    page: MountedPage, taught: View, studio: Studio, request_of_ana: gr.Request
) -> None:
    row, exam = studio.home.run(taught.run).train[0], studio.home.exam(taught.project)
    assert exam is not None
    accept(studio, taught, row.question, "Free of <b>charge</b>.")
    accept(studio, taught, exam.examples[0].question, "It was sold out years ago.")
    panel = page.screen(taught, NEXT_VERSION, drawers=True).make_panel
    said = words(page)
    assert (
        panel.holds.visible and "Accepted answers that contradict what was taught" in said and row.answer[:40] in said
    )
    assert "Accepted answers to exam questions" in said and "<b>charge" not in "".join(
        str(one.value) for one in page.blocks["examples next"].blocks.values() if isinstance(one, gr.Markdown)
    )
    with pytest.raises(StudioError, match="contradicts what was taught"):
        panel.begin(taught, Place("examples"), None, "", request_of_ana)
    after = panel.begin(taught, Place("examples"), "correction", "afresh", request_of_ana)[panel.frame.view]
    assert not studio.runs.view(after.run).spec.teaches_on
    fresh = studio.home.exam(taught.project)
    assert fresh is not None and fresh.version == 2


def test_an_account_that_every_computer_has_is_no_author(page: MountedPage, taught: View, studio: Studio) -> None:
    row = studio.home.run(taught.run).train[0]
    given = studio.feedback.add(taught.project, by="root", key="k", origin="chat", judgement="wrong", reply="?",
                                turns=(Message(role="user", content=row.question),), correction="Free.")  # fmt: skip
    studio.feedback.accept(taught.project, [given.id], by="root")
    page.screen(taught, NEXT_VERSION, drawers=True)
    assert "Accepted answer" in words(page) and "root" not in words(page) and ">By<" not in words(page)
