"""The cards of the Teach and Model tabs: runs, live questions, recipes, more examples, and what leaves the studio."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.fallback import Fallback
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.run_queue import RunQueue
from studio.web.app import Page
from studio.web.copy import model as copy
from studio.web.copy import training as teach_words
from studio.web.mounting import Place
from studio.web.tabs.training.live_questions_panel import asked_in
from studio.web.tabs.training.training_tab import Pushed, Repeating
from studio.web.view import View
from tests.web.tabs.model.test_plan_panel import planned, worked_out
from tests.web.tabs.test_other_tabs import taught

Loaded = Callable[[], View]


# Runs


def test_a_run_is_named_and_what_is_being_typed_is_left_alone(page: Page, studio: Studio, loaded: Loaded,
                                                              request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    runs = page.teach.runs
    told = runs.call(view, "<b>Warm</b> tone", request_of_ana)
    assert told[runs.name]["value"] == "", "the field is empty for the next name"
    shown = runs.refresh(view)
    listed, name = shown[runs.runs], shown[runs.name]
    assert listed["choices"][0][0].startswith("<b>Warm</b> tone · done")
    assert "value" not in name and name["placeholder"] == "<b>Warm</b> tone"
    headers, _ = page_words(page, studio, [view.run])
    assert headers == ["What differs", "<b>Warm</b> tone"]


def live_now(page: Page, studio: Studio, view: View) -> dict[Any, Any]:
    live = page.teach.live
    return dict(live.refresh(studio.runs.view(view.run), fresh=False))


def page_words(page: Page, studio: Studio, runs: list[str]) -> tuple[list[str], list[list[str]]]:
    from studio.web.copy.training import what_differs

    return what_differs([studio.runs.view(run) for run in runs], [])


def test_two_runs_on_one_plot_with_what_differs(page: Page, studio: Studio, loaded: Loaded,
                                                request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    page.teach.runs.call(view, "<img src=x>", request_of_ana)
    other = page.teach.begin(replace(view, recipe=view.recipe.model_copy(update={"seed": 7})), request_of_ana)
    studio.runs.carry_out(other.run)
    runs = page.teach.runs
    told = runs.compare(view, [view.run, other.run])
    said, plot, table = told[runs.verdict], told[runs.plot], told[runs.table]
    names = [trace.name for trace in plot["value"].data]
    assert names[0] == "&lt;img src=x&gt;" and len(names) == 2 and all(len(t.x) for t in plot["value"].data)
    assert "seed" in table["value"] and "<img" not in table["value"] and "can be luck" in said["value"]
    assert runs.compare(view, [view.run])[runs.plot]["visible"] is False, "one run is no comparison"


def test_repeating_a_run_fills_the_knobs_with_its_recipe(page: Page, studio: Studio, loaded: Loaded,
                                                         request_of_ana: gr.Request) -> None:  # fmt: skip
    view = planned(page, loaded())
    view = replace(view, recipe=view.recipe.model_copy(update={"r": 4, "instructions": "Be kind."}))
    run = page.teach.begin(view, request_of_ana).run
    here = View(project=view.project, dataset=view.dataset, run=run)
    told = Repeating(studio, page.frame).repeat(here, Place("teach", view.project))
    after = told[page.frame.view]
    assert after.recipe == view.recipe and told[page.frame.place].tab == "model"
    assert "steps" in worked_out(page, after)[page.model.plan.plan] and planned(page, after).recipe == view.recipe


def test_a_deleted_run_is_brought_back(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request) -> None:
    view = taught(page, studio, loaded(), request_of_ana)
    gone = page.teach.runs.throw_away(view, request_of_ana)
    card = page.teach.runs
    told = card.refresh(gone)
    assert gone.run == "" and told[card.bring]["visible"] is True and told[card.lying] == view.run
    back = card.bring_back(gone, told[card.lying], request_of_ana)
    assert back.run == view.run and studio.runs.view(view.run).has_version


# Live questions


def test_answers_are_followed_and_a_version_is_kept_by_them(page: Page, studio: Studio, loaded: Loaded,
                                                            request_of_ana: gr.Request) -> None:  # fmt: skip
    view = planned(page, loaded())
    view = page.teach.begin(view, request_of_ana, "Do you <b>dye</b>?\n\n Do you mend? \n")
    studio.runs.carry_out(view.run)
    live, told = page.teach.live, live_now(page, studio, view)
    shown, answers, keeping = told[live.after], told[live.answers], told[live.keeping]
    versions, button = told[live.version], told[live.keep]
    assert shown["visible"] is True and keeping["visible"] is True and button["value"] == "Keep this version"
    assert "I am not sure" in answers and answers.count(">After step") == 3 and "<b>" not in answers
    first = versions["choices"][-1][1]
    page.teach.live.keep_version(view, first, request_of_ana)
    chosen = studio.runs.chosen(view.run)
    assert chosen is not None and (str(chosen.step), len(chosen.questions)) == (first, 2)
    names = [name for name, _ in live_now(page, studio, view)[page.teach.live.version]["choices"]]
    assert "kept by ana" in names[-1]


def test_why_there_is_no_answer_stands_where_it_would_be(page: Page, studio: Studio, loaded: Loaded,
                                                         request_of_ana: gr.Request) -> None:  # fmt: skip
    view = page.teach.begin(planned(page, loaded()), request_of_ana, "Do you mend?")
    studio.runs.carry_out(view.run)
    folder = studio.home.run(view.run)
    for step, answer, note in ((90, "Bring it", "cut at 80 pieces"), (91, "", "not enough memory"), (92, " ", "")):
        folder.append_answer(question="Do you mend?", contestant="tuned", step=step, answer=answer, note=note)
    drawn = live_now(page, studio, view)[page.teach.live.answers]
    assert "Bring it (cut at 80 pieces)" in drawn and "no words" in drawn and "After step 92" in drawn
    folder.append_answer(question="Do you mend?", contestant="tuned", step=93, answer="", note="not enough memory")
    drawn = live_now(page, studio, view)[page.teach.live.answers]
    assert "not enough memory" in drawn and "></td>" not in drawn


def test_a_question_that_a_run_did_not_come_to_is_no_three_dots_for_ever() -> None:
    answers = [{"question": "How?", "contestant": name, "step": step, "answer": "So."}
               for name, step in (("base", 0), ("tuned", 4))]  # fmt: skip
    assert teach_words.answer_table(["How?", "Why?"], answers)[1][1] == ["Why?", "…", "…"]
    over = teach_words.answer_table(["How?", "Why?"], answers, over=True)[1]
    assert over == [["How?", "So.", "So."], ["Why?", say("training.not_answered"), say("training.not_answered")]]


def asked_at(*steps: int) -> list[dict[str, Any]]:
    """The answers of a run that was asked then."""
    return [{"question": "How?", "contestant": "tuned" if step else "base", "step": step, "answer": f"So {step}."}
            for step in (0, *steps)]  # fmt: skip


def test_the_kept_version_always_stands_among_the_answers_and_the_newest_beside_it() -> None:
    answers = asked_at(*range(15, 151, 15))
    headers, rows = teach_words.answer_table(["How?"], answers, over=True, kept=60)
    assert headers[1:] == ["Starting model", "After step 60: the version that is kept", "After step 135",
                           "After step 150"]  # fmt: skip
    assert rows == [["How?", "So 0.", "So 60.", "So 135.", "So 150."]]
    headers, rows = teach_words.answer_table(["How?"], answers, over=True, kept=70)
    assert headers[2] == "After step 60, asked last before the version that is kept (step 70)"
    headers, _ = teach_words.answer_table(["How?"], answers, kept=150)
    assert headers[2:] == ["After step 120", "After step 135", "After step 150: the best so far"]
    headers, _ = teach_words.answer_table(["How?"], answers, kept=10)
    assert headers[2:] == ["After step 120", "After step 135", "After step 150"], "nothing was asked before it"


def test_a_run_that_goes_on_from_a_version_has_the_answers_of_that_one_first() -> None:
    headers, _ = teach_words.answer_table(["How?"], asked_at(5), teaches_on=True)
    assert headers[1] == "The version that it went on from"


def test_what_a_run_does_worse_than_promised_stands_beside_its_curve(page: Page, studio: Studio, loaded: Loaded,
                                                                      request_of_ana: gr.Request) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    assert "<li>" not in page.teach.refresh(view)[page.teach.figures]
    studio.home.run(view.run).fell_back(Fallback.ROWS_PADDED)
    assert "short examples are filled up" in page.teach.refresh(view)[page.teach.figures]


def test_a_version_that_she_chose_in_the_list_stays_while_the_run_goes_on(
    page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = taught(page, studio, loaded(), request_of_ana)
    version, pushed = page.teach.live.version, Pushed(page.teach, page.frame)
    first = page.teach.refresh(view)
    offered = first[version]["value"]
    assert first[page.teach.live.suggested] == offered
    older = next(step for _, step in first[version]["choices"] if step != offered)
    assert version not in pushed.read(view, offered, offered), "what was offered follows the best one"
    assert pushed.read(view, older, offered)[version]["value"] == older
    assert version not in pushed.read(view, "999", offered), "a version that is gone is nobody's choice"


def test_an_exam_question_does_not_start_a_run(page: Page, studio: Studio, loaded: Loaded,
                                               request_of_ana: gr.Request) -> None:  # fmt: skip
    view = planned(page, loaded())
    exam = studio.examples.split(studio.examples.view(view.project, view.dataset)).exam
    with pytest.raises(StudioError, match="in the exam"):
        page.teach.begin(view, request_of_ana, exam[0].question)
    assert studio.runs.all(view.project) == []


def test_questions_of_the_practice_check_are_added_line_by_line(page: Page, loaded: Loaded) -> None:
    live = page.teach.live
    offered = live.offer_questions(loaded())[live.offered]["choices"]
    told = live.add("One of mine?", offered[0])
    text, emptied = told[live.questions], told[live.offered]
    assert asked_in(text) == ["One of mine?", offered[0]] and emptied["value"] is None
    assert live.add(text, offered[0])[live.questions] == text


@pytest.mark.parametrize("prices, said", [
    ({}, ""), ({"price_per_hour": 2.0}, "4.00"), ({"watts": 500.0}, "1 kWh"),
    ({"watts": 500.0, "price_per_kwh": 0.3, "currency": "EUR"}, "0.30 EUR"),
    ({"price_per_hour": 0.001, "currency": "EUR"}, "under 0.01 EUR"),
])  # fmt: skip
def test_money_is_named_only_by_prices_that_somebody_set(tmp_path: Path, prices: dict[str, object], said: str) -> None:
    assert copy.cost(7200, Settings.model_validate({"home": tmp_path, **prices})) == said
    assert copy.cost(None, Settings.model_validate({"home": tmp_path, **prices})) == ""


# More examples, and elsewhere


def test_three_runs_tell_whether_more_examples_help(page: Page, studio: Studio, loaded: Loaded,
                                                    request_of_ana: gr.Request) -> None:  # fmt: skip
    view = page.teach.more.find_out(planned(page, loaded()), request_of_ana)
    more = page.teach.more
    said = more.refresh(view)[more.sentence]
    assert more.refresh(view)[more.try_]["interactive"] is False and "0 of 3 runs" in said["value"]
    for run in reversed(studio.runs.all(view.project)):
        studio.runs.carry_out(run.id)
    told = more.refresh(view)
    said, plot, table = told[more.sentence], told[more.plot], told[more.table]
    assert "hardly" in said["value"] and len(plot["value"].data[0].x) == 3 and table["visible"] is True


def test_a_run_is_shown_as_a_script_and_saved_with_its_rows(page: Page, studio: Studio, loaded: Loaded,
                                                            request_of_ana: gr.Request,
                                                            offered: list[tuple[str, Path]]) -> None:  # fmt: skip
    view = taught(page, studio, loaded(), request_of_ana)
    leave = page.teach.leave
    told = leave.show_script(view, request_of_ana)
    saved, text = told[leave.saved], told[leave.text]
    assert "script.zip" in saved and "SFTTrainer" in text["value"] and offered[-1][1].name.endswith("-script.zip")


@pytest.mark.parametrize("kind", ["slurm", "ray"])
def test_the_plan_is_written_out_for_a_cluster(page: Page, studio: Studio, loaded: Loaded, request_of_ana: gr.Request,
                                               kind: str, offered: list[tuple[str, Path]]) -> None:  # fmt: skip
    told = getattr(page.teach.leave, f"to_{kind}")(planned(page, loaded()), request_of_ana)
    view = next(value for value in told.values() if isinstance(value, View))
    saved = told[page.teach.leave.saved]
    assert offered[-1][1] == studio.runs.view(view.run).script and "Saving" in saved
    assert "cluster" in page.teach.refresh(view)[page.teach.headline] and RunQueue(studio.ledger).waiting() == []
