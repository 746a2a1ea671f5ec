"""The sentences about a model that judges."""

from studio.copy.accounts import names_somebody
from studio.copy.catalog import say
from studio.evaluation.llm_judge import LEAST_AGREED, LEAST_QUESTIONS
from studio.services.jobs import BackgroundJob
from studio.services.votes.second_opinion import SecondOpinion
from studio.web.copy.common import LOADING


def rule() -> str:
    """When its opinion counts."""
    return say("second_opinion.rule", share=LEAST_AGREED, questions=LEAST_QUESTIONS)


def reading(job: BackgroundJob) -> str:
    """How far it is."""
    if not job.total:
        return LOADING
    return say("second_opinion.reading_done", value=100 * job.done // job.total)


def asked_line(opinion: SecondOpinion) -> str:
    """Who wanted it, and when."""
    key = "asked_by_on" if names_somebody(opinion.judged.by) else "asked_on"
    return say(f"second_opinion.{key}", by=opinion.judged.by, at=opinion.judged.at.astimezone())
