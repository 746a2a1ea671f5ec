"""A run moves only along its legal ways."""

import pytest

from studio.schemas.run import Status


@pytest.mark.parametrize(("now", "then"), [
    (Status.RUNNING, Status.QUEUED), (Status.DONE, Status.RUNNING), (Status.QUEUED, Status.DONE),
])  # fmt: skip
def test_some_moves_are_not_legal(now: Status, then: Status) -> None:
    assert not now.may_become(then)


def test_an_interrupted_run_may_go_on() -> None:
    assert Status.INTERRUPTED.may_become(Status.RUNNING)
    assert Status.INTERRUPTED.is_over
