"""The sentences of the blind vote."""

from collections.abc import Sequence

from studio.evaluation.report_values import name_of
from studio.evaluation.statistics.vote_statistics import Outcome, wins_needed
from studio.schemas.vote import Ballot
from studio.services.jobs import BackgroundJob
from studio.services.votes.vote_service import BallotResult, VotingProgress
from studio.web.copy.common import LOADING, count, short

TITLE = "Vote blind"
LEAD = (
    "Two replies to each question, side by side, and nothing says whose they are. Several people can vote on the same "
    "questions, each on her own. Who was who is shown at the end."
)
FROM_EXAM, OWN = "Questions of the exam", "My own questions"
SOURCES = (FROM_EXAM, OWN)
SECOND_OPINION = "Ask a model for a second opinion"
NEW_SET = "A new set of questions"
NAME_HELP = "Each person votes under her own name. Left empty, it is {name}."
MAKE = "Make the replies"
OWN_HELP = "One question in each line."
CHOICES = {"left": "Left is better", "right": "Right is better", "tie": "As good as each other", "both_bad": "Both bad"}
REASON_HELP = "If you like, say why before you press. It is shown after the reveal."
REVEAL = "Show who was who"
REVEAL_WARNS = f"“{REVEAL}” closes your votes on these questions."
COUNTED = (
    "Each question counts once, whoever voted on it. As good and both bad prefer nobody. The range may be looked at "
    "after every vote, so stopping early does not make chance look like a result."
)
ENOUGH = "Your votes are enough to tell. You may stop here, or go on."
ALL_DONE = "You have voted on every question. You can still go back and change a vote."
OUTCOMES: dict[Outcome, str] = {"one": "{one}", "other": "{other}", "tie": "as good", "both_bad": "both bad"}
NO_REPLY = "(no words)"


def can_tell(questions: int) -> str:
    """What so many questions can show at all."""
    needed = wins_needed(questions)
    if not needed:
        return f"{count(questions, 'question')} cannot tell, whoever wins: take at least 7."
    return f"{count(questions, 'question')} can tell when one side wins at least {needed} of them."


def set_line(ballot: Ballot) -> str:
    """A set in a list."""
    kind = "exam" if ballot.source == "exam" else "own questions"
    return f"{ballot.created.astimezone():%d %b, %H:%M} · {count(len(ballot.questions), 'question')} · {kind}"


def place_line(voter: str, place: int, total: int, voted: int) -> str:
    """Whose paper it is, and where she is."""
    return f"{short(voter, 60)} · question {place + 1} of {total} · {voted} voted"


def making(job: BackgroundJob | None) -> str:
    """How far the replies are; whose they are is no secret while they are made."""
    if job is None or not job.what:
        return LOADING
    whose = name_of(job.what.partition(",")[0])
    return f"Replies are being made, all beforehand: {whose}, {job.done} of {job.total}."


def under_the_paper(standing: VotingProgress) -> str:
    """What she may do now; never who leads."""
    if standing.finished:
        return ALL_DONE
    return ENOUGH if standing.enough else ""


def result_lines(found: BallotResult) -> list[str]:
    """What else the reveal says, in its order."""
    lines = [COUNTED]
    people = f"{count(len(found.people), 'person', 'people')} voted: {', '.join(found.people)}."
    if found.still_voting:
        people += f" {count(found.still_voting, 'person is', 'people are')} still voting and not counted yet."
    lines.append(people)
    if found.agreement:
        lines.append(f"Between people: {found.agreement}.")
    return lines


def votes_of(votes: Sequence[tuple[str, Outcome]], one: str, other: str) -> str:
    """Who chose what on one question."""
    return "; ".join(f"{person}: {OUTCOMES[chosen].format(one=one, other=other)}" for person, chosen in votes)


def row(question: str, one: str, other: str) -> list[str]:
    """One question with both replies, short enough for a table."""
    return [short(question, 160), short(one, 300) or NO_REPLY, short(other, 300) or NO_REPLY]
