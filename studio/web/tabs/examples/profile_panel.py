"""What is in the examples: measured when the card is opened, drawn as bars, said in sentences."""

from typing import Any

import gradio as gr

from studio.schemas.profile import DatasetProfile
from studio.services.evaluation.difficulty import result_of
from studio.services.jobs import BackgroundJob
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import common
from studio.web.copy import profile as say
from studio.web.copy.progress import doing
from studio.web.errors import draw, wire
from studio.web.tabs.examples import data_plots
from studio.web.view import View


class ProfilePanel:
    """A closed card on the Examples tab: what they are about, how they are answered, who is mentioned, how good."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, notice: gr.Markdown) -> None:
        """Layout and events."""
        self.is_open = gr.State(False)
        with gr.Accordion(say.TITLE, open=False, elem_classes="picture") as self.card:
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
            gr.Markdown(html.title("Difficulty: what the starting model knows already", say.DIFFICULTY_LEAD))
            with gr.Row(elem_classes="buttons"):
                self.ask = gr.Button(say.DIFFICULTY_ASK, size="sm")
                self.stop = gr.Button("Stop", size="sm", visible=False)
            self.known = gr.Markdown(elem_classes="known")
            with gr.Accordion(say.TABLES, open=False):
                self.tables = gr.Markdown()
        self.refresh = gr.Button("Look again", visible="hidden", elem_classes="refresh")  # pressed by live.js
        wire(self.card.expand, self.open, [view], [self.is_open, *self.painted], notice, show_progress="minimal",
             show_progress_on=self.lead)  # fmt: skip
        wire(self.card.collapse, self.close, [], [self.is_open], notice)
        draw(view.change, self.paint, [view, self.is_open], self.painted, notice)
        wire(self.ask.click, self.begin, [view], self.trial, notice)
        wire(self.stop.click, self.end, [view], self.trial, notice)
        draw(self.refresh.click, self.look, [view], self.trial, notice, concurrency_limit=None)

    def _figure(self) -> tuple[gr.Markdown, gr.Plot]:
        with gr.Column():
            return gr.Markdown(), gr.Plot(show_label=False, container=False, elem_classes="curve bars", visible=False)

    @property
    def trial(self) -> list[Any]:
        """What changes while the starting model is asked."""
        return [self.ask, self.stop, self.known]

    @property
    def painted(self) -> list[Any]:
        """What `paint` fills, in its order."""
        return [
            self.lead, self.about, self.about_plot, self.answered, self.answered_plot, self.long, self.long_plot,
            self.people, self.people_plot, self.consistency, self.coverage, self.tables, *self.trial,
        ]  # fmt: skip

    # Painting

    def paint(self, view: View, is_open: bool) -> tuple[Any, ...]:
        """The picture of what is looked at; nothing is measured while the card is closed."""
        if not is_open or not view.dataset:
            return tuple(gr.skip() for _ in self.painted)
        picture = self.studio.picture.of(view.project, view.dataset)
        groups = [(mention.group, mention.rows) for mention in picture.mentions]
        whole = picture.looked_at
        return (
            html.sentences(say.measured(picture)),
            html.title(*say.about(picture)), drawn(*say.topic_bars(picture), whole),
            html.title(*say.answered(picture)), drawn(*say.answer_bars(picture), whole),
            html.title(*say.long_(picture)),
            gr.update(value=data_plots.pairs(picture.lengths, ("questions", "answers")), visible=bool(whole)),
            html.title(*say.people(picture)), drawn(groups, 0, whole),
            html.title("Consistency: do the answers look alike?") + html.listing(say.consistency(picture)),
            html.title("Coverage: do the questions vary?")
            + html.listing([*say.coverage(picture), say.languages(picture)]),
            tables(picture), *self.look(view),
        )  # fmt: skip

    def look(self, view: View) -> tuple[Any, ...]:
        """How far the starting model was asked."""
        trial = self.studio.difficulty.of(view.project, view.dataset, view.model) if view.dataset else None
        going = trial is not None and not trial.is_over
        return (
            gr.update(visible=not going), gr.update(visible=going), told(trial),
        )  # fmt: skip

    # Events

    def open(self, view: View) -> tuple[Any, ...]:
        """She opened the card: now it is measured."""
        return (True, *self.paint(view, True))

    def close(self) -> bool:
        """She closed it."""
        return False

    def begin(self, view: View) -> tuple[Any, ...]:
        """Put some examples to the starting model."""
        self.studio.difficulty.begin(view.project, view.dataset, view.model)
        return self.look(view)

    def end(self, view: View) -> tuple[Any, ...]:
        """Enough asked."""
        self.studio.difficulty.stop(view.project, view.dataset, view.model)
        return self.look(view)


def drawn(rows: list[tuple[str, int]], grey: int, whole: int) -> Any:
    """Bars, or no plot where there is nothing to draw."""
    return gr.update(value=data_plots.bars(rows, whole, grey=grey) if rows else None, visible=bool(rows))


def told(trial: BackgroundJob | None) -> str:
    """What the starting model knew, or how far it is."""
    if trial is None:
        return ""
    if trial.error is not None:
        return html.notice(trial.error.message, trial.error.hint)
    result = result_of(trial)
    if result is None:
        return html.progress(trial.record.id, doing(trial), trial.done, trial.total, common.CLOSE)
    best, worst = result.tried[: say.SHOWN_TRIED], result.tried[-say.SHOWN_TRIED :]
    rows = [
        (f"{one.row:,}", one.question[:200], one.expert[:200], one.reply[:200], f"{one.alike:.0f}")
        for one in dict.fromkeys((*best, *worst))
    ]
    headers = ("Row", "Question", "Your answer", "The starting model", "Alike, of 100")
    shown = html.table(headers, rows, "The likest and the least like of those asked.")
    return html.listing(say.difficulty(result)) + shown


def tables(picture: DatasetProfile) -> str:
    """Every bar as a row of a table."""
    whole = picture.looked_at

    def shares(rows: list[tuple[str, int]], what: str, caption: str) -> str:
        cells = [(name, f"{number:,}", say.percent(number, whole)) for name, number in rows]
        return html.table((what, "Rows", "Share"), cells, caption) if rows else ""

    topics = [(say.name_of(topic), topic.count) for topic in picture.topics]
    answers = "Labels" if picture.labels else "How the answers begin"
    return "".join((
        shares(topics, "Topic", "What the questions are about"),
        shares(list(picture.labels or picture.answer_openings), "Answer", answers),
        html.table(("Words", "Questions", "Answers"), [(n, f"{a:,}", f"{b:,}") for n, a, b in picture.lengths],
                    "How long they are"),
        shares(list(picture.languages), "Language", "Languages"),
        html.table(say.PEOPLE_HEADERS, say.people_table(picture), "Groups of people") if picture.mentions else "",
        shares([(say.FORMS[form], number) for form, number in picture.forms], "Form", "Form of the answers"),
    ))  # fmt: skip
