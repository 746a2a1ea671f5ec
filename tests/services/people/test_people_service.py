"""Accounts: who is added, who may sign in, and that nothing is told to whoever may not."""

import sqlite3
import time
from collections.abc import Callable
from statistics import median

import pytest

from studio.errors import NotFound, StudioError
from studio.schemas.people.person import Role
from studio.services.people.people_service import People, TooManyAttempts, WrongPassword
from studio.storage.database import Database
from tests.services.people.conftest import GOOD, Clock


def sign_in(people: People, name: str, password: str = GOOD, address: str = "10.0.0.1") -> str:
    return people.sign_in(name, password, address=address)


def refusal(act: Callable[[], object]) -> tuple[type[StudioError], str, str]:
    with pytest.raises(StudioError) as refused:
        act()
    return type(refused.value), refused.value.message, refused.value.hint


def test_the_first_administrator_is_made_by_the_newest_code_and_once(people: People, clock: Clock) -> None:
    assert people.nobody_yet
    old, code = people.first_code(), people.first_code()
    with pytest.raises(WrongPassword):
        people.become_first(old, "Ana", GOOD, address="a")
    ana = people.become_first(code.lower().replace("-", " "), "Ana", GOOD, address="a")
    assert ana.is_administrator and not people.nobody_yet
    with pytest.raises(WrongPassword):
        people.become_first(code, "Eve", GOOD, address="a")
    with pytest.raises(WrongPassword):
        people.become_first(people.first_code(), "Eve", GOOD, address="a")
    assert people.signed_in(sign_in(people, "ANA ")).person.name == "Ana"  # type: ignore[union-attr]


def test_a_code_holds_for_its_time_and_one_use(people: People, clock: Clock) -> None:
    invited = people.add("Ben", by="Ana")
    assert invited.person.role is Role.MEMBER and people.waits_for_code(invited.person.id)
    with pytest.raises(WrongPassword):
        sign_in(people, "Ben", "")
    assert people.use_code(invited.code, GOOD, address="a").id == invited.person.id
    with pytest.raises(WrongPassword):
        people.use_code(invited.code, "another long one", address="a")
    late = people.new_code(invited.person, by="Ana")
    clock.move(days=8)
    with pytest.raises(WrongPassword):
        people.use_code(late, "another long one", address="a")
    assert sign_in(people, "Ben")


def test_a_members_code_makes_no_administrator_and_is_not_used_up_by_the_try(people: People) -> None:
    invited = people.add("Ben", by="Ana")
    with pytest.raises(WrongPassword):
        people.become_first(invited.code, "Eve", GOOD, address="a")
    with pytest.raises(WrongPassword):
        people.use_code(people.first_code(), GOOD, address="a")
    assert people.use_code(invited.code, GOOD, address="a").name == "Ben"


def test_a_name_given_again_inherits_nothing(people: People) -> None:
    people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    first = people.add_with_password("Ben", GOOD, by="Ana")
    cookie = sign_in(people, "Ben")
    people.remove(first, by="Ana")
    assert people.signed_in(cookie) is None
    with pytest.raises(WrongPassword):
        sign_in(people, "Ben")
    second = people.add_with_password("ben", "quite another one", by="Ana")
    assert second.id != first.id and people.signed_in(cookie) is None
    assert people.named("BEN").id == second.id and people.person(first.id).removed is not None  # type: ignore[union-attr]
    with pytest.raises(WrongPassword):
        sign_in(people, "Ben", GOOD)
    signed_in = people.signed_in(sign_in(people, "Ben", "quite another one"))
    assert signed_in.person.name == "ben (2)"  # type: ignore[union-attr]  # so that votes and decisions stay apart


def test_two_people_cannot_have_one_name_and_some_texts_are_no_names(people: People) -> None:
    people.add("José", by="Ana")
    for name in ("José", "JOSE\u0301", "  josé "):
        with pytest.raises(StudioError, match="already"):
            people.add(name, by="Ana")
    for name in ("", " ", "<b>", "a" * 51, "../x", "a/b", "-rf", "x\u202ey", "a\nb\x00"):
        with pytest.raises(StudioError, match="cannot be a name"):
            people.add(name, by="Ana")


