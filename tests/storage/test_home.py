"""The home: what can be read is listed, and what cannot does not stop the rest."""

from pathlib import Path

import pytest

from studio.storage.home import Home


def test_a_damaged_project_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = Home(tmp_path / "home")
    whole, torn = home.create_project("Whole", "ana"), home.create_project("Torn", "ana")
    (home.project_folder(torn.id) / "project.json").write_text("{")
    assert [project.id for project in home.all_projects()] == [whole.id]
    assert "project.json" in caplog.text
