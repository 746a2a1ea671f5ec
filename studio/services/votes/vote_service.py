"""Blind votes: both replies are made beforehand, the sides are shuffled, and nobody sees who leads.

A ballot is a question set with two contestants. Every person votes on her own, in an order and with sides of her own;
her choices are appended to the project's `verdicts.jsonl`, and only her reveal says who stood where."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.copy.catalog import say
from studio.data.columns.column_mapping import guess_mapping
from studio.data.columns.example_builder import make_examples
from studio.data.readers.child_process import read_safely
from studio.data.table import text_of
from studio.errors import NotFound, StudioError
from studio.evaluation.statistics.vote_statistics import (  # fmt: skip
    BlindPair,
    Choice,
    Outcome,
    VoteTally,
    agreement_in_words,
    blind_plan,
    cohen_kappa,
    fleiss_kappa,
    tally,
    tally_of_people,
    unblind,
)
from studio.schemas.chat import Reply
from studio.schemas.example import Example, Message
from studio.schemas.report import Estimate, VoteCount
from studio.schemas.vote import Ballot, Verdict
from studio.services.chats.answering import AnswerSession, Plan, Progress, unplanned
from studio.services.chats.contestants import Contestants, chooses
from studio.services.engine import Engine
from studio.services.evaluation.prompted_rival import LONGEST, SHORTEST
from studio.services.evaluation.report_builder import clean
from studio.services.jobs import BackgroundJob, Jobs
from studio.storage.ballots import BallotStore
from studio.storage.database import Database
from studio.storage.files import new_id
from studio.storage.home import Home
from studio.storage.run_folder import RunFolder

MOST_QUESTIONS = 200
LONGEST_QUESTION = 8_000
LONGEST_NAME = 60
JOB = "ballot"
CHOICES: tuple[Choice, ...] = ("left", "right", "tie", "both_bad")


@dataclass(frozen=True)
class BallotPaper:
    """One question as one person sees it. Nothing in it says who stands where. Cut: it did not end by itself."""

    place: int
    total: int
    question: str
    expert: str
    left: str
    right: str
    choice: str
    reason: str
    cut: tuple[bool, bool] = (False, False)


@dataclass(frozen=True)
class VotingProgress:
    """How far one person is with a ballot. `enough`: her own votes tell already, so that she may stop."""

    ballot: Ballot
    person: str
    ready: bool
    voted: int
    revealed: bool
    enough: bool

    @property
    def finished(self) -> bool:
        """Whether she voted on every question."""
        return self.voted == len(self.ballot.questions)


@dataclass(frozen=True)
class RevealedQuestion:
    """One question after the reveal: whose reply was which, and how people chose."""

    question: str
    one: str
    other: str
    votes: tuple[tuple[str, Outcome], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class BallotResult:
    """What a ballot came to. People who are still voting are not counted yet."""

    ballot: Ballot
    tally: VoteTally
    people: tuple[str, ...]
    still_voting: int
    agreement: str
    questions: tuple[RevealedQuestion, ...]
    fingerprints: dict[str, str]


class VoteService:
    """The verbs around blind votes."""

    def __init__(
        self, home: Home, ledger: Database, engine: Engine, contestants: Contestants, jobs: Jobs,
        clock: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._home, self._ledger, self._engine, self._clock = home, ledger, engine, clock
        self._contestants, self._jobs, self._box = contestants, jobs, BallotStore(home)

    # Making a ballot

    def make(
        self, run: str, one: str, other: str, *, by: str, questions: Sequence[Example] = (), count: int = 0,
        request_key: str = "",
    ) -> Ballot:  # fmt: skip
        """A new question set: the given questions, or `count` of the exam (all of it by default). A request that made
        one before gives that back."""
        self._contestants.check(run, (one, other))
        folder = self._home.run(run)
        if chooses(folder):
            raise StudioError(say("labels.no_votes"), hint=say("labels.no_votes_next"), where=run)
        asked = list(questions) or self._of_exam(folder.spec.project, count)
        if len(asked) > MOST_QUESTIONS:
            raise StudioError(
                say("ballot.these_questions", asked=len(asked)),
                hint=say("ballot.take_at_most", most_questions=MOST_QUESTIONS),
            )
        before = self._box.all(folder.spec.project) if request_key else []
        if (done := next((one for one in before if one.request_key == request_key), None)) is not None:
            return done
        now = self._clock()
        ballot = Ballot(
            id=new_id(now), created=now, by=by, project=folder.spec.project, run=run, one=one, other=other,
            source="list" if questions else "exam", questions=tuple(asked), seed=secrets.randbits(48),
            max_new_tokens=self._room(folder), request_key=request_key,
        )  # fmt: skip
        self._box.put(ballot)
        self._ledger.note(by, "ballot", f"{ballot.project}/{ballot.id}")
        return ballot

    def _of_exam(self, project: str, count: int) -> list[Example]:
        exam = self._home.exam(project)
        if exam is None or not exam.examples:
            raise StudioError(say("ballot.project_has_no_exam"), hint=say("ballot.write_questions_your_own"))
        return list(exam.examples[: count or None])[:MOST_QUESTIONS]

    def _room(self, folder: RunFolder) -> int:
        """As in the exam: a quarter more than the longest taught answer needs."""
        answers = clean([example.answer for example in folder.train])
        longest = max(self._engine.count_tokens(Path(folder.spec.model_folder), answers), default=0)
        return min(LONGEST, max(SHORTEST, longest + longest // 4))

    def prepare(self, ballot: str, *, on_progress: Progress, stop: Callable[[], bool],
                on_plan: Plan = unplanned) -> None:  # fmt: skip
        """Both contestants answer everything, always with the likeliest words; what is answered once is kept."""
        made = self._box.ballot(ballot)
        folder, names = self._home.run(made.run), (made.one, made.other)
        adapters = self._contestants.adapters(folder, names)
        replies: dict[str, list[Reply]] = {}
        on_plan({f"{name}, blind vote": len(made.questions) for name in names if name != "lookup"})
        with closing(self._engine.load_adapters(Path(folder.spec.model_folder), adapters)) as model:
            asking = AnswerSession(model, self._box.answers(ballot), on_progress, stop)
            for name in names:
                if name == "lookup":
                    replies[name] = [self._contestants.from_rows(folder, name, one.question) for one in made.questions]
                else:
                    chats = [self._contestants.chat(folder, name, example) for example in made.questions]
                    replies[name] = asking.ask(name, chats, made.max_new_tokens, f"{name}, blind vote")
        self._box.write_replies(ballot, replies)

    def begin(self, ballot: str, *, by: str) -> None:
        """Have the replies made in the background; again after the studio was closed in between."""

        def work(job: BackgroundJob) -> None:
            self.prepare(ballot, on_progress=job.progress, stop=job.is_cancelled, on_plan=job.plan)

        self._jobs.begin(JOB, self._box.ballot(ballot).project, ballot, work, by=by)

    def job(self, ballot: str) -> BackgroundJob | None:
        """The last making of these replies in the background."""
        return self._jobs.last(JOB, self._box.ballot(ballot).project, ballot)

    # Voting

    def ballots(self, project: str) -> list[Ballot]:
        """The question sets of a project, newest first."""
        return self._box.all(project)

    def standing(self, ballot: str, person: str) -> VotingProgress:
        """How far this person is."""
        made, person = self._box.ballot(ballot), voter(person)
        mine = self._votes(made).get(person, {})
        outcomes = [outcome_of(made, verdict) for verdict in mine.values()]
        return VotingProgress(
            made, person, self._box.replies(ballot) is not None, len(mine), self._has_revealed(made, person),
            tally(outcomes, made.one, made.other).may_stop,
        )  # fmt: skip

    def paper(self, ballot: str, person: str, place: int | None = None) -> BallotPaper:
        """The question at this place of her own order; without a place the first that she has not voted on."""
        made, person = self._box.ballot(ballot), voter(person)
        replies = self._box.replies(ballot)
        if replies is None:
            raise StudioError(say("ballot.replies_still_being_made"), hint=say("ballot.wait_until_all_them"))
        plan, mine = plan_of(made, person), self._votes(made).get(person, {})
        if place is None:
            place = next((at for at, blind in enumerate(plan) if blind.question not in mine), len(plan) - 1)
        blind = plan[place := min(max(0, place), len(plan) - 1)]
        example, chosen = made.questions[blind.question], mine.get(blind.question)
        left, right = (replies[side][blind.question] for side in (blind.left, blind.right))
        return BallotPaper(
            place, len(plan), example.question, example.answer, left.text, right.text, chosen.choice if chosen else "",
            chosen.reason if chosen else "", (not left.stopped_by_itself, not right.stopped_by_itself),
        )  # fmt: skip

    def vote(self, ballot: str, person: str, place: int, choice: str, reason: str = "", *,
             request_key: str = "") -> None:  # fmt: skip
        """One choice, kept before this returns; a later one on the same question replaces it until the reveal. What
        was carried out before does nothing, even when she chose otherwise since."""
        made, person = self._box.ballot(ballot), voter(person)
        if choice not in CHOICES:
            hint = say("ballot.use", choices=", ".join(CHOICES))
            raise StudioError(say("ballot.no_choice", choice=choice[:40]), hint=hint)
        plan = plan_of(made, person)
        if not 0 <= place < len(plan):
            raise NotFound(say("ballot.there_no_such_question"))
        with self._box.lock:
            if request_key and any(one.request_key == request_key for one in self._box.verdicts(made)):
                return
            if self._has_revealed(made, person):
                raise StudioError(say("ballot.you_have_seen_who"), hint=say("ballot.make_new_set_vote"))
            if self._box.replies(ballot) is None:
                raise StudioError(say("ballot.replies_still_being_made"), hint=say("ballot.wait_until_all_them"))
            blind = plan[place]
            self._box.append(made.project, Verdict(
                at=self._clock(), by=person, ballot=ballot, question=blind.question, left=blind.left,
                right=blind.right, choice=choice, reason=reason.strip()[:2000], request_key=request_key,
            ))  # fmt: skip

    def reveal(self, ballot: str, person: str) -> BallotResult:
        """Who was who and what it came to. It ends this person's voting on this set for good."""
        made, person = self._box.ballot(ballot), voter(person)
        with self._box.lock:
            if not self._votes(made).get(person):
                raise StudioError(say("ballot.you_have_not_voted"), hint=say("ballot.vote_on_question_first"))
            if not self._has_revealed(made, person):
                self._box.append(made.project, Verdict(at=self._clock(), by=person, ballot=ballot, choice="reveal"))
                self._ledger.note(person, "reveal", f"{made.project}/{ballot}")
        return self.result(ballot, person)

    def result(self, ballot: str, person: str) -> BallotResult:
        """The same again, for somebody who has revealed it."""
        made = self._box.ballot(ballot)
        if not self._has_revealed(made, voter(person)):
            raise StudioError(say("ballot.who_was_who_not"), hint=say("ballot.vote_first_then_reveal"))
        return self._count(made)

    def counts(self, run: str) -> tuple[VoteCount, ...]:
        """Every ballot about this run that somebody has revealed, for its report."""
        return tuple(map(vote_count, self.revealed(run)))

    def revealed(self, run: str) -> list[BallotResult]:
        """What the ballots about this run came to, of those that somebody has revealed. Not for one who still votes."""
        ballots = [made for made in self._box.all(self._home.run(run).spec.project) if made.run == run]
        return [
            self._count(made) for made in ballots
            if any(verdict.choice == "reveal" for verdict in self._box.verdicts(made))
        ]  # fmt: skip

    # Counting

    def _count(self, made: Ballot) -> BallotResult:
        votes, total = self._votes(made), len(made.questions)
        counted = {person: mine for person, mine in votes.items()
                   if len(mine) == total or self._has_revealed(made, person)}  # fmt: skip
        replies = self._box.replies(made.id) or {}
        opened = tuple(
            RevealedQuestion(
                example.question, replies[made.one][place].text, replies[made.other][place].text,
                tuple((verdict.by, outcome_of(made, verdict)) for verdict in given),
                tuple(f"{verdict.by}: {verdict.reason}" for verdict in given if verdict.reason),
            )
            for place, example in enumerate(made.questions)
            for given in [in_time(mine[place] for mine in counted.values() if place in mine)]
        )  # fmt: skip
        found = tally_of_people([[outcome for _, outcome in one.votes] for one in opened],
                                self.title(made.one), self.title(made.other), self._exam_left(made))  # fmt: skip
        marks = {name: replies[name][0].fingerprint for name in (made.one, made.other)}
        return BallotResult(made, found, tuple(sorted(counted)), len(votes) - len(counted),
                        agreement_of(made, counted), opened, marks)  # fmt: skip

    def _exam_left(self, made: Ballot) -> int:
        """How many questions of the exam are not among these."""
        exam, here = self._home.exam(made.project), {example.id for example in made.questions}
        return sum(example.id not in here for example in exam.examples) if exam else 0

    def title(self, name: str) -> str:
        """The interface word for a contestant."""
        return self._contestants.title(name)

    def _votes(self, made: Ballot) -> dict[str, dict[int, Verdict]]:
        """Person -> question -> her last word on it before her reveal, in the order of her first words."""
        found: dict[str, dict[int, Verdict]] = {}
        closed: set[str] = set()
        for verdict in self._box.verdicts(made):
            if verdict.choice == "reveal":
                closed.add(verdict.by)
            elif verdict.by not in closed and 0 <= verdict.question < len(made.questions):
                mine = found.setdefault(verdict.by, {})
                first = mine.get(verdict.question)
                at = first.at if first else verdict.at
                mine[verdict.question] = verdict.model_copy(update={"at": at})
        return found

    def _has_revealed(self, made: Ballot, person: str) -> bool:
        return any(verdict.by == person and verdict.choice == "reveal" for verdict in self._box.verdicts(made))


