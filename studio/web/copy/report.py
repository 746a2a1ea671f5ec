"""What the Report tab says and proposes, from the facts of a report."""

from studio.copy.catalog import say
from studio.evaluation.metrics.task_kinds import TaskKind


def kinds_of_work() -> list[tuple[str, str]]:
    """The choices of a list: what is said, and what is meant."""
    return [(say("kind_of_work.detected"), ""), *((say(f"kind_of_work.{kind.name}"), kind.value) for kind in TaskKind)]


def exam_so_far(drawn: int, own: int, limits: str) -> str:
    """How large the exam would be, and what it could show."""
    return say(f"report.exam_so_far{'_own' if own else ''}", questions=drawn + own, own=own, limits=limits)
