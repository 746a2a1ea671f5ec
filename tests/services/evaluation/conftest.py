"""Tiny models that are really taught, for exams of what was really learned."""

from tests.encoder_fixtures import encoder, labelled  # noqa: F401 - fixtures
from tests.model_fixtures import tiny  # noqa: F401 - fixture
