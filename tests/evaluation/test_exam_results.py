"""From answers to results: the kind of work is found, everybody is scored, and words claim no more than the scales."""

import math

import pytest

from studio.evaluation.exam_results import ContestantAnswers, gain, in_words, results, to_read
from studio.evaluation.metrics.task_kinds import TaskKind

LABELS = ["billing", "delivery", "returns"]
EXPERTS = [LABELS[n % 3] for n in range(30)]
TAUGHT = EXPERTS * 3


def said(*replies: str, stopped: bool = True) -> ContestantAnswers:
    return ContestantAnswers(tuple(replies), tuple(stopped for _ in replies))


RIGHT, WRONG = said(*EXPERTS), said(*["I do not know"] * 30)


def test_labels_get_accuracy_macro_f1_and_a_confusion_table() -> None:
    found = results(EXPERTS, {"base": WRONG, "lookup": RIGHT, "tuned": RIGHT}, TAUGHT)
    assert found.work is TaskKind.LABELS and found.main == "label_accuracy"
    assert found.metrics["macro_f1"]["tuned"].value == 1.0 and found.metrics["macro_f1"]["base"].value == 0.0
    assert found.confusion["tuned"]["billing"] == {"billing": 10}
    assert "macro_f1" in found.titles and found.values["base"].high < 0.2


def test_a_look_up_writes_nothing_and_so_never_stops() -> None:
    found = results(EXPERTS, {"base": WRONG, "lookup": RIGHT, "tuned": RIGHT}, TAUGHT)
    assert set(found.metrics["stops"]) == {"base", "tuned"}
    assert not [row for row in found.comparisons if row.metric == "stops" and "lookup" in (row.one, row.other)]


def test_the_mistakes_score_stands_beside_with_its_perplexity_and_its_own_numbers() -> None:
    losses = {"base": [(30.0, 10)] * 30, "tuned": [(5.0 + n % 3, 10) for n in range(30)]}
    found = results(EXPERTS, {"base": WRONG, "lookup": RIGHT, "tuned": RIGHT}, TAUGHT, losses)
    assert found.metrics["perplexity"]["base"].value == pytest.approx(math.e**3)
    assert found.metrics["loss"]["tuned"].value == pytest.approx(0.6)
    row = next(row for row in found.comparisons if row.metric == "loss")
    assert row.better == "tuned" and "by 2.40 (95%:" in row.sentence and "points" not in row.sentence
    assert not [row for row in found.comparisons if row.metric == "perplexity"]  # the same thing on another scale


def test_a_persons_own_choice_of_the_kind_holds() -> None:
    found = results(EXPERTS, {"base": WRONG, "tuned": RIGHT}, TAUGHT, kind=TaskKind.FREE_TEXT)
    assert found.main == "chrf" and found.reason == "You chose free text."


def test_a_difference_within_the_seeds_is_called_the_same() -> None:
    answers = {"base": said(*EXPERTS[:15], *["?"] * 15), "tuned": RIGHT}
    assert next(row for row in results(EXPERTS, answers, TAUGHT).comparisons).better == "tuned"
    held = results(EXPERTS, answers, TAUGHT, seed_spread={"label_accuracy": 0.6})
    row = next(row for row in held.comparisons if row.metric == "label_accuracy")
    assert row.better == "" and "no more than luck" in row.sentence


def test_a_winner_is_named_by_id_and_in_words() -> None:
    found = results(EXPERTS, {"base": WRONG, "tuned": RIGHT}, TAUGHT)
    row = next(row for row in found.comparisons if row.metric == "label_accuracy")
    assert (row.one, row.other, row.better) == ("tuned", "base", "tuned") and row.p < 0.001
    assert row.sentence.startswith("Right label: your version is better than the starting model by 100.0 points")


@pytest.mark.parametrize("same", [RIGHT, WRONG])
def test_equals_are_not_told_apart(same: ContestantAnswers) -> None:
    found = results(EXPERTS, {"base": same, "prompted": same, "tuned": same}, TAUGHT)
    assert {row.better for row in found.comparisons} == {""}
    assert gain(found.main, found.scores["tuned"], found.scores["base"]) is not None


def test_few_questions_promise_nothing() -> None:
    found = results(EXPERTS[:6], {"base": said(*["no"] * 6), "tuned": said(*EXPERTS[:6])}, TAUGHT)
    assert {row.better for row in found.comparisons} == {""}
    assert "nothing can be told" in str(in_words(found, 6)[1])


def test_what_the_exam_can_show_follows_its_own_spread() -> None:
    half = said(*EXPERTS[:15], *["?"] * 15)
    sentence = in_words(results(EXPERTS, {"base": WRONG, "tuned": half}, TAUGHT), 30)[1]
    assert sentence.key == "exam.measured_within" and "Right label: with its 30 questions" in str(sentence)
    assert 25 <= sentence.facts["points"] <= 40  # over three standard errors, as Holm asks


def test_best_and_worst_answers_are_others() -> None:
    half = said(*EXPERTS[:15], *["?"] * 15)
    answers = {"base": WRONG, "tuned": half}
    best, worst = to_read(results(EXPERTS, answers, TAUGHT), [f"Q{n}" for n in range(30)], EXPERTS, answers)
    assert [it.score for it in best] == [1.0] * 3 and [it.score for it in worst] == [0.0] * 3
    assert not {it.question for it in best} & {it.question for it in worst}


def test_an_answer_that_was_cut_is_quoted_with_a_mark() -> None:
    half = said(*EXPERTS[:15], *["two wo "] * 15)._replace(stopped=(True,) * 15 + (False,) * 15)
    best, worst = to_read(results(EXPERTS, {"base": WRONG, "tuned": half}, TAUGHT), [f"Q{n}" for n in range(30)],
                          EXPERTS, {"base": WRONG, "tuned": half})  # fmt: skip
    assert {it.replies["tuned"] for it in worst} == {"two wo…"}
    assert not any(it.replies["tuned"].endswith("…") for it in best)


def test_labels_that_only_a_sign_or_a_capital_tells_apart_are_two_labels() -> None:
    labels = ["C#", "C++", "mg", "Mg"] * 8
    found = results(labels, {"base": said(*["C"] * 32), "tuned": said(*["C#", "c++", "mg", "mg"] * 8)}, labels)
    assert found.work is TaskKind.LABELS
    assert found.metrics["label_accuracy"]["base"].value == 0 and found.confusion["tuned"]["Mg"] == {"mg": 8}
    assert found.metrics["label_accuracy"]["tuned"].value == 0.5 and "“mg” from “Mg”" in found.same_answer


def test_numbers_are_read_in_the_notation_of_the_experts_column() -> None:
    prices = ["1,5", "2,25", "1.200", "-4", "12,75"] * 6
    given = said(*["1.5", "2,250", "1200", "4", "1275"] * 6)
    found = results(prices, {"base": WRONG, "tuned": given}, prices)
    assert found.work is TaskKind.NUMBERS and found.metrics["last_number"]["tuned"].value == pytest.approx(0.6)
    assert "1.000 is a thousand" in found.same_answer


def test_an_empty_right_answer_is_no_question() -> None:
    labels = ["roads", "", "parks"] * 10
    found = results(labels, {"base": said(*[""] * 30), "tuned": said(*labels)}, labels)
    assert found.metrics["label_accuracy"]["base"].value == 0 and found.metrics["label_accuracy"]["tuned"].value == 1
    assert sum(flag is None for flag in found.scores["tuned"]["label_accuracy"]) == 10
    assert set(found.confusion["base"]) == {"roads", "parks"}
