"""Versions of a project over time: which one is served, and how several of them fared on one exam."""

from datetime import datetime

from studio.schemas.base import Record


class ServedChange(Record):
    """A line of `served.jsonl`: from now on this run's version is served; `back`: it was before, and is again."""

    run: str
    by: str
    at: datetime
    back: bool = False
    request_key: str = ""
