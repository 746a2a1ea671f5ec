"""The watch over served use: alarms on top with what to read, figures over time, and the switch with what is kept."""

from dataclasses import replace

import gradio as gr
from gradio.blocks import Block

from studio.copy.catalog import say
from studio.errors import WrongSetting
from studio.services.access import Right
from studio.services.studio import Studio
from studio.services.watch.watch_service import WatchService, WatchView
from studio.web import html
from studio.web.listeners import Listeners
from studio.web.mounting import Place, Updates, fill
from studio.web.tabs.take_home.watch_html import (
    alarms_of,
    earlier_of,
    figures_of,
    kept_of,
    monitors_of,
    standing_of,
)
from studio.web.tabs.take_home.watch_plot import use_over_time
from studio.web.view import View, actor_of, person_of

WATCH = "watch"


class WatchCard:
    """In the Take home tab: how it stands, in a sentence, and the way to the screen."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self) -> None:
        """The layout."""
        with gr.Column(elem_classes="card watch", visible=False) as self.card:
            gr.Markdown(html.title(say("watch_page.title"), say("watch_page.card_lead")))
            self.standing = gr.Markdown()
            with gr.Row(elem_classes="actions"):
                self.open = gr.Button(say("watch_page.open"))

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.card, self.standing]

    def listens(self, listen: Listeners) -> None:
        """The press."""
        at = listen.frame.place
        listen.leads(self.open.click, lambda place: {at: place.at("take_home", WATCH)})

    def refresh(self, view: View) -> Updates:
        """As it is now."""
        watch: WatchService = self.studio.within(view.project).watch
        return {self.card: gr.update(visible=True), self.standing: standing_of(watch.view(view.project))}


class WatchScreen:
    """Stands in the place of the Take home tab's usual parts."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, view: View, place: Place) -> None:
        """Layout, listeners and first values."""
        self.frame = frame = listen.frame
        with gr.Row(elem_classes="screen-head"):
            self.back = gr.Button(say("watch_page.back"), size="sm")
        self.headline = gr.Markdown()
        self.alarms = gr.Markdown()
        with gr.Column(elem_classes="card", visible=False) as self.deciding:
            self.which = gr.Radio([], label=say("watch_page.which"), elem_classes="choices")
            self.reason = gr.Textbox(label=say("watch_page.reason"), info=say("watch_page.reason_help"), max_lines=2,
                                     elem_classes="keep-draft")  # fmt: skip
            with gr.Row(elem_classes="actions"):
                self.dismiss = gr.Button(say("watch_page.dismiss"))
        with gr.Column(elem_classes="card", visible=False) as self.using:
            self.figures = gr.Markdown()
            self.plot = gr.Plot(show_label=False)
        self.monitors = gr.Markdown(elem_classes="card", visible=False)
        self.earlier = gr.Markdown()
        with gr.Column(elem_classes="card"):
            self.kept = gr.Markdown()
            with gr.Row(visible=False) as self.choices:
                self.days = gr.Number(30, precision=0, minimum=1, maximum=365, label=say("watch_page.days"),
                                      info=say("watch_page.days_help"))  # fmt: skip
                self.thumbs = gr.Textbox("", label=say("watch_page.thumbs"), info=say("watch_page.thumbs_help"),
                                         placeholder=say("watch_page.thumbs_unknown"), max_length=6)  # fmt: skip
            with gr.Row(elem_classes="actions") as self.switches:
                self.on = gr.Button(say("watch_page.switch_on"), variant="primary")
                self.off = gr.Button(say("watch_page.switch_off"), visible=False)
                self.forget = gr.Button(say("watch_page.forget"), visible=False, variant="stop")
        look, at = frame.view, frame.place
        listen.repaints(self.parts, self.refresh)
        listen.leads(self.back.click, lambda place: {at: place.at("take_home")})
        listen.changes(self.dismiss.click, self.all_right, [look, self.which, self.reason], [self.reason])
        listen.changes(self.on.click, self.switch_on, [look, self.days, self.thumbs])
        listen.changes(self.off.click, self.switch_off, [look])
        listen.changes(self.forget.click, self.delete, [look])
        fill(self.refresh(view))

    # Showing

    @property
    def parts(self) -> list[Block]:
        """What `refresh` may change."""
        return [self.headline, self.alarms, self.deciding, self.which, self.using, self.figures, self.plot,
                self.monitors, self.earlier, self.kept, self.choices, self.days, self.thumbs, self.switches, self.on,
                self.off, self.forget]  # fmt: skip

    def refresh(self, view: View) -> Updates:
        """As it is now."""
        scope = self.studio.within(view.project)
        watch: WatchService = scope.watch
        found, may = watch.view(view.project), scope.may(Right.CHANGE)
        settings = found.settings
        read = {one.alarm.id: watch.examples(view.project, one.alarm.id) for one in found.open}
        named = [(say(f"watch_page.kind_{one.alarm.monitor}", since=f"{one.alarm.since:%Y-%m-%d}"), one.alarm.id)
                 for one in found.open]  # fmt: skip
        monitors = monitors_of(found)
        rate = settings.thumbs_rate
        return {
            self.headline: html.heading(say("watch_page.title"), lead_of(found)),
            self.alarms: alarms_of(found, read),
            self.deciding: gr.update(visible=may and bool(found.open)),
            self.which: gr.update(choices=named, value=named[0][1] if named else None, visible=len(named) > 1),
            self.using: gr.update(visible=bool(found.days)), self.figures: figures_of(found) if found.days else "",
            self.plot: use_over_time(found.days, [one.alarm.since for one in found.open]) if found.days else None,
            self.monitors: gr.update(value=monitors, visible=bool(monitors)), self.earlier: earlier_of(found),
            self.kept: kept_of(settings), self.choices: gr.update(visible=may and not settings.is_on),
            self.days: settings.days, self.thumbs: "" if rate is None else f"{100 * rate:.0f}",
            self.switches: gr.update(visible=may), self.on: gr.update(visible=not settings.is_on),
            self.off: gr.update(visible=settings.is_on), self.forget: gr.update(visible=bool(found.days)),
        }  # fmt: skip

    # Events

    def all_right(self, view: View, alarm: str | None, reason: str, request: gr.Request) -> Updates:
        """Dismiss the alarm that is chosen, or the only one."""
        watch = self._watch(view, request)
        chosen = alarm or next((one.alarm.id for one in watch.view(view.project).open), "")
        watch.dismiss(view.project, chosen, reason or "", by=person_of(request))
        return {self.reason: "", **self._again(view)}

    def switch_on(self, view: View, days: float | None, thumbs: str, request: gr.Request) -> Updates:
        """Keep from now on how versions are used."""
        rate = rate_of(thumbs)
        self._watch(view, request).switch_on(view.project, by=person_of(request), days=int(days or 0), thumbs_rate=rate)
        return self._again(view)

    def switch_off(self, view: View, request: gr.Request) -> Updates:
        """Keep nothing from now on; what was kept stays for its days."""
        self._watch(view, request).switch_off(view.project, by=person_of(request))
        return self._again(view)

    def delete(self, view: View, request: gr.Request) -> Updates:
        """Off, and everything that was kept is gone."""
        self._watch(view, request).switch_off(view.project, by=person_of(request), forget=True)
        return self._again(view)

    # Within

    def _watch(self, view: View, request: gr.Request) -> WatchService:
        found: WatchService = self.studio.open(actor_of(request), view.project, Right.CHANGE).watch
        return found

    def _again(self, view: View) -> Updates:
        return {self.frame.view: replace(view, ran=view.ran + 1)}


def lead_of(found: WatchView) -> str:
    """Under the headline."""
    if not found.settings.is_on and not found.days:
        return say("watch_page.lead_off")
    return say("watch.nothing_yet") if not found.days else say("watch_page.lead")


def rate_of(words: str) -> float | None:
    """A share of thumbs as somebody writes it, of 100; None where nothing is written."""
    written = (words or "").strip().removesuffix("%").strip()
    if written and not (written.isascii() and written.isdigit()):
        raise WrongSetting(say("watch.wrong_rate"), hint=say("watch.rate_between"), where="thumbs")
    return int(written) / 100 if written else None
