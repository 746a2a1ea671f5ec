"""A label model's certainty: how far it can be relied on, what is handed to a person, and the pictures of both."""

from datetime import UTC, datetime

import pytest

from studio.data.text.answer_equality import PLAIN
from studio.evaluation.label_evidence import counts_of, hand_over, label_evidence, reliability
from studio.evaluation.label_figures import label_figures, mixed_up
from studio.evaluation.label_verdict import conclude_labels
from studio.evaluation.metrics.label_metrics import label_f1, macro_f1_interval, places_in
from studio.evaluation.statistics.intervals import Interval
from studio.schemas.report import Advice, Cause, ComparedRow, Conclusion, Report
from studio.schemas.sentence import Sentence


def report_of_labels(confusion: dict[str, dict[str, int]], *, labels: bool = True) -> Report:
    """A report of a label model that took these labels for those."""
    evidence = label_evidence(SURE, RIGHT, ["a"] * 50, ["a"] * 50, certainty=0.8)
    return Report(
        id="p1", created=datetime(2026, 11, 26, tzinfo=UTC), by="ana", project="p", run="r", exam_sha256="ab",
        questions=50, work="labels", main_metric="label_accuracy", contestants=("commonest", "lookup", "tuned"),
        verdict=Conclusion(advice=Advice.USE, sentence="Use it."), confusion={"tuned": confusion},
        labels=evidence if labels else None,
    )  # fmt: skip


SURE = [0.99] * 30 + [0.6] * 20
RIGHT = [True] * 29 + [False] + [True, False] * 10


def test_bins_hold_as_many_questions_each_and_the_least_certain_come_first() -> None:
    bins = reliability(SURE, RIGHT)
    assert [one.questions for one in bins] == [10] * 5
    assert bins[0].certainty == pytest.approx(0.6) and bins[-1].certainty == pytest.approx(0.99)
    assert bins[0].right.low < 0.6 < bins[0].right.high
    assert [one.questions for one in reliability(SURE[:7], RIGHT[:7])] == [7], "too few to part"


def test_a_person_decides_what_it_is_not_sure_of_and_the_rest_has_its_limits() -> None:
    found = hand_over(SURE, RIGHT, 0.9)
    assert found.handed.value == 0.4 and found.right is not None
    assert found.right.value == pytest.approx(29 / 30) and found.right.low < 0.9 < found.right.high
    assert hand_over(SURE, RIGHT, 1.0).right is None, "it keeps none"


@pytest.mark.parametrize(
    ("certainties", "words"),
    [
        ([0.99] * 50, "too sure of itself"),
        ([0.5] * 50, "more often right than it says"),
        (SURE, "as sure as it is right"),
    ],
)
def test_it_is_said_whether_it_is_as_sure_as_it_is_right(certainties: list[float], words: str) -> None:
    found = label_evidence(certainties, RIGHT, ["a"] * 50, ["a"] * 50, certainty=0.8, seconds=0.004)
    assert words in found.text and "80% sure" in found.text and "4 thousandths of a second" in found.text


def test_few_questions_that_are_all_right_do_not_prove_it_too_careful() -> None:
    found = label_evidence([0.98] * 12, [True] * 12, ["a"] * 12, ["a"] * 12, certainty=0.9)
    assert "as sure as it is right" in found.text and found.too_sure is not None and found.too_sure.high > 0.2


def test_no_difference_has_no_minus_before_it() -> None:
    found = label_evidence([0.9999] * 12, [True] * 12, ["a"] * 12, ["a"] * 12, certainty=0.9)
    assert "difference +0 points, 95%: +0 to +26" in found.text


def test_several_labels_are_counted_one_by_one() -> None:
    assert counts_of(["a; b", "a"], ["a", "a; c"], ";") == {"a": (2, 0, 0), "b": (0, 0, 1), "c": (0, 1, 0)}
    assert label_f1("a; b", "b; c", ";", PLAIN) == pytest.approx(0.5) and label_f1("a", "", ";", PLAIN) is None
    assert places_in("Large;red", ("red", "large"), ";") == (0, 1) and places_in("huge", ("red", "large"), ";") is None
    assert macro_f1_interval(["a; b", "b"], ["a", "b"], separator=";").value == pytest.approx((1 + 2 / 3) / 2)


