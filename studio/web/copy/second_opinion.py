"""The sentences about a model that judges."""

from studio.evaluation.llm_judge import LEAST_AGREED, LEAST_QUESTIONS
from studio.services.jobs import BackgroundJob
from studio.services.votes.second_opinion import SecondOpinion
from studio.web.copy.common import LOADING

TITLE = "A second opinion"
LEAD = (
    "Another model can read the same replies and say which is better. It may be wrong, so it is checked against "
    "people's votes first."
)
RULE = (
    f"It counts when it agrees with people on at least {100 * LEAST_AGREED:.0f}% of {LEAST_QUESTIONS} questions or "
    "more, and when liking one side alone does not explain that. It reads each question twice, with the replies "
    "changed round; small models often have no opinion that way. It is never added to the votes."
)
JUDGE = "Who is asked"
JUDGE_HELP = "A model on this computer that has no reply here. You can also write its folder."
NOBODY = (
    "There is nobody to ask yet: the models here have replies in this vote. Teach another version, or copy another "
    "model to this computer and write its folder."
)
ASK = "Ask for its opinion"
STOP = "Stop"
BACK = "Back to the votes"
NOT_CHOSEN = "No judge was chosen."
NOT_CHOSEN_HINT = "Pick one of the list, or write the folder of a model."
ENDED_EARLY = "It has not read everything."
ENDED_HINT = f"Press “{ASK}”: what it has read is kept."


def reading(job: BackgroundJob) -> str:
    """How far it is."""
    if not job.total:
        return LOADING
    return f"It is reading: {100 * job.done // job.total}% done."


def asked_line(opinion: SecondOpinion) -> str:
    """Who wanted it, when, and which weights spoke."""
    judged = opinion.judged
    return f"Asked by {judged.by} on {judged.at.astimezone():%d %b, %H:%M} · weights {judged.fingerprint}"
