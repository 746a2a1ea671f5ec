"""The page as a machine sees it: every control does something, nothing is public, every handler fits its inputs."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

import studio.web
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.tabs.compare.vote_screen import OPINION, VOTES
from studio.web.tabs.examples.table_uploads import ASKING
from tests.fake_engine import FakeEngine
from tests.web.conftest import Lent, MountedPage, accepted, asked_by_ana, fifty_rows
from tests.web.tabs.compare.test_vote_screen import begun

INPUTS = (gr.Textbox, gr.Number, gr.Dropdown, gr.Radio, gr.Checkbox, gr.Slider, gr.File, gr.UploadButton, gr.Dataframe)
SPECIAL = (gr.Request, gr.EditData, gr.SelectData)


@pytest.fixture(scope="module")
def page(standing: tuple[MountedPage, Lent], tmp_path_factory: pytest.TempPathFactory) -> Iterator[MountedPage]:
    """The page with the Examples and Compare tabs on each of their screens, and with all their drawers open."""
    page, lent = standing
    folder, ana = tmp_path_factory.mktemp("wiring"), asked_by_ana()
    studio = Studio(Settings(home=folder / "home", offline=True), FakeEngine(steps=8, pause=0.0))
    lent.lend(studio, [])
    table = fifty_rows(folder / "tickets.csv")
    view = accepted(page, table, ana)
    for screen in (
        "conflicts",
        "copies:exact_duplicate",
        ASKING + page.waiting.take(table, table.name, project=view.project),
    ):
        page.screen(view, screen)
    page.examples = page.screen(view, drawers=True)
    run = studio.runs.launch(view.project, view.dataset, Recipe(), by="ana").id
    studio.runs.carry_out(run)
    taught = replace(view, run=run)
    page.compare = page.opened("compare", taught, drawers=True)
    votes = page.opened("compare", taught, VOTES).votes
    state = votes.vote(taught, begun(votes, studio, taught, ana), "", "", "tie", ana)[votes.state]
    studio.voting.reveal(state.ballot, "ana")
    page.opened("compare", taught, OPINION, state=state)
    page.report = page.opened("report", taught, drawers=True)
    yield page
    studio.close()


def events(page: MountedPage) -> list[Any]:
    return [event for whole in page.wholes for event in whole.fns.values()]


def parts(page: MountedPage) -> list[Any]:
    return [part for whole in page.wholes for part in whole.blocks.values()]


def test_every_input_feeds_or_is_changed_by_an_event(page: MountedPage) -> None:
    used = {block._id for event in events(page) for block in (*event.inputs, *event.outputs)}
    used |= {target[0] for event in events(page) for target in event.targets}
    idle = [block for block in parts(page) if isinstance(block, INPUTS) and block._id not in used]
    assert not idle, [getattr(block, "label", block) for block in idle]


def test_every_input_is_read_by_a_handler(page: MountedPage) -> None:
    read = {block._id for event in events(page) for block in event.inputs}
    deaf = [b for b in parts(page) if isinstance(b, INPUTS) and b._id not in read]
    # the table tells its edited cell in the event itself
    assert not [block.label for block in deaf if "rows" not in (block.elem_classes or ())]


def test_every_button_is_heard(page: MountedPage) -> None:
    heard = {target[0] for event in events(page) for target in event.targets}
    mute = [b for b in parts(page) if isinstance(b, gr.Button | gr.UploadButton) and b._id not in heard]
    assert not [button.value for button in mute]


def test_every_handler_takes_what_it_is_given(page: MountedPage) -> None:
    for event in events(page):
        if event.fn is None or event.name == "draw":
            continue
        parameters = [p for p in inspect.signature(event.fn).parameters.values() if p.annotation not in SPECIAL]
        if any(p.kind is p.VAR_POSITIONAL for p in parameters):
            assert len(event.inputs) >= len(parameters) - 1, event.name
        else:
            assert len(parameters) == len(event.inputs), event.name


def test_nothing_is_offered_as_a_public_call(page: MountedPage) -> None:
    assert {event.api_visibility for event in events(page)} <= {"private", "undocumented"}


def test_every_field_of_the_recipe_has_its_place(page: MountedPage) -> None:
    chosen_with_the_model = {"base_model", "revision", "task"}
    chosen_with_the_judgements = {"learn_from", "beta", "replay_share"}  # on the Teach tab; numbers by command line
    placed = {*page.model.main.fields, *page.model.advanced.fields} | chosen_with_the_model | chosen_with_the_judgements
    assert placed == set(Recipe.model_fields)


def test_nothing_is_used_that_stays_empty_under_the_policy_of_the_page(page: MountedPage) -> None:
    assert not [b for b in parts(page) if isinstance(b, gr.HTML | gr.LinePlot | gr.Code)]


def test_nothing_is_kept_in_a_module(page: MountedPage) -> None:
    for event in events(page):
        module = inspect.getmodule(inspect.unwrap(event.fn)) if event.fn else None
        kept = [n for n, v in vars(module).items() if isinstance(v, list | set) and n not in ("__all__", "__path__")]
        assert not kept or module is None or not module.__name__.startswith("studio."), (module, kept)


def test_what_the_page_does_by_itself_takes_no_notice_away(page: MountedPage) -> None:
    """A push may end a moment after a person's own act was refused."""
    sources = [path.read_text() for path in Path(studio.web.__file__).parent.joinpath("tabs").rglob("*.py")]
    calls = [node for source in sources for node in ast.walk(ast.parse(source))
             if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Attribute)]  # fmt: skip
    pushed = [call for call in calls if call.func.attr in ("on", "changes")
              and ast.unparse(call.args[0]).endswith(("refresh.click", "pushed.click", "page.load"))]  # fmt: skip
    assert len(pushed) >= 6
    assert not [ast.unparse(call) for call in pushed if not any(word.arg == "by_itself" for word in call.keywords)]


