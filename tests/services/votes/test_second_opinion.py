"""A second opinion: nobody judges herself, nobody hears it before her reveal, and no place is preferred."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from studio.errors import NotFound, StudioError, UnusableModel
from studio.evaluation.statistics.vote_statistics import Choice
from studio.schemas.example import Message
from studio.schemas.vote import Ballot
from studio.services.studio import Studio
from studio.services.votes.second_opinion import ENDINGS, papers
from studio.services.votes.vote_service import BallotPaper, questions_of
from studio.settings import Settings
from studio.storage.files import write_json
from tests.fake_engine import FakeEngine, FakeLoadedModel

QUESTIONS = 24
Upload = Callable[[str], tuple[str, str]]


class ReadingModel(FakeLoadedModel):
    """Expects the friendlier reply to be called better; at odd numbers the other one. It always likes the first place
    as well. What is long is beyond it."""

    def losses(self, contestant: str, conversations: Sequence[Sequence[Message]]) -> list[tuple[float, int]]:
        if conversations[0][-1].content not in ENDINGS:
            return super().losses(contestant, conversations)
        return [self.lost(turns[0].content, turns[-1].content) for turns in conversations]

    def lost(self, told: str, ending: str) -> tuple[float, int]:
        if len(told) > 4000:
            return 0.0, 0
        place = ENDINGS.index(ending)
        sides = re.findall(r"The (?:first|second) reply:\n(.)", told)
        friendly = [side == "T" for side in sides]
        odd = re.search(r"number (\d+)", told)
        better = bool(friendly) and friendly[place] is not bool(odd and int(odd[1]) % 8 == 7)
        return 10.0 - 3.0 * better - 1.0 * (place == 0), 5


class ReadingEngine(FakeEngine):
    """The fake engine, with a judge in it."""

    def __init__(self) -> None:
        super().__init__(steps=8, pause=0.0)
        self.may_open = threading.Event()
        self.may_open.set()

    def load_adapters(self, model_folder: Path, adapters: Mapping[str, Path]) -> ReadingModel:
        self.may_open.wait(30)
        return ReadingModel(adapters, self.pause)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(Settings(home=tmp_path / "home", offline=True), ReadingEngine())
    yield made
    made.close()


@pytest.fixture
def ballot(studio: Studio, runs: list[str]) -> Ballot:
    """Typed questions with all replies made."""
    typed = questions_of("\n".join(f"What about number {number}?" for number in range(QUESTIONS)))
    made = studio.voting.make(runs[0], "tuned", "base", by="ana", questions=typed)
    studio.voting.prepare(made.id, on_progress=lambda *_: None, stop=lambda: False)
    return made


def vote(studio: Studio, made: Ballot, against: int = 0, ties: int = 0) -> None:
    """Ana prefers the friendly reply, but for some, and reveals."""
    for place in range(len(made.questions)):
        paper: BallotPaper = studio.voting.paper(made.id, "ana", place)
        number = int(re.findall(r"\d+", paper.question)[0])
        friendly: Choice = "left" if paper.left.startswith("Thanks") else "right"
        other: Choice = "right" if friendly == "left" else "left"
        chosen = "tie" if number < ties else other if number % 8 >= 8 - against else friendly
        studio.voting.vote(made.id, "ana", place, chosen)
    studio.voting.reveal(made.id, "ana")


def ask(studio: Studio, made: Ballot, judge: str) -> None:
    studio.second_opinions.ask(made.id, judge, by="ana", on_progress=lambda *_: None, stop=lambda: False)


def test_a_judge_that_votes_as_people_do_is_heard(studio: Studio, ballot: Ballot, runs: list[str]) -> None:
    vote(studio, ballot, against=1)
    ask(studio, ballot, f"run:{runs[1]}")
    (opinion,) = studio.second_opinions.opinions(ballot.id, "ana")
    assert opinion.check.counts and (opinion.check.agreed, opinion.check.both) == (QUESTIONS, QUESTIONS)
    assert "version of" in opinion.judged.title and "its opinion counts" in opinion.sentences[0]
    assert opinion.judged.leans[0] == (4.0, 2.0), "the liking for the first place goes both ways"


def test_where_people_all_say_the_same_it_cannot_be_checked(studio: Studio, ballot: Ballot, runs: list[str]) -> None:
    vote(studio, ballot)
    ask(studio, ballot, f"run:{runs[1]}")
    (opinion,) = studio.second_opinions.opinions(ballot.id, "ana")
    assert opinion.check.standing == "one_sided" and not opinion.check.counts


def test_it_is_told_to_nobody_before_her_reveal(studio: Studio, ballot: Ballot, runs: list[str]) -> None:
    judge = f"run:{runs[1]}"
    ask(studio, ballot, judge)
    for told in (
        studio.second_opinions.opinions,
        lambda *who: studio.second_opinions.begin(who[0], judge, who[1], by=""),
    ):
        with pytest.raises(StudioError, match="not shown before"):
            told(ballot.id, "ben")
    assert studio.second_opinions.counts(ballot.run) == ()


def test_whoever_stands_on_the_ballot_and_its_relatives_may_not_judge(
    studio: Studio, ballot: Ballot, runs: list[str]
) -> None:
    own = ["tuned", "base", "prompted", "lookup", f"run:{runs[0]}", f"run:{runs[0]}@8", ""]
    offered = {name for _, name in studio.second_opinions.may_judge(ballot.id)}
    assert f"run:{runs[1]}" in offered and not offered & {*own}
    vote(studio, ballot)
    for judge in own:
        with pytest.raises(StudioError, match=r"stands on the ballot|cannot judge"):
            ask(studio, ballot, judge)
        with pytest.raises(StudioError, match=r"stands on the ballot|cannot judge"):
            studio.second_opinions.begin(ballot.id, judge, "ana", by="ana")
    assert studio.second_opinions.opinions(ballot.id, "ana") == []


def test_the_starting_model_may_judge_two_versions(studio: Studio, runs: list[str]) -> None:
    made = studio.voting.make(runs[0], "tuned", f"run:{runs[1]}", by="ana", count=3)
    assert "base" in {name for _, name in studio.second_opinions.may_judge(made.id)}


def test_a_copy_of_the_same_weights_is_known_by_its_fingerprint(studio: Studio, ballot: Ballot, tmp_path: Path) -> None:
    write_json(tmp_path / "copy" / "config.json", {})
    with pytest.raises(StudioError, match="stands on the ballot"):  # without fire, every starting model is the same one
        ask(studio, ballot, str(tmp_path / "copy"))


def test_a_folder_is_inspected_before_it_is_opened(studio: Studio, ballot: Ballot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for judge in (str(tmp_path / "empty"), str(tmp_path / "nowhere"), "owner/model", "nonsense"):
        with pytest.raises(UnusableModel):
            ask(studio, ballot, judge)
    with pytest.raises(NotFound):
        ask(studio, ballot, "run:20260101-000000-abcd")


def test_what_is_too_long_is_left_out_and_equal_replies_are_not_asked_about(studio: Studio, runs: list[str]) -> None:
    long = "x " * 2500
    typed = questions_of(f"Why number 1?\nWhy {long} number 2?")
    made = studio.voting.make(runs[0], "tuned", "base", by="ana", questions=typed)
    studio.voting.prepare(made.id, on_progress=lambda *_: None, stop=lambda: False)
    replies = studio.voting._box.replies(made.id) or {}
    same = [replies["tuned"][0].model_copy(update={"text": replies["base"][0].text}), replies["tuned"][1]]
    studio.voting._box.write_replies(made.id, {**replies, "tuned": same})
    told: list[tuple[str, int, int]] = []
    studio.second_opinions.ask(
        made.id, f"run:{runs[1]}", by="ana", on_progress=lambda *one: told.append(one), stop=lambda: False
    )
    (judged,) = studio.voting._box.judged(made.id)
    assert judged.leans == ((0.0, 0.0), None)
    assert told[-1] == ("second opinion", 6, 6), "the endings alone, and one question in both orders"


def test_what_was_read_is_kept_when_it_is_stopped(studio: Studio, ballot: Ballot, runs: list[str]) -> None:
    judge, answers = f"run:{runs[1]}", iter([False, True])
    with pytest.raises(StudioError, match="stopped"):
        studio.second_opinions.ask(ballot.id, judge, by="ana", on_progress=lambda *_: None, stop=answers.__next__)
    assert studio.voting._box.judged(ballot.id) == []
    read = studio.voting._box.readings(ballot.id).read_text(encoding="utf-8")
    assert read.count("\n") == 64 and "number" not in read, "figures only"
    ask(studio, ballot, judge)
    assert len(studio.voting._box.judged(ballot.id)) == 1


def test_it_reads_in_the_background_and_the_report_tells_of_it(studio: Studio, ballot: Ballot, runs: list[str]) -> None:
    vote(studio, ballot, against=1, ties=3)
    job = studio.second_opinions.begin(ballot.id, f"run:{runs[1]}", "ana", by="ana")
    assert job.wait(20) and job.error is None
    (count,) = studio.second_opinions.counts(runs[0])
    assert (count.wins, count.losses, count.ties) == (18, 3, 3), "people's votes are as they were"
    assert "its opinion counts" in count.judges[0]
    assert "decides 3 and prefers your version on all of them" in count.judges[1]
    studio.evaluation.evaluate(runs[0], by="ana", quick=True)
    page = studio.evaluation.page(runs[0]).read_text(encoding="utf-8")
    assert "its opinion counts" in page and "not added to the votes" in page
    assert ("ana", "second opinion", f"{ballot.project}/{ballot.id}") in [note[1:] for note in studio.ledger.notes()]


def test_one_judge_reads_at_a_time_and_a_second_press_finds_it(studio: Studio, ballot: Ballot, runs: list[str]) -> None:
    vote(studio, ballot)
    opens = studio.engine.may_open  # type: ignore[attr-defined]
    opens.clear()
    first = studio.second_opinions.begin(ballot.id, f"run:{runs[1]}", "ana", by="ana")
    assert studio.second_opinions.begin(ballot.id, f"run:{runs[1]}", "ana", by="ana") is first
    with pytest.raises(StudioError, match="Another judge"):
        studio.second_opinions.begin(ballot.id, f"run:{runs[1]}@4", "ana", by="ana")
    first.cancel()
    opens.set()
    assert first.wait(20) and studio.second_opinions.opinions(ballot.id, "ana") == []


def test_a_paper_holds_the_experts_answer_where_there_is_one() -> None:
    first, second = papers("Why?", "Because.", "One.", "Two.")
    assert first[0] == second[0] and [turns[-1].content for turns in (first, second)] == list(ENDINGS)
    assert "The expert's answer:\nBecause." in first[0].content
    assert "expert" not in papers("Why?", " ", "One.", "Two.")[0][0].content
