"""Which rows of a dataset, and which answers of the exam, were made of feedback: asked by reports and by erasure."""

from pathlib import Path

from studio.schemas.loop.version import LearnedFeedback
from studio.storage.files import read_record

FILE = "from_feedback.json"


def learned_in(folder: Path) -> LearnedFeedback:
    """The account in a dataset's folder; an empty one where nothing came from feedback."""
    path = folder / FILE
    return read_record(path, LearnedFeedback, "feedback") if path.is_file() else LearnedFeedback()
