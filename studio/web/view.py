"""What one browser tab looks at: ids only, so that a reload or a second browser finds the truth on disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from studio.schemas.recipe import Recipe
from studio.services.access import Actor
from studio.services.datasets.dataset_view import DatasetView
from studio.web.guard.asgi import owner_of


@dataclass(frozen=True)
class View:
    """Kept in `gr.State`, replaced as a whole. The counts say that something changed, so that the tabs read it again:
    `stamp` of the examples, `ran` of the runs, for which no table under a person's hands is drawn anew."""

    project: str = ""
    dataset: str = ""
    run: str = ""
    stamp: int = 0
    ran: int = 0
    mark: str = ""  # where the log of the examples stood when they were shown
    model: str = "starter"
    proposed: str = ""  # the model for which the knobs were filled in
    preset: str = ""  # how much to teach, as the last proposal was asked for
    recipe: Recipe | None = None  # the plan that Start would carry out
    last_recipe: Recipe | None = None  # the plan before the examples changed: its settings go into the next one
    picked: str = ""  # the run that she picked by hand: shown even where it did worse than the version before
    guarded: bool | None = None  # whether she wants to see what teaching cost; None: as in the project's last exam
    repeats: str = ""  # the run whose plan she asked for once more, until another one is looked at
    # settings that she turned and that are in no plan yet; without a hash, which Gradio wants of what it keeps
    draft: Mapping[str, Any] = field(default_factory=dict, hash=False)


def changed(view: View, shown: DatasetView) -> View:
    """The same look at the dataset as it stands now; what was planned with the old rows is planned anew."""
    last = view.recipe or view.last_recipe
    return replace(view, project=shown.project, dataset=shown.id, mark=shown.mark, stamp=view.stamp + 1, recipe=None,
                   last_recipe=last)  # fmt: skip


def again(view: View) -> View:
    """The same examples, looked through by other rules: what was planned with them is planned anew."""
    return replace(view, stamp=view.stamp + 1, recipe=None)


def person_of(request: gr.Request) -> str:
    """Who asks, as the guard found out."""
    return str(scope_of(request).get("person", ""))


def actor_of(request: gr.Request) -> Actor:
    """The same, for the door of the services. Nobody at all may do nothing."""
    found = scope_of(request).get("actor")
    return found if isinstance(found, Actor) else Actor(person_of(request), person_of(request))


def actor_at_work() -> Actor:
    """Whose event Gradio is carrying out in this thread; outside of one nobody, who may do nothing."""
    request = LocalContext.request.get(None)
    return Actor("", "") if request is None else actor_of(request)


def session_of(request: gr.Request) -> str:
    """To whom downloads and waiting tables belong: a person, or while there are none a browser's session."""
    return owner_of(scope_of(request))


def request_key_of(request: gr.Request) -> str:
    """The press that this is: the page sends the same key when it sends a request again."""
    return str(scope_of(request).get("request_key", ""))


def scope_of(request: gr.Request) -> dict[str, Any]:
    """The ASGI scope behind Gradio's request; it arrives through the queue."""
    inner = getattr(request, "request", None)
    return dict(getattr(inner, "scope", None) or {})
