"""How far an exam is, in the words of the page and not in those of its parts in the code."""

from datetime import UTC, datetime

import pytest

from studio.copy.catalog import say
from studio.schemas.job import JobRecord, JobState
from studio.services.evaluation.probes import part_of
from studio.services.jobs import BackgroundJob
from studio.services.versions.family_exam import said_of
from studio.services.work_plan import LOADING
from studio.web.copy.progress import PARTS, doing, exam


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


def test_an_exam_says_which_of_its_parts_goes_on_and_how_long_all_of_them_will_take() -> None:
    going = at("tuned, exam")
    going.plan({"base, exam": 600.0, "tuned, exam": 600.0, "tuned, own examples": 800.0})
    going.progress("tuned, exam", 3, 12)
    assert doing(going) == "Part 2 of 3. Your version, exam questions: 3 of 12 answers."
    assert doing(going, 120.0).endswith("3 of 12 answers. About 2 minutes left.")
    assert going.behind == (750.0, 2000.0)


def test_a_part_that_nobody_planned_is_told_and_its_end_moves_nothing() -> None:
    going = at("tuned, exam")
    going.plan({"tuned, exam": 600.0})
    going.progress("tuned, exam", 12, 12)
    going.progress("tuned, own answers", 0, 40)
    assert doing(going, 0.0) == "Part 1 of 1. Your version, reading the answers of your examples: 0 of 40 answers."
    assert going.behind == (600.0, 600.0)


@pytest.mark.parametrize("what", PARTS)
def test_every_planned_part_has_words_of_the_page(what: str) -> None:
    words = exam(at(f"tuned, {what}"))
    assert words.startswith("Your version, ") and f", {what}:" not in words


def test_an_exam_of_all_versions_says_which_of_them_answers() -> None:
    job = BackgroundJob(JobRecord(id="1", kind="family-exam", project="desk", about="desk", by="ana",
                                  created=datetime.now(UTC), state=JobState.RUNNING))  # fmt: skip
    job.plan({said_of(1, 2): 12, said_of(2, 2): 12})
    job.progress(said_of(2, 2), 3, 12)
    assert doing(job) == "Version 2 of 2: 3 of 12 answers." and job.behind == (15, 24)


@pytest.mark.parametrize("kind", ["exam", "family-exam"])
def test_before_its_first_part_an_exam_says_what_it_does_and_that_it_goes_on(kind: str) -> None:
    job = BackgroundJob(JobRecord(id="1", kind=kind, project="desk", about="run", by="ana",
                                  created=datetime.now(UTC), state=JobState.RUNNING))  # fmt: skip
    assert doing(job) == say("progress.exam_begins")


@pytest.mark.parametrize("kind", ["exam", "family-exam"])
def test_while_models_load_and_between_two_batches_of_answers_what_is_told_changes_every_second(kind: str) -> None:
    now = [100.0]
    job = BackgroundJob(JobRecord(id="1", kind=kind, project="desk", about="run", by="ana",
                                  created=datetime.now(UTC), state=JobState.RUNNING), lambda: now[0])  # fmt: skip
    job.plan({LOADING: 1000.0, "tuned, exam": 3000.0})

    def told() -> list[tuple[str, tuple[float, float]]]:
        seen = []
        for _ in range(8):
            now[0] += 1.0
            seen.append((doing(job), job.behind))
        return seen[5:]

    job.progress(LOADING, 0, 1)
    loads = told()
    assert len(set(loads)) == 3 and "for 8 seconds so far" in loads[-1][0]
    assert 0 < loads[0][1][0] < loads[1][1][0] < loads[2][1][0] < 1000.0, "its bar moves, and is not full"
    job.progress("tuned, exam", 0, 32)
    assert job.behind == (1000.0, 4000.0), "the models are there"
    assert "0 of 32 answers." in doing(job) and "next ones" not in doing(job)
    assert told()[-1][0].endswith("0 of 32 answers. On the next ones for 8 seconds.")
    job.progress("tuned, exam", 32, 32)
    assert doing(job) == say("progress.judging")
