"""Fall-backs: every kind is one plain sentence, and somebody writes it down."""

from pathlib import Path

import pytest

from studio.schemas.fallback import SENTENCES, Fallback, sentences_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("kind", list(Fallback))
def test_every_kind_is_said_in_a_short_sentence(kind: Fallback) -> None:
    said = SENTENCES[kind]
    assert said.endswith(".") and len(said.split()) <= 24


@pytest.mark.parametrize("kind", list(Fallback))
def test_every_kind_is_written_down_by_somebody(kind: Fallback) -> None:
    texts = [path.read_text("utf-8") for folder in ("models", "inference", "training")
             for path in (ROOT / "studio" / folder).rglob("*.py")]  # fmt: skip
    assert any(f"Fallback.{kind.name}" in text for text in texts)


def test_each_is_said_once_and_one_that_is_not_known_keeps_its_name() -> None:
    said = sentences_of(["rows_padded", "rows_padded", "of_tomorrow"])
    assert said[0] == SENTENCES[Fallback.ROWS_PADDED] and said[1].endswith("less than promised (of_tomorrow).")
