"""Private details in the list of findings: a line for each kind, what is to happen to it, and what is not private."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import gradio as gr

from studio.data.privacy.choices import written
from studio.data.privacy.national_ids import COUNTRIES
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Spot
from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import examples as say_of
from studio.web.copy import privacy as say
from studio.web.errors import wire
from studio.web.tabs.examples.row_listing import RowListing, rows_named
from studio.web.view import View, changed, person_of

SHOWN = 5  # details of a kind


class PrivacyPanel:
    """Drawn anew with the list of findings. All it decides goes through `studio.allowed`."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def draw(
        self, shown: DatasetView, finding: Finding, view: gr.State, listing: gr.State, notice: gr.Markdown
    ) -> None:
        """The finding, a way for each of its kinds, the details themselves, and one button for all of them."""
        with gr.Column(elem_classes=f"finding private {finding.severity}", key="private_details"):
            words = html.finding_with(
                finding.sentence, say_of.SEVERITIES[finding.severity], html.seen(say.WAYS_HINT)
            )  # fmt: skip
            gr.Markdown(words, key="private-words", elem_classes="what")
            ways = [self._way(finding, kind) for kind in finding.parts]
            with gr.Accordion(
                say.DETAILS, open=False, key="private-details", preserved_by_key="open", elem_classes="details"
            ):  # fmt: skip
                for kind in finding.parts:
                    self._details(shown, finding, kind, view, notice)
            with gr.Row(elem_classes="buttons", key="private-buttons"):
                do = gr.Button(say.DO_IT, size="sm", variant="primary", key="private-do")
                rows = gr.Button("Show rows", size="sm", elem_classes="quiet", key="private-rows")
            wire(do.click, HideDetails(self.studio, tuple(finding.parts)).hide, [view, *ways], [view], notice)
            wire(rows.click, show_rows, [listing], [listing], notice)

    def _way(self, finding: Finding, kind: str) -> gr.Radio:
        return gr.Radio(
            list(say.WAYS), value="mask", label=say.of_kind(kind, len(finding.parts[kind])), key=("way", kind),
            elem_classes="ways", interactive=True,
        )  # fmt: skip

    def _details(self, shown: DatasetView, finding: Finding, kind: str, view: gr.State, notice: gr.Markdown) -> None:
        named = [spot for spot in finding.spots if spot.kind == kind]
        spots = spots_to_show(shown, named)
        for spot, example in spots:
            parts = say.around(spot, example)
            with gr.Row(elem_classes="spot", key=("spot", kind, parts[1])):
                gr.Markdown(html.marked(say.place(spot), *parts), key=("words", kind, parts[1]))
                label = say.OURS if spot.likely_ours else say.NOT_PRIVATE
                fine = gr.Button(label, size="sm", elem_classes="quiet", key=("fine", kind, parts[1]))
                wire(fine.click, AllowDetail(self.studio, spot, parts[1]).allow, [view], [view], notice)
        if len(named) > len(spots):
            gr.Markdown(html.seen(say.more(kind)), key=("more", kind))

    def draw_settings(self, shown: DatasetView, view: gr.State, notice: gr.Markdown) -> None:
        """What holds for the whole project: countries, names, and the details that were called not private."""
        allowed = self.studio.allowed.all(shown.project)
        with gr.Accordion(say.SETTINGS, open=False, key="private-settings", elem_classes="private-settings"):
            countries = gr.Dropdown(
                [(country.title, code) for code, country in COUNTRIES.items()], multiselect=True,
                value=list(self.studio.allowed.countries(shown.project)), label=say.COUNTRIES, info=say.COUNTRIES_HINT,
                key=("countries", shown.project), interactive=True,
            )  # fmt: skip
            wire(countries.input, self.choose_countries, [view, countries], [view], notice,
                 trigger_mode="always_last")  # fmt: skip
            gr.Markdown(
                html.sentences(say.NAMES if self.studio.allowed.finds_names else say.NO_NAMES), elem_classes="soft"
            )
            if self.studio.allowed.finds_names:
                look = gr.Button(say.LOOK, size="sm", key=("names", shown.id))
                wire(look.click, self.look_for_names, [view], [view], notice, show_progress="minimal")
            gr.Markdown(html.sentences(say.ALLOWED if allowed else say.NONE_ALLOWED), elem_classes="soft")
            for one in allowed:
                with gr.Row(elem_classes="spot", key=("allowed", one.kind, one.value)):
                    gr.Markdown(html.marked(say.KINDS[one.kind][0].capitalize(), "", one.value, ""))
                    back = gr.Button(say.AFTER_ALL, size="sm", elem_classes="quiet", key=("back", one.value))
                    wire(back.click, DisallowDetail(self.studio, one.value).disallow, [view], [view], notice)

    # Events

    def choose_countries(self, view: View, codes: Sequence[str], request: gr.Request) -> View:
        """Whose id numbers are looked for."""
        self.studio.allowed.choose_countries(view.project, codes, person_of(request))
        return again(view)

    def look_for_names(self, view: View, request: gr.Request) -> View:
        """Slow, and only when she asks."""
        return changed(view, self.studio.allowed.look_for_names(view.project, view.dataset, person_of(request)))


def spots_to_show(shown: DatasetView, named: Sequence[Spot]) -> list[tuple[Spot, Example]]:
    """The first details of a kind whose rows are still there, with their rows."""
    by_row = rows_named(shown.examples, [spot.row for spot in named[: 4 * SHOWN]])
    return [(spot, by_row[spot.row]) for spot in named if spot.row in by_row][:SHOWN]


def details_to_show(shown: DatasetView) -> list[tuple[str, str, str]]:
    """The words around every detail that the list holds."""
    found = [(finding, kind) for finding in shown.findings for kind in finding.parts]
    named = [[spot for spot in finding.spots if spot.kind == kind] for finding, kind in found]
    return [say.around(spot, example) for spots in named for spot, example in spots_to_show(shown, spots)]


def show_rows(listing: RowListing) -> RowListing:
    """Only the rows with private details in the table below."""
    return replace(listing, kind="private_details", page=0)


def again(view: View) -> View:
    """The same examples, looked through by other rules: what was planned with them is planned anew."""
    return replace(view, stamp=view.stamp + 1, recipe=None)


@dataclass(frozen=True)
class HideDetails:
    """The button for all kinds that were found."""

    studio: Studio
    kinds: tuple[str, ...]

    def hide(self, view: View, request: gr.Request, *ways: str) -> View:
        """Each kind in its way; those that did not show are masked."""
        choice = written(dict(zip(self.kinds, ways, strict=True)))
        done = self.studio.allowed.decide(view.project, view.dataset, choice, person_of(request), seen=view.mark)
        return changed(view, done)


@dataclass(frozen=True)
class AllowDetail:
    """The button beside one detail."""

    studio: Studio
    spot: Spot
    value: str

    def allow(self, view: View, request: gr.Request) -> View:
        """This detail is nobody's secret, in no row and no later table."""
        self.studio.allowed.add(view.project, self.value, person_of(request), kind=self.spot.kind)
        return again(view)


@dataclass(frozen=True)
class DisallowDetail:
    """The button beside a detail that was called not private."""

    studio: Studio
    value: str

    def disallow(self, view: View, request: gr.Request) -> View:
        """It is private after all."""
        self.studio.allowed.remove(view.project, self.value, person_of(request))
        return again(view)
