"""A project with two versions and people who say what should have been answered."""

from collections.abc import Callable

import pytest

from studio.schemas.example import Message
from studio.schemas.loop.feedback import Feedback
from studio.services.studio import Studio

Correct = Callable[..., Feedback]


@pytest.fixture
def project(studio: Studio, runs: list[str]) -> str:
    """The project of both runs."""
    return studio.runs.view(runs[0]).spec.project


@pytest.fixture
def correct(studio: Studio, runs: list[str], project: str) -> Correct:
    """Say what should have been answered, and accept it."""

    def do(question: str, answer: str, *, by: str = "ana", accept: bool = True) -> Feedback:
        given = studio.feedback.add(
            project, by=by, key=f"{by} {question} {answer}"[:200], origin="chat", version=runs[0], reply="No idea.",
            turns=(Message(role="user", content=question),), judgement="wrong", correction=answer,
        )  # fmt: skip
        return studio.feedback.accept(project, [given.id], by=by)[0] if accept else given

    return do
