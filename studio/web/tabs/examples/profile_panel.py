"""What is in the examples: measured when the drawer is opened, drawn as bars, said in sentences."""

from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.schemas.profile import DatasetProfile
from studio.services.evaluation.difficulty import result_of
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import profile as copy
from studio.web.copy.progress import doing
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Updates, fill
from studio.web.tabs.examples import data_plots
from studio.web.view import View


class ProfilePanel:
    """A closed drawer on the Examples tab: what they are about, how they are answered, who is mentioned, how good.

    `revision` is a state of the tab that changes with the examples: while the drawer is open, it follows.
    """

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, frame: Frame, revision: gr.State) -> None:
        """The drawer, closed."""
        self.frame = frame
        Drawer(say("profile.title"), frame.view, lambda view: self.build_profile(listen, view, revision), "picture")

    def build_profile(self, listen: Listeners, view: View, revision: gr.State) -> None:
        """Layout, listeners, and what was measured."""
        self.lead = gr.Markdown(elem_classes="soft")
        with gr.Row(elem_classes="halves"):
            self.about, self.about_plot = self._figure()
            self.answered, self.answered_plot = self._figure()
        with gr.Row(elem_classes="halves"):
            self.long, self.long_plot = self._figure()
            self.people, self.people_plot = self._figure()
        with gr.Row(elem_classes="halves"):
            with gr.Column():
                self.consistency = gr.Markdown()
            with gr.Column():
                self.coverage = gr.Markdown()
        gr.Markdown(html.title(say("profile_panel.difficulty_what_starting_model"), say("profile.difficulty_lead")))
        with gr.Row(elem_classes="buttons"):
            self.ask = gr.Button(say("profile.difficulty_ask"), size="sm")
            self.stop = gr.Button(say("profile_panel.stop"), size="sm", visible=False)
        self.known = gr.Markdown(elem_classes="known")
        with gr.Accordion(say("profile.tables"), open=False):
            self.tables = gr.Markdown()
        at = [self.frame.view]
        self.refresh = gr.Button(
            say("profile_panel.look_again"), visible="hidden", elem_classes="refresh"
        )  # pressed by live.js
        listen.on(self.ask.click, self.begin, at, self.trial)
        listen.on(self.refresh.click, self.trial_of, at, self.trial, by_itself=True)
        listen.on(self.stop.click, self.end, at, self.trial)
        listen.on(revision.change, self.profile_of, at, self.parts)
        fill(self.profile_of(view))

    def _figure(self) -> tuple[gr.Markdown, gr.Plot]:
        with gr.Column():
            return gr.Markdown(), gr.Plot(show_label=False, container=False, elem_classes="curve bars", visible=False)

    @property
    def trial(self) -> list[Any]:
        """What changes while the starting model is asked."""
        return [self.ask, self.stop, self.known]

    @property
    def parts(self) -> list[Any]:
        """What follows from the examples."""
        return [
            self.lead, self.about, self.about_plot, self.answered, self.answered_plot, self.long, self.long_plot,
            self.people, self.people_plot, self.consistency, self.coverage, self.tables, *self.trial,
        ]  # fmt: skip

    # State

    def profile_of(self, view: View) -> Updates:
        """What is in the examples as they stand."""
        if not view.dataset:
            return {}
        profile = self.studio.within(view.project).picture.of(view.project, view.dataset)
        groups = [(copy.PEOPLE.get(mention.group, mention.group), mention.rows) for mention in profile.mentions]
        whole = profile.looked_at
        lengths = data_plots.pairs(profile.lengths, ("questions", "answers"))
        return {
            self.lead: html.sentences(copy.measured(profile)),
            self.about: html.title(*copy.about(profile)), self.about_plot: drawn(*copy.topic_bars(profile), whole),
            self.answered: html.title(*copy.answered(profile)),
            self.answered_plot: drawn(*copy.answer_bars(profile), whole),
            self.long: html.title(*copy.long_(profile)), self.long_plot: gr.update(value=lengths, visible=bool(whole)),
            self.people: html.title(*copy.people(profile)), self.people_plot: drawn(groups, 0, whole),
            self.consistency: html.title(say('profile_panel.consistency_do_answers_look'))
            + html.listing(copy.consistency(profile)),
            self.coverage: html.title(say('profile_panel.coverage_do_questions_vary'))
            + html.listing([*copy.coverage(profile), copy.languages(profile)]),
            self.tables: tables(profile), **self.trial_of(view),
        }  # fmt: skip

    def trial_of(self, view: View) -> Updates:
        """How far the starting model was asked."""
        trial = self.studio.within(view.project).difficulty.of(view.project, view.dataset, view.model)
        going = trial is not None and not trial.is_over
        return {self.ask: gr.update(visible=not going), self.stop: gr.update(visible=going),
                self.known: trial_text(trial)}  # fmt: skip

    # Events

    def begin(self, view: View) -> Updates:
        """Put some examples to the starting model."""
        self.studio.within(view.project).difficulty.begin(view.project, view.dataset, view.model)
        return self.trial_of(view)

    def end(self, view: View) -> Updates:
        """Enough asked."""
        self.studio.within(view.project).difficulty.stop(view.project, view.dataset, view.model)
        return self.trial_of(view)


