"""From an identity to an account: bound once, never to somebody who is here already, and to nobody by chance."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from studio.schemas.people.person import Role
from studio.services.people.passwords import Passwords
from studio.services.people.people_service import People, WrongPassword
from studio.services.people.sign_on.identities import Identity
from studio.services.people.sign_on.sign_on import SignOn
from studio.storage.database import Database

GOOD = "four words in a row"
ANA = Identity("https://issuer.example", "sub-1", "ana")


class Box:
    def __init__(self, folder: Path) -> None:
        self.database = Database(folder / "studio.db")
        quick = Passwords(PasswordHasher(time_cost=1, memory_cost=256, parallelism=1))
        self.people = People(self.database, lambda: datetime.now(UTC), quick)
        self.people.add_with_password("Root", GOOD, by="-", role=Role.ADMINISTRATOR)

    def sign_on(self, *, new_people: bool = False) -> SignOn:
        return SignOn(self.people, self.database, lambda: datetime.now(UTC), new_people=new_people)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_whom_an_administrator_added_comes_in_and_is_known_by_her_id_from_then_on(box: Box) -> None:
    added = box.people.add("Ana", by="root").person
    sign_on = box.sign_on()
    cookie = sign_on.sign_in(ANA, address="::1")
    seen = box.people.signed_in(cookie)
    assert seen is not None and seen.person.id == added.id
    assert not box.people.waits_for_code(added.id)
    assert sign_on.person(Identity(ANA.provider, "sub-1", "ana married")).id == added.id
    with pytest.raises(WrongPassword):
        sign_on.person(Identity(ANA.provider, "sub-2", "ana"))


def test_nobody_comes_in_as_somebody_who_has_a_password(box: Box) -> None:
    with pytest.raises(WrongPassword, match="nobody of that name waits"):
        box.sign_on(new_people=True).sign_in(Identity(ANA.provider, "s", "root"), address="::1")


def test_strangers_get_an_account_only_where_that_is_set(box: Box) -> None:
    with pytest.raises(WrongPassword):
        box.sign_on().sign_in(ANA, address="::1")
    assert box.people.signed_in(box.sign_on(new_people=True).sign_in(ANA, address="::1")) is not None
    assert box.people.named("ana").role is Role.MEMBER


def test_who_was_removed_inherits_nothing_of_herself(box: Box) -> None:
    sign_on = box.sign_on(new_people=True)
    first = sign_on.person(ANA)
    box.people.remove(first, by="root")
    second = sign_on.person(ANA)
    assert second.id != first.id and second.signature == "ana (2)"


def test_whom_the_proxy_names_is_looked_up_anew_when_something_changed(box: Box) -> None:
    sign_on = box.sign_on()
    assert sign_on.named_by_proxy("Ana") is None
    added = box.people.add("Ana", by="root").person
    seen = sign_on.named_by_proxy("ana")
    assert seen is not None and seen.person.id == added.id and seen.is_by_proxy and not seen.administrator
    box.people.set_role(added, Role.ADMINISTRATOR, by="root")
    again = sign_on.named_by_proxy("ana")
    assert again is not None and again.administrator
    box.people.remove(added, by="root")
    assert sign_on.named_by_proxy("ana") is None
