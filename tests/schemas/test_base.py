"""Records that are made without a check are the same records."""

import pytest
from pydantic import ValidationError

from studio.schemas.base import trusted
from studio.schemas.example import Message


def test_a_trusted_record_is_the_one_that_a_check_would_make() -> None:
    made = trusted(Message, {"role", "content"}, {"role": "user", "content": "Hello", "learn": True})
    usual = Message(role="user", content="Hello")
    assert made == usual and hash(made) == hash(usual) and made.model_dump_json() == usual.model_dump_json()
    assert made.model_dump(exclude_unset=True) == usual.model_dump(exclude_unset=True)
    assert made.model_copy(update={"content": "Bye"}).content == "Bye"


def test_a_trusted_record_cannot_be_changed_either() -> None:
    made = trusted(Message, {"role", "content"}, {"role": "user", "content": "Hello", "learn": True})
    with pytest.raises(ValidationError):
        made.content = "Bye"  # type: ignore[misc]
