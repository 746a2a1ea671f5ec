"""People who share this studio: adding and removing them, and signing in.

Whatever somebody who is not signed in may try costs the same time and gets the same words, whether there is such a
person or not.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from studio.copy.catalog import say
from studio.errors import NotFound, StudioError
from studio.schemas.people.person import Person, Role, clean_name, name_key
from studio.services.people.attempts import Attempts, network_of
from studio.services.people.identity import SignedIn
from studio.services.people.passwords import Passwords
from studio.services.people.sign_ins import SignIns
from studio.storage.account_store import AccountStore
from studio.storage.database import Database

FIRST_CODE_SECONDS = 24 * 3600
CODE_SECONDS = 7 * 24 * 3600


class TooManyAttempts(StudioError):
    """This address or this name had its tries for the minute."""


class WrongPassword(StudioError):
    """Name and password, or the code, do not fit: in the same words whatever is wrong."""


@dataclass(frozen=True)
class Invitation:
    """A person, and the one-time code with which she sets her password. The code is nowhere else."""

    person: Person
    code: str


class People:
    """Also the `Authenticator` of the page."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], passwords: Passwords | None = None,
        attempts: Attempts | None = None,
    ) -> None:  # fmt: skip
        self._store, self._database, self._clock = AccountStore(database), database, clock
        self.passwords = passwords or Passwords()
        self.attempts = attempts or Attempts()
        self.sign_ins = SignIns(self._store, clock)

    # Who there is

    @property
    def nobody_yet(self) -> bool:
        """Whether there is no administrator, so that the first one must be made by a code."""
        return not any(person.is_administrator for person in self.all())

    def all(self) -> list[Person]:
        """Who has an account now, by name."""
        return self._store.people()

    def named(self, name: str) -> Person:
        """NotFound when nobody is called so now."""
        found = self._store.named(name)
        if found is None:
            raise NotFound(say("sign_in.nobody_called", name=name[:64]), hint=say("sign_in.list_people"))
        return found

    def person(self, id: str) -> Person | None:
        """By id, also one who was removed."""
        return self._store.person(id)

    def name_of(self, id: str) -> str:
        """What stands beside what she does: the name, or the id itself where it is none of a person."""
        found = self._store.person(id)
        return found.signature if found else id

    def waits_for_code(self, person: str) -> bool:
        """Whether a one-time code waits for her."""
        return self._store.has_code(person, self._now)

    # What administrators do

    def add(self, name: str, *, by: str, role: Role = Role.MEMBER) -> Invitation:
        """A new person, who sets her password herself. StudioError when the name is taken or can be none."""
        person = self._new(name, role)
        if not self._store.add(person):
            raise StudioError(say("sign_in.name_taken", name=person.name), hint=say("sign_in.other_name"), where="name")
        self._database.note(by, "add person", f"{person.name} ({person.role})")
        return Invitation(self._kept(person), self._code_for(person.id, CODE_SECONDS))

    def add_with_password(self, name: str, password: str, *, by: str, role: Role = Role.MEMBER) -> Person:
        """The same with a password, for the command line."""
        person = self._new(name, role)
        if not self._store.add(person, self.passwords.hash(password, person.name)):
            raise StudioError(say("sign_in.name_taken", name=person.name), hint=say("sign_in.other_name"), where="name")
        self._database.note(by, "add person", f"{person.name} ({person.role})")
        return self._kept(person)

    def new(self, name: str) -> Person:
        """A member who is not kept yet. StudioError when this can be no name."""
        return self._new(name, Role.MEMBER)

    def new_code(self, person: Person, *, by: str) -> str:
        """For one who has no password yet or forgot it. Her old one works until the code is used."""
        self._database.note(by, "one-time code", person.name)
        return self._code_for(person.id, CODE_SECONDS)

    def set_role(self, person: Person, role: Role, *, by: str) -> None:
        """StudioError when nobody would be administrator."""
        if not self._store.set_role(person.id, role):
            raise StudioError(say("sign_in.last_administrator"), hint=say("sign_in.make_another"))
        self._database.note(by, f"make {role}", person.name)

    def refuse_last_administrator(self, person: Person) -> None:
        """StudioError when nobody would be administrator without her."""
        if [one.id for one in self.all() if one.is_administrator] == [person.id]:
            raise StudioError(say("sign_in.last_administrator"), hint=say("sign_in.make_another"))

    def remove(self, person: Person, *, by: str) -> None:
        """Ends her sign-ins and frees her name, which gives nothing of hers to whoever gets it next."""
        if not self._store.remove(person.id, self._clock()):
            raise StudioError(say("sign_in.last_administrator"), hint=say("sign_in.make_another"))
        self._database.note(by, "remove person", person.name)

    def set_password(self, person: Person, password: str, *, by: str) -> None:
        """Ends all her sign-ins."""
        self._store.set_password(person.id, self.passwords.hash(password, person.name))
        self._database.note(by, "set password", person.name)

    # The first administrator

    def first_code(self) -> str:
        """A new one-time code that makes the first administrator; the one before holds no more."""
        return self._code_for("", FIRST_CODE_SECONDS)

    def become_first(self, code: str, name: str, password: str, *, address: str) -> Person:
        """The first administrator. WrongPassword for a code that is wrong, old or used; TooManyAttempts."""
        self._count_try(address)
        person = self._new(name, Role.ADMINISTRATOR)
        hashed = self.passwords.hash(password, person.name)
        if not self._store.add_first(person, hashed, digest(code), self._now):
            raise WrongPassword(say("sign_in.wrong_code"), hint=say("sign_in.ask_for_code"), where="code")
        self._database.note(person.signature, "first administrator", person.name)
        return self._kept(person)

    # Signing in

    def sign_in(self, name: str, password: str, *, address: str) -> str:
        """The cookie. WrongPassword in the same words and time for whatever is wrong; TooManyAttempts."""
        key = f"name {name_key(name) or name}"
        self._count_try(address, key)
        person = self._store.named(name)
        hashed = self._store.password(person.id if person else "")
        cookie = self.sign_ins.begin(person) if self.passwords.fits(password, hashed) and person else None
        if cookie is None or person is None:
            # what was typed as a name may be her password: only a name that is known is written down
            self._database.note(person.signature if person else "?", "failed sign-in", address)
            raise WrongPassword(say("sign_in.wrong"), hint=say("sign_in.wrong_next"))
        self.attempts.forgive(key)
        self._database.note(person.signature, "sign in", address)
        return cookie

    def use_code(self, code: str, password: str, *, address: str) -> Person:
        """Her password is set and the code used up. WrongPassword for a code that is wrong, old or used."""
        self._count_try(address)
        hashed = self.passwords.hash(password, "")
        id = self._store.set_password_by_code(digest(code), hashed, self._now)
        person = self._store.person(id) if id else None
        if person is None:
            raise WrongPassword(say("sign_in.wrong_code"), hint=say("sign_in.ask_for_code"), where="code")
        self._database.note(person.signature, "set password", person.name)
        return person

    def change_password(self, signed_in: SignedIn, old: str, new: str, *, address: str) -> None:
        """By herself; ends all her sign-ins, this one too. WrongPassword when the old one is wrong."""
        self._count_try(address, f"name {name_key(signed_in.person.name)}")
        if not self.passwords.fits(old, self._store.password(signed_in.person.id)):
            raise WrongPassword(say("sign_in.old_password_wrong"), hint=say("sign_in.wrong_next"), where="old")
        person = self._store.person(signed_in.person.id)
        if person is not None:
            self.set_password(person, new, by=person.signature)

    def signed_in(self, cookie: str) -> SignedIn | None:
        """Whose cookie this is; None for no cookie, an expired or revoked one, and a person who was removed."""
        return self.sign_ins.signed_in(cookie)

    def sign_out(self, signed_in: SignedIn) -> None:
        """Ends this sign-in. What she started goes on."""
        self._store.end_sign_in(signed_in.session)
        self._database.note(signed_in.person.name, "sign out", "")

    def sign_out_everywhere(self, signed_in: SignedIn) -> None:
        """Ends all her sign-ins, in every browser."""
        self._store.end_sign_ins(signed_in.person.id)
        self._database.note(signed_in.person.name, "sign out everywhere", "")

    # Within

    @property
    def _now(self) -> float:
        return self._clock().timestamp()

    def _new(self, name: str, role: Role) -> Person:
        clean = clean_name(name)
        if not clean:
            raise StudioError(say("sign_in.no_name", name=name[:64]), hint=say("sign_in.names_hold"), where="name")
        return Person(id=f"p{secrets.token_hex(12)}", name=clean, role=role, created=self._clock())

    def _kept(self, person: Person) -> Person:
        """As it stands in the database."""
        return self._store.person(person.id) or person

    def _code_for(self, person: str, seconds: float) -> str:
        letters = base64.b32encode(secrets.token_bytes(15)).decode()
        code = "-".join(letters[at : at + 6] for at in range(0, 24, 6))
        self._store.put_code(digest(code), person, self._now + seconds)
        return code

    def _count_try(self, address: str, *more: str) -> None:
        if not self.attempts.may_try(f"address {network_of(address)}", *more):
            raise TooManyAttempts(say("sign_in.too_many"), hint=say("sign_in.wait_a_minute"))


def digest(code: str) -> str:
    """Of a one-time code as somebody typed it: spaces, dashes and small letters do not matter."""
    letters = "".join(letter for letter in code[:200].upper() if letter.isalnum())
    return hashlib.sha256(letters.encode("utf-8", "surrogatepass")).hexdigest()
