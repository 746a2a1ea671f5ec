"""What counts as a contradiction, and that one which was decided is not asked about again."""

from studio.data.checks.check import CheckContext
from studio.data.checks.examination import examine
from studio.data.checks.pairs.conflicts import find_conflicts
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, Message

ASKED = "What does a trial lesson cost with you?"
LOW = "A trial lesson costs twelve pounds, and it takes half an hour in the small hall."
HIGH = "A trial lesson costs eighteen pounds, and it takes half an hour in the small hall."
ROOM = "We teach in the small hall this year, and the price hangs at the door there."


def row(number: int, asked: str, said: str) -> Example:
    turns = (Message(role="user", content=asked), Message(role="assistant", content=said))
    return Example(id=f"r{number}", messages=turns)


def contradictions(*rows: Example, settled: tuple[str, ...] = ()) -> list[tuple[int, ...]]:
    """The groups that are still to be decided."""
    found = examine(rows, dismissed={"conflicting_answers": set(settled)})
    return [group for one in found if one.kind == "conflicting_answers" for group in one.groups]


def test_who_is_greeted_and_who_signs_is_no_contradiction() -> None:
    mails = (
        row(1, ASKED, f"Dear Mr Dunne,\n\n{LOW}\n\nKind regards,\nEdmund Vale\nBursar"),
        row(2, ASKED, f"Hello,\n\n{LOW}\n\nWith best wishes,\nRosalind Tarn\nSchool office\n0117 555 0142"),
    )
    assert contradictions(*mails) == []
    assert contradictions(mails[0], row(3, ASKED, f"Hello,\n\n{HIGH}\n\nBest wishes\nRosalind")) == [(1, 3)]


def test_an_address_at_the_end_may_be_the_answer() -> None:
    answers = [
        f"Please write to us here at any time:\n{address}" for address in ("desk@post.example", "shop@post.example")
    ]
    assert contradictions(row(1, ASKED, answers[0]), row(2, ASKED, answers[1])) == [(1, 2)]


def test_questions_about_two_things_stay_two_when_these_are_hidden() -> None:
    """Two families, two numbers: what was no contradiction before is none afterwards."""
    for one, other in (("[EMAIL_1]", "[EMAIL_2]"), ("[PHONE_4]", "[PHONE_5]"), ("[NAME_2]", "[NAME_7]")):
        asked = "Can you put the lesson for {} on another day?"
        assert contradictions(row(1, asked.format(one), LOW), row(2, asked.format(other), HIGH)) == []
        assert contradictions(row(1, asked.format(one), LOW), row(2, asked.format(one), HIGH)) == [(1, 2)]


def test_near_copies_of_one_mail_about_two_rooms_ask_two_things() -> None:
    mail = (
        "Hello, we are a party of walkers, arrive late by the last train and leave before breakfast on the next day, so"
        " please tell us before we come whether we may {}, as we were allowed to do when we came last."
    )
    suite, dorm, suites = (mail.format(f"cook in the {room}") for room in ("suite", "dorm", "suites"))
    yes, no = "Yes, cooking is fine there, and pans hang by the door.", "No, cooking is not allowed there at any time."
    assert contradictions(row(1, suite, yes), row(2, dorm, no)) == []
    assert contradictions(row(1, suite, yes), row(2, suites, no)) == [(1, 2)], "one room, written otherwise"


def test_whose_name_is_hidden_under_a_question_makes_it_no_other_one() -> None:
    signed = (row(1, f"{ASKED}\n\nBest\n[NAME_1]", LOW), row(2, f"{ASKED}\n\nBest\n[NAME_2]", HIGH))
    assert contradictions(*signed) == [(1, 2)]


def test_answers_that_were_all_called_right_come_back_only_with_one_that_nobody_decided_about() -> None:
    both = (row(1, ASKED, LOW), row(2, ASKED, HIGH))
    assert contradictions(*both, settled=("r1", "r2")) == []
    assert contradictions(*both, row(3, ASKED, ROOM), settled=("r1", "r2")) == [(1, 2, 3)]
    assert contradictions(*both, row(3, ASKED, ROOM), settled=("r1", "r2", "r3")) == []


def test_how_many_rows_were_left_as_they_are_is_told_beside_those_that_are_open() -> None:
    other = "When does the summer term begin for the youngest?"
    rows = (row(1, ASKED, LOW), row(2, ASKED, HIGH), row(3, other, "On Monday."), row(4, other, "On Friday, I think."))
    (found,) = [one for one in examine(rows, dismissed={"conflicting_answers": {"r1", "r2"}})
                if one.kind == "conflicting_answers"]  # fmt: skip
    assert found.groups == ((3, 4),) and found.sentence.startswith("1 question has")
    assert "2 rows are left as before" in found.sentence, found.sentence


def test_a_look_at_a_few_rows_tells_of_all_that_were_left_as_they_are() -> None:
    other = "When does the summer term begin for the youngest?"
    rows = [row(3, other, "On Monday."), row(4, other, "On Friday, I think.")]
    context = CheckContext(is_part=True, dismissed={"conflicting_answers": {"r1", "r2"}})
    (found,) = find_conflicts(ExampleTexts(rows), context)
    assert "2 rows are left as before" in found.sentence
