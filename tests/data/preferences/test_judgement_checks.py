"""Judgements that contradict each other, are repeated, or ask what the exam asks teach nothing, and are named."""

from studio.data.preferences.judgement_checks import examine
from studio.data.preferences.judgement_rows import JudgedRows, handed_in
from studio.schemas.example import Message, pair
from studio.schemas.loop.preference import Judgement, PreferencePair, ThumbedReply


def asked(question: str) -> tuple[Message, ...]:
    return (Message(role="user", content=question),)


def preferred(question: str, chosen: str, rejected: str) -> PreferencePair:
    return PreferencePair(turns=asked(question), chosen=chosen, rejected=rejected)


def thumb(question: str, reply: str, good: bool) -> ThumbedReply:
    return ThumbedReply(turns=asked(question), reply=reply, good=good)


def looked_at(*judgements: Judgement) -> JudgedRows:
    found = examine(handed_in(judgements))
    assert found.rows_in == len(found.kept) + len(found.drops)
    return found


def test_of_two_replies_that_were_each_preferred_to_the_other_neither_is_learned() -> None:
    found = looked_at(
        preferred("May I return it?", "Yes.", "No."),
        preferred("may I return it", "No.", "Yes."),
        preferred("May I keep it?", "Yes.", "No."),
    )
    assert [row.row for row in found.kept] == [3]
    assert {drop.reason for drop in found.drops} == {"contradiction"} and len(found.drops) == 2


def test_a_reply_that_was_called_good_and_not_good_is_left_out() -> None:
    found = looked_at(thumb("May I?", "Yes.", True), thumb("May I?", "Yes.", False), thumb("May I?", "No.", False))
    assert [row.row for row in found.kept] == [3] and [drop.row for drop in found.drops] == [1, 2]


def test_the_same_judgement_again_is_left_out_and_capitals_are_a_difference_to_prefer() -> None:
    found = looked_at(
        preferred("May I?", "Yes.", "yes."), preferred("May I?", "Yes.", "yes."), preferred("May I go?", "Yes.", "yes.")
    )
    assert [row.row for row in found.kept] == [1, 3] and found.drops[0].reason == "repeated"


def test_a_question_of_the_exam_and_a_near_copy_of_one_are_left_out() -> None:
    exam = [pair(1, "How long may I keep the borrowed winter coat of the shop?", "Four weeks.")]
    rows = [
        preferred("How long may I keep the borrowed winter coat of the shop?", "A month.", "No."),
        preferred("how long may I keep the borrowed winter coat of the shop, please", "A month.", "No."),
        preferred("What does a new scarf cost here?", "Nine.", "No."),
    ]
    found = examine(handed_in(rows), exam)
    assert [row.row for row in found.kept] == [3]
    assert {(drop.row, drop.reason) for drop in found.drops} == {(1, "exam_overlap"), (2, "exam_overlap")}


def test_it_is_said_when_length_alone_may_be_what_is_preferred() -> None:
    shorter = [preferred(f"May I take number {n}?", "Yes.", "Yes, you may do that.") for n in range(25)]
    assert "the better reply is the shorter one" in looked_at(*shorter).notes[-1]
    mixed = [preferred(f"May I take number {n}?", *("Yes.", "Not at all.")[:: 1 if n % 2 else -1]) for n in range(26)]
    assert not looked_at(*mixed).notes
