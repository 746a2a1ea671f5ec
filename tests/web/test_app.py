"""The page as a whole: what it says of the computer that it runs on."""

from datetime import datetime
from typing import Any

from studio.services.studio import Studio
from studio.storage.files import write_json
from studio.web.view import View
from tests.web.conftest import MountedPage


def test_the_last_line_says_which_versions_were_not_tested(own_page: MountedPage) -> None:
    own_page.page.__dict__["_differs"] = "Installed versions differ from the tested ones: trl 9.9.9 (tested: 1.16.0)."
    said: Any = own_page.compare_versions()[own_page.differs]
    assert said.visible and "trl 9&#46;9&#46;9" in said.value


def test_nothing_is_said_of_the_versions_that_were_tested(page: MountedPage) -> None:
    assert page.compare_versions() == {}


def test_the_address_says_new_only_to_whoever_has_projects(own_page: MountedPage, studio: Studio) -> None:
    """Else a project that somebody shares with her would not be shown after a reload."""
    assert 'class="at">' in own_page.page.header_of(View())[own_page.page.address]
    studio.home.create_project("Letters", studio.person)
    assert 'class="at anew">' in own_page.page.header_of(View())[own_page.page.address]


def test_projects_of_one_name_are_told_apart_in_the_picker(own_page: MountedPage, studio: Studio) -> None:
    """Of the same file dropped twice the second bears a number; those of an older home the moment of their making."""
    for _ in range(2):
        studio.home.create_project("Letters", studio.person)
    first, second = (datetime(2026, 3, day, 9, 5).astimezone() for day in (1, 2))
    for made in (first, second):
        old = studio.home.create_project("Hats", studio.person, now=made)
        path = studio.home.project_folder(old.id) / "project.json"
        write_json(path, old.model_copy(update={"title": "Hats"}))
    choices = own_page.page.header_of(View())[own_page.page.picker]["choices"]
    assert [name for name, _ in choices] == [
        "Letters (2)", "Letters", "Hats (02 Mar, 09:05)", "Hats (01 Mar, 09:05)",
    ]  # fmt: skip
