"""Who may do what: the one place that decides it, at the door of the services.

A page or a command opens a project as somebody (`Studio.open`) and gets services that find nothing outside it: an id
of another project is as unknown there as one that does not exist. The single person of a computer may do everything.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from types import MethodType
from typing import Any, TypeVar

from studio.copy.catalog import say
from studio.errors import NotFound
from studio.schemas.project import Project, Share
from studio.storage.home import Home

S = TypeVar("S")


@dataclass(frozen=True)
class Actor:
    """Who acts: an id that never changes, and the name that stands beside what she does."""

    id: str
    name: str


class Right(StrEnum):
    """What somebody wants to do with a project and all that is in it."""

    SEE = "see"
    VOTE = "vote"
    CHANGE = "change"
    DELETE = "delete"
    SHARE = "share"
    SERVE = "serve"  # to other programs


SHARED_RIGHTS: dict[Share, frozenset[Right]] = {
    Share.READ: frozenset({Right.SEE}),
    Share.VOTE: frozenset({Right.SEE, Right.VOTE}),
    Share.EDIT: frozenset({Right.SEE, Right.VOTE, Right.CHANGE}),
}


class NotAllowed(NotFound):
    """She may see the project, and not do this with it."""


May = Callable[[Actor, Project, Right], bool]


def single_person(actor: Actor, project: Project, right: Right) -> bool:
    """Whoever works alone may do everything."""
    return True


def owner_or_shared(actor: Actor, project: Project, right: Right) -> bool:
    """Nobody may do anything with a project but its owner, and whoever she shares it with; no role changes that."""
    if not actor.id:
        return False
    share = project.shares.get(actor.id)
    return project.owner == actor.id or (share is not None and right in SHARED_RIGHTS[share])


class Access:
    """Answers every question of this kind by one rule."""

    def __init__(self, home: Home, may: May = single_person) -> None:
        self._home, self._may = home, may

    def require(self, actor: Actor, project: str, right: Right) -> Project:
        """The project, if she may; NotFound in the same words for one that is not there and for one not hers."""
        found = self._home.project(project)
        if not self._may(actor, found, Right.SEE):
            raise NotFound(say("access.there_no_project", project=project), hint=say("access.studio_runs_page_list"))
        if not self._may(actor, found, right):
            raise not_allowed(found, right)
        return found

    def rights(self, actor: Actor, project: Project) -> frozenset[Right]:
        """All that she may do with it."""
        return frozenset(right for right in Right if self._may(actor, project, right))

    @property
    def tells_people_apart(self) -> bool:
        """Whether people sign in, so that a door has to look at who comes through it."""
        return self._may is not single_person

    def projects(self, actor: Actor) -> list[Project]:
        """What she may see, newest first."""
        return [project for project in self._home.all_projects() if self._may(actor, project, Right.SEE)]


def not_allowed(project: Project, right: Right) -> NotAllowed:
    """One sentence for somebody with whom it is shared for less."""
    return NotAllowed(say(f"access.not_{right}", title=project.title), hint=say("access.ask_owner"))


def bound_to(home: Home, service: S, services: tuple[type, ...], made: dict[int, Any]) -> S:
    """A copy of a service that looks into this home, as do the services it asks. What it remembers (locks, caches, a
    loaded model) stays the same object. `made` holds the copies by the id of what they were made of."""
    if id(service) not in made:
        copied = made[id(service)] = copy.copy(service)
        for name, value in vars(service).items():
            asked = value.__self__ if isinstance(value, MethodType) else value
            if isinstance(value, Home):
                setattr(copied, name, home)
            elif isinstance(asked, services):
                bound = bound_to(home, asked, services, made)
                setattr(copied, name, getattr(bound, value.__name__) if isinstance(value, MethodType) else bound)
    found: S = made[id(service)]
    return found
