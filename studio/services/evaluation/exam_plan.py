"""Which parts an exam has, in the order of asking, and what each takes: the page shows one bar over all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studio.services.evaluation.probes import LIMIT, part_of
from studio.services.work_plan import LOADING

READING = 60.0  # what an answer takes that is only read, where each piece of a written one takes 1: the practice model
TO_LOAD, TO_LOAD_FOR_LABELS = 1000.0, 50.0  # the models; a label model is small and chooses quickly
READ_BY_GUARD = 1000.0  # the same for all the short texts that a guard reads
WRITERS = ("base", "prompted", "tuned")
BEFORE_AND_AFTER = ("base", "tuned")


@dataclass(frozen=True, kw_only=True)
class ExamSize:
    """What will be asked. `room`: pieces that an answer may have; `probes`: questions of each part that looks for what
    teaching cost; `readings`: what its judges read besides."""

    questions: int
    rows: int
    room: int
    first: Sequence[str] = ()
    others: Sequence[str] = ()
    beside: Sequence[str] = ()
    judgements: int = 0
    probes: Sequence[int] = ()
    readings: Sequence[str] = ()
    rivals: Sequence[str] = ()


def exam_plan(size: ExamSize) -> dict[str, float]:
    """The exam of a version that writes."""
    written, read = size.questions * size.room, size.questions * READING
    return dict([
        *(part for name in size.first for part in ((f"{name}, {LOADING}", TO_LOAD), (f"{name}, exam", written))),
        (LOADING, TO_LOAD),
        *((f"{name}, exam", written) for name in WRITERS),
        *((f"{name}, your answers", read) for name in WRITERS),
        *((f"{name}, own examples", size.rows * size.room) for name in BEFORE_AND_AFTER),
        *((f"{name}, own answers", size.rows * READING) for name in BEFORE_AND_AFTER),
        *(part for name in size.others for part in ((f"{name}, exam", written), (f"{name}, your answers", read))),
        *_of_judgements(size), *_of_probes(size),
    ])  # fmt: skip


def label_exam_plan(size: ExamSize) -> dict[str, float]:
    """The exam of a label model: it chooses, and takes the same for each text."""
    asked = [(LOADING, TO_LOAD_FOR_LABELS),
             *((f"{name}, exam", size.questions * size.room) for name in size.rivals),
             ("tuned, exam", size.questions), ("tuned, own examples", size.rows),
             *((f"{name}, exam", size.questions) for name in size.others)]  # fmt: skip
    return {part: float(takes) for part, takes in asked}


def _of_judgements(size: ExamSize) -> Iterator[tuple[str, float]]:
    if size.beside:
        for name in ("tuned", *size.beside):
            yield f"{name}, judgements", size.judgements * READING
        for name in size.beside:
            yield f"{name}, exam", size.questions * size.room


def _of_probes(size: ExamSize) -> Iterator[tuple[str, float]]:
    for number, questions in enumerate(size.probes, start=1):
        for name in BEFORE_AND_AFTER:
            yield f"{name}, {part_of(number, len(size.probes))}", questions * LIMIT
    for what in size.readings:
        for name in BEFORE_AND_AFTER:
            yield f"{name}, {what}", READ_BY_GUARD
