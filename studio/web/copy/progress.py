"""How far background work is, in a sentence: the same on the tab that began it and in what is told while it goes on."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from studio.copy.catalog import say
from studio.copy.quantities import duration, size
from studio.evaluation.report_values import name_of
from studio.services.jobs import BackgroundJob
from studio.web.copy import common, profile, second_opinion, votes

PARTS = {"exam": "part_exam", "own examples": "part_own"}  # what the service says of its parts


def exam(job: BackgroundJob) -> str:
    """Who answers now."""
    name, _, what = job.what.partition(", ")
    if not name:
        return common.LOADING
    words = say(f"report.{PARTS[what]}") if what in PARTS else what
    told = say("report.answers_so_far", who=name_of(name), what=words, done=job.done, total=job.total)
    return told[0].upper() + told[1:]


def download(job: BackgroundJob) -> str:
    """What of a model goes on now, and how much of it has arrived."""
    if not job.what:
        return say("fetching.begins")
    if not job.total:
        return say("fetching.working", what=job.what)
    seconds = (datetime.now(UTC) - job.record.created).total_seconds()
    speed = say("fetching.speed", speed=size(int(job.done / seconds))) if seconds > 1 and job.done > 1e6 else ""
    return say("fetching.progress", what=job.what, done=size(job.done), total=size(job.total), speed=speed)


def export(job: BackgroundJob) -> str:
    """Which stage of an export goes on."""
    if not job.what:
        return say("export_progress.begins")
    if not job.total:
        return say("export_progress.stage", what=job.what)
    return say("export_progress.count", what=job.what, done=job.done, total=job.total)


SENTENCES: Mapping[str, Callable[[BackgroundJob], str]] = {
    "exam": exam,
    "download": download,
    "export": export,
    "push": lambda job: say("take_home.push.going"),
    "serve": lambda job: say("export_progress.server"),
    "ballot": votes.making,
    "second_opinion": second_opinion.reading,
    "distillation": lambda job: say("teacher_screen.answering", done=job.done, total=job.total),
    "difficulty": lambda job: profile.asking(job.done, job.total),
}


def doing(job: BackgroundJob, seconds_left: float | None = None) -> str:
    """What this work is about now, and how long it will still take when that is known. An exam goes on with other
    contestants and other questions, so its time is that of the answers which it counts."""
    sentence = SENTENCES.get(job.record.kind)
    told = sentence(job) if sentence else say("progress.of", done=job.done, total=job.total)
    is_exam = job.record.kind == "exam"
    if seconds_left is None or (is_exam and seconds_left <= 0):
        return told
    left = duration(seconds_left)
    return say(
        "progress.left_of_part" if is_exam else "progress.left", told=told, left=left[0].upper(), left_2=left[1:]
    )
