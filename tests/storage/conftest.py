"""Models, rows and run folders that several folders' tests share."""

from tests.model_fixtures import examples, prepare, taught, tiny  # noqa: F401 - fixtures
