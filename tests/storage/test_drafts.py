"""What was typed and not sent: kept for each person by herself, in the project, and never without end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studio.storage.drafts import LONGEST_TEXT, MOST, DraftStore
from studio.storage.home import Home

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_each_person_finds_her_own_in_each_project(home: Home) -> None:
    project, store = home.create_project("Letters", "ana").id, DraftStore(home)
    store.keep("ana", project, "Your question", "Do you ship?", NOW)
    store.keep("ana", "", "Your question", "of no project", NOW)
    assert DraftStore(home).all("ana", project) == {"Your question": "Do you ship?"}
    assert store.all("ben", project) == {} and store.all("ana", "") == {"Your question": "of no project"}
    assert list((home.project_folder(project) / "drafts").iterdir()), "it goes with the project"


def test_what_was_sent_is_gone(home: Home) -> None:
    store = DraftStore(home)
    store.keep("ana", "", "Why", "because", NOW)
    store.keep("ana", "", "Why", "", NOW)
    assert store.all("ana", "") == {}


def test_there_is_an_end_to_what_is_kept(home: Home) -> None:
    store = DraftStore(home)
    for number in range(MOST + 5):
        store.keep("ana", "", f"field {number}", "x" * (LONGEST_TEXT + 1), NOW + timedelta(seconds=number))
    kept = store.all("ana", "")
    assert len(kept) == MOST and "field 0" not in kept and {len(text) for text in kept.values()} == {LONGEST_TEXT}
