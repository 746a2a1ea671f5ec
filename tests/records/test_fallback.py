"""Fall-backs: every kind is one plain sentence, and somebody writes it down."""

from pathlib import Path

import pytest

from studio.records.fallback import SENTENCES, Fallback, sentences_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", list(Fallback))
def test_every_kind_is_said_in_a_short_sentence(kind: Fallback) -> None:
    said = SENTENCES[kind]
    assert said.endswith(".") and len(said.split()) <= 24


@pytest.mark.parametrize("kind", list(Fallback))
def test_every_kind_is_written_down_by_somebody(kind: Fallback) -> None:
    assert any(f"Fallback.{kind.name}" in path.read_text("utf-8") for path in (ROOT / "studio" / "engine").glob("*.py"))


def test_each_is_said_once_and_one_that_is_not_known_keeps_its_name() -> None:
    said = sentences_of(["rows_padded", "rows_padded", "of_tomorrow"])
    assert said == [SENTENCES[Fallback.ROWS_PADDED], "of_tomorrow"]
