"""Versions of the examples, where they come from, and forgetting for good: three closed drawers."""

from collections.abc import Sequence

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import versions as copy
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Updates, fill
from studio.web.view import View, changed, person_of


def headers() -> list[str]:
    """Of the list of versions."""
    return [say("versions_panel.version"), say("versions_panel.what_was_done")]


SHOWN_ROWS = 5


class VersionsPanel:
    """What has been, what is known of it, and what is to be no more. Each is read when its drawer is opened."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, frame: Frame, revision: gr.State) -> Sequence[gr.Accordion]:
        """Three closed drawers; those are given back that are put away when the rows change."""
        self.frame = frame
        rights = Drawer(say("versions.rights"), frame.view, lambda view: self.build_rights(listen, view))
        versions = Drawer(say("versions.versions"), frame.view, lambda view: self.build_versions(listen, view))
        Drawer(say("versions.forget"), frame.view, lambda view: self.build_forgetting(listen, revision))
        return rights.accordion, versions.accordion

    def build_rights(self, listen: Listeners, view: View) -> None:
        """Three questions, with what was stated so far."""
        gr.Markdown(html.sentences(say("versions.rights_lead")), elem_classes="soft")
        self.origin, self.licence, self.consent = (
            gr.Textbox(label=say(f"stated.{one}.label"), info=say(f"stated.{one}.info"), lines=2, max_lines=6)
            for one in copy.STATED
        )
        with gr.Row(elem_classes="buttons"):
            self.state = gr.Button(say("versions_panel.save"), size="sm")
        self.stated = gr.Markdown(elem_classes="soft")
        answers = [self.origin, self.licence, self.consent]
        listen.on(self.state.click, self.state_rights, [self.frame.view, *answers], [self.stated])
        fill(self.rights_of(view))

    def build_versions(self, listen: Listeners, view: View) -> None:
        """The list, two to compare, and a name to keep one under."""
        at = self.frame.view
        gr.Markdown(html.sentences(say("versions.lead")), elem_classes="soft")
        self.list = gr.Markdown()
        with gr.Row(elem_classes="halves"):
            self.before = gr.Dropdown([], label=say("versions_panel.from"), allow_custom_value=True, interactive=True)
            self.after = gr.Dropdown([], label=say("versions_panel.to"), allow_custom_value=True, interactive=True)
        with gr.Row(elem_classes="buttons"):
            self.compare = gr.Button(say("versions_panel.compare"), size="sm")
            self.back = gr.Button(say("versions_panel.go_back_from"), size="sm")
        self.differences = gr.Markdown()
        with gr.Row(elem_classes="write"):
            self.name = gr.Textbox(label=say("versions.keep"), max_lines=1, scale=4)
            self.keep = gr.Button(say("versions_panel.keep"), size="sm", scale=1)
        listed = [self.list, self.before, self.after]
        listen.on(self.compare.click, self.differ, [at, self.before, self.after], [self.differences])
        listen.changes(self.back.click, self.go_back, [at, self.before], [*listed, self.differences])
        listen.on(self.keep.click, self.keep_version, [at, self.name], [*listed, self.name])
        fill(self.versions_of(view))

    def build_forgetting(self, listen: Listeners, revision: gr.State) -> None:
        """A text, where it is, and only then the button."""
        at = self.frame.view
        gr.Markdown(html.sentences(say("versions.forget_lead")), elem_classes="soft")
        self.text = gr.Textbox(label=say("versions.forget_text"), info=say("versions.forget_text_info"), max_lines=1)
        with gr.Row(elem_classes="buttons"):
            self.show_places = gr.Button(say("versions.show_places"), size="sm")
        self.listed = gr.State(None)  # the text whose places are shown: nothing else is forgotten by the button
        self.places = gr.Markdown()
        with gr.Row(elem_classes="buttons"):
            self.forget = gr.Button(say("versions_panel.forget_for_good"), size="sm", variant="stop", visible=False)
        parts = [self.listed, self.places, self.forget]
        listen.on(self.show_places.click, self.list_places, [at, self.text], parts)
        for other in (self.text.input, revision.change):  # another text, or other rows
            listen.on(other, self.hide_places, [], parts)
        listen.changes(self.forget.click, self.forget_it, [at, self.text, self.listed], [self.text, *parts])

    # Events

    def rights_of(self, view: View) -> Updates:
        """What was stated so far."""
        card = self.studio.within(view.project).examples.view(view.project, view.dataset).card
        return {self.origin: card.origin, self.licence: card.licence, self.consent: card.consent,
                self.stated: html.sentences(copy.stated(card))}  # fmt: skip

    def state_rights(self, view: View, origin: str, licence: str, consent: str, request: gr.Request) -> Updates:
        """Her words about them."""
        done = self.studio.within(view.project).versions.state_rights(
            view.project, view.dataset, by=person_of(request), origin=origin, licence=licence, consent=consent
        )
        return {self.stated: html.sentences(say("versions_panel.saved", stated=copy.stated(done.card)))}

    def versions_of(self, view: View) -> Updates:
        """The list, and two pickers that stand at the last change."""
        versions = self.studio.within(view.project).versions.versions(view.project)
        choices = [(copy.title(version), version.id) for version in versions]
        before = versions[min(1, len(versions) - 1)].id
        return {
            self.list: html.table(headers(), map(copy.line, versions)),
            self.before: gr.update(choices=choices, value=before),
            self.after: gr.update(choices=choices, value=versions[0].id),
        }

    def differ(self, view: View, before: str, after: str) -> Updates:
        """What is different, with the first rows."""
        scope = self.studio.within(view.project)
        titles = {version.id: copy.title(version) for version in scope.versions.versions(view.project)}
        compared = self.studio.within(view.project).versions.compare(view.project, before or "", after or "")
        pairs = "".join(
            html.before_and_after(
                (old.question, old.answer),
                (new.question, new.answer),
                say("versions_panel.row", id=old.label),
            )
            for old, new in compared.rewritten[:SHOWN_ROWS]
        )
        return {self.differences: html.listing(copy.difference(compared, titles[before], titles[after])) + pairs}

    def go_back(self, view: View, version: str, request: gr.Request) -> Updates:
        """A new version that begins as the old one stood."""
        scope = self.studio.within(view.project)
        done = changed(view, scope.versions.go_back(view.project, version or "", by=person_of(request)))
        return {self.frame.view: done, **self.versions_of(done), self.differences: ""}

    def keep_version(self, view: View, name: str, request: gr.Request) -> Updates:
        """This one stays as it is, under a name."""
        self.studio.within(view.project).versions.keep(view.project, view.dataset, name, by=person_of(request))
        return {**self.versions_of(view), self.name: ""}

    def list_places(self, view: View, text: str) -> Updates:
        """Every place, before anything is done."""
        places = self.studio.within(view.project).forgetting.forget_list(view.project, view.dataset, text=text)
        listed = (
            html.listing([*copy.places(places), say("versions.learned")])
            if places
            else html.sentences(say("versions.nothing_holds"))
        )
        return {self.listed: text, self.places: listed, self.forget: gr.update(visible=bool(places))}

    def hide_places(self) -> Updates:
        """The list was about another text, or about the rows as they were."""
        return {self.listed: None, self.places: "", self.forget: gr.update(visible=False)}

    def forget_it(self, view: View, text: str, listed: str | None, request: gr.Request) -> Updates:
        """Her word: it goes from all the places of the list. A list that came late is about another text."""
        if not view.dataset:
            raise StudioError(say("versions_panel.there_nothing_forget_yet"))
        if text != listed:
            raise StudioError(
                say("versions_panel.list_not_about_text"),
                hint=say("versions_panel.press_first", show_places=say("versions.show_places")),
            )
        self.studio.within(view.project).forgetting.forget(view.project, view.dataset, text=text, by=person_of(request))
        done = changed(view, self.studio.within(view.project).examples.view(view.project, view.dataset))
        return {self.frame.view: done, self.text: "", **self.hide_places(),
                self.places: html.sentences(say('versions.nothing_holds'))}  # fmt: skip
