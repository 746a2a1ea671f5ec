"""The tiny model, its rows and its run folders."""

from tests.model_fixtures import examples, prepare, tiny  # noqa: F401 - fixtures
