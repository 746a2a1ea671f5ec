"""The page: a header that stays, and under it the one tab that is looked at.

A tab is made when it is opened (`mounting`), changes the view through its listeners (`listeners`), and is repainted
from the view. No tab writes another one's parts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.project import Project
from studio.services.access import Actor
from studio.services.environment import differences, differs
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.gradio_queue import IN_TURN, add_idle_listener, answer_removed_listeners, is_by_the_page, mount_once
from studio.web.layout.people_header import PeopleHeader, titled
from studio.web.layout.words import words_list
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Place, TabPart, Updates, container, make_interactive
from studio.web.serving.gradio_sessions import forgetting_old_parts
from studio.web.tabs.compare.compare_tab import CompareTab
from studio.web.tabs.compare.conversations import Conversations
from studio.web.tabs.drafts import draft_of
from studio.web.tabs.examples.examples_tab import ExamplesTab, Offer
from studio.web.tabs.model.model_tab import ModelTab
from studio.web.tabs.report.report_tab import ReportTab
from studio.web.tabs.take_home.take_home_tab import TakeHomeTab
from studio.web.tabs.training.training_tab import TrainingTab
from studio.web.view import View, actor_of, person_of
from studio.web.waiting import WaitingTables

TABS = ("examples", "model", "teach", "compare", "report", "take_home")
PLANNED_FOR = ("project", "dataset", "mark", "model", "preset")  # a plan for other ones is no plan any more


MOST_WAITING, MOST_WAITING_SHARED = 64, 2048  # presses; where people share it each has a limit of her own before


class Page:
    """The header, and the mounting of tabs. What outlives a tab is made here and given to it."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer
        self.waiting, self.conversations = WaitingTables(studio), Conversations()

    @property
    def tabs(self) -> Mapping[str, Callable[[], TabPart]]:
        """How each tab is made, in the order of the journey."""
        studio, offer = self.studio, self.offer
        return {
            "examples": lambda: ExamplesTab(studio, offer, self.waiting), "model": lambda: ModelTab(studio, offer),
            "teach": lambda: TrainingTab(studio, offer), "report": lambda: ReportTab(studio, offer),
            "compare": lambda: CompareTab(studio, offer, self.conversations),
            "take_home": lambda: TakeHomeTab(studio, offer),
        }  # fmt: skip

    def build(self) -> gr.Blocks:
        """The whole page, not yet served."""
        with gr.Blocks(title=say("app.tailor_studio"), analytics_enabled=False, fill_width=True) as page:
            # while the page is empty: it makes a whole server with a description of the page every time
            most = MOST_WAITING_SHARED if self.studio.settings.people else MOST_WAITING
            page.queue(default_concurrency_limit=8, max_size=most, api_open=False)
            with gr.Row(elem_classes="top"):
                gr.Markdown(html.brand(say("app.tailor_studio")), elem_classes="brand")
                self.picker = gr.Dropdown(
                    [], label=say('app.project'), allow_custom_value=True, elem_classes="picker", visible=False,
                    min_width=200,
                )  # fmt: skip
                self.fresh = gr.Button(say("app.new_project"), size="sm", elem_classes="quiet fresh", visible=False)
                settings = self.studio.settings
                promise = html.promise(common.promise(offline=settings.offline, shared=settings.people))
                switch = html.technical_switch(say("technical.switch"))
                gr.Markdown(promise + words_list() + switch, elem_classes="promise")
                self.people = PeopleHeader(self.studio) if self.studio.settings.people else None
            above = gr.Column() if self.people else None
            self.address = gr.Markdown(elem_classes="address")
            self.idle = add_idle_listener()
            self.notice = gr.Markdown(visible=False, elem_classes="said")
            with gr.Tabs(elem_classes="journey", overflow_behavior="wrap") as self.chosen:
                self.doors = {id: gr.Tab(name, id=id) for id, name in common.TABS.items()}
            self.frame = frame = Frame(
                page, gr.State(View()), gr.State(Place()), gr.State(None), gr.State(0), gr.State(0), self.chosen,
                (self.picker, self.fresh, self.address, *self.doors.values()), self.header_of,
            )  # fmt: skip
            if self.people and above:
                with above:
                    self.people.build_drawer(self.frame, self.notice)
                self.frame = frame = replace(frame, header=(*frame.header, *self.people.parts))
            self.mounted = gr.State((None, 0))
            self._mount_what_is_opened()
            self.differs = gr.Markdown(visible=False, elem_classes="differs")
            self._connect(page)
        answer_removed_listeners(page, self.idle)
        mount_once(page, self.idle, self.mounted, lambda of: (of[frame.place._id].turn, of[frame.anew._id]))
        self.blocks = page
        return page

    def _mount_what_is_opened(self) -> None:
        frame = self.frame

        @gr.render(inputs=[frame.view, frame.place, self.mounted], triggers=[frame.place.change, frame.anew.change],
                   show_progress="hidden")  # type: ignore[untyped-decorator]  # fmt: skip
        def mount(view: View, place: Place, there: tuple[object, int]) -> None:
            if place.tab:
                old = forgetting_old_parts(LocalContext.blocks_config.get(), frame.page)
                with old, container(there[1]), gr.Column(elem_classes=f"mounted tab-{place.tab}") as mounted:
                    self.tabs[place.tab]().mount(frame, view, place)
                make_interactive(mounted)

    def _connect(self, page: gr.Blocks) -> None:
        frame, listen = self.frame, Listeners(self.frame, self.notice)
        view, place = frame.view, frame.place
        listen.changes(page.load, self.arrive)
        listen.on(page.load, self.compare_versions, [], [self.differs])
        for id, door in self.doors.items():
            # one after the other: two quick presses must not overtake each other. And each counts: Gradio would drop a
            # press on a tab whose last press still waits, and she would stay on the one that she pressed in between
            listen.leads(door.select, Opening(self, id).open, concurrency_id=IN_TURN, concurrency_limit=1,
                         trigger_mode="multiple")  # fmt: skip
        listen.on(self.picker.focus, self.list_projects, [view], [self.picker])
        listen.changes(self.picker.input, self.choose, [self.picker, place])
        listen.changes(self.fresh.click, self.begin_anew, [view, place])
        listen.changes(frame.planned.change, self.adopt, [view, frame.planned, place, frame.anew],
                       [frame.planned, frame.anew])  # fmt: skip

    # Events

    def arrive(self, request: gr.Request) -> Updates:
        """The page was opened or loaded again: the address says what is looked at, else the newest project."""
        asked = dict(request.query_params)
        view = self._look_at(actor_of(request), str(asked.get("project", "")), str(asked.get("run", "")),
                             fresh="new" in asked)  # fmt: skip
        tab = str(asked.get("tab", ""))
        return {
            self.frame.view: view,
            **self.frame.go(Place(project=view.project, person=person_of(request)), tab if tab in TABS else TABS[0]),
        }

    def compare_versions(self) -> Updates:
        """The page's last line, when other versions are installed than were tested. Looked up after the page is there,
        and once, since what is installed is read when a library is imported."""
        return {self.differs: gr.Markdown(html.seen(self._differs), visible=True)} if self._differs else {}

    @cached_property
    def _differs(self) -> str:
        return differs(differences())

    def choose(self, project: str, place: Place, request: gr.Request) -> Updates:
        """Another project, from its examples on. The turn goes on, so that nothing of the last place is kept."""
        view = self._look_at(actor_of(request), project, "")
        return {self.frame.view: view, **self.frame.go(replace(place, project=view.project), TABS[0])}

    def begin_anew(self, view: View, place: Place) -> Updates:
        """No project yet: the first upload makes one, named after its file."""
        return {self.frame.view: View(stamp=view.stamp + 1), **self.frame.go(replace(place, project=""), TABS[0])}

    def list_projects(self, view: View) -> Updates:
        """The projects there are now; another browser may have made some."""
        return {self.picker: self._picker(view, self.studio.access.projects(self.studio.actor))}

    def adopt(self, view: View, made: View | None, place: Place, anew: int) -> Updates:
        """A plan goes into the view as it is by now: working it out took time, and she may have gone on meanwhile.
        A tab that said that there is none is mounted anew, wherever she is by then: this leads nowhere."""
        if made is None:
            return {}
        done: Updates = {self.frame.planned: None}
        if any(getattr(view, name) != getattr(made, name) for name in PLANNED_FOR):
            return done
        draft = draft_of(view.draft, made.recipe) if made.recipe else view.draft
        ready = replace(view, recipe=made.recipe, last_recipe=None, proposed=made.proposed, draft=draft)
        late = place.tab == "teach" and view.recipe is None and ready.recipe is not None
        again: Updates = {self.frame.anew: anew + 1} if late else {}
        return {**done, **again, self.frame.view: ready}

    # Painting

    def header_of(self, view: View) -> Updates:
        """Projects, address and ticks."""
        projects = self.studio.access.projects(self.studio.actor)
        known = {project.id for project in projects}
        scope = self.studio.within(view.project) if view.project in known else None
        runs = scope.runs.all(view.project) if scope else []
        first = {
            "examples": bool(view.dataset), "model": view.recipe is not None or bool(runs),
            "teach": any(run.has_version for run in runs),
        }  # fmt: skip
        done = {id for id, is_done in first.items() if is_done} | (scope.views.made(view.project) if scope else set())
        labels = {self.doors[id]: gr.Tab(label=f"{name} ✓" if id in done else name)
                  for id, name in common.TABS.items()}  # fmt: skip
        return {
            self.picker: self._picker(view, projects), self.fresh: gr.update(visible=bool(view.project)),
            self.address: html.address(view.project, view.run, anew=bool(known and not view.project)), **labels,
            **(self.people.refresh(view, projects) if self.people else {}),
        }  # fmt: skip

    def _picker(self, view: View, projects: Sequence[Project]) -> Any:
        named = titled(self.studio, projects) if self.people else [(project.title, project) for project in projects]
        choices = common.told_apart(named)
        return gr.update(choices=choices, value=view.project or None, visible=bool(choices))

    def _look_at(self, actor: Actor, project: str, run: str, *, fresh: bool = False) -> View:
        """The newest table and a run of this project, if she may see it; else her newest project."""
        known = [one.id for one in self.studio.access.projects(actor)]
        if project not in known:
            project, run = "" if fresh or not known else known[0], ""
        view = View(project=project, stamp=1)
        if not project:
            return view
        scope = self.studio.open(actor, project)
        try:
            shown = scope.examples.view(project, scope.examples.newest(project))
            view = replace(view, dataset=shown.id, mark=shown.mark)
        except StudioError:
            return view
        runs = scope.runs.all(project)
        chosen = next((one for one in runs if one.id == run), runs[0] if runs else None)
        return view if chosen is None else replace(view, run=chosen.id, model=chosen.spec.recipe.base_model)


@dataclass(frozen=True)
class Opening:
    """The press on one of the tabs."""

    page: Page
    tab: str

    def open(self, place: Place) -> Updates:
        """That tab, if somebody pressed it. Gradio selects the first one by itself: before it is known which one the
        address asks for, and, on a bad line, long after."""
        leads = place.tab not in ("", self.tab) and not is_by_the_page(self.tab)
        return {self.page.frame.place: place.at(self.tab)} if leads else {}


def build_app(studio: Studio, offer: Offer) -> gr.Blocks:
    """The page over this studio; `offer` turns a file into an address for one browser session."""
    return Page(studio, offer).build()
