"""From an identity that somebody else has checked to a person of this studio."""

from collections.abc import Callable
from datetime import datetime

from studio.copy.catalog import say
from studio.schemas.people.person import Person, clean_name
from studio.services.access import Actor
from studio.services.people.attempts import network_of
from studio.services.people.identity import SignedIn
from studio.services.people.people_service import People, TooManyAttempts, WrongPassword
from studio.services.people.sign_on.identities import Identity, IdentityStore
from studio.storage.database import Database

HEADER = "header"  # as a provider: the proxy in front
BY_PROXY = "by-proxy"  # how such a sign-in's session begins
REMEMBERED = 1000


class SignOn:
    """`new_people`: whoever the organisation vouches for gets an account; else an administrator adds her first, under
    the name that the organisation has for her."""

    def __init__(
        self, people: People, database: Database, clock: Callable[[], datetime], *, new_people: bool = False
    ) -> None:
        self._people, self._store, self._clock = people, IdentityStore(database), clock
        self._database, self._new_people = database, new_people
        self._remembered: dict[str, SignedIn] = {}
        self._mark: tuple[int, ...] = ()

    def count_try(self, address: str) -> None:
        """TooManyAttempts when this address had its tries for the minute."""
        if not self._people.attempts.may_try(f"address {network_of(address)}"):
            raise TooManyAttempts(say("sign_in.too_many"), hint=say("sign_in.wait_a_minute"))

    def sign_in(self, identity: Identity, *, address: str) -> str:
        """The cookie of whoever this is. WrongPassword, in words that say what to do, for nobody of this studio."""
        person = self.person(identity)
        cookie = self._people.sign_ins.begin(person)
        if cookie is None:
            raise WrongPassword(say("sign_on.nobody", name=identity.name[:64]), hint=say("sign_on.ask"))
        self._database.note(person.signature, "sign in", address)
        return cookie

    def person(self, identity: Identity) -> Person:
        """By the identity's own id; at its first time by its name."""
        known = self._store.person(identity.provider, identity.subject)
        if known is not None:
            return known
        name = clean_name(identity.name)
        here = next((one for one in self._people.all() if name and one.name.casefold() == name.casefold()), None)
        if here is not None and self._store.bind(identity.provider, identity.subject, here.id, self._clock()):
            self._database.note(here.signature, "bind identity", identity.provider)
        elif here is None and name and self._new_people:
            made = self._people.new(name)
            if self._store.add(identity.provider, identity.subject, made):
                self._database.note(made.name, "add person", f"{made.name} ({made.role}) by {identity.provider}")
        found = self._store.person(identity.provider, identity.subject)
        if found is None:
            self._database.note("?", "failed sign-in", identity.provider)
            raise WrongPassword(say("sign_on.nobody", name=identity.name[:64]), hint=say("sign_on.ask"))
        return found

    def named_by_proxy(self, name: str) -> SignedIn | None:
        """Whoever the proxy says that asks; None for nobody of this studio. Nearly always from memory."""
        mark = self._store.mark
        if mark != self._mark or len(self._remembered) > REMEMBERED:
            self._mark, self._remembered = mark, {}
        if name not in self._remembered:
            try:
                person = self.person(Identity(HEADER, name.casefold(), name))
            except WrongPassword:
                return None
            session = f"{BY_PROXY} {person.id}"
            self._remembered[name] = SignedIn(
                Actor(person.id, person.signature), session, person.is_administrator, is_by_proxy=True
            )
        return self._remembered[name]