def voter(name: str) -> str:
    """A name as it is written beside votes; StudioError for none."""
    shown = " ".join("".join(letter for letter in name if letter.isprintable()).split())[:LONGEST_NAME]
    if not shown:
        raise StudioError(say("ballot.nobody_named_as_voter"), hint=say("ballot.write_your_name_first"))
    return shown


def read_questions(path: Path, name: str) -> list[Example]:
    """Questions from a file: a text with one in each line, or a table; answers beside them are the expert's own."""
    if Path(name).suffix.lower() == ".txt":
        return questions_of(path.read_bytes().decode("utf-8-sig", "replace"))
    table = read_safely(path, name=name)
    if len(table.columns) == 1:
        only = table.columns[0]
        heading = [only] if only.strip().endswith("?") else []
        return questions_of(
            "\n".join([*heading, *(" ".join(text_of(row.cells.get(only)).split()) for row in table.rows)])
        )
    examples, _ = make_examples(table, guess_mapping(table))
    return [example for example in examples if example.question.strip()]


def questions_of(text: str) -> list[Example]:
    """A list of questions, one in each line; the same one counts once."""
    lines = dict.fromkeys(line.strip()[:LONGEST_QUESTION] for line in text.splitlines() if line.strip())
    return [Example(id=f"a{number}", messages=(Message(role="user", content=line),))
            for number, line in enumerate(lines, start=1)]  # fmt: skip


