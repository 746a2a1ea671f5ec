"""Which rows of a dataset, and which answers of the exam, were made of feedback: asked by reports and by erasure."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from studio.schemas.loop.feedback import Feedback
from studio.schemas.loop.version import LearnedFeedback
from studio.storage.files import read_record
from studio.storage.home import Home

FILE = "from_feedback.json"


def learned_in(folder: Path) -> LearnedFeedback:
    """The account in a dataset's folder; an empty one where nothing came from feedback."""
    path = folder / FILE
    return read_record(path, LearnedFeedback, "feedback") if path.is_file() else LearnedFeedback()


def learned_by_newest(home: Home, project: str) -> LearnedFeedback:
    """The account of the table that the newest version learned from, or the run that goes on; empty before both."""
    for folder in home.runs(project):
        if folder.has_version or not folder.state.status.is_over:
            dataset = home.dataset_folder(project, folder.spec.dataset)
            return learned_in(dataset) if dataset.is_dir() else LearnedFeedback()
    return LearnedFeedback()


def not_learned_yet(given: Iterable[Feedback], learned: LearnedFeedback) -> int:
    """How many accepted ones wait for the next version."""
    accepted = (one for one in given if one.teaches and one.state in ("accepted", "changed"))
    return sum(learned.answers.get(one.id) != mark_of(one) for one in accepted)


def mark_of(feedback: Feedback) -> str:
    """A mark of what it teaches to say."""
    return hashlib.sha256(feedback.answer.encode("utf-8", "surrogatepass")).hexdigest()[:12]
