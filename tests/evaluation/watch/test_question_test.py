"""The bet on the questions: new topics are noticed, known ones are not, and words need not be kept."""

import numpy as np
import pytest

from studio.evaluation.watch.question_test import QuestionBets, QuestionTest
from tests.benchmarks.bench_watch import question

RANDOM = np.random.default_rng(7)
LEARNED = [question(RANDOM) for _ in range(300)]
HELD = [question(RANDOM) for _ in range(150)]


def asked(seed: int, count: int, topic: str = "", share: float = 0.0) -> list[tuple[str, str]]:
    random = np.random.default_rng(seed)
    return [(str(place), question(random, topic if random.random() < share else "")) for place in range(count)]


def test_a_topic_that_nobody_taught_is_noticed_within_200_conversations() -> None:
    for seed in range(2):
        test = QuestionTest(LEARNED, HELD, QuestionBets(alpha=0.02))
        looked = test.bet(asked(seed, 200, "shoes", 0.2))
        assert test.state.is_alarmed
        assert sum(looked) == test.state.new


def test_questions_of_the_old_kind_raise_no_alarm() -> None:
    for seed in range(2):
        test = QuestionTest(LEARNED, HELD, QuestionBets(alpha=0.02))
        test.bet(asked(100 + seed, 400))
        assert not test.state.is_alarmed


def test_it_makes_no_difference_how_many_come_at_a_time() -> None:
    rows = asked(1, 120, "shoes", 0.1)
    whole, single = (QuestionTest(LEARNED, HELD, QuestionBets(alpha=0.02)) for _ in range(2))
    whole.bet(rows)
    for row in rows:
        single.bet([row])
    assert whole.state == single.state


def test_a_restart_goes_on_where_it_was() -> None:
    rows = asked(2, 160, "shoes", 0.05)
    whole = QuestionTest(LEARNED, HELD, QuestionBets(alpha=0.02))
    whole.bet(rows)
    first = QuestionTest(LEARNED, HELD, QuestionBets(alpha=0.02))
    first.bet(rows[:130])
    kept = QuestionBets.model_validate_json(first.state.model_dump_json())
    second = QuestionTest(LEARNED, HELD, kept, dict(rows))
    second.bet(rows[130:])
    assert second.state == whole.state


def test_what_is_written_down_holds_no_words() -> None:
    test = QuestionTest(LEARNED, HELD, QuestionBets(alpha=0.02))
    test.bet([("a1", "where is my secret parcel")])
    assert "parcel" not in test.state.model_dump_json()


def test_erased_questions_are_no_longer_known_and_the_rest_goes_on() -> None:
    rows = asked(3, 60)
    test = QuestionTest(LEARNED, HELD, QuestionBets(alpha=0.02))
    test.bet(rows)
    left = dict(rows[:40])
    after = QuestionTest(LEARNED, HELD, test.state, left)
    assert set(after.state.known) <= set(left)
    assert after.state.fits == test.state.fits + 1
    assert after.state.highest == test.state.highest


@pytest.mark.parametrize("text", ["", "\ud800", "?" * 5000, "日本語の質問"])
def test_any_text_can_be_asked(text: str) -> None:
    test = QuestionTest(LEARNED, HELD, QuestionBets(alpha=0.02))
    assert test.bet([("1", text)]) == test.look([text])
