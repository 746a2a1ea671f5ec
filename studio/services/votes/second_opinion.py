"""A second opinion: a model reads what people voted on and says which reply is better, in both orders.

It writes nothing: how much it expects “the first reply is better” and “the second reply is better” is its answer.
Whoever stands on the ballot, or shares weights or a run with one who does, is no judge of it. What a judge said is told
only to people who have seen who was who, always with the check against their votes.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.evaluation.llm_judge import JudgeAgreement, beyond, check, in_words, leans_of, opinion_of
from studio.evaluation.statistics.vote_statistics import majority
from studio.schemas.chat import Reply
from studio.schemas.example import Example, Message
from studio.schemas.report import VoteCount
from studio.schemas.vote import Ballot, JudgedBallot
from studio.services.chats.answering import AnswerSession, Progress
from studio.services.chats.contestants import OTHER, Contestants
from studio.services.engine import Engine
from studio.services.jobs import BackgroundJob, Jobs
from studio.services.models.model_service import ModelService
from studio.services.votes.vote_service import BallotResult, VoteService, vote_count
from studio.storage.ballots import BallotStore
from studio.storage.database import Database
from studio.storage.home import Home

JOB = "second_opinion"
ENDINGS = ("The first reply is better.", "The second reply is better.")
NO_JUDGES = ("prompted", "lookup")  # the starting model under another name, and one without weights


@dataclass(frozen=True)
class SecondOpinion:
    """One judge beside the votes as they are now."""

    judged: JudgedBallot
    check: JudgeAgreement
    sentences: tuple[str, ...]


class SecondOpinions:
    """The verbs around models that judge."""

    def __init__(
        self,
        home: Home,
        ledger: Database,
        engine: Engine,
        contestants: Contestants,
        models: ModelService,
        voting: VoteService,
        jobs: Jobs,
        clock: Callable[[], datetime],
    ) -> None:
        self._home, self._ledger, self._engine, self._clock = home, ledger, engine, clock
        self._contestants, self._models, self._voting, self._box = contestants, models, voting, BallotStore(home)
        self._jobs, self._lock = jobs, threading.Lock()
        self._asked: dict[str, str] = {}  # ballot -> the judge that reads it now

    def may_judge(self, ballot: str) -> list[tuple[str, str]]:
        """(title, name) of everybody who could: other versions, the starting model, and models on this computer."""
        made = self._box.ballot(ballot)
        folder = self._home.run(made.run)
        stand = sources(made)
        names = [name for name in self._contestants.available(made.run)
                 if name not in NO_JUDGES and source_of(name, made.run) not in stand]  # fmt: skip
        entries = [entry for entry in self._models.catalogue()
                   if entry.folder and entry.fits and entry.folder != folder.spec.model_folder]  # fmt: skip
        return [(self._contestants.title(name), name) for name in names] + [
            (entry.title, entry.id) for entry in entries
        ]

    def begin(self, ballot: str, judge: str, person: str, *, by: str) -> BackgroundJob:
        """Have it read in the background, for somebody who has revealed the ballot; what was read is kept."""
        found = self._voting.result(ballot, person)
        refuse_relatives(found.ballot, judge)
        with self._lock:
            going = self.job(ballot)
            if going is not None and not going.is_over:
                if self._asked[ballot] != judge:
                    raise StudioError(
                        say("second_opinion.another_judge_reading_these"), hint=say("second_opinion.ask_one_when_done")
                    )
                return going
            self._asked[ballot] = judge

            def work(job: BackgroundJob) -> None:
                self.ask(ballot, judge, by=by, on_progress=job.progress, stop=job.is_cancelled)

            return self._jobs.begin(JOB, found.ballot.project, ballot, work, by=by)

    def job(self, ballot: str) -> BackgroundJob | None:
        """The last reading of this ballot in the background."""
        return self._jobs.last(JOB, self._box.ballot(ballot).project, ballot)

    def stop(self, ballot: str) -> None:
        """End it after what is being read; that is kept."""
        self._jobs.cancel(JOB, self._box.ballot(ballot).project, ballot)

    def opinions(self, ballot: str, person: str) -> list[SecondOpinion]:
        """What every judge said that was asked, for somebody who has revealed the ballot."""
        return self._opinions(self._voting.result(ballot, person))

    def counts(self, run: str) -> tuple[VoteCount, ...]:
        """Every revealed ballot about this run, with its judges beside the votes, for the report."""
        return tuple(
            vote_count(found).model_copy(
                update={"judges": tuple(said for one in self._opinions(found) for said in one.sentences)}
            )
            for found in self._voting.revealed(run)
        )

    def ask(self, ballot: str, judge: str, *, by: str, on_progress: Progress, stop: Callable[[], bool]) -> None:
        """Read everything in both orders and keep what it came to; StudioError for a judge of its own replies."""
        made, replies = self._box.ballot(ballot), self._box.replies(ballot)
        refuse_relatives(made, judge)
        if replies is None:
            raise StudioError(
                say("second_opinion.replies_still_being_made"), hint=say("second_opinion.wait_until_all_them")
            )
        base, adapters, name = self._found(made, judge)
        with closing(self._engine.load_adapters(base, adapters)) as model:
            mark = model.fingerprint(name)
            if mark in {reply.fingerprint for given in replies.values() for reply in given}:
                raise StudioError(say("second_opinion.own_judge"), hint=say("second_opinion.own_hint"), where=judge)
            asking = AnswerSession(model, self._box.readings(ballot), on_progress, stop)
            leans = read_both_ways(asking, name, made.questions, replies[made.one], replies[made.other])
        self._box.write_judged(JudgedBallot(
            at=self._clock(), by=by, ballot=ballot, judge=judge, title=self.title(judge), fingerprint=mark,
            leans=tuple(leans),
        ))  # fmt: skip
        self._ledger.note(by, "second opinion", f"{made.project}/{ballot}")

    def title(self, judge: str) -> str:
        """Who it is, in interface words; a folder by its own name."""
        if is_contestant(judge):
            return self._contestants.title(judge)
        listed = {entry.id: entry.title for entry in self._models.catalogue()}
        return listed.get(judge) or Path(judge).name[:80]

    # Within

    def _found(self, made: Ballot, judge: str) -> tuple[Path, dict[str, Path], str]:
        """Which starting model and adapters to load, and who of them is asked. A folder is inspected before."""
        if is_contestant(judge):
            folder = self._home.run(made.run)
            return Path(folder.spec.model_folder), self._contestants.adapters(folder, [judge]), judge
        return Path(self._models.inspect(judge).folder), {}, "base"

    def _opinions(self, found: BallotResult) -> list[SecondOpinion]:
        people = [majority([outcome for _, outcome in asked.votes]) for asked in found.questions]
        one, other = self._voting.title(found.ballot.one), self._voting.title(found.ballot.other)
        judged = self._box.judged(found.ballot.id)
        opinions = []
        for reading in judged:
            said = [opinion_of(leans) for leans in reading.leans]
            held = check(people, said, len(judged))
            words = in_words(reading.title, held, beyond(people, said), one, other)
            opinions.append(SecondOpinion(reading, held, tuple(words)))
        return opinions


def is_contestant(judge: str) -> bool:
    """Whether it is one that could stand on a ballot; any other name is that of a model."""
    return judge in ("base", "tuned", *NO_JUDGES) or OTHER.match(judge) is not None


def source_of(name: str, run: str) -> str:
    """Where a contestant comes from: a version and all saved points of its run are relatives."""
    match = OTHER.match(name)
    if match is not None:
        return match[1]
    return {"tuned": run, "prompted": "base"}.get(name, name)


def sources(made: Ballot) -> set[str]:
    """Where the two on the ballot come from."""
    return {source_of(name, made.run) for name in (made.one, made.other)}


def refuse_relatives(made: Ballot, judge: str) -> None:
    """StudioError for one that would judge replies of its own, and for one that cannot read."""
    if judge in NO_JUDGES or not judge.strip():
        raise StudioError(
            say("second_opinion.one_cannot_judge"), hint=say("second_opinion.choose_one_from_list"), where=judge
        )
    if is_contestant(judge) and source_of(judge, made.run) in sources(made):
        raise StudioError(say("second_opinion.own_judge"), hint=say("second_opinion.own_hint"), where=judge)


def read_both_ways(asking: AnswerSession, name: str, questions: Sequence[Example], one: Sequence[Reply],
                   other: Sequence[Reply]) -> list[tuple[float, float] | None]:  # fmt: skip
    """For each question its leans towards `one` in both orders; equal replies are not asked about."""
    differ = [place for place in range(len(questions)) if one[place].text.strip() != other[place].text.strip()]
    blank = [*papers("", "", "", "")]  # how many pieces an ending has when nothing is cut off
    asked = [
        paper
        for place in differ
        for sides in ((one, other), (other, one))
        for paper in papers(questions[place].question, questions[place].answer, *(side[place].text for side in sides))
    ]
    read = asking.lose(name, [*blank, *asked], "second opinion")
    whole, found = [pieces for _, pieces in read[:2]], read[2:]
    leans: list[tuple[float, float] | None] = [(0.0, 0.0)] * len(questions)
    for number, place in enumerate(differ):
        four = found[4 * number : 4 * number + 4]
        cut = any(not 0 < pieces == whole[at % 2] for at, (_, pieces) in enumerate(four))
        (first, _), (second, _), (third, _), (fourth, _) = four
        leans[place] = None if cut else leans_of((first, second), (third, fourth))
    return leans


def papers(question: str, expert: str, first: str, second: str) -> list[list[Message]]:
    """What the judge reads, once for each ending."""
    known = [("The expert's answer", expert)] if expert.strip() else []
    parts = [("Question", question), *known, ("The first reply", first), ("The second reply", second)]
    told = "\n\n".join([*(f"{head}:\n{text}" for head, text in parts), "Which reply is better?"])
    return [[Message(role="user", content=told), Message(role="assistant", content=ending)] for ending in ENDINGS]
