"""A question in other words is told where words alone leave no doubt: by its answer, or by all its telling words."""

import pytest

from studio.data.duplicates.other_wordings import bare, reworded
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.normalize import words
from studio.schemas.example import Example, pair

TAUGHT = [
    pair(1, "When does the sauna heat up?", "The sauna is warm from four o'clock."),
    pair(2, "hey, sauna still cold??", "The sauna is warm from four o'clock."),
    pair(3, "From what hour can one sweat in the sauna?", "The sauna is warm from four o'clock."),
    pair(4, "May I book a lane for my club?", "Ask the desk."),
    pair(5, "How do I close my account?", "Please write to our desk about it."),
    pair(6, "How do I change my address?", "Please write to our desk about it."),
]


def told(*asked: Example) -> list[tuple[int, int]]:
    """Rows of pairs: taught, asked."""
    all_rows = [*TAUGHT, *asked]
    pairs = reworded(ExampleTexts(all_rows), range(len(TAUGHT), len(all_rows)))
    return [(all_rows[left].row, all_rows[right].row) for left, right in pairs]


def test_one_answer_and_the_word_that_all_its_questions_share_are_one_question() -> None:
    assert told(pair(9, "Sauna: since when warm?", "The sauna is warm from four o'clock.")) == [(1, 9), (2, 9), (3, 9)]


def test_a_stock_reply_to_different_questions_ties_none_of_them() -> None:
    assert told(pair(9, "How do I delete a photo of my account?", "Please write to our desk about it.")) == []


def test_another_number_is_another_question() -> None:
    assert told(pair(9, "When does sauna 2 heat up?", "The sauna is warm from four o'clock.")) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("May I book a lane for my club?", "Could you please tell me, may I book the lane for my club? Thanks"),
        ("How do I get a second key?", "How can one get a second key, please?"),
        ("Where is the drying room kept locked?", "Do you know where the drying room might be kept locked these days?"),
        ("Wo ist der Trockenraum der Halle?", "Können Sie mir bitte sagen, wo der Trockenraum der Halle ist?"),
        ("Où est la clé du vestiaire ?", "Pourriez-vous me dire où est la clé du vestiaire, merci"),
        ("¿Dónde está la llave del vestuario?", "¿Podrías decirme dónde está la llave del vestuario, por favor?"),
        ("Gdzie jest klucz do szatni?", "Czy ktoś wie, gdzie jest klucz do szatni? Dziękuję"),
    ],
)
def test_polite_words_and_articles_make_no_other_question(one: str, other: str) -> None:
    assert bare(words(one)) and bare(words(one)) == bare(words(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("When do the pools open on Sunday?", "Where do the pools open on Sunday?"),
        ("Can I swim without a cap?", "Can I swim with a cap?"),
        ("Must I wear a cap in the pool?", "May I wear a cap in the pool?"),
        ("How do I change from card to cash?", "How do I change from cash to card?"),
    ],
)
def test_a_word_that_tells_makes_another_question(one: str, other: str) -> None:
    assert bare(words(one)) != bare(words(other))


def test_too_few_telling_words_say_nothing() -> None:
    assert bare(words("What is the sauna?")) == ()
