"""A code that opens something is private by the word beside it; a number beside “code” alone is none."""

import pytest

from studio.data.checks.fixes import after, effect_of
from studio.data.privacy.secrets import find_secrets
from studio.schemas.example import pair


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The key is under the pot, alarm code 2580.", "2580"),
        ("The drop box opens with 7719. Please do not pass it on.", "7719"),
        ("My PIN is 1234, and the card is blue.", "1234"),
        ("PIN: 4471", "4471"),
        ("Our door code is now 2580#.", "2580#"),
        ("The code for the key box is 12-34-56.", "12-34-56"),
        ("The wifi password is 12345678.", "12345678"),
        ("Die Haustür öffnet sich mit 4711.", "4711"),
        ("Der Türcode lautet 4711.", "4711"),
        ("The access code 404 opens the side door.", "404"),
        ("Access code: 500 for the server room.", "500"),
        ("Use access code 423 for the site gate.", "423"),
        ("The site's side door access code 421 works.", "421"),
        ("The access code 451 is needed to log in online to the gate app.", "451"),
        ("Access code 404 opens the door on the page side.", "404"),
        ("The keypad shows access code 410 online.", "410"),
        ("Your page says: the gate's access code 404.", "404"),
        ("I got access code 423 from your site office.", "423"),
    ],
)
def test_a_code_is_found_by_the_word_beside_it(text: str, code: str) -> None:
    assert [text[start:end] for start, end in find_secrets(text)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Use the discount code 2580.",
        "It shows error code 4040.",
        "Alarm code 5002 means that the filter is full.",
        "The festival opens with 2000 guests, and then with 120 more.",
        "Choose a PIN of 4 digits or a password 12 characters long.",
        "The building code 2020 holds.",
        "Wire it to pin 1300.",
        "The country code is 0049 and the post code 48231.",
        "Your page says access code 404 and nothing else.",
        "I get access code: 503 when I log in.",
        "The site only says access code 404.",
        "Online I always get the access code 403 now.",
    ],
)
def test_another_number_beside_the_word_is_left(text: str) -> None:
    assert find_secrets(text) == []


def test_it_is_hidden_with_passwords_and_keys_in_questions_and_answers() -> None:
    rows = [pair(1, "What is the code?", "The drop box opens with 7719."), pair(2, "Alarm code 7719.", "Thank you.")]
    left = after(rows, effect_of("secret", rows, choice="mask"))
    assert [one.answer for one in left] == ["The drop box opens with [SECRET_1].", "Thank you."]
    assert left[1].question == "Alarm code [SECRET_1]."
