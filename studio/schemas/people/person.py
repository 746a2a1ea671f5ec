"""People who share one studio."""

import re
import unicodedata
from datetime import datetime
from enum import StrEnum

from studio.schemas.base import Record

NAME = re.compile(r"[\w](?:[\w .-]{0,48}[\w.])?")


class Role(StrEnum):
    """What somebody may do beside her own work."""

    MEMBER = "member"
    ADMINISTRATOR = "administrator"


class Person(Record):
    """An account. The id is made once and never given again; the name may be, to somebody else, after a removal."""

    id: str
    name: str
    role: Role = Role.MEMBER
    created: datetime
    removed: datetime | None = None
    has_password: bool = True
    earlier: int = 0  # how many had this name before her

    @property
    def is_administrator(self) -> bool:
        """Whether she may add and remove people."""
        return self.role is Role.ADMINISTRATOR

    @property
    def signature(self) -> str:
        """What stands beside all she does: the name, with a number when somebody before her had it."""
        return f"{self.name} ({self.earlier + 1})" if self.earlier else self.name


def clean_name(text: str) -> str:
    """The name as it is kept: composed letters, single spaces; empty when it can be no name."""
    name = " ".join(unicodedata.normalize("NFKC", text[:200]).split())
    return name if NAME.fullmatch(name) else ""


def name_key(name: str) -> str:
    """By which two names are the same: capitals do not matter."""
    return clean_name(name).casefold()