def test_a_sign_in_ends_by_itself_and_by_a_click_everywhere(people: People, clock: Clock) -> None:
    people.add_with_password("Ana", GOOD, by="x")
    here, there = sign_in(people, "Ana"), sign_in(people, "Ana")
    assert people.signed_in(here).session != people.signed_in(there).session  # type: ignore[union-attr]
    people.sign_out(people.signed_in(here))  # type: ignore[arg-type]
    assert people.signed_in(here) is None and people.signed_in(there) is not None
    third = sign_in(people, "Ana")
    people.sign_out_everywhere(people.signed_in(there))  # type: ignore[arg-type]
    assert people.signed_in(there) is None and people.signed_in(third) is None
    last = sign_in(people, "Ana")
    clock.move(days=6, hours=23)
    assert people.signed_in(last) is not None
    clock.move(hours=2)
    assert people.signed_in(last) is None


def test_a_new_password_ends_every_sign_in(people: People) -> None:
    ana = people.add_with_password("Ana", GOOD, by="x")
    here, there = sign_in(people, "Ana"), sign_in(people, "Ana")
    with pytest.raises(WrongPassword):
        people.change_password(people.signed_in(here), "not the old one", "a new long one", address="a")  # type: ignore[arg-type]
    people.change_password(people.signed_in(here), GOOD, "a new long one", address="a")  # type: ignore[arg-type]
    assert people.signed_in(here) is None and people.signed_in(there) is None
    code = people.new_code(ana, by="x")
    again = sign_in(people, "Ana", "a new long one")
    people.use_code(code, GOOD, address="a")
    assert people.signed_in(again) is None and sign_in(people, "Ana")


def test_cookies_that_we_did_not_sign_open_nothing(people: People, database: Database, clock: Clock) -> None:
    people.add_with_password("Ana", GOOD, by="x")
    cookie = sign_in(people, "Ana")
    other = cookie[:-5] + ("AAAAA" if cookie[-5] != "A" else "BBBBB")
    forged = ["", "x", other, cookie + ".", "." + cookie, "é", "a" * 5000,
              people.sign_ins.form_token(people.signed_in(cookie).session)]  # type: ignore[union-attr]  # fmt: skip
    assert [people.signed_in(one) for one in forged] == [None] * len(forged)
    assert People(database, clock).signed_in(cookie) is not None  # a restart of the server ends nothing


def test_a_removal_by_another_process_ends_a_remembered_sign_in_at_once(
    people: People, database: Database, clock: Clock
) -> None:
    people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    ben = people.add_with_password("Ben", GOOD, by="x")
    cookie = sign_in(people, "Ben")
    assert people.signed_in(cookie) is not None and people.signed_in(cookie) is not None
    People(Database(database.path), clock).remove(ben, by="x")
    assert people.signed_in(cookie) is None


def test_of_three_hundred_wrong_passwords_ten_reach_the_verifier(people: People) -> None:
    people.add_with_password("Ana", GOOD, by="x")
    refused = []
    for number in range(300):
        try:
            sign_in(people, "Ana", f"wrong password {number}", address=f"10.0.{number}.1")
        except StudioError as error:
            refused.append(type(error))
    assert refused == [WrongPassword] * 10 + [TooManyAttempts] * 290 and people.passwords.checked == 10


def test_one_address_has_ten_tries_a_minute_over_all_names(people: People) -> None:
    refused = []
    for number in range(300):
        try:
            sign_in(people, f"name {number}", address=f"2001:db8::{number:x}")
        except StudioError as error:
            refused.append(type(error))
    assert refused.count(WrongPassword) == 10 == people.passwords.checked
    people.add_with_password("Ana", GOOD, by="x")
    assert sign_in(people, "Ana", address="2001:db8:0:1::1")


def test_codes_are_limited_like_passwords(people: People) -> None:
    code = people.first_code()
    for _ in range(10):
        with pytest.raises(WrongPassword):
            people.become_first("AAAAAA-AAAAAA-AAAAAA-AAAAAA", "Eve", GOOD, address="a")
    with pytest.raises(TooManyAttempts):
        people.become_first(code, "Eve", GOOD, address="a")
    assert people.become_first(code, "Ana", GOOD, address="b")


