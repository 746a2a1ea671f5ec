"""A label model from an upload to its report, with its rivals, its certainty, and what it hands to a person."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.cli import main as cli
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.schemas.recipe import Recipe
from studio.schemas.report import Advice, Report
from studio.schemas.run import Status
from studio.services.studio import Studio
from studio.settings import Settings
from studio.training.local_engine import LocalEngine

KNOBS = ("learning_rate=0.003", "max_steps=60", "per_device_train_batch_size=8")

pytestmark = pytest.mark.long  # it teaches two models first


def csv_of(rows: list[Example]) -> str:
    return "text,label\n" + "".join(f"{row.question},{row.answer}\n" for row in rows)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    made = Studio(Settings(home=tmp_path_factory.mktemp("home"), offline=True), LocalEngine())
    yield made
    made.close()


def taught(studio: Studio, project: str, model: Path, knobs: tuple[str, ...]) -> str:
    """The id of a finished run."""
    run = studio.launch_from_words(project, None, model=str(model), sets=knobs, recipe_file=None, preset="balanced",
                                   by="ana").id  # fmt: skip
    studio.runs.carry_out_when_free(run)
    assert studio.runs.view(run).state.status is Status.DONE, studio.runs.view(run).state.reason
    return run


@pytest.fixture(scope="module")
def project(studio: Studio, labelled: list[Example], tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("upload") / "deeds.csv"
    path.write_text(csv_of(labelled), encoding="utf-8")
    return studio.imports.import_file(path, "deeds", by="ana").project


@pytest.fixture(scope="module")
def run(studio: Studio, project: str, encoder: Path, tiny: Path) -> str:
    """A label model in a project that also has a version that writes, badly."""
    taught(studio, project, tiny, ("max_steps=2",))
    return taught(studio, project, encoder, KNOBS)


@pytest.fixture(scope="module")
def report(studio: Studio, run: str) -> Report:
    return studio.evaluation.evaluate(run, by="ana")


def test_an_encoder_is_taught_labels_without_being_told(studio: Studio, run: str) -> None:
    recipe = studio.runs.view(run).spec.recipe
    assert (recipe.task, recipe.method) == ("labels", "full")


def test_in_a_conversation_each_text_is_read_on_its_own(studio: Studio, run: str) -> None:
    """The label of the first text is no part of the second one."""
    talk = studio.chats.begin(run)
    for text in ("mend the red coat", "what does the old hat cost"):
        list(studio.chats.ask(talk, text, by="ana", contestants=["tuned"]))
    alone = studio.chats.answer_once(run, "what does the old hat cost", by="ana", contestants=["tuned"])
    (second,), (once,) = talk.turns[1].replies, alone.replies
    assert second.labels == once.labels and talk.turns[1].alone


def test_the_rivals_are_the_commonest_label_the_nearest_answer_and_a_version_that_writes(report: Report) -> None:
    assert report.contestants == ("commonest", "lookup", "chat", "tuned")
    assert {row.other for row in report.comparisons if row.metric == "label_accuracy"} == {
        "commonest",
        "lookup",
        "chat",
    }
    assert report.main_metric == "label_accuracy" and report.metrics["macro_f1"].keys() == set(report.contestants)
    assert report.metrics["label_accuracy"]["tuned"].value > report.metrics["label_accuracy"]["chat"].value


def test_the_report_says_how_far_its_certainty_can_be_relied_on(report: Report) -> None:
    labels = report.labels
    assert labels is not None and len(labels.certainties) == report.questions
    assert sum(one.questions for one in labels.bins) == report.questions
    assert labels.chosen.certainty == 0.9 and labels.too_sure is not None
    said = " ".join(report.sentences)
    assert "Where it is less than 90% sure, a person decides" in said and "on average" in said
    assert any("writes nothing" in limit for limit in report.limits) and not report.probes


def test_the_verdict_and_the_printed_page_speak_of_labels(studio: Studio, run: str, report: Report) -> None:
    assert report.advice in (Advice.USE, Advice.NOT_YET, Advice.LOOKUP)
    assert "starting model" not in report.verdict.text
    assert "commonest label" in studio.evaluation.page(run).read_text(encoding="utf-8")


def test_a_question_is_answered_with_a_label_and_how_sure_everybody_is(studio: Studio, run: str) -> None:
    other = next(
        name for name in studio.chats.contestants.available(run) if name.startswith("run:") and "@" not in name
    )
    turn = studio.chats.answer_once(
        run, "mend the red hat", by="ana", contestants=["commonest", "lookup", "tuned", other]
    )
    replies = {reply.contestant: reply for reply in turn.replies}
    assert replies["tuned"].text in ("repair", "delivery", "price")
    assert sum(one.certainty for one in replies["tuned"].labels) == pytest.approx(1.0, abs=1e-4)
    assert replies["tuned"].certainty == replies["tuned"].labels[0].certainty
    assert replies["lookup"].certainty is not None and replies["commonest"].certainty == pytest.approx(1 / 3, abs=0.1)
    assert replies[other].certainty is None, "a version that writes says no certainty"


def test_the_starting_model_of_a_label_model_cannot_be_asked(studio: Studio, run: str) -> None:
    with pytest.raises(StudioError, match="“base” cannot be asked"):
        studio.chats.answer_once(run, "mend the red hat", by="ana", contestants=["base"])


def test_what_a_model_cannot_give_is_refused_in_a_sentence(
    studio: Studio, project: str, tiny: Path, encoder: Path
) -> None:
    for model, task, words in (
        (tiny, "labels", "Labels are learned by an encoder"),
        (encoder, "answers", "writes nothing"),
    ):
        with pytest.raises(StudioError, match=words):
            studio.runs.launch(
                project, studio.examples.newest(project), Recipe(base_model=str(model), task=task), by="ana"
            )


def test_several_labels_are_compared_as_sets(studio: Studio, encoder: Path, tmp_path: Path) -> None:
    shades, things = ("red", "blue", "green", "grey", "old", "new", "long", "warm"), ("coat", "hat", "scarf", "belt")
    lines = [f"mend the {shade} {thing},{'; '.join([thing, 'repair'] if place % 2 else ['repair', thing])}"
             for place, shade in enumerate(shades) for thing in things]  # fmt: skip
    lines += [f"where is my {shade} {thing},{thing}" for shade in shades for thing in things]
    path = tmp_path / "several.csv"
    path.write_text("\n".join(["text,labels", *lines]) + "\n", encoding="utf-8")
    project = studio.imports.import_file(path, "several", by="ana").project
    run = taught(studio, project, encoder, (*KNOBS, "label_separator=;"))
    report = studio.evaluation.evaluate(run, by="ana")
    assert "label_f1" in report.metrics and not report.confusion
    assert report.labels is not None and set(report.labels.each) <= {"repair", *things}
    assert report.metrics["label_f1"]["tuned"].value >= report.metrics["label_accuracy"]["tuned"].value


def test_the_command_line_asks_and_evaluates_a_label_model(
    studio: Studio, run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(studio.settings.home)
    assert cli.run_command(["ask", run, "mend the red hat", "--home", home, "--json"]) == 0
    answers = json.loads(capsys.readouterr().out)["answers"]
    assert [one["contestant"] for one in answers] == ["commonest", "lookup", "tuned"]
    assert set(answers[2]["labels"]) == {"repair", "delivery", "price"} and 0 < answers[2]["certainty"] <= 1


def test_what_only_a_model_that_writes_can_do_is_refused_in_a_sentence(
    studio: Studio, project: str, run: str, encoder: Path
) -> None:
    with pytest.raises(StudioError, match="nothing to vote on"):
        studio.voting.make(run, "tuned", "lookup", by="ana")
    with pytest.raises(StudioError, match="no script of a label model"):
        studio.runs.script(run)
    with pytest.raises(StudioError, match="writes nothing"):
        studio.difficulty.difficulty(project, studio.examples.newest(project), str(encoder))
