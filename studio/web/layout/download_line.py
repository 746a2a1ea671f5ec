"""How far a download is, in the place of the button that began it."""

from studio.copy.catalog import say
from studio.services.jobs import BackgroundJob
from studio.web import html
from studio.web.copy.progress import doing


def told(job: BackgroundJob | None) -> str:
    """How far it is, or why it ended."""
    if job is None:
        return html.sentences(say("fetching.only_when_pressed"))
    if job.error is not None:
        return html.notice(job.error.message, job.error.hint)
    if job.is_over:
        return html.sentences(say("fetching.only_when_pressed"))
    return html.progress(job.record.id, doing(job), *job.behind, say("fetching.close_page"))
