"""The studio in the hands of whoever asks at the moment: what several people share, and of projects only hers."""

from collections.abc import Callable
from functools import partial
from typing import Any

from studio.copy.catalog import say
from studio.errors import NotFound
from studio.schemas.project import Project
from studio.services.access import Access, Actor, Right, bound_to
from studio.services.project_scope import SERVICES, ProjectScope
from studio.services.studio import Studio


class ActingStudio(Studio):
    """What the page gets while people are switched on, in the place of the studio itself.

    `who` tells whose request is being answered. A service of projects is reached through `within` or `open` alone, by
    her right; the one exception is `examples`, for a table that is in no project yet. Every other attribute that the
    studio has is missing here, so that a handler which forgets whose project it is about fails for everybody.
    """

    def __init__(self, studio: Studio, who: Callable[[], Actor]) -> None:
        self._studio, self._who = studio, who
        self.settings, self.clock, self.access = studio.settings, studio.clock, studio.access
        self.models, self.downloads, self.jobs = studio.models, studio.downloads, studio.jobs
        self.sharing = studio.sharing

    def __getattr__(self, name: str) -> Any:
        if name == "examples":
            return self._examples()
        raise AttributeError(f"{name} belongs to a project: it is reached by within(project)")

    @property
    def person(self) -> str:
        """Her name, as it stands beside what she does."""
        return self.actor.name

    @property
    def actor(self) -> Actor:
        """Whose request this is."""
        return self._who()

    def name_finder(self) -> Any:
        """As the studio's: it is everybody's."""
        return self._studio.name_finder()

    def open(self, actor: Actor, project: str, right: Right = Right.SEE) -> ProjectScope:
        """The project as she may see it, whoever a handler thinks that she is."""
        if actor != self.actor:
            raise NotFound(say("access.there_no_project", project=project), hint=say("access.studio_runs_page_list"))
        return self._studio.open(actor, project, right)

    def _examples(self) -> Any:
        may = partial(may_change, self.access, self.actor)
        return bound_to(self._studio.home.only(may), self._studio.examples, SERVICES, {})


def may_change(access: Access, actor: Actor, project: Project) -> bool:
    """Whether she may bring rows into it."""
    try:
        access.require(actor, project.id, Right.CHANGE)
    except NotFound:
        return False
    return True
