"""Whether a version moved the right way is said with its interval, and luck is called luck."""

import random

from studio.evaluation.preference_evidence import better_that_fell, evidence_of, judge_moves, moves_in
from studio.evaluation.statistics.intervals import Interval
from studio.schemas.example import Message
from studio.schemas.loop.preference import PreferencePair, ThumbedReply

ASKED = (Message(role="user", content="May I?"),)


def test_a_pair_moved_the_right_way_when_the_better_reply_gained_more() -> None:
    pair = PreferencePair(turns=ASKED, chosen="Yes.", rejected="No.")
    assert moves_in([pair, pair], [3.0, 3.0, 5.0, 5.0], [1.0, 2.0, 6.0, 4.0]) == [1.0, -2.0]


def test_thumbs_are_compared_up_with_down_as_far_as_the_rarer_reach() -> None:
    thumbs = [ThumbedReply(turns=ASKED, reply="Yes.", good=good) for good in (True, False, True)]
    assert moves_in(thumbs, [3.0, 3.0, 3.0], [1.0, 4.0, 9.0]) == [3.0]


def test_most_of_them_is_better_half_of_them_is_luck_and_few_say_nothing() -> None:
    assert judge_moves([1.0] * 36 + [-1.0] * 4).verdict == "better"
    assert judge_moves([1.0] * 22 + [-1.0] * 18).verdict == "no_better"
    assert judge_moves([1.0] * 4 + [-1.0] * 36).verdict == "worse"
    assert judge_moves([1.0] * 5).verdict == "too_few" == judge_moves([]).verdict


def test_moves_by_chance_are_called_better_in_at_most_one_of_forty() -> None:
    dice = random.Random(5)
    wrong = sum(judge_moves([dice.choice((-1.0, 1.0)) for _ in range(40)]).verdict == "better" for _ in range(1000))
    assert wrong <= 32, "2.5% on one side, and what a thousand draws differ by"


def test_the_report_says_it_in_words_beside_the_exam_and_plain_teaching() -> None:
    found = evidence_of(
        [1.0] * 36 + [-1.0] * 4, [1.0] * 35 + [-1.0] * 5, Interval(0.2, 0.1, 0.3), Interval(0, -0.1, 0.1)
    )
    assert found.verdict == "better" and found.plain == "as_good" and found.plain_right == 35
    told = found.text
    assert "Of 40 judgements kept aside it moved the right way in 36 (76% to 97% of all such)." in told
    assert "better than the version that it began with, by +20 points (+10 to +30)" in told
    assert "Teaching the better replies plainly did as well: it moved the right way in 35 of 40" in told
    assert "was not tried" in evidence_of([1.0] * 8, None, None, None).text


def test_better_replies_that_became_less_likely_themselves_are_said() -> None:
    pair = PreferencePair(turns=ASKED, chosen="Yes.", rejected="No.")
    fell = better_that_fell([pair] * 8, [3.0, 3.0] * 8, [4.0, 9.0] * 8)
    assert fell == (8, 8)
    told = evidence_of([5.0] * 8, None, None, None, fell)
    assert told.verdict == "better" and "became less likely in 8 of 8" in told.text
    assert "less likely" not in evidence_of([5.0] * 8, None, None, None, (1, 8)).text


def test_plain_teaching_that_did_less_or_more_is_said() -> None:
    good, bad = [1.0] * 40, [1.0] * 20 + [-1.0] * 20
    assert evidence_of(good, bad, None, None).plain == "less" and evidence_of(bad, good, None, None).plain == "more"
