"""Versions of the examples, where they come from, and forgetting for good: three closed drawers."""

from typing import Any

import gradio as gr

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import versions as say
from studio.web.errors import draw, wire
from studio.web.view import View, changed, person_of

HEADERS = ("Version", "What was done")
SHOWN_ROWS = 5


class VersionsPanel:
    """What has been, what is known of it, and what is to be no more. Filled when a drawer is opened."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, view: gr.State, seen: gr.State, notice: gr.Markdown) -> None:
        """Layout and events."""
        with gr.Accordion(say.RIGHTS, open=False) as self.rights:
            gr.Markdown(html.sentences(say.RIGHTS_LEAD), elem_classes="soft")
            self.origin, self.licence, self.consent = (
                gr.Textbox(label=label, info=info, lines=2, max_lines=6)
                for label, info in (say.ORIGIN, say.LICENCE, say.CONSENT)
            )
            with gr.Row(elem_classes="buttons"):
                self.state = gr.Button("Save", size="sm")
            self.stated = gr.Markdown(elem_classes="soft")
        with gr.Accordion(say.VERSIONS, open=False) as self.drawer:
            gr.Markdown(html.sentences(say.LEAD), elem_classes="soft")
            self.list = gr.Markdown()
            with gr.Row(elem_classes="halves"):
                self.before = gr.Dropdown([], label="From", allow_custom_value=True, interactive=True)
                self.after = gr.Dropdown([], label="To", allow_custom_value=True, interactive=True)
            with gr.Row(elem_classes="buttons"):
                self.compare = gr.Button("Compare", size="sm")
                self.back = gr.Button("Go back to “From”", size="sm")
            self.found = gr.Markdown()
            with gr.Row(elem_classes="write"):
                self.name = gr.Textbox(label=say.KEEP, max_lines=1, scale=4)
                self.keep = gr.Button("Keep", size="sm", scale=1)
        with gr.Accordion(say.FORGET, open=False):
            gr.Markdown(html.sentences(say.FORGET_LEAD), elem_classes="soft")
            self.text = gr.Textbox(label=say.FORGET_TEXT[0], info=say.FORGET_TEXT[1], max_lines=1)
            with gr.Row(elem_classes="buttons"):
                self.look = gr.Button(say.SHOW_PLACES, size="sm")
            self.listed = gr.State(None)  # the text whose places are shown: nothing else is forgotten by the button
            self.places = gr.Markdown()
            with gr.Row(elem_classes="buttons"):
                self.forget = gr.Button("Forget it for good", size="sm", variant="stop", visible=False)
        stated = [self.origin, self.licence, self.consent, self.stated]
        listed = [self.list, self.before, self.after]
        forgetting = [self.listed, self.places, self.forget]
        wire(self.rights.expand, self.read_rights, [view], stated, notice)
        wire(self.state.click, self.state_rights, [view, *stated[:3]], [self.stated], notice)
        wire(self.drawer.expand, self.read_versions, [view], listed, notice)
        wire(self.compare.click, self.differ, [view, self.before, self.after], [self.found], notice)
        wire(self.back.click, self.go_back, [view, self.before], [view], notice)
        wire(self.keep.click, self.keep_version, [view, self.name], [*listed, self.name], notice)
        wire(self.look.click, self.list_places, [view, self.text], forgetting, notice, show_progress="minimal",
             show_progress_on=self.places)  # fmt: skip
        wire(self.text.input, self.hide_places, [], forgetting, notice)
        wire(self.forget.click, self.forget_it, [view, self.text, self.listed], [view, self.text, *forgetting], notice,
             show_progress="minimal", show_progress_on=self.places)  # fmt: skip
        told = gr.State(())  # the examples that the drawers speak of
        drawers = [told, self.rights, self.drawer, self.found, *forgetting]
        draw(seen.change, self.put_away, [view, told], drawers, notice)

    # Events

    def put_away(self, view: View, told: tuple[str, ...]) -> tuple[Any, ...]:
        """The examples changed: what the drawers say is told anew when they are opened again. An examination that has
        ended changes none, so a drawer in which she writes meanwhile stays open."""
        now, closed = (view.project, view.dataset, view.mark), gr.Accordion(open=False)
        if now == told:
            return (told, *(gr.skip() for _ in range(6)))
        return now, closed, closed, "", *self.hide_places()

    def read_rights(self, view: View) -> tuple[str, str, str, str]:
        """What was stated so far."""
        card = self.studio.examples.view(view.project, view.dataset).card
        return card.origin, card.licence, card.consent, html.sentences(say.stated(card))

    def state_rights(self, view: View, origin: str, licence: str, consent: str, request: gr.Request) -> str:
        """Her words about them."""
        done = self.studio.versions.state_rights(
            view.project, view.dataset, by=person_of(request), origin=origin, licence=licence, consent=consent
        )
        return html.sentences(f"Saved. {say.stated(done.card)}")

    def read_versions(self, view: View) -> tuple[Any, ...]:
        """The list, and two pickers that stand at the last change."""
        versions = self.studio.versions.versions(view.project)
        choices = [(say.title(version), version.id) for version in versions]
        before = versions[min(1, len(versions) - 1)].id
        return (
            html.table(HEADERS, map(say.line, versions)),
            gr.update(choices=choices, value=before), gr.update(choices=choices, value=versions[0].id),
        )  # fmt: skip

    def differ(self, view: View, before: str, after: str) -> str:
        """What is different, with the first rows."""
        titles = {version.id: say.title(version) for version in self.studio.versions.versions(view.project)}
        found = self.studio.versions.compare(view.project, before or "", after or "")
        pairs = "".join(
            html.before_and_after(
                (old.question, old.answer), (new.question, new.answer), f"Row {old.id.removeprefix('r')}"
            )
            for old, new in found.rewritten[:SHOWN_ROWS]
        )
        return html.listing(say.difference(found, titles[before], titles[after])) + pairs

    def go_back(self, view: View, version: str, request: gr.Request) -> View:
        """A new version that begins as the old one stood."""
        return changed(view, self.studio.versions.go_back(view.project, version or "", by=person_of(request)))

    def keep_version(self, view: View, name: str, request: gr.Request) -> tuple[Any, ...]:
        """This one stays as it is, under a name."""
        self.studio.versions.keep(view.project, view.dataset, name, by=person_of(request))
        return *self.read_versions(view), ""

    def list_places(self, view: View, text: str) -> tuple[Any, ...]:
        """Every place, before anything is done."""
        found = self.studio.forgetting.forget_list(view.project, view.dataset, text=text)
        said = html.listing([*say.places(found), say.LEARNED]) if found else ""
        return text, said or html.sentences(say.NOTHING_HOLDS), gr.update(visible=bool(found))

    def hide_places(self) -> tuple[Any, ...]:
        """Another text: the list was about the last one."""
        return None, "", gr.update(visible=False)

    def forget_it(self, view: View, text: str, listed: str | None, request: gr.Request) -> tuple[Any, ...]:
        """Her word: it goes from all the places of the list. A list that came late is about another text."""
        if not view.dataset:
            raise StudioError("There is nothing to forget yet.")
        if text != listed:
            raise StudioError("The list is not about this text.", hint=f"Press “{say.SHOW_PLACES}” first.")
        self.studio.forgetting.forget(view.project, view.dataset, text=text, by=person_of(request))
        done = changed(view, self.studio.examples.view(view.project, view.dataset))
        return done, "", None, html.sentences(say.NOTHING_HOLDS), gr.update(visible=False)
