"""The scales are right on cases that can be checked by hand."""

import pytest

from studio.evaluation.metrics.text_metrics import (
    chrf,
    exact,
    facts_of,
    facts_right,
    field_scores,
    label_accuracy,
    token_f1,
)


def test_chrf_is_100_for_the_same_words_and_low_for_others() -> None:
    assert chrf("Two days.", "Two days.") == pytest.approx(100)
    assert chrf("qqq", "Two days.") == pytest.approx(0)


def test_the_same_answer_may_differ_in_case_and_marks() -> None:
    assert exact("Paris!", " paris") and not exact("Paris, France", "Paris")


def test_token_f1_counts_shared_words() -> None:
    assert token_f1("two days", "in two days") == pytest.approx(0.8)
    assert token_f1("", "x") == 0


def test_facts_are_numbers_codes_and_names() -> None:
    assert facts_of("We open at 9:30. Ask Odda Finch for code GUSTY12.") == {"9 30", "odda", "finch", "gusty12"}
    assert facts_right("Code gusty12, ask Odda", "We open. Ask Odda, code GUSTY12.") == 1.0
    assert facts_right("No", "We do not know.") is None


def test_a_hidden_name_is_no_fact() -> None:
    assert facts_right("Hi [NAME_7],\nWe do not.", "Hi [NAME_2],\nIt costs £75. [NAME_3] knows.") == 0.0
    assert facts_right("It is £75.", "Hi [NAME_2],\nIt costs £75.") == 1.0
    assert facts_right("Hi [NAME_2],\nno.", "Hi [NAME_2],\nno.") is None, "and so nothing is there to be right"


def test_words_that_open_a_line_and_the_sign_off_are_no_facts() -> None:
    mail = "Hello,\n\nThank you. It goes to Oslo.\nPlease wait.\n\nKind regards,\nSupport Team\nTel. 0171 23456"
    assert facts_right("Thank you. Please wait.\n\nKind regards,\nSupport Team\nTel. 0171 23456", mail) == 0.0
    assert facts_right("To Oslo", mail) == 1.0


def test_fields_are_compared_one_by_one() -> None:
    assert field_scores('{"a": 1, "b": "x"}', '{"a": 1, "b": "y"}') == {"a": True, "b": False}
    assert field_scores("not json", '{"a": 1}') == {"a": False}


def test_label_accuracy_is_a_share() -> None:
    assert label_accuracy(["Tax", "roads"], ["tax", "Parks"]) == 0.5
