"""The home: what can be read is listed, and what cannot does not stop the rest."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import pytest

from studio.storage.home import Home


def test_a_second_project_of_one_name_gets_a_number(tmp_path: Path) -> None:
    """The same file dropped twice gave two entries that nobody could tell apart."""
    home = Home(tmp_path / "home")
    titles = [home.create_project(title, "ana").title for title in ("Letters", "letters", "Letters", "Hats")]
    assert titles == ["Letters", "letters (2)", "Letters (3)", "Hats"]
    assert home.create_project("Letters", "ben").title == "Letters", "another person's stands in lists with her name"
    long = "L" * 130
    assert [len(home.create_project(long, "ana").title) for _ in range(2)] == [120, 116]


def titles_of_some(home: Path, count: int) -> Sequence[str]:
    """What so many projects of one name are called in the end, made one after another by one process."""
    return [Home(home).create_project("Letters", "ana").title for _ in range(count)]


def test_projects_that_several_processes_make_at_one_moment_have_names_of_their_own(tmp_path: Path) -> None:
    """Each looked which names were taken before the other had written its own."""
    with ProcessPoolExecutor(4) as pool:
        titles = sorted(title for of in pool.map(titles_of_some, repeat(tmp_path, 4), repeat(6)) for title in of)
    assert titles == sorted(["Letters", *(f"Letters ({number})" for number in range(2, 25))])


def test_a_damaged_project_is_left_out_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = Home(tmp_path / "home")
    whole, torn = home.create_project("Whole", "ana"), home.create_project("Torn", "ana")
    (home.project_folder(torn.id) / "project.json").write_text("{")
    assert [project.id for project in home.all_projects()] == [whole.id]
    assert "project.json" in caplog.text
