"""How far an exam is, in the words of the page and not in those of its parts in the code."""

from datetime import UTC, datetime

import pytest

from studio.schemas.job import JobRecord, JobState
from studio.services.evaluation.probes import part_of
from studio.services.jobs import BackgroundJob
from studio.web.copy.progress import exam


def at(what: str) -> BackgroundJob:
    """An exam that is at this part of its work."""
    job = BackgroundJob(JobRecord(id="1", kind="exam", project="desk", about="run", by="ana",
                                  created=datetime.now(UTC), state=JobState.RUNNING))  # fmt: skip
    job.progress(what, 3, 12)
    return job


@pytest.mark.parametrize(("part", "told"), [
    ("exam", "Your version, exam questions: 3 of 12 answers."),
    ("own examples", "Your version, some of your examples: 3 of 12 answers."),
    (part_of(1, 8), "Your version, questions outside your work, part 1 of 8: 3 of 12 answers."),
])  # fmt: skip
def test_every_part_of_an_exam_has_words(part: str, told: str) -> None:
    assert exam(at(f"tuned, {part}")) == told
