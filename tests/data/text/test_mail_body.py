"""What a mail asks, without what changes from sender to sender."""

import pytest

from studio.data.text.mail_body import answer_body, mail_body

ASKED = "My parcel with the blue kettle did not arrive on Monday."


@pytest.mark.parametrize(
    "mail",
    [
        f"Hi,\n\n{ASKED}\n\nThanks\nNadia Brown\n0171 2345678",
        f"Dear Sir or Madam\n\n{ASKED}\n\nKind regards,\nTom Long\n+44 20 7946 0000",
        f"Hello Nadia,\n\n{ASKED}\n\nMany thanks for your help\nTom",
        f"Dear Dr. Smith,\n{ASKED}\n\nBest\n[NAME_2]\n[PHONE_1]",
        f"Good morning, Nadia,\n{ASKED}\nThank you!\n\nTom",
        f"Hello [NAME_3], {ASKED} Thanks, Tom",
        f"Sehr geehrte Damen und Herren,\n\n{ASKED}\n\nMit freundlichen Grüßen\nTom Lang",
        f"Hello,\n{ASKED}\n\nSent from my phone",
        f"{ASKED}\nThanks\nTom\n\nI wrote this already last week and have no answer yet.",
        f"{ASKED} I still have not heard from you.\nRegards\nTom",
        f"{ASKED}\n\nOn 3 May 2024, Ann <ann@example.com> wrote:\n> We sent it.\n> It is on its way.",
    ],
)
def test_greeting_signature_and_quoted_mail_are_set_aside(mail: str) -> None:
    assert mail_body(mail).strip() == ASKED


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        "Hi",
        "Hello there\n\nThanks\nTom",
        "Please see below\n\nOn 3 May 2024, Ann <ann@example.com> wrote:\n> Where is my kettle?\n> It did not come.",
        "Thanks for nothing. What now?",
        f"{ASKED} I still have no answer about the green one.",
        f"{ASKED} Do you have an answer yet?",
    ],
)
def test_a_text_of_which_too_little_would_be_left_stays_whole(text: str) -> None:
    assert mail_body(text) == text


def test_words_that_only_begin_like_a_greeting_stay() -> None:
    assert mail_body("Hi I lost my blue parcel").strip() == "I lost my blue parcel"
    assert mail_body("Dear customers pay more for the same kettle").startswith("Dear customers pay")


def test_long_texts_take_no_long_time() -> None:
    assert mail_body("Dear " + "Anna " * 50_000).strip()
    assert mail_body("Thanks. " * 50_000).strip()
    assert mail_body(f"Where is my kettle?\n{'A' * 50_000}").strip()
    assert mail_body(f"Hi{' ' * 50_000}\nWhere is my kettle?").strip()


def test_a_first_line_that_thanks_and_tells_is_no_mere_thanks() -> None:
    """Its price was gone, and of two prices one row was taken out as a copy."""
    answer = "Thank you for your mail. A full groom costs 85 euros.\nSee you soon with your dog in our parlour."
    assert "85 euros" in answer_body(answer)
    assert "Thank" not in answer_body(
        "Thank you for your mail.\n\nA full groom costs 85 euros in our parlour, dog and all."
    )
