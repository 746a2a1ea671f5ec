"""Tiny models that write and tiny ones that choose."""

from tests.encoder_fixtures import encoder, labelled, prepare_labels  # noqa: F401 - fixtures
