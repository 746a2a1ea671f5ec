"""Tiny encoders and their rows."""

from tests.encoder_fixtures import encoder, labelled, prepare_labels  # noqa: F401 - fixtures