def plan_of(made: Ballot, person: str) -> list[BlindPair]:
    """This person's order and sides: the same after a reload, another one for everybody else."""
    digest = hashlib.sha256(f"{made.id}|{made.seed}|{person}".encode()).digest()
    return blind_plan(len(made.questions), made.one, made.other, int.from_bytes(digest[:8]))


def outcome_of(made: Ballot, verdict: Verdict) -> Outcome:
    """Whom a choice preferred."""
    if verdict.choice == "reveal":
        raise ValueError("a reveal prefers nobody")
    return unblind(verdict.choice, BlindPair(verdict.question, verdict.left, verdict.right), made.one)


def in_time(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """In the order in which they came."""
    return sorted(verdicts, key=lambda verdict: verdict.at)


def agreement_of(made: Ballot, votes: Mapping[str, Mapping[int, Verdict]]) -> str:
    """How far people agree on the questions that all of them voted on; nothing for one person or one question."""
    people = list(votes.values())
    common = [place for place in range(len(made.questions)) if all(place in mine for mine in people)]
    if len(people) < 2 or len(common) < 2:
        return ""
    chosen = [[outcome_of(made, mine[place]) for place in common] for mine in people]
    if len(people) == 2:
        return agreement_in_words(cohen_kappa(*chosen))
    return agreement_in_words(fleiss_kappa([Counter(told) for told in zip(*chosen, strict=True)]))


def vote_count(found: BallotResult) -> VoteCount:
    """For the report."""
    rate = found.tally.win_rate
    return VoteCount(
        one=found.ballot.one, other=found.ballot.other, wins=found.tally.wins, losses=found.tally.losses,
        ties=found.tally.ties, both_bad=found.tally.both_bad, people=len(found.people),
        win_rate=Estimate(value=rate.value, low=rate.low, high=rate.high) if rate else None,
        agreement=found.agreement, said=found.tally.said,
    )  # fmt: skip
