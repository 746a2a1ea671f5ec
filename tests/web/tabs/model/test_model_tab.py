"""The Model tab without a browser: its cards, what she chooses, and what she turns."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import StudioError
from studio.schemas.model import ModelEntry, Standing
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.copy import model as copy
from studio.web.tabs.drafts import planned_recipe
from studio.web.tabs.model import knobs
from studio.web.view import View
from tests.web.conftest import MountedPage, updated
from tests.web.tabs.model.test_plan_panel import planned

Loaded = Callable[[], View]


def turned(page: MountedPage, view: View, **changes: Any) -> tuple[View, dict[str, Any]]:
    """She leaves a field of the drawer: the view after it, and what stands beside each field."""
    panel = page.model.advanced
    shown = knobs.values_shown(view.recipe or Recipe(), view.draft) | changes
    told = panel.turn(view, *(shown[name] for name in panel.names))
    return told[panel.view], {name: updated(told[field]) for name, field in panel.fields.items()}


def test_a_card_says_what_the_model_takes_and_no_card_bears_a_tick() -> None:
    here = ModelEntry(id="a", title="Fast", licence="free for any use", parameters=596_000_000, languages="English",
                      source="named", folder="/a", needs_bytes=2_700_000_000)  # fmt: skip
    lines = copy.model_choice(here, best=True).splitlines()
    assert lines == ["Fast", "Our pick for this computer.", "free for any use", "Languages: English.",
                     "about 3 GB of memory"]  # fmt: skip
    gone = here.model_copy(update={"folder": "", "reason": "Not on this computer, and the studio was started offline."})
    said = copy.model_choice(gone, best=False)
    assert "Not on this computer" in said and "✓" not in said and "Our pick" not in said


def test_our_pick_says_that_it_must_be_fetched_first() -> None:
    here = ModelEntry(id="a", title="Small", parameters=1, source="named", licence="free")
    away = ModelEntry(id="b", title="Fast", parameters=2, source="named", licence="free", standing=Standing.AWAY,
                      fits=False)  # fmt: skip
    assert copy.model_choice(away, best=True).startswith("Fast\nOur pick for this computer.\n")
    assert copy.models_lead([here, away]).startswith("1 of these can be taught here now, 1 after a download.")


def test_the_first_page_can_say_what_is_best_here(studio: Studio) -> None:
    said = copy.best_line(studio.models.best_for_here())
    assert said.startswith("Best for this computer: Practice model")
    assert "For a usual table of 300 short examples it needs less than a minute and less than 1 GB of memory" in said
    assert "Your own table may need more or less" in said, "its card on the Model tab tells other numbers"
    assert " are free now." in said


def test_one_of_the_cards_is_our_pick_and_it_fits(page: MountedPage, studio: Studio, loaded: Loaded) -> None:
    choices = updated(page.model.refresh(loaded())[page.model.models])["choices"]
    (picked,) = [id for label, id in choices if "Our pick" in label]
    assert picked == "starter", "offline it is what lies here"


def test_an_encoder_is_offered_where_the_answers_are_labels_and_says_when_it_is_better(
    page: MountedPage, loaded: Loaded, studio: Studio, tmp_path: Path
) -> None:
    def offered(view: View) -> dict[str, str]:
        return {id: label for label, id in updated(page.model.refresh(view)[page.model.models])["choices"]}

    assert "minilm" not in offered(loaded()), "these answers are sentences"
    rows = [f"how do I {deed} the {thing},{deed}" for deed in ("mend", "wash", "dye")
            for thing in ("coat", "hat", "scarf", "belt", "glove", "shawl", "cap", "sock")]  # fmt: skip
    (tmp_path / "deeds.csv").write_text("\n".join(["question,label", *rows]) + "\n", encoding="utf-8")
    made = studio.examples.upload(tmp_path / "deeds.csv", "deeds.csv", by="ana")
    card = offered(replace(loaded(), project=made.project, dataset=made.id))["minilm"]
    assert "ten times smaller, a hundred times faster" in card and "cannot write" in card


def test_a_label_model_reads_no_instructions_so_their_field_is_away_unless_words_stand_in_it(
    page: MountedPage, loaded: Loaded
) -> None:
    panel, labels = page.model.main, Recipe(task="labels")
    field = panel.fields["instructions"]

    def shown(view: View, recipe: Recipe) -> bool:
        return bool(updated(panel.fill_in(view, recipe)[field])["visible"])

    view = loaded()
    assert shown(view, Recipe()) and not shown(view, labels)
    assert shown(replace(view, draft={"instructions": "Be kind."}), labels), "she has to empty it"


def test_presets_differ_in_patience(page: MountedPage, loaded: Loaded) -> None:
    view = loaded()
    chosen = [planned(page, page.model.choose_preset(view, preset)) for preset in ("quick", "balanced", "thorough")]
    passes = [one.recipe.num_train_epochs for one in chosen if one.recipe]
    assert len(passes) == 3 and passes == sorted(set(passes))


def test_another_choice_takes_the_plan_away_until_the_new_one_is_there(page: MountedPage, loaded: Loaded) -> None:
    view = page.model.choose_preset(planned(page, loaded()), "quick")
    told = page.model.refresh(view)
    assert view.recipe is None and "being worked out" in told[page.model.plan.plan]
    assert updated(told[page.model.plan.next])["interactive"] is False


def test_another_preset_leaves_her_instructions_and_what_she_turned(page: MountedPage, loaded: Loaded) -> None:
    view = planned(page, replace(planned(page, loaded()), draft={"instructions": "Be kind.", "r": 4}))
    after = planned(page, page.model.choose_preset(replace(view, draft={"seed": 7}), "quick"))
    assert after.recipe is not None and (after.recipe.instructions, after.recipe.seed) == ("Be kind.", 7)


def test_what_was_turned_and_not_planned_is_kept_and_never_taught(
    page: MountedPage, studio: Studio, loaded: Loaded, request_of_ana: gr.Request
) -> None:
    view = planned(page, loaded())
    after, _ = turned(page, view, r=4)
    assert after.draft == {"r": 4} and after.recipe == view.recipe and hash(after), "Gradio keeps what has a hash"
    assert page.model.advanced._shown(after)["r"] == 4, "she comes back to it as she left it"
    with pytest.raises(StudioError, match="not in the plan yet"):
        page.teach.begin(after, request_of_ana)
    assert studio.runs.all(view.project) == []
    back, _ = turned(page, after, r=16)
    assert back.draft == {} and planned_recipe(back) == view.recipe, "turned back, it is the plan again"


@pytest.mark.parametrize("name, value", [
    ("learning_rate", 0), ("learning_rate", "abc"), ("learning_rate", None), ("learning_rate", float("nan")),
    ("r", 1.5), ("r", -8), ("lora_dropout", 1), ("seed", -1), ("target_modules", "(a+)+!"), ("method", "magic"),
    ("packing", 7),
])  # fmt: skip
def test_a_value_that_cannot_work_is_said_beside_its_field(page: MountedPage, loaded: Loaded, name: str,
                                                           value: Any) -> None:  # fmt: skip
    after, noted = turned(page, planned(page, loaded()), **{name: value})
    assert "wrong" in noted[name]["elem_classes"] and "Use " in noted[name]["info"]
    assert [n for n in noted if "wrong" in noted[n]["elem_classes"]] == [name]
    (*_, last) = page.model.plan.work_out(after)
    assert 'role="alert"' in last[page.model.plan.plan]
    with pytest.raises(StudioError, match="not in the plan yet"):
        planned_recipe(after)


@pytest.mark.parametrize("values", [("", 0), ("x" * 9_000, 3)])
def test_the_two_fields_above_the_drawer_say_it_too(page: MountedPage, loaded: Loaded, values: tuple[Any, ...]) -> None:
    told = page.model.main.turn(planned(page, loaded()), *values)
    assert [n for n, field in page.model.main.fields.items() if "wrong" in updated(told[field])["elem_classes"]]


def test_an_unusual_value_is_explained_and_allowed(page: MountedPage, loaded: Loaded) -> None:
    after, noted = turned(page, planned(page, loaded()), learning_rate=0.05)
    assert "unusual" in noted["learning_rate"]["elem_classes"]
    own = planned(page, after).recipe
    assert own is not None and own.learning_rate == 0.05


def test_a_method_that_cannot_work_here_is_told_beside_its_field(page: MountedPage, loaded: Loaded) -> None:
    labels = {value: label for label, value in page.model.advanced.fields["method"].choices}
    assert "NVIDIA" in labels["qlora"] and labels["lora"] == "lora"
    _, noted = turned(page, planned(page, loaded()), method="qlora")
    assert "NVIDIA" in noted["method"]["info"] and "wrong" in noted["method"]["elem_classes"]


def test_a_proposal_fills_the_fields_and_leaves_what_she_turned_meanwhile(page: MountedPage, loaded: Loaded) -> None:
    view = planned(page, loaded())
    panel = page.model.advanced
    told = panel.fill_in(replace(view, draft={"r": 4}), view.recipe)
    assert updated(told[panel.fields["r"]])["value"] == 4
    assert updated(told[panel.fields["learning_rate"]])["value"] == view.recipe.learning_rate  # type: ignore[union-attr]


def test_what_she_turns_before_the_first_plan_goes_into_it(page: MountedPage, loaded: Loaded) -> None:
    early, _ = turned(page, loaded(), r=4)
    assert early.draft == {"r": 4}, "the other fields are as the plan will have them"
    own = planned(page, early).recipe
    assert own is not None and own.r == 4 and own.num_train_epochs == 10.0


def test_leaving_a_field_as_it_was_plans_nothing(page: MountedPage, loaded: Loaded) -> None:
    view = planned(page, loaded())
    assert list(page.model.plan_draft(view)) == []
    assert list(page.model.plan_draft(replace(view, draft={"num_train_epochs": 1.0})))


def test_what_the_model_reads_is_shown_in_its_parts(page: MountedPage, loaded: Loaded) -> None:
    view = planned(page, loaded())
    assert "piece learned" in page.model.see(view)[page.model.rendered]
    waiting = page.model.see(replace(view, recipe=None))[page.model.rendered]
    assert "being worked out" in waiting, "never that there is no plan under a plan"
