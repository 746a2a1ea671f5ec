"""Blind votes in the service: nothing tells the sides before the reveal, every vote is kept, and equals stay equals."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError
from studio.evaluation.statistics.vote_statistics import Choice
from studio.schemas.recipe import Recipe
from studio.schemas.vote import Ballot
from studio.services.studio import Studio
from studio.services.votes.vote_service import BallotPaper, questions_of, read_questions
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


@pytest.fixture
def run(studio: Studio, upload: Upload) -> str:
    project, dataset = upload(table())
    launched = studio.runs.launch(project, dataset, Recipe(), by="ana").id
    studio.runs.carry_out_when_free(launched)
    return launched


@pytest.fixture
def ballot(studio: Studio, run: str) -> Ballot:
    """Twelve typed questions with all replies made."""
    typed = questions_of("\n".join(f"What about number {number}?" for number in range(12)))
    made = studio.voting.make(run, "tuned", "base", by="ana", questions=typed)
    answer(studio, made)
    return made


def answer(studio: Studio, made: Ballot) -> None:
    studio.voting.prepare(made.id, on_progress=lambda *_: None, stop=lambda: False)


def side_of(paper: BallotPaper) -> Choice:
    """Where the tuned voice stands: only a test can know it by its words."""
    return "left" if paper.left.startswith("Thanks") else "right"


def vote_on_all(studio: Studio, made: Ballot, person: str, *, against: int = 0) -> None:
    """The tuned voice everywhere, but for the last few questions of this person's own order."""
    total = len(made.questions)
    for place in range(total):
        side = side_of(studio.voting.paper(made.id, person, place))
        other: Choice = "right" if side == "left" else "left"
        studio.voting.vote(made.id, person, place, other if place >= total - against else side)


def test_questions_come_from_the_exam_from_a_list_or_from_a_file(studio: Studio, run: str, tmp_path: Path) -> None:
    exam = studio.chats.exam(run)
    assert studio.voting.make(run, "tuned", "base", by="ana", count=3).questions == tuple(exam[:3])
    assert [e.question for e in questions_of("One?\n\n Two? \nOne?\n")] == ["One?", "Two?"]
    written = tmp_path / "mine.csv"
    written.write_text("question,answer\nHow long?,Two days.\n", encoding="utf-8")
    assert [(e.question, e.answer) for e in read_questions(written, "mine.csv")] == [("How long?", "Two days.")]
    (tmp_path / "mine.txt").write_text("How long?\nHow far?\n", encoding="utf-8")
    assert [e.question for e in read_questions(tmp_path / "mine.txt", "mine.txt")] == ["How long?", "How far?"]


def test_nobody_votes_before_every_reply_is_there(studio: Studio, run: str) -> None:
    made = studio.voting.make(run, "tuned", "base", by="ana")
    with pytest.raises(StudioError, match="still being made"):
        studio.voting.paper(made.id, "ana")
    with pytest.raises(StudioError, match="still being made"):
        studio.voting.vote(made.id, "ana", 0, "left")
    assert not studio.voting.standing(made.id, "ana").ready


def test_sides_are_shuffled_for_each_person_and_stay_after_a_reload(studio: Studio, ballot: Ballot) -> None:
    papers = {
        person: [studio.voting.paper(ballot.id, person, place) for place in range(12)] for person in ("ana", "ben")
    }
    sides = {person: [side_of(paper) for paper in mine] for person, mine in papers.items()}
    assert all(mine.count("left") == 6 for mine in sides.values())
    assert [p.question for p in papers["ana"]] != [p.question for p in papers["ben"]]
    assert papers["ana"] == [studio.voting.paper(ballot.id, "ana", place) for place in range(12)]


def test_a_paper_holds_nothing_that_says_who_is_who(studio: Studio, ballot: Ballot) -> None:
    marks = {reply.fingerprint for given in (studio.voting._box.replies(ballot.id) or {}).values() for reply in given}
    for place in range(12):
        shown = repr(studio.voting.paper(ballot.id, "ana", place))
        assert "tuned" not in shown and "base" not in shown and not any(mark in shown for mark in marks)


def test_a_vote_may_change_until_the_reveal_and_every_word_is_kept(studio: Studio, ballot: Ballot) -> None:
    studio.voting.vote(ballot.id, "ana", 0, "left", "clearer")
    studio.voting.vote(ballot.id, "ana", 0, "tie")
    assert studio.voting.paper(ballot.id, "ana", 0).choice == "tie"
    studio.voting.reveal(ballot.id, "ana")
    with pytest.raises(StudioError, match="closed"):
        studio.voting.vote(ballot.id, "ana", 1, "left")
    lines = (studio.home.project_folder(ballot.project) / "verdicts.jsonl").read_text().splitlines()
    assert [json.loads(line)["choice"] for line in lines] == ["left", "tie", "reveal"]


def test_a_vote_that_arrives_again_does_not_undo_what_she_chose_since(studio: Studio, ballot: Ballot) -> None:
    studio.voting.vote(ballot.id, "ana", 0, "left", request_key="1")
    studio.voting.vote(ballot.id, "ana", 0, "tie", request_key="2")
    studio.voting.vote(ballot.id, "ana", 0, "left", request_key="1")
    assert studio.voting.paper(ballot.id, "ana", 0).choice == "tie"


def test_a_question_set_is_made_once_a_request(studio: Studio, run: str) -> None:
    made = [studio.voting.make(run, "tuned", "base", by="ana", count=3, request_key="1").id for _ in range(3)]
    assert len(set(made)) == 1