def drawn(rows: list[tuple[str, int]], grey: int, whole: int) -> Any:
    """Bars, or no plot where there is nothing to draw."""
    return gr.update(value=data_plots.bars(rows, whole, grey=grey) if rows else None, visible=bool(rows))


def trial_text(trial: BackgroundJob | None) -> str:
    """What the starting model knew, or how far it is."""
    if trial is None:
        return ""
    if trial.error is not None:
        return html.notice(trial.error.message, trial.error.hint)
    result = result_of(trial)
    if result is None:
        return html.progress(trial.record.id, doing(trial), *trial.behind, say("common.close"))
    best, worst = result.tried[: copy.SHOWN_TRIED], result.tried[-copy.SHOWN_TRIED :]
    rows = [
        (f"{one.row:,}", one.question[:200], one.expert[:200], one.reply[:200], f"{one.alike:.0f}")
        for one in dict.fromkeys((*best, *worst))
    ]
    headers = (
        say("profile_panel.row"),
        say("profile_panel.question"),
        say("profile_panel.your_answer"),
        say("profile_panel.starting_model"),
        say("profile_panel.alike_100"),
    )
    shown = html.table(headers, rows, say("profile_panel.likest_least_like_those"))
    return html.listing(copy.difficulty(result)) + shown


def tables(picture: DatasetProfile) -> str:
    """Every bar as a row of a table."""
    whole = picture.looked_at

    def shares(rows: list[tuple[str, int]], what: str, caption: str) -> str:
        cells = [(name, f"{number:,}", copy.percent(number, whole)) for name, number in rows]
        return html.table((what, say("profile_panel.rows"), say("profile_panel.share")), cells, caption) if rows else ""

    topics = [(copy.name_of(topic), topic.count) for topic in picture.topics]
    answers = say("profile_panel.labels") if picture.labels else say("profile_panel.how_answers_begin")
    return "".join(
        (
            shares(topics, say("profile_panel.topic"), say("profile_panel.what_questions_about")),
            shares(list(picture.labels or picture.answer_openings), say("profile_panel.answer"), answers),
            html.table(
                (say("profile_panel.words"), say("profile_panel.questions"), say("profile_panel.answers")),
                [(n, f"{a:,}", f"{b:,}") for n, a, b in picture.lengths],
                say("profile_panel.how_long_they"),
            ),
            shares(
                [(copy.LANGUAGES.get(name, name), n) for name, n in picture.languages],
                say("profile_panel.language"),
                say("profile_panel.languages"),
            ),
            html.table(copy.people_headers(), copy.people_table(picture), say("profile_panel.groups_people"))
            if picture.mentions
            else "",
            shares(
                [(copy.FORMS[form], number) for form, number in picture.forms],
                say("profile_panel.form"),
                say("profile_panel.form_answers"),
            ),
        )
    )
