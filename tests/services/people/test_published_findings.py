"""What reviewers found in the accounts of another studio for training, each tried here by its name.

The findings are those published with Unsloth Studio's accounts (its pull requests 10102 and 10375).
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import NotFound, UnusableModel
from studio.schemas.people.person import Role
from studio.services.access import Actor
from studio.services.acting_studio import ActingStudio
from studio.services.people.people_service import People, WrongPassword
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.server import OLD_UPLOAD_SECONDS, forget_old_uploads
from tests.fake_engine import FakeEngine
from tests.services.conftest import table
from tests.services.people.conftest import GOOD


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(Settings(home=tmp_path / "home", offline=True, people=True), FakeEngine(steps=2, pause=0.0))
    yield made
    made.close()


def uploaded(studio: Studio, folder: Path, actor: Actor) -> str:
    path = folder / f"{actor.name}.csv"
    path.write_text(table(8), encoding="utf-8")
    return studio.examples.upload(path, path.name, by=actor.name, owner=actor.id).project


def test_a_member_cannot_set_the_path_of_what_is_opened_or_run(studio: Studio, tmp_path: Path) -> None:
    """There a managed account could set the path of llama.cpp, and so run any program."""
    theirs = tmp_path / "model"
    theirs.mkdir()
    (theirs / "config.json").write_text("{}")
    acting = ActingStudio(studio, lambda: Actor("p-ben", "ben"))
    for act in (acting.models.refuse_unlisted, acting.models.inspect):
        with pytest.raises(UnusableModel, match="not in the list"):
            act(str(theirs))
    assert not hasattr(acting, "engine") and not hasattr(acting, "home")


def test_a_password_that_changes_takes_nothing_from_anybody_else(people: People) -> None:
    """There a changed password wiped the secret with which the owner's desktop signed in."""
    for name, role in (("eva", Role.ADMINISTRATOR), ("ana", Role.MEMBER)):
        people.add_with_password(name, GOOD, by="-", role=role)
    of_eva = people.sign_in("eva", GOOD, address="10.0.0.1")
    ana = people.signed_in(people.sign_in("ana", GOOD, address="10.0.0.2"))
    assert ana is not None
    form = people.sign_ins.form_token("s1")
    people.change_password(ana, GOOD, "quite another long one", address="10.0.0.2")
    assert people.signed_in(of_eva) is not None and people.sign_ins.is_form_token(form, "s1")
    assert people.sign_in("ana", "quite another long one", address="10.0.0.2")


def test_a_name_that_is_given_again_finds_nothing_of_before(studio: Studio, tmp_path: Path) -> None:
    """There a name that was made anew inherited the old folder."""
    studio.accounts.add_with_password("eva", GOOD, by="-", role=Role.ADMINISTRATOR)
    first = studio.accounts.add_with_password("ana", GOOD, by="eva")
    project = uploaded(studio, tmp_path, Actor(first.id, "ana"))
    studio.accounts.remove(first, by="eva")
    again = studio.accounts.add_with_password("ana", GOOD, by="eva")
    assert again.id != first.id
    assert studio.access.projects(Actor(again.id, "ana")) == []
    with pytest.raises(NotFound):
        studio.open(Actor(again.id, "ana"), project)
    with pytest.raises(NotFound):
        studio.open(Actor("ana", "ana"), project)  # a name is no id


def test_what_is_swept_is_swept_for_everybody(studio: Studio) -> None:
    """There the sweepers ran for the owner alone."""
    old = time.time() - OLD_UPLOAD_SECONDS - 60
    left = [studio.home.uploads / person / "ab12" / "table.csv" for person in ("p-ana", "p-ben")]
    for path in left:
        path.parent.mkdir(parents=True)
        path.write_text("x")
        os.utime(path, (old, old))
    fresh = studio.home.uploads / "p-ana" / "cd34" / "table.csv"
    fresh.parent.mkdir()
    fresh.write_text("x")
    forget_old_uploads(studio.home.uploads, now=time.time())
    assert [path.exists() for path in left] == [False, False] and fresh.exists()


def test_a_project_that_is_damaged_stops_nobody_else(studio: Studio, tmp_path: Path) -> None:
    """There one account that failed ended the loop that starts all of them."""
    ana, ben = Actor("p-ana", "ana"), Actor("p-ben", "ben")
    of_ana, of_ben = uploaded(studio, tmp_path, ana), uploaded(studio, tmp_path, ben)
    (studio.home.projects / of_ana / "project.json").write_text("{ damaged")
    assert [project.id for project in studio.access.projects(ben)] == [of_ben]
    assert studio.access.projects(ana) == []
    studio.hold_home()  # a server starts


def test_who_was_removed_and_comes_back_is_not_stuck(people: People) -> None:
    """There an account that was retired and made active again could not be used any more."""
    people.add_with_password("eva", GOOD, by="-", role=Role.ADMINISTRATOR)
    people.remove(people.add_with_password("ana", GOOD, by="eva"), by="eva")
    with pytest.raises(WrongPassword):
        people.sign_in("ana", GOOD, address="10.0.0.1")
    invited = people.add("ana", by="eva")
    people.use_code(invited.code, GOOD, address="10.0.0.1")
    assert people.signed_in(people.sign_in("ana", GOOD, address="10.0.0.1")) is not None
