"""The plan: worked out where it stands, in steps that are named, and given to the page as a whole."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from studio.copy.catalog import say
from studio.data.split.splitter import Split
from studio.errors import StudioError
from studio.schemas.model import Forecast, Length, ModelFacts
from studio.schemas.recipe import Recipe, title_of
from studio.services.models.model_service import SMALL_MODEL
from studio.services.models.standing import lengths_by_letters
from studio.services.studio import Studio
from studio.web import html
from studio.web.copy import examples as examples_copy
from studio.web.copy import model as copy
from studio.web.listeners import Listeners
from studio.web.mounting import Frame, Updates
from studio.web.tabs.drafts import draft_of
from studio.web.tabs.model import knobs
from studio.web.tabs.untying import untied
from studio.web.view import View, changed, person_of


class PlanPanel:
    """The card of the plan. `proposed` changes when the settings of a plan are not what stands in their fields."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.asked = 0  # how many plans were begun since the tab was mounted

    def build(self, frame: Frame) -> None:
        """Layout, within the card."""
        self.planned, self.proposed, self.latest = frame.planned, gr.State(None), gr.State(None)
        self.plan = gr.Markdown(elem_classes="plan-text")
        self.pending = gr.Markdown(visible=False, elem_classes="pending")
        self.settings = gr.Row(elem_classes="halves", visible=False)  # no number stands here before there is a plan
        self.untie = gr.Button(say("examples.untie"), visible=False, size="sm")
        with gr.Row(elem_classes="actions end"):
            self.again = gr.Button(say("model.again"), visible=False)
            self.next = gr.Button(say("plan_panel.next_teach"), variant="primary", interactive=False)

    @property
    def outputs(self) -> list[gr.blocks.Block]:
        """What working it out writes."""
        return [
            self.planned, self.proposed, self.latest, self.plan, self.pending, self.again, self.next, self.settings,
            self.untie,
        ]  # fmt: skip

    def connect(self, listen: Listeners, frame: Frame) -> None:
        """Its two buttons, and the plan that is missing when the tab is opened."""
        self.work_out_at(listen, frame.page.load, frame.view, self.open)
        self.work_out_at(listen, self.again.click, frame.view)
        loose = listen.changes(self.untie.click, self.let_loose, [frame.view])
        self.work_out_at(listen, loose.then, frame.view)
        listen.leads(self.next.click, lambda place: frame.go(place, "teach"))

    def work_out_at(self, listen: Listeners, event: Any, view: gr.State, work: Any = None) -> None:
        """Work it out, and then say what was turned meanwhile."""
        done = listen.on(event, work or self.work_out, [view], self.outputs)
        listen.on(done.then, self.show_pending, [view, self.latest], [self.pending, self.again])

    # Painting

    def refresh(self, view: View) -> Updates:
        """Whether she may go on, and what is in no plan yet. The plan that stands is left alone."""
        waits = {} if view.recipe else {self.plan: self.waiting(view, 0)}
        return {
            **waits,
            **self.show_pending(view, view.recipe),
            self.next: gr.update(interactive=view.recipe is not None),
        }

    def waiting(self, view: View, done: int = -1) -> str:
        """The words in the plan's place while it is worked out."""
        if not view.dataset:
            return html.title(say("model.plan")) + html.none(say("common.no_examples_yet"))
        steps = html.steps_done(list(copy.PLAN_STEPS.values()), done)
        return html.title(say("model.plan_comes")) + self.first_figures(view) + steps

    def away(self, view: View) -> str:
        """The words in the plan's place until the model has been fetched."""
        return html.title(say("model.plan")) + self.first_figures(view) + html.none(say("model.plan_when_here"))

    def first_figures(self, view: View) -> str:
        """Time and memory by the sizes of the chosen model alone: there before anything is opened or tried."""
        entry = self.studio.models.entry(view.model, self.lengths(view), view.preset)
        return html.figures(copy.first_figures(entry)) if entry else ""

    def lengths(self, view: View) -> list[Length]:
        """About how many pieces her examples have; without examples, usual ones are reckoned with."""
        if not view.dataset:
            return []
        return lengths_by_letters(self.studio.within(view.project).examples.view(view.project, view.dataset).examples)

    def show_pending(self, view: View, latest: Recipe | None) -> Updates:
        """Which settings she turned since the latest plan was worked out."""
        turned = draft_of(view.draft, latest) if latest else {}
        said = copy.pending([title_of(name) for name in turned])
        return {
            self.pending: gr.update(value=html.notice(said, say('model.pending_hint'), tone="warn") if turned else "",
                                    visible=bool(turned)),
            self.again: gr.update(visible=bool(turned)),
        }  # fmt: skip

    # Working it out

    def open(self, view: View) -> Iterator[Updates]:
        """She came to this tab: the plan that stands is shown as it is, what she turned stays beside it."""
        yield from self.work_out(replace(view, draft={}) if view.recipe else view)

    def work_out(self, view: View) -> Iterator[Updates]:
        """The plan with everything that she chose and turned, or in its place the sentence why there is none.

        One that was asked for later ends this one: a plan for what she has left is not shown.
        """
        self.asked += 1
        mine = self.asked
        for updates in self._worked_out(view):
            if mine != self.asked:
                return
            yield updates

    def _worked_out(self, view: View) -> Iterator[Updates]:
        yield {self.plan: self.waiting(view, 0), self.pending: gr.update(value="", visible=False),
               self.again: gr.update(visible=False), self.untie: gr.update(visible=False)}  # fmt: skip
        if not view.dataset:
            return
        try:
            yield from self._planned(view)
        except StudioError as error:
            examples = self.studio.within(view.project).examples
            shown = examples.view(view.project, view.dataset)
            groups = examples.set_aside(shown).groups
            said = examples_copy.groups_bar(shown.card.mapping.group, groups) if groups else error.message
            failed = html.title(say("model.plan")) + html.notice(said, "" if groups else error.hint)
            yield {self.plan: failed, self.next: gr.update(interactive=False), self.latest: view.recipe,
                   self.untie: gr.update(visible=bool(groups))}  # fmt: skip

    def let_loose(self, view: View, request: gr.Request) -> View:
        """Rows are no longer kept together; the plan that this allows is worked out next."""
        return changed(view, untied(self.studio, view, person_of(request)))

    def _planned(self, view: View) -> Iterator[Updates]:
        models, last = self.studio.models, view.recipe or view.last_recipe
        chosen = str(view.draft.get("revision", last.revision if last else ""))
        facts = models.inspect(view.model, chosen)
        yield {self.plan: self.waiting(view, 1)}
        recipe = knobs.recipe_with(last, view.draft) if last else self._proposal(view, facts, chosen)
        parts = self.parts(view, facts, recipe.instructions)
        learned, aside = parts.train, [*parts.exam, *parts.validation]
        counted = models.forecast(facts, recipe, learned, aside=aside, measured=False)
        proposed = last is None
        soon = html.steps_done(list(copy.PLAN_STEPS.values()), 2)
        yield {self.plan: self._text(view, recipe, facts, counted, proposed=proposed, title="model.plan_comes") + soon}
        forecast = counted if counted.blocked else models.forecast(facts, recipe, learned, aside=aside)
        ready = replace(view, proposed=view.model, recipe=recipe, last_recipe=None)
        if forecast.blocked:
            ready = replace(ready, recipe=None, last_recipe=recipe)
        yield {
            self.plan: self._text(view, recipe, facts, forecast, proposed=last is None), self.planned: ready,
            self.next: gr.update(interactive=not forecast.blocked), self.latest: recipe,
            self.settings: gr.update(visible=True),
            **({} if view.recipe else {self.proposed: recipe}),
        }  # fmt: skip

    def _proposal(self, view: View, facts: ModelFacts, revision: str) -> Recipe:
        """The studio's own recipe for this model and these rows, with what she turned in it."""
        learned = self.parts(view, facts, str(view.draft.get("instructions") or "")).train
        recipe = self.studio.models.propose(facts, view.model, learned, view.preset or "balanced")
        return knobs.recipe_with(recipe, {**view.draft, "revision": revision})

    def parts(self, view: View, facts: ModelFacts, instructions: str) -> Split:
        """What is learned, checked with and examined by, as this model reads it."""
        examples = self.studio.within(view.project).examples
        return examples.split(examples.view(view.project, view.dataset), facts, instructions)

    def _text(self, view: View, recipe: Recipe, facts: ModelFacts, forecast: Forecast, *, proposed: bool,
              title: str = "model.plan") -> str:  # fmt: skip
        free = shutil.disk_usage(self.studio.settings.home).free
        cost = copy.cost(forecast.seconds, self.studio.settings)
        text = html.title(say(title)) + html.figures(copy.plan_figures(forecast))
        new_exam = not self.studio.within(view.project).exam_questions.is_frozen(view.project)
        labels = recipe.task == "labels"
        said = copy.plan_sentences(forecast, starter=recipe.base_model == "starter", labels=labels)
        small = facts.parameters < SMALL_MODEL and not labels
        if proposed and "num_train_epochs" not in view.draft:
            said.append(
                copy.why_so_often(recipe.num_train_epochs, forecast.rows, small=small, quick=view.preset == "quick")
            )
        said += copy.masks_learned(self.studio.within(view.project).examples.view(view.project, view.dataset).examples)
        lost, first = copy.plan_losses(forecast, new_exam=new_exam), said[1:]
        text += html.listing([*lost, *first, *facts.notes])
        text += html.folded(
            say("model.details"), html.figures(copy.plan_details(forecast, free, cost)) + html.listing(said[:1])
        )
        return text + (html.notice(forecast.blocked) if forecast.blocked else "")
