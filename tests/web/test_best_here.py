"""The first page says which model is best on this computer, how long it takes and what it needs."""

from pathlib import Path

from fastapi.testclient import TestClient

from studio.services.studio import Studio
from studio.web.server import Downloads, best_here, routes


def test_the_advice_holds_model_time_and_memory(studio: Studio) -> None:
    said = best_here(studio)
    assert said.startswith("Best for this computer: Practice model")
    assert "300 short examples it needs" in said and "are free now." in said


def test_it_is_asked_for_beside_the_messages_of_the_page(studio: Studio, tmp_path: Path) -> None:
    with TestClient(routes(Downloads(), tmp_path, lambda: best_here(studio))) as client:
        assert client.get("/studio/best").json() == {"text": best_here(studio)}
