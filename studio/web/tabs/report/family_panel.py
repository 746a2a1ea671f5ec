"""All versions of the project: their scores over time, which one is served, and the way back."""

from dataclasses import replace

import gradio as gr

from studio.copy.catalog import say
from studio.services.access import Right
from studio.services.project_scope import ProjectScope
from studio.services.studio import Studio
from studio.services.versions.family import Family, FamilyMember
from studio.web import html
from studio.web.layout.drawer import Drawer
from studio.web.listeners import Listeners
from studio.web.mounting import Updates, fill
from studio.web.tabs.report.family_plot import family_plot
from studio.web.tabs.report.report_html import progress_of
from studio.web.view import View, actor_of, person_of, request_key_of


class FamilyPanel:
    """A drawer under the report, read anew each time that it is opened."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio

    def build(self, listen: Listeners) -> None:
        """The closed drawer."""
        self.view = listen.frame.view
        Drawer(say("family_panel.title"), self.view, lambda view: self.build_inside(listen, view), "card family")

    def build_inside(self, listen: Listeners, view: View) -> None:
        """The plot, the list, and what can be done."""
        if not view.project:
            gr.Markdown(html.none(say("family_panel.none")))
            return
        scope = self.studio.within(view.project)
        family, may = scope.family.family(view.project), scope.may(Right.CHANGE)
        choices = [(told(one), one.id) for one in reversed(family.members)]
        there = bool(family.members)
        self.plot = gr.Plot(show_label=False, container=False, elem_classes="curve family-plot")
        self.told = gr.Markdown()
        with gr.Row(elem_classes="actions", visible=there):
            self.exam = gr.Button(say("family_panel.exam"), size="sm", interactive=may)
            self.blind = gr.Button(say("family_panel.blind"), size="sm",
                                   interactive=may and len(family.members) > 1)  # fmt: skip
            self.again = gr.Button(say("family_panel.look_again"), size="sm", elem_classes="quiet")
        with gr.Row(elem_classes="actions keep", visible=there):
            self.which = gr.Dropdown(choices, value=self._proposed(family), label=say("family_panel.which"),
                                     interactive=may, allow_custom_value=True)  # fmt: skip
            self.serve = gr.Button(say("family_panel.serve"), size="sm", interactive=may)
        self.sure = gr.Markdown()
        with gr.Row(elem_classes="actions"):
            self.yes = gr.Button(say("family_panel.yes"), variant="primary", size="sm", visible=False)
            self.back = gr.Button(size="sm", visible=False)
        parts = [self.plot, self.told, self.sure, self.yes, self.back]
        for event, handler, inputs in (
            (self.exam.click, self.sit, [self.view]), (self.again.click, self.look, [self.view]),
            (self.serve.click, self.ask, [self.view, self.which]),
            (self.yes.click, self.serve_it, [self.view, self.which]), (self.back.click, self.go_back, [self.view]),
        ):  # fmt: skip
            listen.on(event, handler, inputs, parts)
        listen.on(self.blind.click, self.vote, [self.view], [*parts, self.view])
        fill(self._shown(view))

    def _proposed(self, family: Family) -> str | None:
        """The newest that is not served already."""
        return next((one.id for one in reversed(family.members) if one.id != family.served), None)

    def _shown(self, view: View, said: str = "") -> Updates:
        """The family as it stands now."""
        scope = self.studio.within(view.project)
        family = scope.family.family(view.project)
        before = next((one for one in family.members if one.id == family.before), None)
        back = say("family_panel.back", version=before.label) if before else ""
        figure = family_plot(family)
        alone = html.seen(say("family_panel.no_line")) if family.members and figure is None else ""
        return {
            self.plot: gr.update(value=figure, visible=figure is not None),
            self.told: alone + in_words(family) + exam_of(scope, view.project) + votes_of(scope, family),
            self.sure: said,
            self.yes: gr.update(visible=False),
            self.back: gr.update(value=back, visible=before is not None and scope.may(Right.CHANGE)),
        }  # fmt: skip

    # Events

    def look(self, view: View) -> Updates:
        """Again."""
        return self._shown(view)

    def sit(self, view: View, request: gr.Request) -> Updates:
        """All versions answer the exam, in the background."""
        self._open(view, request).family_exams.begin(view.project, by=person_of(request))
        return self._shown(view, html.sentences(say("family_panel.exam_begun")))

    def vote(self, view: View, request: gr.Request) -> Updates:
        """The blind sets of the newest version, whose replies are made in the background. Compare opens with that
        version then, even where it did worse: the sets are its own."""
        scope = self._open(view, request)
        made = scope.family_exams.blind_sets(view.project, by=person_of(request))
        for ballot in made:
            if not scope.voting.standing(ballot.id, person_of(request)).ready:
                scope.voting.begin(ballot.id, by=person_of(request))
        said = say("family_panel.blind_made", sets=len(made), questions=len(made[0].questions))
        after = replace(view, run=made[0].run, picked=made[0].run)
        return {**self._shown(after, html.sentences(said)), self.view: after}

    def ask(self, view: View, run: str | None) -> Updates:
        """What serving this one would change, before it does."""
        family = self.studio.within(view.project).family.family(view.project)
        one = family.member(run or "")
        served = next((other for other in family.members if other.id == family.served), None)
        if served is not None and served.id == one.id:
            return {self.sure: html.sentences(say("family.is_served")), self.yes: gr.update(visible=False)}
        sure = say("family_panel.sure", version=one.label, project=view.project)
        kept = say("family_panel.kept", version=served.label) if served else ""
        return {self.sure: html.notice(sure, kept, tone="warn"), self.yes: gr.update(visible=True)}

    def serve_it(self, view: View, run: str | None, request: gr.Request) -> Updates:
        """From now on."""
        family = self._open(view, request).family
        after = family.serve(view.project, run or "", by=person_of(request), request_key=request_key_of(request))
        return self._shown(view, html.notice(say("family_panel.served", version=after.member(after.served).label),
                                             tone="good"))  # fmt: skip

    def go_back(self, view: View, request: gr.Request) -> Updates:
        """To the one before."""
        family = self._open(view, request).family
        after = family.back(view.project, by=person_of(request), request_key=request_key_of(request))
        return self._shown(view, html.notice(say("family_panel.served", version=after.member(after.served).label),
                                             tone="good"))  # fmt: skip

    def _open(self, view: View, request: gr.Request) -> ProjectScope:
        return self.studio.open(actor_of(request), view.project, Right.CHANGE)


def told(one: FamilyMember) -> str:
    """A version in a list to choose from."""
    return f"{one.label} · {one.run.spec.created.astimezone():%d %b %Y}"


def in_words(family: Family) -> str:
    """Every version in a row of a table."""
    if not family.members:
        return html.none(say("family_panel.none"))
    numbers = {one.id: one.number for one in family.members}
    rows = []
    for one in reversed(family.members):
        parent = say("family.version", number=numbers[one.parent]) if one.parent in numbers else ""
        score = say("family_panel.no_exam")
        if one.score is not None:
            key = "family_panel.score" if one.same_exam else "family_panel.score_then"
            value, low, high = (100 * limit for limit in (one.score.value, one.score.low, one.score.high))
            score = say(key, value=value, low=low, high=high, exam=one.exam_version)
        served = say("family_panel.is_served") if one.id == family.served else ""
        taught = f"{one.run.spec.created.astimezone():%d %b %Y}"
        rows.append([one.label, taught, f"{one.rows:,}", score, parent, served])
    names = ("version", "taught", "examples", "score_head", "from", "served_head")
    told = html.wide(html.table([say(f"family_panel.{name}") for name in names], rows))
    others = sum(one.score is not None and not one.same_exam for one in family.members)
    return told + (html.seen(say("family_panel.other_exam", count=others)) if others else "")


def exam_of(scope: ProjectScope, project: str) -> str:
    """What the last exam of all said, or how far one is."""
    job, found = scope.family_exams.job(project), scope.family_exams.result(project)
    going = progress_of(job) if job is not None and (not job.is_over or job.error is not None) else ""
    if found is None or not found.text:
        return going
    return going + html.title(say("family_panel.exam_title")) + html.sentences(found.text)


def votes_of(scope: ProjectScope, family: Family) -> str:
    """What the newest version's blind votes against others of the family came to, of those that somebody revealed."""
    names = {f"run:{one.id}": one.label for one in family.members}
    newest = family.newest
    told = [] if newest is None else [
        say("family_panel.voted", one=newest.label, other=names[vote.other], said=vote.text)
        for vote in scope.voting.counts(newest.id) if vote.one == "tuned" and vote.other in names
    ]  # fmt: skip
    return html.title(say("family_panel.votes_title")) + html.listing(told) if told else ""
