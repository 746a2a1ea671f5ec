"""How far an exam is, in the words of the page and not in those of its parts in the code."""

from datetime import UTC, datetime

import pytest

from studio.schemas.job import JobRecord, JobState
from studio.services.evaluation.probes import part_of
from studio.services.jobs import BackgroundJob
from studio.web.copy.progress import doing, exam


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


def test_an_exam_says_that_its_time_is_being_worked_out_and_then_of_which_answers_it_is() -> None:
    going = at("tuned, exam")
    assert doing(going).endswith("3 of 12 answers.")
    assert doing(going, 10.0).endswith("3 of 12 answers. About 10 seconds left for these answers.")
    going.progress("tuned, exam", 12, 12)
    assert doing(going) == doing(going, 0.0) == "Your version, exam questions: 12 of 12 answers."
