"""On the Teach tab a version is taught what people preferred: counts first, then one press."""

from collections.abc import Callable
from pathlib import Path

import gradio as gr
import pytest

from studio.schemas.example import Message
from studio.services.studio import Studio
from studio.web import plots
from studio.web.copy.training import run_figures
from studio.web.view import View
from tests.web.conftest import Page

Loaded = Callable[..., View]


@pytest.fixture
def view(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request) -> View:
    from tests.web.tabs.training.test_run_panels import taught

    return taught(page, studio, loaded(), request_of_ana)


def corrected(studio: Studio, project: str, count: int) -> None:
    for n in range(count):
        turns = (Message(role="user", content=f"What about number {n}?"),)
        one = studio.feedback.add(project, by="ana", key=str(n), origin="chat", turns=turns, reply="No idea.",
                                  judgement="wrong", correction=f"It is {n}.")  # fmt: skip
        studio.feedback.accept(project, [one.id], by="ana")


def test_without_a_version_there_is_nothing_that_could_learn(page: Page, loaded: Loaded) -> None:
    panel = page.teach.preferences
    assert panel.refresh(loaded())[panel.container]["visible"] is False


def test_nothing_given_yet_is_said_and_nothing_can_be_pressed(page: Page, view: View) -> None:
    panel = page.teach.preferences
    told = panel.refresh(view)
    assert told[panel.container]["visible"] and "You can bring a table" in told[panel.counted]
    assert told[panel.teach_]["interactive"] is False


def test_votes_that_teach_nothing_are_told_with_the_reason(page: Page, studio: Studio, view: View) -> None:
    ballot = studio.voting.make(view.run, "tuned", "base", by="ana", count=2).id
    studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
    studio.voting.vote(ballot, "ana", 0, "left")
    studio.voting.reveal(ballot, "ana")
    panel = page.teach.preferences
    assert "1 vote was on questions of the exam" in panel.refresh(view)[panel.counted]


def test_pairs_and_thumbs_that_are_too_few_are_counted_once(page: Page, studio: Studio, view: View) -> None:
    corrected(studio, view.project, 1)
    turns = (Message(role="user", content="Can I pay with my card?"),)
    one = studio.feedback.add(view.project, by="ana", key="right", origin="chat", turns=turns, reply="Yes, by card.",
                              judgement="right")  # fmt: skip
    studio.feedback.accept(view.project, [one.id], by="ana")
    panel = page.teach.preferences
    told = panel.refresh(view)
    assert told[panel.teach_]["interactive"] is False and "can be used" not in told[panel.counted]
    assert (
        "1 pair of a better and a worse answer and 1 answer called good or bad are learned apart" in told[panel.counted]
    )


def test_corrections_are_counted_and_taught_at_one_press(
    page: Page, studio: Studio, view: View, request_of_ana: gr.Request
) -> None:
    corrected(studio, view.project, 20)
    panel = page.teach.preferences
    told = panel.refresh(view)
    assert "It learns from 20 pairs of a better and a worse reply" in told[panel.counted]
    assert "Of 20 it learns from 12" in told[panel.counted] and told[panel.teach_]["interactive"]
    after = panel.teach(view, None, request_of_ana)
    spec = studio.runs.view(after.run).spec
    assert spec.recipe.learn_from == "preferences" and spec.parent == view.run
    plain = studio.runs.view(panel.teach_plainly(after, None, request_of_ana).run).spec
    assert plain.recipe.learn_from == "answers" and plain.parent == view.run and plain.series == spec.series


def test_a_table_is_brought_and_its_account_is_shown(page: Page, view: View, tmp_path: Path) -> None:
    path = tmp_path / "judged.csv"
    path.write_text("prompt,chosen,rejected\n" + "".join(f"May I take {n}?,Yes.,No {n}.\n" for n in range(50)))
    panel = page.teach.preferences
    told = panel.bring(view, str(path))
    assert "50 rows read, 50 used" in told[panel.counted] and not path.exists(), "the uploaded copy is not kept"


def test_the_curve_says_how_often_it_now_prefers_the_better_answer(studio: Studio, view: View) -> None:
    metrics = [{"step": 0, "eval_loss": 0.69}, {"step": 4, "loss": 0.5, "eval_loss": 0.4, "eval_reward_accuracy": 0.86,
                                                "eval_reward_margin": 1.2}]  # fmt: skip
    drawn = plots.learning_curve(metrics)
    assert [one.name for one in drawn.data if one.meta == "eval_reward_accuracy"] == [
        "How often it now prefers the better answer"
    ]
    figures = {words: number for number, words in run_figures(studio.runs.view(view.run), metrics)}
    assert figures["how often it now prefers the better answer (reward accuracy)"] == "86%"
