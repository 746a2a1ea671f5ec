"""The page: a header, five tabs in the order of the journey, and the one look (`View`) that they share.

A tab changes the look; a change of the look paints every tab. No tab writes another one's parts.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import gradio as gr

from studio.desk.environment import differences, differs
from studio.desk.studio import Studio
from studio.errors import StudioError
from studio.web import paint, words
from studio.web.compare_tab import CompareTab
from studio.web.errors import draw, silence, wire
from studio.web.examples_tab import ExamplesTab, Offer
from studio.web.model_tab import ModelTab
from studio.web.report_drawing import NAME as REPORT
from studio.web.report_tab import ReportTab
from studio.web.teach_tab import TeachTab
from studio.web.view import View, person_of

TABS = ("examples", "model", "teach", "compare", "report")
NAMES = (*words.TABS, REPORT)


class Page:
    """The header and the wiring between tabs."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio = studio
        self.examples, self.model = ExamplesTab(studio, offer), ModelTab(studio, offer)
        self.teach, self.compare = TeachTab(studio, offer), CompareTab(studio, offer)
        self.report = ReportTab(studio, offer)

    def build(self) -> gr.Blocks:
        """The whole page, not yet served."""
        with gr.Blocks(title="Tailor Studio", analytics_enabled=False, fill_width=True) as page:
            # while the page is empty: it makes a whole server with a description of the page every time
            page.queue(default_concurrency_limit=8, max_size=64, api_open=False)
            view = gr.State(View())
            with gr.Row(elem_classes="top"):
                gr.Markdown(paint.brand("Tailor Studio"), elem_classes="brand")
                self.picker = gr.Dropdown(
                    [], label="Project", allow_custom_value=True, elem_classes="picker", visible=False,
                    min_width=200,
                )  # fmt: skip
                self.fresh = gr.Button("New project", size="sm", elem_classes="quiet fresh", visible=False)
                gr.Markdown(paint.promise(words.promise(offline=self.studio.settings.offline)), elem_classes="promise")
            self.address = gr.Markdown(elem_classes="address")
            self.notice = gr.Markdown(visible=False, elem_classes="said")
            with gr.Tabs(elem_classes="journey", overflow_behavior="wrap") as self.tabs:
                parts: tuple[Any, ...] = (self.examples, self.model, self.teach, self.compare, self.report)
                self.doors: dict[str, gr.Tab] = {}
                for id, name, part in zip(TABS, NAMES, parts, strict=True):
                    with gr.Tab(name, id=id) as self.doors[id]:
                        part.build(view)
            self.differs = gr.Markdown(visible=False, elem_classes="differs")
            self._connect(page, view)
        self.blocks = page
        return page

    def _connect(self, page: gr.Blocks, view: gr.State) -> None:
        examples, model, teach, compare = self.examples, self.model, self.teach, self.compare
        draw(page.load, self.arrive, [], [view], self.notice)
        draw(page.load, self.compare_versions, [], [self.differs], self.notice)
        header = [self.picker, self.fresh, self.address, *self.doors.values()]
        draw(view.change, self.paint, [view], header, self.notice)
        draw(view.change, examples.paint, [view, examples.waiting, examples.listing], examples.painted, examples.notice)
        draw(view.change, model.paint, [view], model.painted, model.notice)
        draw(view.change, teach.paint, [view, *teach.drawn], teach.painted, teach.notice)
        for card in teach.cards:
            draw(view.change, card.paint, [view], card.painted, teach.notice)
            wire(self.doors["teach"].select, card.paint, [view], card.painted, teach.notice)
        wire(teach.runs.again.click, self.repeat, [view], [*model.planned, self.tabs], teach.notice,
             show_progress="minimal")  # fmt: skip
        wire(teach.start.click, self.start, [view, teach.live.questions, model.models, model.preset, *model.dials],
             [view], teach.notice, show_progress="minimal", show_progress_on=teach.headline)  # fmt: skip
        draw(view.change, compare.paint, [view, compare.talk], compare.painted, compare.notice)
        votes = compare.votes
        for shown in (view.change, self.doors["compare"].select):
            drawn = draw(shown, votes.paint, [view, votes.seat, votes.name], votes.painted, compare.notice)
            # a name that was written while the page was still being painted
            draw(drawn.then, votes.sit_down, [view, votes.seat, votes.name], votes.painted, compare.notice)
        draw(view.change, self.report.paint, [view, self.report.seen], self.report.painted, self.report.notice)
        wire(self.picker.focus, self.list_projects, [view], [self.picker], self.notice)
        told = [part.notice for part in (examples, model, teach, compare, self.report)]
        wire(self.picker.input, self.choose, [self.picker], [view, self.tabs, *told], self.notice)
        wire(self.fresh.click, self.begin_anew, [view], [view, self.tabs, *told], self.notice)
        wire(self.doors["model"].select, model.open, [view, model.preset, *model.dials], model.planned, model.notice,
             show_progress="full", show_progress_on=model.plan)  # fmt: skip
        wire(self.doors["teach"].select, teach.paint, [view, *teach.drawn], teach.painted, teach.notice)
        wire(self.doors["compare"].select, compare.paint, [view, compare.talk], compare.painted, compare.notice)
        wire(self.doors["report"].select, self.report.paint, [view, self.report.seen], self.report.painted,
             self.report.notice)  # fmt: skip
        for button, place in ((examples.next, "model"), (model.next, "teach"), (teach.next, "compare")):
            wire(button.click, getattr(self, f"to_{place}"), [], [self.tabs], self.notice)
        for number, step in enumerate(self.report.steps):
            wire(step.click, NextStep(self, number).take, [view], [self.tabs, self.report.saved, *model.planned],
                 self.report.notice, show_progress="minimal", show_progress_on=step)  # fmt: skip

    # Events

    def arrive(self, request: gr.Request) -> View:
        """The page was opened or loaded again: the address says what is looked at, else the newest project."""
        asked = dict(request.query_params)
        return self._look_at(str(asked.get("project", "")), str(asked.get("run", "")), fresh="new" in asked)

    def compare_versions(self) -> Any:
        """The page's last line, when other versions are installed than were tested. Looked up after the page is there,
        and once, since what is installed is read when a library is imported."""
        return gr.Markdown(paint.seen(self._differs), visible=True) if self._differs else gr.skip()

    @cached_property
    def _differs(self) -> str:
        return differs(differences())

    def choose(self, project: str) -> tuple[Any, ...]:
        """Another project; what was told about the last one goes."""
        return self._look_at(project, ""), gr.Tabs(selected="examples"), *(silence() for _ in TABS)

    def begin_anew(self, view: View) -> tuple[Any, ...]:
        """No project yet: the first upload makes one, named after its file."""
        return View(stamp=view.stamp + 1), gr.Tabs(selected="examples"), *(silence() for _ in TABS)

    def list_projects(self, view: View) -> Any:
        """The projects there are now; another browser may have made some."""
        return self._picker(view)

    def start(
        self, view: View, request: gr.Request, questions: str, picked: str | None, preset: str, *values: Any
    ) -> View:
        """What is taught is the plan that she last saw, and never one that was just changed."""
        self.model.must_be_planned(view, picked, preset, *values)
        return self.teach.begin(view, request, questions)

    def repeat(self, view: View) -> tuple[Any, ...]:
        """The recipe of the run that is looked at, on the Model tab, where one thing can be changed."""
        recipe = self.studio.runs.view(view.run).ticket.recipe
        return *self.model.take(view, recipe), gr.Tabs(selected="model")

    def to_model(self) -> Any:
        """Onwards."""
        return gr.Tabs(selected="model")

    def to_teach(self) -> Any:
        """Onwards."""
        return gr.Tabs(selected="teach")

    def to_compare(self) -> Any:
        """Onwards."""
        return gr.Tabs(selected="compare")

    # Painting

    def paint(self, view: View) -> tuple[Any, ...]:
        """Header, address bar and ticks."""
        runs = self.studio.runs.all(view.project) if view.project else []
        done = {
            "examples": bool(view.dataset), "model": view.recipe is not None or bool(runs),
            "teach": any(run.has_version for run in runs), "compare": False, "report": False,
        }  # fmt: skip
        labels = [gr.Tab(label=f"{name} ✓" if done[id] else name) for id, name in zip(TABS, NAMES, strict=True)]
        fresh = gr.update(visible=bool(view.project))
        return (self._picker(view), fresh, paint.address(view.project, view.run), *labels)

    def _picker(self, view: View) -> Any:
        projects = self.studio.home.all_projects()
        choices = [(project.title, project.id) for project in projects]
        return gr.update(choices=choices, value=view.project or None, visible=bool(choices))

    def _look_at(self, project: str, run: str, *, fresh: bool = False) -> View:
        known = {one.id for one in self.studio.home.all_projects()}
        if project not in known:
            project, run = ("" if fresh or not known else self.studio.home.all_projects()[0].id), ""
        view = View(project=project, stamp=1)
        if not project:
            return view
        try:
            shown = self.studio.examples.view(project, self.studio.examples.newest(project))
            view = replace(view, dataset=shown.id, mark=shown.mark)
        except StudioError:
            return view
        runs = self.studio.runs.all(project)
        chosen = next((one for one in runs if one.id == run), runs[0] if runs else None)
        return view if chosen is None else replace(view, run=chosen.id, model=chosen.ticket.recipe.base_model)


@dataclass(frozen=True)
class NextStep:
    """One of the report's buttons: it leads to the tab where the step is taken, with the changed recipe if need be."""

    page: Page
    place: int

    def take(self, view: View, request: gr.Request) -> tuple[Any, ...]:
        """The tab, what is said, and the plan."""
        view, tab, recipe, said = self.page.report.step(view, self.place, person_of(request))
        model = self.page.model
        planned = model.plan_this(view, recipe) if recipe else tuple(gr.skip() for _ in model.planned)
        return (gr.Tabs(selected=tab), paint.sentences(said) if said else "", *planned)


def build_app(studio: Studio, offer: Offer) -> gr.Blocks:
    """The page over this studio; `offer` turns a file into an address for one browser session."""
    return Page(studio, offer).build()