def test_what_she_does_while_the_last_thing_is_on_its_way_counts(page: MountedPage) -> None:
    """By default Gradio drops an event while an earlier one of the same listener is under way."""
    model, examples = page.model, page.examples
    by_source = {(target[0], target[1]): event.trigger_mode for event in events(page) for target in event.targets}
    picked = [model.models, model.preset, page.compare.chat.who, page.teach.runs.picks, page.compare.chat.saved.search,
              examples.list.table.search]  # fmt: skip
    assert {by_source[part._id, "input"] for part in picked} == {"always_last"}
    assert by_source[examples.list.table.table._id, "edit"] == "multiple", "every cell is one"
    plain = [field for field in model.main.fields.values() if (field._id, "blur") in by_source]
    assert plain and {by_source[field._id, "blur"] for field in plain} == {"always_last"}


def test_no_slow_plan_is_written_over_the_look_of_the_page(own_page: MountedPage) -> None:
    """What is worked out goes through `adopt`: the look may have moved on meanwhile."""
    page = own_page
    plan, slow = page.model.plan.planned, {"open", "work_out", "plan_draft", "plan_when_here"}
    told = [event for event in page.blocks["model"].fns.values() if plan in event.outputs]
    assert {event.name for event in told} == slow
    assert not [event.name for event in told if event.inputs[0] in event.outputs], "the view is what each reads first"


def test_a_link_to_a_file_is_never_painted_over(page: MountedPage) -> None:
    """A table of 100,000 rows is painted once more when it was examined, often just as its file is ready: painted
    over in that moment, the link would be gone before the browser had pressed it, and nothing would be saved."""
    links = {b._id for b in parts(page) if isinstance(b, gr.Markdown) and "saved" in b.elem_classes}
    tab = page.blocks["examples"].fns.values()
    written = {event.name for event in tab if links & {block._id for block in event.outputs}}
    assert written == {"press", "save_sheet"}, "only where a file was asked for"


@pytest.mark.parametrize("tab", ["teach", "compare", "compare votes", "compare opinion", "report"])
def test_an_opened_tab_holds_few_parts_and_listeners(page: MountedPage, tab: str) -> None:
    """Gradio walks all of them at every message."""
    header, opened = page.page.blocks, page.blocks[tab]
    assert len(header.blocks) + len(opened.blocks) <= 150
    assert len(header.fns) + len(opened.fns) <= 60
