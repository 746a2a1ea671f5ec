"""TAKE HOME: a version for other programs, opened and compared before it is called ready."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, get_args

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.evaluation.report_values import label_of
from studio.schemas.exports.export import QUANTIZED, WITHOUT_WEIGHTS, ExportKind, ExportManifest, GgufType
from studio.schemas.report import Report
from studio.services.access import Right
from studio.services.exports.export_service import IN_GGUF, ExportService, kind_of, usual_type
from studio.services.runs.run_service import RunView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Offer, Place, Updates, fill
from studio.web.tabs.report.report_side import looked_at
from studio.web.tabs.take_home.all_versions_panel import AllVersionsPanel
from studio.web.tabs.take_home.push_panel import PushPanel
from studio.web.tabs.take_home.server_panel import ServerPanel
from studio.web.tabs.take_home.take_home_html import files, lines, progress_of, proof
from studio.web.tabs.take_home.watch_screen import WATCH, WatchCard, WatchScreen
from studio.web.view import View, actor_of, person_of, session_of

LISTED = 40
GGUF_TYPES: tuple[GgufType, ...] = get_args(GgufType)
# Kinds that only somebody who knows models asks for: the look hides them until the switch “For technicians” is on.
FOR_TECHNICIANS = (ExportKind.ADAPTER, ExportKind.MERGED, ExportKind.GGUF)
# By reader: what she keeps and shows herself, what others put on their computers, what is for programs. The first
# one is looked at when the tab is opened: it is for her, and written in a moment.
BY_READER = (ExportKind.REPORT, ExportKind.CARD, ExportKind.LMSTUDIO, ExportKind.OLLAMA, ExportKind.VLLM,
             ExportKind.TRANSFORMERS, *FOR_TECHNICIANS)  # fmt: skip
QUICK_SECONDS = 5.0  # that a card or a report is awaited: it may be over before the page would hear of it


def under_way(exports: ExportService, run: str, offered: Sequence[ExportKind]) -> ExportKind:
    """What somebody who opens the tab looks at: what is being written, else what lies ready, else the first."""
    jobs = {kind: exports.job(run, kind) for kind in offered}
    going = [kind for kind, job in jobs.items() if job is not None and not job.is_over]
    ready = [kind for kind in offered if exports.made(run, kind) is not None]
    return next(iter([*going, *ready, *offered]))


def by_reader(exports: ExportService, run: str) -> list[ExportKind]:
    """What can be taken of this run, in the order of those for whom it is."""
    return sorted(exports.offered(run), key=BY_READER.index)


class TakeHomeTab:
    """The sixth tab."""

    def __init__(self, studio: Studio, offer: Offer) -> None:
        self.studio, self.offer = studio, offer

    def mount(self, frame: Frame, view: View, place: Place) -> None:
        """The tab as it is now, and what changes it."""
        self.frame = frame
        self.notice = gr.Markdown(visible=False, elem_classes="said")
        look, listen = frame.view, Listeners(frame, self.notice)
        if place.screen == WATCH and view.project:
            self.screen = WatchScreen(self.studio)
            self.screen.build(listen, view, place)
            return
        self.build(view)
        listen.repaints(self.parts, self.refresh, [self.kind])
        listen.changes(self.versions.input, self.choose_version, [look, self.versions])
        listen.changes(self.kinds.input, self.choose_kind, [look, self.kinds], [self.kind, self.saved])
        listen.changes(self.start.click, self.begin,
                       [look, self.kind, self.with_examples, self.fetch, self.gguf_type], [self.saved])  # fmt: skip
        listen.on(self.stop.click, self.end, [look, self.kind], [self.stop])
        listen.on(self.save.click, self.download, [look, self.kind], [self.saved])
        listen.changes(self.pushed.click, lambda view: view, [look], by_itself=True, stores=False)
        self.push.listens(listen, self.kind)
        self.server.listens(listen)
        self.watch.listens(listen)
        self.all_versions.listens(listen)
        fill(self.refresh(view, self.kind.value))

    def build(self, view: View) -> None:
        """The layout."""
        self.kind = gr.State(self.first_kind(view))
        self.headline = gr.Markdown()
        with gr.Column(elem_classes="card", visible=False) as self.container:
            self.versions = gr.Dropdown([], label=say("take_home.version"), info=say("take_home.version_help"),
                                        allow_custom_value=True)  # fmt: skip
            self.kinds = gr.Radio([], label=say("take_home.what"), info=say("take_home.what_help"),
                                  elem_classes="choices kinds")  # fmt: skip
            self.more = gr.Markdown(say("take_home.more_kinds"), elem_classes="more-kinds soft")
            self.with_examples = gr.Checkbox(False, label=say("take_home.examples"), container=False,
                                             info=say("take_home.examples_help"))  # fmt: skip
            self.fetch = gr.Checkbox(False, label=say("take_home.fetch"), info=say("take_home.fetch_help"),
                                     container=False)  # fmt: skip
            self.gguf_type = gr.Radio([], label=say("take_home.gguf_type"), info=say("take_home.gguf_type_help"))
            with gr.Row(elem_classes="actions"):
                self.start = gr.Button(say("take_home.start"), variant="primary")
                self.stop = gr.Button(say("take_home.stop"), visible=False)
            self.progress = gr.Markdown(visible=False)
        with gr.Column(visible=False) as self.result:
            with gr.Row(elem_classes="two-thirds"):
                with gr.Column(scale=3):
                    self.proof = gr.Markdown(elem_classes="card")
                with gr.Column(scale=2, elem_classes="card"):
                    self.files = gr.Markdown()
                    self.save = gr.Button(say("take_home.download"))
                    self.saved = gr.Markdown(elem_classes="saved")
            with gr.Column(elem_classes="card") as self.use:
                self.lines = gr.Markdown()
            self.push = PushPanel(self.studio)
            self.push.build()
        self.server = ServerPanel(self.studio)
        self.server.build()
        self.watch = WatchCard(self.studio)
        self.watch.build()
        self.all_versions = AllVersionsPanel(self.studio)
        self.all_versions.build()
        self.pushed = gr.Button(
            say("report_tab.look_again"), visible="hidden", elem_classes="refresh"
        )  # pressed by live.js

    # Showing

    def first_kind(self, view: View) -> str:
        """What is looked at when the tab is opened; nothing before anything was taught."""
        run = looked_at(self.studio, view)
        exports: ExportService | None = self.studio.within(view.project).exports if run else None
        return under_way(exports, run.id, by_reader(exports, run.id)).value if run and exports else ""

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.headline, self.container, self.versions, self.kinds, self.more, self.with_examples, self.fetch,
                self.gguf_type, self.start, self.stop, self.progress, self.result, self.proof, self.files,
                self.use, self.lines, *self.push.parts, *self.server.parts, *self.watch.parts]  # fmt: skip

    def refresh(self, view: View, kind: str) -> Updates:
        """What can be taken of the version that is looked at, how far it is, and what is ready."""
        run = looked_at(self.studio, view)
        if run is None:
            lead, hidden = say("take_home.nothing"), gr.update(visible=False)
            return {self.headline: html.heading(common.TABS["take_home"], lead), self.container: hidden,
                    self.result: hidden, self.server.card: hidden, self.watch.card: hidden}  # fmt: skip
        scope = self.studio.within(view.project)
        exports: ExportService = scope.exports
        runs = [one for one in scope.runs.all(view.project) if one.has_version][:LISTED]
        offered = by_reader(exports, run.id)
        now = kind_of(kind) if kind in offered else offered[0]
        job, made = exports.job(run.id, now), exports.made(run.id, now)
        going = job is not None and not job.is_over
        shown = made is not None and not going
        told = progress_of(job) if job is not None and (going or job.error is not None) else ""
        over = run.state.status.is_over
        drawn: Updates = {}
        if made is not None:
            place = exports.place(run.id, now)
            drawn = {
                self.proof: proof(made),
                self.files: files(made, place),
                self.lines: lines(made, place),
                self.use: gr.update(visible=bool(made.commands)),
            }
        return {
            self.headline: html.heading(common.TABS["take_home"], say("take_home.lead" if over else "take_home.wait")),
            self.container: gr.update(visible=True),
            self.versions: gr.update(choices=[(common.run_line(one), one.id) for one in runs], value=run.id,
                                     info=help_of(run.id, scope.evaluation.report(run.id), scope.runs.did_worse)),
            self.kinds: gr.update(choices=[(say(f"take_home.kind.{one}"), one.value) for one in offered],
                                  value=now.value),
            self.more: gr.update(visible=not set(FOR_TECHNICIANS).isdisjoint(offered)),
            self.with_examples: gr.update(visible=now in WITHOUT_WEIGHTS),
            self.fetch: gr.update(visible=now in IN_GGUF and not exports.converters.is_here),
            self.gguf_type: self.types(exports, now, made),
            self.start: gr.update(value=say(f"take_home.{'again' if shown else start_of(now)}"),
                                  interactive=over and not going, variant="secondary" if shown else "primary"),
            self.stop: gr.update(visible=going, interactive=True),
            self.progress: gr.update(value=told, visible=bool(told)), self.result: gr.update(visible=shown), **drawn,
            **self.push.refresh(view, run.id, made if shown else None, now),
            **self.server.refresh(view, runs, run.id),
            **self.watch.refresh(view),
        }  # fmt: skip

    def types(self, exports: ExportService, now: ExportKind, made: ExportManifest | None) -> Any:
        """How the numbers of a GGUF can be kept here; the one that lies there, else the usual one, is chosen."""
        if now not in IN_GGUF:
            return gr.update(visible=False)
        files = made.files if made else ()
        there = next(
            (one for one in GGUF_TYPES if any(name.endswith(f"-{one}.gguf") for name in files)), usual_type(now)
        )
        offered = [one for one in GGUF_TYPES if one not in QUANTIZED or exports.converters.quantizer is not None]
        return gr.update(choices=[(say(f"take_home.type.{one}"), one) for one in offered], value=there, visible=True)

    # Events

    def choose_version(self, view: View, run: str) -> View:
        """Another run's version."""
        chosen = self.studio.within(view.project).runs.view(run).id
        return replace(view, run=chosen, picked=chosen)

    def choose_kind(self, view: View, kind: str) -> Updates:
        """Another thing to take."""
        return {self.frame.view: view, self.kind: kind_of(kind).value, self.saved: ""}

    def begin(self, view: View, kind: str, with_examples: bool, fetch: bool, gguf_type: str | None,
              request: gr.Request) -> Updates:  # fmt: skip
        """Write it and compare, in the background; a second press finds the work that goes on."""
        run = self._run(view)
        exports = self.studio.open(actor_of(request), view.project, Right.CHANGE).exports
        wanted = self._kind(run.id, view, kind)
        job = exports.begin(run.id, wanted, by=person_of(request), with_examples=with_examples, fetch_converter=fetch,
                            gguf_type=(gguf_type or "") if wanted in IN_GGUF else "")  # fmt: skip
        job.wait(QUICK_SECONDS if wanted in WITHOUT_WEIGHTS else 0.0)
        return {self.frame.view: replace(view, ran=view.ran + 1), self.saved: ""}

    def end(self, view: View, kind: str, request: gr.Request) -> Updates:
        """Stop it; nothing is left behind."""
        run = self._run(view)
        exports = self.studio.open(actor_of(request), view.project, Right.CHANGE).exports
        exports.stop(run.id, self._kind(run.id, view, kind))
        return {self.stop: gr.update(interactive=False)}

    def download(self, view: View, kind: str, request: gr.Request) -> Updates:
        """All files as one archive."""
        run = self._run(view)
        exports = self.studio.open(actor_of(request), view.project, Right.CHANGE).exports
        path = exports.archive(run.id, self._kind(run.id, view, kind))
        return {self.saved: html.saved(self.offer(session_of(request), path), path.name)}

    # Within

    def _kind(self, run: str, view: View, kind: str) -> ExportKind:
        return kind_of(kind) if kind else by_reader(self.studio.within(view.project).exports, run)[0]

    def _run(self, view: View) -> RunView:
        run = looked_at(self.studio, view)
        if run is None:
            raise StudioError(say("take_home.nothing"))
        return run


def start_of(kind: ExportKind) -> str:
    """The button's word: weights are compared after they were written, a page is not."""
    return "start_page" if kind in WITHOUT_WEIGHTS else "start"


def help_of(run: str, report: Report | None, did_worse: Callable[[str], bool]) -> str:
    """What stands under the version: what its report found, else that it did worse by its own practice check."""
    if report is not None:
        found = say("take_home.version_report", found=label_of(report.advice))
    else:
        found = say("take_home.version_worse") if did_worse(run) else ""
    return f"{say('take_home.version_help')} {found}".strip()
