"""What the page's header says about people: who is signed in, whose the project is, and with whom it is shared."""

from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.schemas.project import Project, Share
from studio.services.access import Right
from studio.services.studio import Studio
from studio.web import html
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Updates
from studio.web.view import View


class PeopleHeader:
    """Stands on the page only while people sign in."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.account = gr.Markdown(elem_classes="account")
        self.whose = gr.Markdown(visible=False, elem_classes="whose")

    def build_drawer(self, frame: Frame, notice: gr.Markdown) -> None:
        """The part for sharing, which is made when it is opened."""

        def build(view: View) -> None:
            SharePanel(self.studio, frame, notice, view.project)

        self.drawer = Drawer(say("share.title"), frame.view, build, "share")

    @property
    def parts(self) -> tuple[Block, ...]:
        """What follows the view."""
        return self.account, self.whose, self.drawer.accordion

    def refresh(self, view: View, projects: Sequence[Project]) -> Updates:
        """Her name, and for a project of somebody else whose it is and what she may do there; `projects` are all that
        she may see. The drawer is for an owner alone; each change closes it, so that what is in it is never of another
        project."""
        found = next((one for one in projects if one.id == view.project), None)
        return {
            self.account: html.account(say("share.account", name=self.studio.actor.name)),
            self.whose: whose(self.studio, found),
            self.drawer.accordion: gr.update(open=False, visible=may_share(self.studio, found)),
        }


def may_share(studio: Studio, project: Project | None) -> bool:
    """Whether she owns it."""
    return project is not None and Right.SHARE in studio.access.rights(studio.actor, project)


def whose(studio: Studio, found: Project | None) -> Any:
    """A line about a project that somebody shares with her; nothing about her own."""
    actor = studio.actor
    share = found.shares.get(actor.id) if found is not None and found.owner != actor.id else None
    if found is None or share is None:
        return gr.update(value="", visible=False)
    owner = studio.sharing.owner_name(found)
    return gr.update(value=html.seen(say(f"share.may_{share}", owner=owner)), visible=True)


def titled(studio: Studio, projects: Sequence[Project]) -> list[tuple[str, Project]]:
    """What she may see, for lists; projects of others with the owner's name."""
    actor = studio.actor
    return [
        (project.title if project.owner == actor.id else
         say("share.of_owner", title=project.title, owner=studio.sharing.owner_name(project)), project)
        for project in projects
    ]  # fmt: skip


class SharePanel:
    """Who may do what in one project; its owner changes it here."""

    def __init__(self, studio: Studio, frame: Frame, notice: gr.Markdown, project: str) -> None:
        self.studio, self.project = studio, project
        if not any(one.id == project and may_share(studio, one) for one in studio.access.projects(studio.actor)):
            gr.Markdown(html.none(say("share.only_owner")))
            return
        names = [person.name for person in studio.sharing.may_be_asked(studio.actor, project)]
        self.listing = gr.Markdown(self._listing())
        with gr.Row(elem_classes="give"):
            self.name = gr.Dropdown(names, value=None, label=say("share.with"))
            rights = [(say(f"share.{share}"), share.value) for share in Share]
            self.right = gr.Radio(rights, value=Share.READ.value, label=say("share.right"))
            self.give = gr.Button(say("share.give"), size="sm", variant="primary")
        with gr.Row(elem_classes="take"):
            self.whom = gr.Dropdown(self._shared(), value=None, label=say("share.whom"))
            self.take = gr.Button(say("share.take"), size="sm")
        listen = Listeners(frame, notice)
        listen.on(self.give.click, self.share, [self.name, self.right], [self.listing, self.whom])
        listen.on(self.take.click, self.end, [self.whom], [self.listing, self.whom])

    def share(self, name: str | None, right: str) -> Updates:
        """Let somebody do something here."""
        self.studio.sharing.share(self.studio.actor, self.project, name or "", Share(right))
        return self._refresh()

    def end(self, whom: str | None) -> Updates:
        """Take it back."""
        self.studio.sharing.unshare(self.studio.actor, self.project, whom or "")
        return self._refresh()

    def _refresh(self) -> Updates:
        return {self.listing: self._listing(), self.whom: gr.update(choices=self._shared(), value=None)}

    def _shared(self) -> list[tuple[str, str]]:
        shared = self.studio.sharing.shared_with(self.studio.actor, self.project)
        return [(one.person.signature, one.person.id) for one in shared]

    def _listing(self) -> str:
        shared = self.studio.sharing.shared_with(self.studio.actor, self.project)
        if not shared:
            return html.none(say("share.with_nobody"))
        return html.listing(f"{one.person.signature}: {say(f'share.{one.share}')}" for one in shared)