def test_a_right_password_forgives_the_wrong_ones_before_it(people: People) -> None:
    people.add_with_password("Ana", GOOD, by="x")
    for round in range(5):
        for wrong in range(4):
            with pytest.raises(WrongPassword):
                sign_in(people, "Ana", f"wrong {wrong}", address=f"10.{round}.0.1")
        assert sign_in(people, "Ana", address=f"10.{round}.0.1")


def test_unknown_waiting_and_removed_people_get_the_same_words(people: People) -> None:
    people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    people.add("Ben", by="Ana")
    people.remove(people.add_with_password("Cem", GOOD, by="Ana"), by="Ana")
    names = ("Ana", "Ben", "Cem", "nobody", "<script>")
    said = {refusal(lambda name=name: sign_in(people, name, "wrong", address=name)) for name in names}  # type: ignore[misc]
    assert len(said) == 1


def test_an_unknown_name_takes_as_long_as_a_known_one(database: Database, clock: Clock) -> None:
    """With the hashes that people get. In turns, so that whatever else runs meanwhile hits both alike; a difference
    that stands in each of three rounds is one of the code and not of a busy computer."""
    people = People(database, clock)
    people.add_with_password("Ana", GOOD, by="x")

    def difference(first_turn: int) -> float:
        took: dict[str, list[float]] = {"Ana": [], "nobody": []}
        for turn in range(first_turn, first_turn + 12):
            for name, times in took.items():
                people.attempts.forgive(f"name {name.casefold()}")
                begun = time.process_time()  # this process's own work: it alone tells of the name
                with pytest.raises(WrongPassword):
                    sign_in(people, name, "wrong", address=f"{name} {turn}")
                times.append(time.process_time() - begun)
        return abs(median(took["Ana"]) - median(took["nobody"]))

    assert any(difference(first_turn) < 0.005 for first_turn in (0, 12, 24))


def test_passwords_are_nowhere_on_disk(people: People, database: Database) -> None:
    people.add_with_password("Ana", "zebra-umbrella-77", by="x")
    with pytest.raises(WrongPassword):
        sign_in(people, "zebra-umbrella-77", "Ana")  # typed into the wrong field
    code = people.add("Ben", by="Ana").code
    cookie = sign_in(people, "Ana", "zebra-umbrella-77")
    kept = b"".join(path.read_bytes() for path in database.path.parent.iterdir())
    assert not any(secret.encode() in kept for secret in ("zebra", code, code.replace("-", ""), cookie))
    with sqlite3.connect(database.path) as db:
        assert str(db.execute("SELECT password FROM people WHERE name = 'Ana'").fetchone()[0]).startswith("$argon2id$")


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaaa", "Ana of the North", "x" * 1025])
def test_bad_passwords_are_refused_in_words(people: People, password: str) -> None:
    with pytest.raises(StudioError) as refused:
        people.add_with_password("Ana of the North", password, by="x")
    assert refused.value.where == "password" and "words" in refused.value.hint
    assert people.all() == []


def test_somebody_stays_administrator(people: People) -> None:
    ana = people.add_with_password("Ana", GOOD, by="x", role=Role.ADMINISTRATOR)
    for act in (lambda: people.remove(ana, by="Ana"), lambda: people.set_role(ana, Role.MEMBER, by="Ana")):
        with pytest.raises(StudioError, match="last administrator"):
            act()
    ben = people.add("Ben", by="Ana", role=Role.ADMINISTRATOR).person
    people.remove(ana, by="Ben")
    assert people.all() == [ben.model_copy(update={"has_password": False})]
    with pytest.raises(NotFound):
        people.named("Ana")


def test_a_form_token_is_good_for_its_own_sign_in_alone(people: People) -> None:
    token = people.sign_ins.form_token("session 1")
    assert people.sign_ins.is_form_token(token, "session 1")
    assert not people.sign_ins.is_form_token(token, "session 2") and not people.sign_ins.is_form_token("", "")
