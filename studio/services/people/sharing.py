"""With whom a project is shared. Every verb asks who acts, and needs the right for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.people.person import Person
from studio.schemas.project import Project, Share
from studio.services.access import Access, Actor, Right
from studio.services.people.ownership import change_project
from studio.services.people.people_service import People
from studio.storage.database import Database
from studio.storage.home import Home


@dataclass(frozen=True)
class SharedWith:
    """Somebody who may do something in a project of another person."""

    person: Person
    share: Share


class Sharing:
    """Each change is written down in the audit log, and holds from the next request on."""

    def __init__(self, home: Home, ledger: Database, people: People, access: Access) -> None:
        self._home, self._ledger, self._people, self._access = home, ledger, people, access

    def shared_with(self, actor: Actor, project: str) -> list[SharedWith]:
        """Who may do what in a project, for its owner; by name."""
        shares = self._access.require(actor, project, Right.SHARE).shares
        here = {person.id: person for person in self._people.all()}
        found = [SharedWith(here[id], share) for id, share in shares.items() if id in here]
        return sorted(found, key=lambda one: one.person.name.casefold())

    def may_be_asked(self, actor: Actor, project: str) -> list[Person]:
        """With whom she could share it: everybody else."""
        owner = self._access.require(actor, project, Right.SHARE).owner
        return [person for person in self._people.all() if person.id != owner]

    def share(self, actor: Actor, project: str, name: str, share: Share) -> Project:
        """Let somebody read, vote or edit. NotFound when nobody is called so; StudioError for the owner herself."""
        found = self._access.require(actor, project, Right.SHARE)
        person = self._people.named(name)
        if person.id == found.owner:
            raise StudioError(say("sharing.own", title=found.title), hint=say("sharing.choose_another"), where="name")
        changed = self._change(project, {person.id: share})
        self._ledger.note(actor.name, f"share to {share}", f"{project} {person.signature}")
        return changed

    def unshare(self, actor: Actor, project: str, person: str) -> Project:
        """Take it back from somebody, by her id; it ends with her next request. She may do so herself."""
        self._access.require(actor, project, Right.SEE if person == actor.id else Right.SHARE)
        changed = self._change(project, {}, without=person)
        self._ledger.note(actor.name, "end sharing", f"{project} {self._people.name_of(person)}")
        return changed

    def owner_name(self, project: Project) -> str:
        """Whose it is, as it stands on the page."""
        return self._people.name_of(project.owner)

    def _change(self, project: str, added: Mapping[str, Share], *, without: str = "") -> Project:
        def shares(now: Project) -> dict[str, object]:
            return {"shares": {id: share for id, share in {**now.shares, **added}.items() if id != without}}

        return change_project(self._home, self._ledger, project, shares)
