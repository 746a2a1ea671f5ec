"""How far background work is, in a sentence: the same on the tab that began it and in what is told while it goes on."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from studio.copy.catalog import say
from studio.copy.quantities import duration, size
from studio.evaluation.report_values import name_of
from studio.services.jobs import BackgroundJob
from studio.services.work_plan import is_loading
from studio.web.copy import profile, second_opinion, votes

STILL = 5.0  # seconds without a change, after which it is told how many there were
PARTS = {  # what the service says of its parts
    "exam": "part_exam", "own examples": "part_own", "your answers": "part_answers", "own answers": "part_own_answers",
    "judgements": "part_judgements", "general choices": "part_choices", "general texts": "part_texts",
    "details and made-up ones": "part_details",
}  # fmt: skip


def loading(job: BackgroundJob) -> str:
    """Nobody can answer yet."""
    return say("progress.exam_loads", seconds=int(job.still)) if job.still >= STILL else say("progress.exam_begins")


def answers_all(job: BackgroundJob) -> bool:
    """Whether the last planned answer is there: what is left is to judge them."""
    behind, whole = job.behind
    return job.parts is not None and behind >= whole and job.done >= job.total


def exam(job: BackgroundJob) -> str:
    """Who answers now, and which part of the exam that is."""
    name, _, what = job.what.partition(", ")
    if not name:
        return loading(job)
    if is_loading(job.what):
        return in_parts(job, loading(job))
    if answers_all(job):
        return say("progress.judging")
    words = say(f"report.{PARTS[what]}") if what in PARTS else what
    told = say("report.answers_so_far", who=name_of(name), what=words, done=job.done, total=job.total)
    return in_parts(job, waiting_for_next(job, told[0].upper() + told[1:]))


def in_parts(job: BackgroundJob, told: str) -> str:
    """Which of its parts that is, once they are known."""
    if job.parts is None or not job.parts.number:
        return told
    return say("progress.part", part=job.parts.number, parts=len(job.parts), told=told)


def waiting_for_next(job: BackgroundJob, told: str) -> str:
    """Several are answered at once: where the number stands still, how long it has."""
    return say("progress.still", told=told, seconds=int(job.still)) if job.still >= STILL else told


def family_exam(job: BackgroundJob) -> str:
    """Which version answers now."""
    if not job.what or is_loading(job.what):
        return loading(job)
    if answers_all(job):
        return say("progress.judging")
    told = say("report.version_so_far", version=job.what, done=job.done, total=job.total)
    return waiting_for_next(job, told[0].upper() + told[1:])


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
    "family-exam": family_exam,
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
    """What this work is about now, and how long the whole of it will still take when that is known."""
    sentence = SENTENCES.get(job.record.kind)
    told = sentence(job) if sentence else say("progress.of", done=job.done, total=job.total)
    if seconds_left is None or (job.parts is not None and seconds_left <= 0):
        return told  # after the last part of several there is still something to do, such as writing the report
    left = duration(seconds_left)
    return say("progress.left", told=told, left=left[0].upper(), left_2=left[1:])
