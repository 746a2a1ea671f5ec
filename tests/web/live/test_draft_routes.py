"""The routes of what was typed: each person's own, across browsers and restarts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.guard.conftest import PORT, Standing, put_together, signed_in

TYPED = {"field": "Your question", "text": "Do you ship?"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Standing]:
    made = put_together(tmp_path / "home", signed_in())
    yield made
    made.studio.close()


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Standing]:
    made = put_together(tmp_path / "home", None)
    yield made
    made.studio.close()


def test_another_browser_of_hers_finds_it_and_nobody_else(site: Standing) -> None:
    assert site.ask("POST", "/studio/drafts", "ana", json=TYPED).status_code == 204
    assert site.ask("GET", "/studio/drafts", "ana-again").json() == {"drafts": {"Your question": "Do you ship?"}}
    assert site.ask("GET", "/studio/drafts", "ben").json() == {"drafts": {}}
    assert site.ask("GET", "/studio/drafts").status_code == 401


def test_a_project_that_is_not_hers_has_none(site: Standing) -> None:
    project = site.studio.home.create_project("Letters", "p-ana").id
    assert site.ask("POST", "/studio/drafts", "ana", json={**TYPED, "project": project}).status_code == 204
    assert site.ask("GET", f"/studio/drafts?project={project}", "ben").status_code == 404
    assert site.ask("POST", "/studio/drafts", "ben", json={**TYPED, "project": project}).status_code == 404
    assert site.ask("POST", "/studio/drafts", "ana", json={**TYPED, "project": "../.."}).status_code == 404


def test_without_accounts_the_one_person_finds_hers_from_every_browser_that_was_let_in(alone: Standing) -> None:
    first, second = (alone.ask("GET", "/?token=secret").cookies[f"studio-{PORT}"] for _ in range(2))
    assert alone.ask("POST", "/studio/drafts", first, json=TYPED).status_code == 204
    assert alone.ask("GET", "/studio/drafts", second).json() == {"drafts": {"Your question": "Do you ship?"}}