def test_voting_goes_on_where_it_was_left(studio: Studio, ballot: Ballot) -> None:
    for place in (0, 1, 3):
        studio.voting.vote(ballot.id, "ana", place, "both_bad")
    assert studio.voting.standing(ballot.id, "ana").voted == 3
    assert studio.voting.paper(ballot.id, "ana").place == 2
    assert studio.voting.paper(ballot.id, "ben").place == 0


def test_the_result_waits_for_the_reveal_of_whoever_asks(studio: Studio, ballot: Ballot) -> None:
    vote_on_all(studio, ballot, "ana")
    studio.voting.reveal(ballot.id, "ana")
    with pytest.raises(StudioError, match="not shown before"):
        studio.voting.result(ballot.id, "ben")
    with pytest.raises(StudioError, match="not voted"):
        studio.voting.reveal(ballot.id, "ben")


def test_two_people_agree_and_the_preferred_one_is_named(studio: Studio, ballot: Ballot) -> None:
    vote_on_all(studio, ballot, "ana")
    vote_on_all(studio, ballot, "ben", against=2)
    found = studio.voting.reveal(ballot.id, "ana")
    assert found.people == ("ana", "ben") and found.still_voting == 0
    assert (found.tally.wins, found.tally.losses, found.tally.ties) == (10, 0, 2), "each question counts once"
    assert "your version is preferred" in found.tally.sentence
    assert found.fingerprints["tuned"] != found.fingerprints["base"]
    assert all(one.one.startswith("Thanks") for one in found.questions)


def test_who_still_votes_is_not_counted_yet(studio: Studio, ballot: Ballot) -> None:
    vote_on_all(studio, ballot, "ana")
    studio.voting.vote(ballot.id, "ben", 0, "tie")
    found = studio.voting.reveal(ballot.id, "ana")
    assert found.people == ("ana",) and found.still_voting == 1 and found.agreement == ""


def test_agreement_is_measured_on_the_questions_all_have_seen(studio: Studio, ballot: Ballot) -> None:
    for person, against in (("ana", 6), ("ben", 6), ("eve", 6)):
        vote_on_all(studio, ballot, person, against=against)
    assert "kappa" in studio.voting.reveal(ballot.id, "eve").agreement


def test_enough_is_said_to_her_whose_own_votes_tell_and_not_which_side(studio: Studio, ballot: Ballot) -> None:
    vote_on_all(studio, ballot, "ana")
    assert studio.voting.standing(ballot.id, "ana").enough
    assert not studio.voting.standing(ballot.id, "ben").enough


@pytest.mark.parametrize("names", [("tuned", "tuned"), ("tuned", "nobody"), ("tuned", "run:../../etc")])
def test_two_different_contestants_are_needed(studio: Studio, run: str, names: tuple[str, str]) -> None:
    with pytest.raises(StudioError):
        studio.voting.make(run, *names, by="ana")


@pytest.mark.parametrize(("place", "choice", "person"), [(99, "left", "ana"), (0, "up", "ana"), (0, "left", " \n")])
def test_what_is_no_vote_is_refused(studio: Studio, ballot: Ballot, place: int, choice: str, person: str) -> None:
    with pytest.raises(StudioError):
        studio.voting.vote(ballot.id, person, place, choice)
    assert not list(studio.voting._box.verdicts(ballot))


def test_an_unknown_set_is_not_found(studio: Studio) -> None:
    for name in ("../../etc", "20260101-000000-abcd"):
        with pytest.raises(NotFound):
            studio.voting.paper(name, "ana")


def test_what_was_answered_is_not_asked_again(studio: Studio, run: str) -> None:
    made = studio.voting.make(run, "tuned", "base", by="ana")
    with pytest.raises(StudioError, match="stopped"):
        studio.voting.prepare(made.id, on_progress=lambda *_: None, stop=iter([False, True]).__next__)
    told: list[tuple[str, int, int]] = []
    studio.voting.prepare(made.id, on_progress=lambda *t: told.append(t), stop=lambda: False)
    assert told[0] == ("tuned, blind vote", len(made.questions), len(made.questions))
    assert studio.voting.standing(made.id, "ana").ready


def test_the_report_is_told_what_was_revealed(studio: Studio, ballot: Ballot) -> None:
    vote_on_all(studio, ballot, "ana")
    assert studio.voting.counts(ballot.run) == ()
    studio.voting.reveal(ballot.id, "ana")
    (count,) = studio.voting.counts(ballot.run)
    assert (count.one, count.wins, count.people) == ("tuned", 12, 1)


def test_a_report_written_before_the_reveal_tells_of_it_afterwards(studio: Studio, ballot: Ballot) -> None:
    vote_on_all(studio, ballot, "ana")
    assert studio.evaluation.evaluate(ballot.run, by="ana", quick=True).votes == ()
    studio.voting.reveal(ballot.id, "ana")
    file = studio.home.run(ballot.run).path / "report.json"
    before = file.read_bytes()
    told = studio.evaluation.report(ballot.run)
    assert told is not None and told.votes == studio.voting.counts(ballot.run)
    assert file.read_bytes() == before  # looking writes nothing
    assert "Blind votes" in studio.evaluation.page(ballot.run).read_text(encoding="utf-8")
    assert json.loads(studio.evaluation.json_file(ballot.run).read_text())["votes"][0]["wins"] == 12


def test_the_lookup_can_stand_for_election(studio: Studio, run: str) -> None:
    made = studio.voting.make(run, "lookup", "prompted", by="ana", count=2)
    answer(studio, made)
    assert studio.voting.paper(made.id, "ana").left
