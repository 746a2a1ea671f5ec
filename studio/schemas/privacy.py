"""What a project says about private details."""

from datetime import datetime

from studio.schemas.base import Record


class AllowedDetail(Record):
    """A detail that somebody called not private, such as the firm's own telephone number: signs within it left out."""

    kind: str
    value: str
    by: str
    at: datetime


class PrivateRules(Record):
    """What holds for all datasets of a project: the allowed details, and the countries whose bare-digit ids count."""

    format: int = 1
    allowed: tuple[AllowedDetail, ...] = ()
    countries: tuple[str, ...] = ()
