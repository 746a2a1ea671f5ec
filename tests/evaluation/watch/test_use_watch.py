"""All monitors together: what counts as a bet, and that bursts of one person do not fool them."""

from datetime import date, timedelta

from studio.evaluation.watch.conversations import CountedConversations
from studio.evaluation.watch.use_watch import ALPHA, SHARES, AskedConversation, Thumb, UseWatch, WatchState
from tests.benchmarks.bench_watch import noticed
from tests.evaluation.watch.test_question_test import HELD, LEARNED

DAY = date(2026, 3, 2)


def test_the_share_of_error_is_spread_over_the_monitors() -> None:
    assert sum(SHARES.values()) == 1
    state = WatchState.starting()
    assert state.questions.alpha + state.refusals.alpha + state.thumbs.alpha == ALPHA


def test_a_conversation_counts_once_and_a_person_once_a_day() -> None:
    some = [("a", "ann", DAY), ("a", "ann", DAY), ("b", "ann", DAY), ("c", "", DAY), ("d", "", DAY),
            ("e", "ann", DAY + timedelta(days=1)), ("c", "", DAY + timedelta(days=1))]  # fmt: skip
    counts, after = CountedConversations().counted(some)
    assert counts == [True, False, False, True, True, True, False]
    assert after.counted([("f", "ann", DAY + timedelta(days=1))])[0] == [False]


def test_days_that_are_long_over_are_not_remembered() -> None:
    _, early = CountedConversations().counted([("a", "ann", DAY)])
    _, late = early.counted([("b", "bob", DAY + timedelta(days=30))])
    assert set(late.conversations) == {"b"} and set(late.persons) == {"bob"}


def test_a_hundred_angry_conversations_of_one_person_are_one_bet() -> None:
    watch = UseWatch(WatchState.starting(thumbs_rate=0.9), LEARNED, HELD)
    watch.ask([AskedConversation(str(place), "eve", DAY, "boots and sandals", True) for place in range(100)])
    watch.judge([Thumb(str(place), "eve", DAY, False) for place in range(100)])
    assert watch.state.questions.count == 1 and watch.state.thumbs.bets.bets == 1
    assert not watch.state.alarms


def test_refusals_that_grow_more_frequent_are_noticed() -> None:
    watch = UseWatch(WatchState.starting(), [], [])  # without questions from before only rates are watched
    watch.ask([AskedConversation(str(n), "", DAY, "", n % 50 == 0) for n in range(100)])
    assert watch.state.refusals.rate == 0.02
    watch.ask([AskedConversation(f"later {n}", "", DAY, "", n % 4 == 0) for n in range(100)])
    assert watch.state.alarms == ("refusals",)


def test_quiet_streams_of_the_simulation_raise_no_alarm_and_changed_ones_do() -> None:
    assert noticed(3, "nothing", 200, 200) == ((), 200)
    assert noticed(3, "new topic", 200, 0)[0] == ("questions",)
    assert noticed(3, "thumbs", 300, 0)[0] == ("thumbs",)
    assert noticed(3, "one person", 200, 50) == ((), 200)


def test_new_questions_that_were_said_to_be_fine_alarm_again_only_when_they_grow() -> None:
    def asked(name: str, count: int, every: int) -> list[AskedConversation]:
        return [AskedConversation(f"{name} {n}", "", DAY, "boots and sandals" if n % every == 0 else LEARNED[n], False)
                for n in range(count)]  # fmt: skip

    watch = UseWatch(WatchState.starting(), LEARNED, HELD)
    watch.ask(asked("first", 100, 5))
    assert watch.state.alarms == ("questions",)
    after = UseWatch(watch.state.dismissed("questions"), LEARNED, HELD)
    after.ask(asked("second", 200, 5))
    assert not after.state.alarms
    after.ask(asked("third", 150, 1))
    assert after.state.alarms == ("questions",)


def test_a_rate_that_was_said_to_be_fine_is_learned_anew() -> None:
    watch = UseWatch(WatchState.starting(thumbs_rate=0.9), [], [])
    watch.judge([Thumb(str(n), "", DAY, n % 2 == 0) for n in range(60)])
    assert watch.state.alarms == ("thumbs",)
    after = watch.state.dismissed("thumbs")
    assert not after.alarms and after.thumbs.is_learning