def row(other: str, better: str) -> ComparedRow:
    return ComparedRow(metric="label_accuracy", one="tuned", other=other, better=better, difference=0.1, low=0.0,
                       high=0.2, p=0.01, questions=50, said=())  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "reached", "advice"),
    [
        ([row("commonest", "tuned"), row("lookup", "tuned")], 0.9, Advice.USE),
        ([row("commonest", "tuned"), row("lookup", "")], 0.9, Advice.USE),
        ([row("commonest", "tuned"), row("lookup", "lookup")], 0.9, Advice.LOOKUP),
        ([row("commonest", ""), row("lookup", "tuned")], 0.9, Advice.NOT_YET),
        ([row("commonest", "tuned"), row("lookup", "tuned")], 0.4, Advice.USE_FOR),
        ([row("commonest", "tuned"), row("lookup", "")], 0.4, Advice.NOT_YET),
        ([row("commonest", "tuned"), row("lookup", "tuned"), row("chat", "chat")], 0.9, Advice.NOT_YET),
    ],
)
def test_the_verdict_follows_its_rules(rows: list[ComparedRow], reached: float, advice: Advice) -> None:
    found = conclude_labels("label_accuracy", {"tuned": Interval(reached, reached - 0.1, reached + 0.1)}, rows)
    assert found.advice is advice and found.text.endswith(".")
    assert "starting model" not in found.text


def test_a_look_up_that_is_no_good_itself_is_not_called_enough() -> None:
    rows = [row("commonest", "tuned"), row("lookup", "lookup")]
    reached = {"tuned": Interval(0.3, 0.2, 0.4), "lookup": Interval(0.4, 0.3, 0.5)}
    found = conclude_labels("label_accuracy", reached, rows)
    assert found.advice is Advice.NOT_YET and "(40.0 of 100) than your version (30.0)" in found.text
    common = reached | {"lookup": Interval(0.6, 0.5, 0.7), "commonest": Interval(0.6, 0.5, 0.7)}
    found = conclude_labels("label_accuracy", common, rows)
    assert found.advice is Advice.NOT_YET and "always gives the commonest label (60.0)" in found.text
    unlearnt = [Cause(name="did_not_learn", found=True, said=(Sentence.of("cause.did_not_learn.found"),))]
    found = conclude_labels("label_accuracy", reached | {"lookup": Interval(0.8, 0.7, 0.9)}, rows, unlearnt)
    assert found.advice is Advice.NOT_YET and found.text == "Not better yet. It did not learn."
    good = conclude_labels("label_accuracy", reached | {"lookup": Interval(0.9, 0.8, 1.0)}, rows, unlearnt)
    assert good.advice is Advice.LOOKUP


def test_the_pictures_show_who_is_taken_for_whom_in_words_and_shades() -> None:
    report = report_of_labels({"red": {"red": 8, "<b>blue": 2}, "<b>blue": {"<b>blue": 5}})
    drawn = label_figures(report)
    assert "“red” was taken for “&lt;b&gt;blue” (2 times)." in drawn and "<b>blue" not in drawn
    assert 'class="shade wrong s2"' in drawn and 'class="shade right s9"' in drawn
    assert report.labels is not None and drawn.count('<svg class="interval') == len(report.labels.bins)


def test_of_many_labels_only_the_picture_is_drawn() -> None:
    labels = [f"label {number}" for number in range(30)]
    report = report_of_labels({label: {label: 3} for label in labels})
    drawn = label_figures(report)
    assert '<svg class="matrix"' in drawn and drawn.count('class="shade right s9"') == 30
    assert "No label was taken for another one." in drawn
    assert mixed_up({"a": {"b": 1, "c": 3}, "b": {"b": 9}}) == [
        "“a” was taken for “c” (3 times).", "“a” was taken for “b” (1 time).",
    ]  # fmt: skip


def test_a_report_on_written_answers_has_none_of_these() -> None:
    assert label_figures(report_of_labels({"a": {"a": 3}}, labels=False)) == ""
