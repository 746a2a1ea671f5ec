"""What is kept of served use, where a project says so: how it was answered, and the question without details."""

from datetime import datetime

from pydantic import Field

from studio.schemas.base import Record

LONGEST_QUESTION = 1_000  # letters that are kept


class UseSettings(Record):
    """`use/settings.json`. Off at first. `salt`: of the hashes of persons and conversations, this project's own."""

    format: int = 1
    is_on: bool = False
    days: int = Field(30, ge=1, le=365)
    thumbs_rate: float | None = Field(None, ge=0, le=1)
    salt: str = ""
    by: str = ""
    at: datetime | None = None


class ServedUse(Record):
    """One answer that the server gave. Neither who asked nor what was answered stands in it.

    `conversation`, `person`: keyed hashes; `person` is empty where the application does not say who asks. `question`:
    the first one of the conversation, its private details masked. `first_seconds`: until the first word of a stream.
    """

    id: str
    at: datetime
    version: str
    fingerprint: str = ""
    conversation: str = ""
    person: str = ""
    question: str = ""
    question_letters: int = 0
    reply_letters: int = 0
    tokens: int = 0
    first_seconds: float | None = None
    seconds: float = 0.0
    is_refusal: bool = False
    is_whole: bool = True  # False: the application left, or it went wrong
    lost: int = 0  # answers before this one that could not be written down in time
