"""The administrator's page: people and sizes, nothing of what is in a project; for everybody else it is not there."""

import re

import pytest

from studio.schemas.people.person import Role
from tests.web.sign_in.conftest import GOOD, Site, send


@pytest.fixture
def ready(site: Site) -> Site:
    """Ana is administrator, Ben a member who owns a project."""
    site.people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    ben = site.people.add_with_password("Ben", GOOD, by="Ana")
    site.home.create_project("Letters", ben.id, id="letters")
    return site


def test_for_a_member_and_for_nobody_the_page_does_not_exist(ready: Site) -> None:
    ben = ready.signed_in("Ben")
    token = ready.people.sign_ins.form_token("nobody")
    for browser in (ben, ready.browser()):
        assert browser.get("/studio/people").status_code == 404
        for act in ("add", "remove", "role", "code"):
            data = {"token": token, "name": "Eve", "person": ready.people.named("Ana").id, "role": "administrator"}
            assert browser.post(f"/studio/people/{act}", data=data).status_code == 404
    assert [person.name for person in ready.people.all()] == ["Ana", "Ben"]


def test_somebody_is_added_and_her_code_shown_once(ready: Site) -> None:
    ana = ready.signed_in("Ana")
    answer = send(ana, "/studio/people", "/studio/people/add", name="Cem", role="member")
    code = re.search(r'class="code">([^<]+)<', answer.text)
    assert code and ready.people.use_code(code[1], GOOD, address="a").name == "Cem"
    assert code[1] not in ana.get("/studio/people").text
    again = send(ana, "/studio/people", "/studio/people/add", name="cem", role="member")
    assert again.status_code == 400 and "already" in again.text


def test_a_forgotten_password_needs_a_new_code(ready: Site) -> None:
    ana, ben = ready.signed_in("Ana"), ready.people.named("Ben")
    answer = send(ana, "/studio/people", "/studio/people/code", person=ben.id)
    assert "Give this one-time code to Ben" in answer.text and ready.people.waits_for_code(ben.id)
    assert send(ana, "/studio/people", "/studio/people/code", person="nobody").status_code == 404


def test_removing_asks_what_becomes_of_the_projects(ready: Site) -> None:
    ana, ben = ready.signed_in("Ana"), ready.people.named("Ben")
    bens = ready.signed_in("Ben")
    asked = send(ana, "/studio/people", "/studio/people/remove", person=ben.id, projects="")
    assert asked.status_code == 400 and "Ben owns 1 project: Letters." in asked.text
    done = send(ana, "/studio/people", "/studio/people/remove", person=ben.id, projects=ready.people.named("Ana").id)
    assert "Ben was removed." in done.text and ready.home.project("letters").owner == ready.people.named("Ana").id
    assert bens.get("/studio/account").headers["location"] == "/studio/sign-in"


def test_the_last_administrator_stays_one(ready: Site) -> None:
    ana, me = ready.signed_in("Ana"), ready.people.named("Ana")
    for act, more in (("role", {"role": "member"}), ("remove", {"projects": "forget"})):
        answer = send(ana, "/studio/people", f"/studio/people/{act}", person=me.id, **more)
        assert answer.status_code == 400 and "last administrator" in answer.text
    made = send(ana, "/studio/people", "/studio/people/role", person=ready.people.named("Ben").id, role="administrator")
    assert "Ben is administrator now." in made.text
    assert ready.signed_in("Ben").get("/studio/people").status_code == 200


def test_a_role_ends_with_the_request_after_it_was_taken(ready: Site) -> None:
    ben = ready.people.named("Ben")
    ready.people.set_role(ben, Role.ADMINISTRATOR, by="Ana")
    bens = ready.signed_in("Ben")
    assert bens.get("/studio/people").status_code == 200
    ready.people.set_role(ben, Role.MEMBER, by="Ana")
    assert bens.get("/studio/people").status_code == 404


def test_names_are_text_and_projects_are_sizes(ready: Site) -> None:
    ready.home.create_project("<img src=x onerror=alert(1)>", ready.people.named("Ben").id, id="odd")
    html = ready.signed_in("Ana").get("/studio/people").text
    assert "<img" not in html and "&lt;img" in html and "Letters" in html
    assert "<td>Ben</td>" in html and "/letters" not in html
