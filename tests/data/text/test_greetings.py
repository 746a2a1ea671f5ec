"""One list of greetings: whoever is greeted is named by it, and the question is the same without it."""

import pytest

from studio.data.privacy.candidates import find_candidates
from studio.data.text.mail_body import mail_body


@pytest.mark.parametrize("greeting", ["Hello", "Hiya", "Good morning", "Querida", "Caro", "Witaj", "Estimados",
                                      "Goedemiddag", "Drogi", "Dear", "Sehr geehrte", "Chère"])  # fmt: skip
def test_a_greeting_names_whom_it_greets_and_is_no_part_of_the_question(greeting: str) -> None:
    mail = f"{greeting} Jonas,\n\nwhere is the parcel that I ordered?"
    assert [one.value for one in find_candidates(mail, is_asked=True)] == ["Jonas"]
    assert mail_body(mail).strip() == "where is the parcel that I ordered?"


def test_a_greeting_of_nobody_is_no_part_of_the_question_either() -> None:
    mail = "To whom it may concern:\n\nwhere is the parcel that I ordered?"
    assert mail_body(mail).strip() == "where is the parcel that I ordered?" and not find_candidates(mail, is_asked=True)
