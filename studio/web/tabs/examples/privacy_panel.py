"""What counts as private in the whole project: countries, names, and the details that were called not private."""

from collections.abc import Sequence

import gradio as gr

from studio.copy.catalog import say
from studio.copy.quantities import size
from studio.data.privacy.national_ids import COUNTRIES
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import privacy as copy
from studio.web.layout.download_line import told
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Updates, fill
from studio.web.view import View, again, changed, person_of


class PrivacyPanel:
    """A closed drawer. All it decides goes through `studio.allowed`."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners, frame: Frame) -> None:
        """The drawer, closed."""
        self.frame = frame
        Drawer(say("privacy.settings"), frame.view, lambda view: self.build_settings(listen, view), "private-settings")

    def build_settings(self, listen: Listeners, view: View) -> None:
        """Layout, listeners, and what was said so far."""
        at = self.frame.view
        self.countries = gr.Dropdown(
            [(say(f"country.{code}"), code) for code in COUNTRIES],
            multiselect=True,
            label=say("privacy.countries"),
            value=list(self.studio.within(view.project).allowed.countries(view.project)),
            info=say("privacy.countries_hint"),
            interactive=True,
        )
        listen.changes(self.countries.input, self.choose_countries, [at, self.countries], trigger_mode="always_last")
        self.finder = gr.Markdown(elem_classes="soft")
        with gr.Row(elem_classes="buttons"):
            self.find_names = gr.Button(say("privacy.look"), size="sm")
            self.get = gr.Button(say("privacy.get_finder"), size="sm")
            self.stop = gr.Button(say("fetching.stop"), size="sm")
        # pressed by live.js when the download began or ended
        self.pushed = gr.Button(say("fetching.look_again"), visible="hidden", elem_classes="refresh")
        finding = [self.finder, self.find_names, self.get, self.stop]
        listen.changes(self.find_names.click, self.look_for_names, [at])
        listen.on(self.get.click, self.fetch_finder, [], finding)
        listen.on(self.stop.click, self.stop_fetching, [], finding)
        listen.on(self.pushed.click, self.finder_of, [], finding, by_itself=True)
        fill(self.finder_of())
        self.allowed = gr.Markdown(elem_classes="soft")
        with gr.Row(elem_classes="buttons"):
            self.which = gr.Dropdown([], label=say("privacy.which_after_all"), interactive=True, visible=False)
            self.back = gr.Button(say("privacy.after_all"), size="sm", visible=False)
        listen.changes(self.back.click, self.disallow, [at, self.which], [self.allowed, self.which, self.back])
        fill(self.allowed_of(view))

    def allowed_of(self, view: View) -> Updates:
        """The details that were called not private, to read and to choose from."""
        allowed = self.studio.within(view.project).allowed.all(view.project)
        lines = "".join(html.marked(copy.ONE[one.kind].capitalize(), "", one.value, "") for one in allowed)
        here = gr.update(visible=bool(allowed))
        return {
            self.allowed: html.sentences(say("privacy.allowed") if allowed else say("privacy.none_allowed")) + lines,
            self.back: here,
            self.which: gr.update(
                choices=[(one.value, one.value) for one in allowed],
                visible=bool(allowed),
                value=allowed[0].value if allowed else None,
            ),
        }

    def finder_of(self) -> Updates:
        """Whether names can be looked for in running text; else what would be fetched, and how far that is."""
        entry, here = self.studio.models.name_finder(), self.studio.name_finder() is not None
        job, offline = self.studio.downloads.job(entry.id), self.studio.settings.offline
        going = job is not None and not job.is_over
        offer = say("privacy.no_names", title=entry.title, size=size(entry.download_bytes), licence=entry.licence,
                    languages=entry.languages)  # fmt: skip
        away = html.sentences(say("privacy.no_names_offline") if offline else offer) + (told(job) if job else "")
        return {
            self.finder: html.sentences(say("privacy.names")) if here else away,
            self.find_names: gr.update(visible=here),
            self.get: gr.update(visible=not here and not going and not offline),
            self.stop: gr.update(visible=self.studio.downloads.may_stop(entry.id, by=self.studio.person)),
        }

    # Events

    def fetch_finder(self, request: gr.Request) -> Updates:
        """Fetch the name finder in the background."""
        self.studio.downloads.begin(self.studio.models.name_finder().id, by=person_of(request))
        return self.finder_of()

    def stop_fetching(self, request: gr.Request) -> Updates:
        """End it; what arrived whole is kept."""
        self.studio.downloads.stop(self.studio.models.name_finder().id, by=person_of(request))
        return self.finder_of()

    def choose_countries(self, view: View, codes: Sequence[str], request: gr.Request) -> View:
        """Whose id numbers are looked for."""
        self.studio.within(view.project).allowed.choose_countries(view.project, codes, person_of(request))
        return again(view)

    def look_for_names(self, view: View, request: gr.Request) -> View:
        """Slow, and only when she asks."""
        scope = self.studio.within(view.project)
        return changed(view, scope.allowed.look_for_names(view.project, view.dataset, person_of(request)))

    def disallow(self, view: View, value: str, request: gr.Request) -> Updates:
        """This detail is private after all."""
        self.studio.within(view.project).allowed.remove(view.project, value or "", person_of(request))
        done = again(view)
        return {self.frame.view: done, **self.allowed_of(done)}
