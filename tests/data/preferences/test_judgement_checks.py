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


DECLINES = "I cannot help with that. Please ask somebody who knows it."


def test_judgements_that_all_ask_to_decline_are_said_to_do_so() -> None:
    found = looked_at(*(preferred(f"What of the weather on day {n}?", DECLINES, f"It rains {n}.") for n in range(24)))
    assert [note for note in found.notes if "All 24 judgements ask to decline" in note]
    mixed = [preferred(f"Do you mend coat {n}?", f"We mend coat {n}.", DECLINES) for n in range(6)]
    found = looked_at(*(preferred(f"Weather on day {n}?", DECLINES, f"It rains {n}.") for n in range(24)), *mixed)
    assert not [note for note in found.notes if "decline" in note]


def test_judgements_that_all_ask_to_answer_or_for_the_same_words_are_said_to_do_so() -> None:
    answer = looked_at(*(preferred(f"Do you mend coat {n}?", f"We mend coat {n}.", DECLINES) for n in range(20)))
    assert any("ask to answer what was declined" in note for note in answer.notes)
    same = [preferred(f"Do you mend coat {n}?", "Yes.", f"No {n}.") for n in range(19)]
    found = looked_at(*same, preferred("And a hat?", "Yes, too.", "No."))
    assert any("19 of 20 judgements prefer the same words" in note for note in found.notes)


def test_thumbs_of_which_all_refusals_lie_on_one_side_are_said_to_be_of_one_sort() -> None:
    rows = [thumb(f"Weather on day {n}?", DECLINES if n % 2 else f"It rains {n}.", n % 2 == 1) for n in range(12)]
    assert any("All 12 judgements ask to decline" in note for note in looked_at(*rows).notes)
    both = [*rows, thumb("Do you mend coats?", "We do.", True)]
    assert not any("decline" in note for note in looked_at(*both).notes)
