"""Versions of the examples, where they come from, and forgetting for good: three closed drawers."""

from collections.abc import Sequence

import gradio as gr

from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import versions as say
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Updates, fill
from studio.web.view import View, changed, person_of

HEADERS = ("Version", "What was done")
SHOWN_ROWS = 5


class VersionsPanel:
    """What has been, what is known of it, and what is to be no more. Each is read when its drawer is opened."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, frame: Frame, revision: gr.State) -> Sequence[gr.Accordion]:
        """Three closed drawers; those are given back that are put away when the rows change."""
        self.frame = frame
        rights = Drawer(say.RIGHTS, frame.view, lambda view: self.build_rights(listen, view))
        versions = Drawer(say.VERSIONS, frame.view, lambda view: self.build_versions(listen, view))
        Drawer(say.FORGET, frame.view, lambda view: self.build_forgetting(listen, revision))
        return rights.accordion, versions.accordion

    def build_rights(self, listen: Listeners, view: View) -> None:
        """Three questions, with what was stated so far."""
        gr.Markdown(html.sentences(say.RIGHTS_LEAD), elem_classes="soft")
        self.origin, self.licence, self.consent = (
            gr.Textbox(label=label, info=info, lines=2, max_lines=6)
            for label, info in (say.ORIGIN, say.LICENCE, say.CONSENT)
        )
        with gr.Row(elem_classes="buttons"):
            self.state = gr.Button("Save", size="sm")
        self.stated = gr.Markdown(elem_classes="soft")
        answers = [self.origin, self.licence, self.consent]
        listen.on(self.state.click, self.state_rights, [self.frame.view, *answers], [self.stated])
        fill(self.rights_of(view))

    def build_versions(self, listen: Listeners, view: View) -> None:
        """The list, two to compare, and a name to keep one under."""
        at = self.frame.view
        gr.Markdown(html.sentences(say.LEAD), elem_classes="soft")
        self.list = gr.Markdown()
        with gr.Row(elem_classes="halves"):
            self.before = gr.Dropdown([], label="From", allow_custom_value=True, interactive=True)
            self.after = gr.Dropdown([], label="To", allow_custom_value=True, interactive=True)
        with gr.Row(elem_classes="buttons"):
            self.compare = gr.Button("Compare", size="sm")
            self.back = gr.Button("Go back to “From”", size="sm")
        self.differences = gr.Markdown()
        with gr.Row(elem_classes="write"):
            self.name = gr.Textbox(label=say.KEEP, max_lines=1, scale=4)
            self.keep = gr.Button("Keep", size="sm", scale=1)
        listed = [self.list, self.before, self.after]
        listen.on(self.compare.click, self.differ, [at, self.before, self.after], [self.differences])
        listen.changes(self.back.click, self.go_back, [at, self.before], [*listed, self.differences])
        listen.on(self.keep.click, self.keep_version, [at, self.name], [*listed, self.name])
        fill(self.versions_of(view))

    def build_forgetting(self, listen: Listeners, revision: gr.State) -> None:
        """A text, where it is, and only then the button."""
        at = self.frame.view
        gr.Markdown(html.sentences(say.FORGET_LEAD), elem_classes="soft")
        self.text = gr.Textbox(label=say.FORGET_TEXT[0], info=say.FORGET_TEXT[1], max_lines=1)
        with gr.Row(elem_classes="buttons"):
            self.show_places = gr.Button(say.SHOW_PLACES, size="sm")
        self.listed = gr.State(None)  # the text whose places are shown: nothing else is forgotten by the button
        self.places = gr.Markdown()
        with gr.Row(elem_classes="buttons"):
            self.forget = gr.Button("Forget it for good", size="sm", variant="stop", visible=False)
        parts = [self.listed, self.places, self.forget]
        listen.on(self.show_places.click, self.list_places, [at, self.text], parts)
        for other in (self.text.input, revision.change):  # another text, or other rows
            listen.on(other, self.hide_places, [], parts)
        listen.changes(self.forget.click, self.forget_it, [at, self.text, self.listed], [self.text, *parts])

    # Events

    def rights_of(self, view: View) -> Updates:
        """What was stated so far."""
        card = self.studio.examples.view(view.project, view.dataset).card
        return {self.origin: card.origin, self.licence: card.licence, self.consent: card.consent,
                self.stated: html.sentences(say.stated(card))}  # fmt: skip

    def state_rights(self, view: View, origin: str, licence: str, consent: str, request: gr.Request) -> Updates:
        """Her words about them."""
        done = self.studio.versions.state_rights(
            view.project, view.dataset, by=person_of(request), origin=origin, licence=licence, consent=consent
        )
        return {self.stated: html.sentences(f"Saved. {say.stated(done.card)}")}

    def versions_of(self, view: View) -> Updates:
        """The list, and two pickers that stand at the last change."""
        versions = self.studio.versions.versions(view.project)
        choices = [(say.title(version), version.id) for version in versions]
        before = versions[min(1, len(versions) - 1)].id
        return {
            self.list: html.table(HEADERS, map(say.line, versions)),
            self.before: gr.update(choices=choices, value=before),
            self.after: gr.update(choices=choices, value=versions[0].id),
        }

    def differ(self, view: View, before: str, after: str) -> Updates:
        """What is different, with the first rows."""
        titles = {version.id: say.title(version) for version in self.studio.versions.versions(view.project)}
        compared = self.studio.versions.compare(view.project, before or "", after or "")
        pairs = "".join(
            html.before_and_after(
                (old.question, old.answer), (new.question, new.answer), f"Row {old.id.removeprefix('r')}"
            )
            for old, new in compared.rewritten[:SHOWN_ROWS]
        )
        return {self.differences: html.listing(say.difference(compared, titles[before], titles[after])) + pairs}

    def go_back(self, view: View, version: str, request: gr.Request) -> Updates:
        """A new version that begins as the old one stood."""
        done = changed(view, self.studio.versions.go_back(view.project, version or "", by=person_of(request)))
        return {self.frame.view: done, **self.versions_of(done), self.differences: ""}

    def keep_version(self, view: View, name: str, request: gr.Request) -> Updates:
        """This one stays as it is, under a name."""
        self.studio.versions.keep(view.project, view.dataset, name, by=person_of(request))
        return {**self.versions_of(view), self.name: ""}

    def list_places(self, view: View, text: str) -> Updates:
        """Every place, before anything is done."""
        places = self.studio.forgetting.forget_list(view.project, view.dataset, text=text)
        listed = html.listing([*say.places(places), say.LEARNED]) if places else html.sentences(say.NOTHING_HOLDS)
        return {self.listed: text, self.places: listed, self.forget: gr.update(visible=bool(places))}

    def hide_places(self) -> Updates:
        """The list was about another text, or about the rows as they were."""
        return {self.listed: None, self.places: "", self.forget: gr.update(visible=False)}

    def forget_it(self, view: View, text: str, listed: str | None, request: gr.Request) -> Updates:
        """Her word: it goes from all the places of the list. A list that came late is about another text."""
        if not view.dataset:
            raise StudioError("There is nothing to forget yet.")
        if text != listed:
            raise StudioError("The list is not about this text.", hint=f"Press “{say.SHOW_PLACES}” first.")
        self.studio.forgetting.forget(view.project, view.dataset, text=text, by=person_of(request))
        done = changed(view, self.studio.examples.view(view.project, view.dataset))
        return {self.frame.view: done, self.text: "", **self.hide_places(),
                self.places: html.sentences(say.NOTHING_HOLDS)}  # fmt: skip
