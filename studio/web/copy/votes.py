"""The sentences of the blind vote."""

from collections.abc import Sequence

from studio.copy.accounts import names_somebody
from studio.copy.catalog import Phrases, say
from studio.evaluation.report_values import name_of
from studio.evaluation.statistics.vote_statistics import Outcome, wins_needed
from studio.schemas.vote import Ballot
from studio.services.jobs import BackgroundJob
from studio.services.votes.vote_service import BallotResult, VotingProgress
from studio.web.copy.common import LOADING, beginning, short

FROM_EXAM, OWN = "exam", "own"
SOURCES = Phrases("vote_source")


CHOICES = Phrases("votes.choices")


def can_tell(questions: int) -> str:
    """What so many questions can show at all."""
    needed = wins_needed(questions)
    if not needed:
        return say("votes.cannot_tell_whoever_wins", questions=questions)
    return say("votes.can_tell_when_one", questions=questions, needed=needed)


def set_line(ballot: Ballot) -> str:
    """A set in a list."""
    kind = say("vote_kind.exam") if ballot.source == "exam" else say("vote_kind.own")
    return (
        f"{ballot.created.astimezone():%d %b, %H:%M} · {say('count.question', number=len(ballot.questions))} · {kind}"
    )


def place_line(voter: str, place: int, total: int, voted: int) -> str:
    """Whose paper it is, and where she is."""
    if not names_somebody(voter):
        return say("votes.question_of", place=place + 1, total=total, voted=voted)
    return say("votes.question_voted", voter=short(voter, 60), place=place + 1, total=total, voted=voted)


def making(job: BackgroundJob | None) -> str:
    """How far the replies are; whose they are is no secret while they are made."""
    if job is None or not job.what:
        return LOADING
    whose = name_of(job.what.partition(",")[0])
    return say("votes.replies_being_made_all", whose=whose, done=job.done, total=job.total)


def under_the_paper(standing: VotingProgress) -> str:
    """What she may do now; never who leads."""
    if standing.finished:
        return say("votes.all_done")
    return say("votes.enough") if standing.enough else ""


def result_lines(found: BallotResult) -> list[str]:
    """What else the reveal says, in its order."""
    lines = [say("votes.counted")]
    names = ", ".join(filter(names_somebody, found.people))
    people = say("votes.voted" if names else "votes.voted_unnamed", people=len(found.people), people_2=names)
    if found.still_voting:
        people += say("votes.still_voting_not_counted", still_voting=found.still_voting)
    lines.append(people)
    if found.agreement:
        lines.append(say("votes.between_people", agreement=found.agreement))
    return lines


def votes_of(votes: Sequence[tuple[str, Outcome]], one: str, other: str) -> str:
    """Who chose what on one question."""
    told = [(person, say(f"vote_outcome.{chosen}", one=one, other=other)) for person, chosen in votes]
    return "; ".join(f"{person}: {words}" if names_somebody(person) else words for person, words in told)


def name_help(account: str) -> str:
    """Under whose name a vote counts that is given without one."""
    return say("votes.name_help", name=account) if names_somebody(account) else say("votes.name_alone")


def row(question: str, one: str, other: str) -> list[str]:
    """One question with both replies, short enough for a table."""
    replies = (beginning(said, 300) if said.strip() else say("votes.no_reply") for said in (one, other))
    return [beginning(question, 160), *replies]
