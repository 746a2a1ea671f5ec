"""The inbox says what speaks against a correction before somebody accepts it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.schemas.example import Message
from studio.schemas.loop.feedback import FeedbackDecision
from studio.schemas.loop.inbox import Inbox
from studio.services.feedback.feedback_inbox import in_words
from studio.services.studio import Studio
from studio.storage.loop.feedback_store import FeedbackStore


@pytest.fixture
def project(studio: Studio, runs: list[str]) -> str:
    return studio.runs.view(runs[0]).spec.project


def give(studio: Studio, project: str, question: str, correction: str | None = None, by: str = "ana",
         **more: Any) -> str:  # fmt: skip
    said: dict[str, Any] = {"judgement": "wrong", "reply": "Hm.", "origin": "chat"} | more
    return studio.feedback.add(project, by=by, key=f"{question}{correction}{by}", correction=correction,
                               turns=[Message(role="user", content=question)], **said).id  # fmt: skip


def notes(found: Inbox, id: str) -> list[str]:
    return [note.kind for one in found.waiting if one.feedback.id == id for note in one.notes]


def taught_question(studio: Studio, project: str) -> str:
    """A question of a row that is not in the exam."""
    exam = studio.home.exam(project)
    view = studio.examples.view(project, studio.examples.newest(project))
    assert exam is not None
    return next(row for row in view.examples if row.id not in {one.id for one in exam.examples}).question


def test_a_correction_that_contradicts_a_taught_row_says_which(studio: Studio, project: str) -> None:
    id = give(studio, project, taught_question(studio, project), "It costs forty euros and not a cent less.")
    found = studio.feedback_inbox.inbox(project)
    assert notes(found, id) == ["contradicts"] and "what you taught in row" in found.waiting[0].notes[0].text
    assert in_words(found) == "1 correction, 1 contradicts what you taught."


def test_an_exam_question_and_a_near_copy_of_one_are_named(studio: Studio, project: str) -> None:
    exam = studio.home.exam(project)
    assert exam is not None
    asked = exam.examples[0]
    same = give(studio, project, asked.question, asked.answer)
    near = give(studio, project, f"Hello, {asked.question} Thanks!", asked.answer)
    found = studio.feedback_inbox.inbox(project)
    assert notes(found, same) == ["exam"] and notes(found, near) == ["exam"], found
    assert "never taught" in found.waiting[0].notes[0].text and "too like" in found.waiting[1].notes[0].text
    assert found.plain == ()


def test_the_examination_looks_at_corrections_as_at_any_upload(studio: Studio, project: str) -> None:
    id = give(studio, project, "Whom may I write to about the garden?", "Write to maria.lopez@example.org, please.")
    found = studio.feedback_inbox.inbox(project)
    assert notes(found, id) == ["private"]
    assert found.waiting[0].notes[0].text == "This answer holds an e-mail address: maria.lopez@example.org."
    assert in_words(found) == "1 correction, 1 holds private details."


def test_details_of_somebody_are_named_and_hidden_as_in_the_rows(
    studio: Studio, upload: Callable[[str], tuple[str, str]]
) -> None:
    rows = [f"Is berth {n} free?,Berth {n} is free. Ring {'07700 900321' if n else '07700 900123'}." for n in range(4)]
    project, dataset = upload("question,answer\n" + "\n".join(rows) + "\n")
    studio.examples.fix(project, dataset, "private_details", by="ana", choice="mask")
    asked, said = "I am Rafi Holm. Whom do I ring at 07700 900555?", "Dear Rafi Holm, ring 07700 900321 on Monday."
    id = give(studio, project, asked, said)
    note = studio.feedback_inbox.inbox(project).waiting[0].notes[0]
    assert note.text == (
        "What was asked and this answer hold a phone number and a name: 07700 900555, 07700 900321, Rafi Holm."
    )
    (hidden,) = studio.feedback_inbox.hidden(project, [id])
    assert hidden.question == "I am [NAME_1]. Whom do I ring at [PHONE_3]?"
    assert hidden.answer == "Dear [NAME_1], ring [PHONE_2] on Monday.", "the number that it has in the rows"
    (done,) = studio.feedback.accept_hidden(project, [hidden], by="ana")
    assert (done.state, done.question, done.answer) == ("changed", hidden.question, hidden.answer)
    studio.feedback.reopen(project, [id], by="ana")
    assert studio.feedback.all(project)[0].question == asked, "taken back it is as it was given"


def test_a_detail_in_a_corrected_reply_is_told_apart_and_hidden_where_replies_are_compared(
    studio: Studio, project: str
) -> None:
    said = "Dear Rafi Holm, ring 07700 900321."
    id = give(studio, project, "Who repairs bells?", "Nobody in this house does that.", reply=said)
    noted = studio.feedback_inbox.inbox(project).waiting[0]
    assert [note.text for note in noted.notes] == [
        "The reply that was corrected holds a phone number and a name: 07700 900321, Rafi Holm. "
        "It is learned from only where better and worse replies are compared."
    ]
    studio.feedback.accept_hidden(project, studio.feedback_inbox.hidden(project, [id]), by="ana")
    (pair,) = studio.judgements.of(project).pairs
    assert (pair.chosen, pair.rejected) == ("Nobody in this house does that.", "Dear [NAME_1], ring [PHONE_1].")


def test_a_reply_that_was_right_stays_one_when_details_in_it_are_hidden(studio: Studio, project: str) -> None:
    id = give(studio, project, "Who tunes bells?", judgement="right", reply="Ring 07700 900321 for that.")
    (done,) = studio.feedback.accept_hidden(project, studio.feedback_inbox.hidden(project, [id]), by="ana")
    assert (done.state, done.answer) == ("accepted", "Ring [PHONE_1] for that.")
    found = studio.judgements.of(project)
    assert not found.pairs, "it is not taught to be better than itself"
    assert [(one.good, one.reply) for one in found.thumbs] == [(True, "Ring [PHONE_1] for that.")]


@pytest.mark.parametrize("decide", ["accept", "change", "leave and accept"])
def test_what_was_hidden_stays_so_whatever_is_decided_next(studio: Studio, project: str, decide: str) -> None:
    id = give(
        studio, project, "I am at 07700 900555. Who tunes bells?", "Ring 07700 900321.", reply="Ring 07700 900444."
    )
    studio.feedback.accept_hidden(project, studio.feedback_inbox.hidden(project, [id]), by="ana")
    if decide == "change":
        studio.feedback.change(project, id, "We do.", by="ana")
    else:
        if "leave" in decide:
            studio.feedback.leave(project, [id], by="ana")
        studio.feedback.accept(project, [id], by="ana")
    (pair,) = studio.judgements.of(project).pairs
    assert "07700" not in f"{pair.turns} {pair.chosen} {pair.rejected}"
    assert pair.chosen == ("We do." if decide == "change" else "Ring [PHONE_3].")
    studio.feedback.reopen(project, [id], by="ana")
    studio.feedback.accept(project, [id], by="ana")
    assert studio.judgements.of(project).pairs[0].chosen == "Ring 07700 900321.", "taken back, it is as it was given"


def test_what_an_older_studio_hid_stays_so_though_it_knew_of_no_reply(studio: Studio, project: str) -> None:
    id = give(studio, project, "I am at 07700 900555. Who tunes bells?", "Ring 07700 900321.")
    (hidden,) = studio.feedback_inbox.hidden(project, [id])
    older = FeedbackDecision(id="d1", feedback=id, state="changed", correction=hidden.correction, turns=hidden.turns,
                             by="ana", at=hidden.at)  # fmt: skip
    FeedbackStore(studio.home).decide(project, [older])
    (done,) = studio.feedback.accept(project, [id], by="ana")
    assert (done.question, done.answer) == (hidden.question, hidden.answer) and "07700" not in done.question


def test_hiding_once_more_writes_nothing(studio: Studio, project: str) -> None:
    id = give(studio, project, "Who tunes bells?", "Ring 07700 900321.")
    for _ in range(2):
        studio.feedback.accept_hidden(project, studio.feedback_inbox.hidden(project, [id]), by="ana")
    assert len(FeedbackStore(studio.home).decisions(project)) == 1


def test_details_in_a_thumb_are_named_before_it_counts(studio: Studio, project: str) -> None:
    id = give(studio, project, "Who hangs bells?", judgement="down", reply="Ring 07700 900321 for that.")
    found = studio.feedback_inbox.inbox(project)
    assert notes(found, id) == ["private"] and found.plain == ()


def test_what_else_the_checks_see_is_counted_in_plain_words(studio: Studio, project: str) -> None:
    give(studio, project, "Do you lend ladders?", "We do, but <div class='x'><b>ask</b> &amp; wait</div> for it.")
    found = studio.feedback_inbox.inbox(project)
    assert in_words(found) == "1 correction, 1 of them holds something to look at."


def test_two_answers_of_one_person_to_one_question_speak_against_each_other(studio: Studio, project: str) -> None:
    give(studio, project, "Do you also move houses on Sundays?", "Sundays only by arrangement, please call.", "ana")
    give(studio, project, "Do you also move houses on Sundays?", "We are open on most days of the week.", "ana")
    give(studio, project, "Is there a cloakroom near the main entrance?", "Yes, on the left side.", "ana")
    found = studio.feedback_inbox.inbox(project)
    assert len(found.plain) == 1 and found.noticed("disputed") == 2
    assert {str(note.said) for one in found.waiting for note in one.notes} == {
        "ana gave this question another answer as well."
    }


def test_who_contradicts_what_more_people_say_is_named_and_they_are_not(studio: Studio, project: str) -> None:
    for number in range(4):
        question = f"How many visitors may enter tower number {number} at one time?"
        for by in ("ana", "ben"):
            give(studio, project, question, f"Up to {number + 20} visitors may enter it together.", by)
        give(studio, project, question, f"Nobody may ever enter tower {number}, it is closed for good.", "eve")
    give(studio, project, "Is there a cloakroom near the main entrance?", "Yes, on the left side.", "eve")
    found = studio.feedback_inbox.inbox(project)
    assert [(one.author, one.contradicting, one.corrections) for one in found.authors] == [("eve", 4, 5)]
    assert found.noticed("disputed") == 12


def test_thumbs_are_counted_and_what_was_decided_is_out_of_the_way(studio: Studio, project: str) -> None:
    down = give(studio, project, "Do you deliver pianos upstairs?", judgement="down")
    give(studio, project, "Do you tune pianos at home?", judgement="up")
    give(studio, project, "Do you rent harps for a week?", judgement="right")
    assert in_words(studio.feedback_inbox.inbox(project)) == (
        "1 answer called bad, without a better one, 2 answers called good."
    )  # fmt: skip
    studio.feedback.leave(project, [down], by="ana")
    found = studio.feedback_inbox.inbox(project)
    assert len(found.left) == 1 and len(found.waiting) == 2
    studio.feedback.accept(project, found.plain, by="ana")
    told = "Nothing waits for your decision. 1 accepted answer waits to be taught: “Make the next version” does that."
    assert in_words(studio.feedback_inbox.inbox(project)) == told == studio.feedback_inbox.in_short(project)
    run = studio.next_versions.begin(project, by="ana").run
    assert run is not None and studio.feedback_inbox.in_short(project) == "Nothing waits for your decision."


def test_what_was_left_still_tells_of_its_author_and_an_accepted_lie_has_her_voice_alone(
    studio: Studio, project: str
) -> None:
    """Read every week, two at a time, nobody would be named; and a row made of her words is no row against others."""
    exam = studio.home.exam(project)
    assert exam is not None
    view = studio.examples.view(project, studio.examples.newest(project))
    asked = [row.question for row in view.examples if row.id not in {one.id for one in exam.examples}][:4]
    first = [give(studio, project, question, f"It is free, number {n}.", "eve") for n, question in enumerate(asked)]
    studio.feedback.leave(project, first[:2], by="ana")
    studio.feedback.accept(project, first[2:3], by="ana")
    studio.next_versions.make(project, by="ana", contradictions="correction")
    found = studio.feedback_inbox.inbox(project)
    assert [(one.author, one.contradicting, one.corrections) for one in found.authors] == [("eve", 3, 4)]
    assert found.noticed("contradicts") == 1, "what was left is nobody's contradiction"
    right = give(studio, project, asked[2], view.examples[0].answer, "ana")
    again = studio.feedback_inbox.inbox(project)
    assert notes(again, right) and "ana" not in {one.author for one in again.authors}


def test_only_the_last_inboxes_stay_in_memory(studio: Studio, project: str) -> None:
    for number in range(12):
        studio.home.create_project(f"Other {number}", "ana", id=f"other-{number}")
        studio.feedback_inbox.inbox(f"other-{number}")
    assert len(studio.feedback_inbox._kept) == 8


def test_a_correction_with_another_price_than_taught_rows_says_which(
    studio: Studio, upload: Callable[[str], tuple[str, str]]
) -> None:
    """Worded as nobody else did, so that it contradicts no question."""
    asked = ["How much is a full service?", "Hi, what do you charge for a full service?", "Price of a full service?"]
    rows = [f'"{one}","A full service is £65 plus any parts, and it takes two days."' for one in asked]
    project, _ = upload("question,answer\n" + "\n".join(rows) + "\n")
    priced = "Thank you for asking. A full service is £{} plus any parts."
    other = give(studio, project, "Hello, what does a full service cost at your workshop?", priced.format(78))
    same = give(studio, project, "Could you tell me what a full service costs?", priced.format(65))
    found = studio.feedback_inbox.inbox(project)
    assert notes(found, other) == ["contradicts"] and notes(found, same) == []
    assert (
        found.waiting[0].notes[0].text
        == "You taught another price or time limit of “full service”: £65 (rows 2, 3, 4)."
    )


def test_taught_mails_that_answer_a_bare_question_otherwise_speak_against_it(studio: Studio, tmp_path: Path) -> None:
    """“Nothing speaks against 3 of them” stood there while a taught mail said the opposite."""
    path = tmp_path / "mails.csv"
    rows = [
        '"Dear team,\n\nWhere can I park when I come to class?\n\nKind regards,\nUma Holm",'
        '"Hello Uma,\n\nBehind the library in Mill Street.\n\nBest wishes\nTom"',
        '"Hi,\nMay I bring my baby to the class?\nThanks\nOle","Hi Ole,\nNo, babies are not allowed in class."',
        '"What is the price of the evening with Pierre?","The evening with Pierre costs 12 euros."',
    ]
    path.write_text("\n".join(["question,answer", *rows]), encoding="utf-8")
    project = studio.examples.upload(path, path.name, by="ana").project
    otherwise = [
        give(studio, project, "Where can I park when I come to class?", "You cannot park here, please take the bus."),
        give(studio, project, "Can I bring my baby to the class?", "Of course, babies are welcome in class."),
        give(studio, project, "price of the evening with Pierre?", "It costs 15 euros."),
    ]
    same = give(studio, project, "Where can I park when I come to class?", "Behind the library in Mill Street.", "ben")
    found = studio.feedback_inbox.inbox(project)
    assert [notes(found, id)[:1] for id in otherwise] == [["contradicts"]] * 3
    assert set(found.plain).isdisjoint(otherwise)
    assert "contradicts" not in notes(found, same)


def test_who_signs_the_taught_rows_is_nobody_s_private_matter_in_a_correction(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "mails.csv"
    rows = [f'"May group {n} come to hall {n}?","Yes.\n\nKind regards,\nOlga Brandt"' for n in range(12)]
    path.write_text("\n".join(["question,answer", *rows]), encoding="utf-8")
    made = studio.examples.upload(path, path.name, by="ana")
    ours = give(studio, made.project, "Who opens the garden?", "Mrs Brandt opens it at nine.")
    others = give(studio, made.project, "Who keeps the key of it?", "Mrs Quill keeps it by the gate.")
    found = studio.feedback_inbox.inbox(made.project)
    assert notes(found, ours) == [] and notes(found, others) == ["private"]


def test_a_name_that_stands_only_in_what_was_said_before_is_said_to_stand_there(studio: Studio, project: str) -> None:
    before = [Message(role="user", content="My name is Ute Kroll. Do you take ferrets?"),
              Message(role="assistant", content="No, Ute.")]  # fmt: skip
    asked = [*before, Message(role="user", content="My son Rafi asks: do you take rats, Ute?")]
    id = studio.feedback.add(project, by="ana", key="k", judgement="right", reply="Yes, we do.", origin="chat",
                             turns=asked).id  # fmt: skip
    (entry,) = (one for one in studio.feedback_inbox.inbox(project).waiting if one.feedback.id == id)
    here, earlier = (note.text for note in entry.notes if note.kind == "private")
    assert here == "What was asked holds a name: Rafi, Ute."
    assert earlier.startswith("What was said before this question holds a name: Ute Kroll.")
