"""The versions of every project that she may see, each with what its exam said, to be opened or asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import gradio as gr

from studio.copy.catalog import say
from studio.services.access import Actor
from studio.services.project_scope import ProjectScope
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.listeners import Listeners
from studio.web.mounting import Updates
from studio.web.view import actor_of

LISTED = 60  # the newest


@dataclass(frozen=True)
class ListedVersion:
    """One of them. `said`: the verdict of its report, empty before its exam."""

    project: str
    title: str
    run: str
    line: str
    said: str


class AllVersionsPanel:
    """A card of the Take home tab. It is read when she asks for it: many projects take a while."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The layout."""
        with gr.Column(elem_classes="card all-versions"):
            gr.Markdown(html.title(say("take_home.all_versions.title"), say("take_home.all_versions.lead")))
            with gr.Row(elem_classes="actions"):
                self.show = gr.Button(say("take_home.all_versions.show"))
            self.told = gr.Markdown()

    def listens(self, listen: Listeners) -> None:
        """The press."""
        listen.on(self.show.click, self.look, [], [self.told])

    def look(self, request: gr.Request) -> Updates:
        """All versions that she may see, the newest first; only of those that are listed the reports are read."""
        projects = self.studio.access.projects(actor := actor_of(request))
        titles = {id: title for title, id in common.told_apart([(one.title, one) for one in projects])}
        found = sorted(self.runs(actor), key=lambda one: one[1].spec.created, reverse=True)
        shown = [listed(scope, run, titles.get(scope.project.id, scope.project.title)) for scope, run in found[:LISTED]]
        return {self.told: list_of(shown, len(found))}

    def runs(self, actor: Actor) -> Iterator[tuple[ProjectScope, RunView]]:
        """By the door of each project: what is not hers to see stands nowhere here."""
        for project in self.studio.access.projects(actor):
            scope = self.studio.open(actor, project.id)
            yield from ((scope, run) for run in scope.runs.all(project.id) if run.has_version)


def listed(scope: ProjectScope, run: RunView, title: str) -> ListedVersion:
    """What is told of it."""
    report = scope.evaluation.report(run.id)
    said = report.verdict.sentence if report else ""
    return ListedVersion(scope.project.id, title, run.id, common.run_line(run), said)


def list_of(versions: list[ListedVersion], count: int) -> str:
    """Each with the ways to its report and to a chat with it."""
    if not versions:
        return html.none(say("take_home.all_versions.none"))
    items = "".join(
        f"<li><strong>{html.safe(one.title)}</strong> · {html.safe(one.line)}<br>"
        f"{html.safe(one.said or say('take_home.all_versions.no_report'))}<br>"
        f"{way(one, 'report') + ' · ' if one.said else ''}{way(one, 'compare')} · {way(one, 'take_home')}</li>"
        for one in versions
    )
    more = html.none(say("take_home.all_versions.more", count=count - len(versions))) if count > len(versions) else ""
    return f"<ul>{items}</ul>{more}"


def way(version: ListedVersion, tab: str) -> str:
    """A link to a tab with this version chosen."""
    asked = html.safe(urlencode({"project": version.project, "run": version.run, "tab": tab}))
    return f'<a href="?{asked}">{html.safe(say(f"take_home.all_versions.to_{tab}"))}</a>'
