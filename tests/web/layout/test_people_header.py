"""The page as people of one studio see it: their names, whose a project is, and that a reader can open every tab."""

from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from studio.errors import NotFound
from studio.schemas.project import Share
from studio.schemas.recipe import Recipe
from studio.services.access import Actor, NotAllowed
from studio.services.acting_studio import ActingStudio
from studio.services.studio import Studio
from studio.settings import Settings
from studio.storage.files import write_json
from studio.web.app import Page
from studio.web.layout.people_header import SharePanel, titled, whose
from studio.web.view import View
from tests.fake_engine import FakeEngine
from tests.services.conftest import table
from tests.web.conftest import MountedPage, in_a_loop

GOOD = "four words in a row"
TABS = ("examples", "model", "teach", "report", "compare", "take_home")


class Shared:
    """A studio of Ana, who owns a project with everything in it, and of Ben, Cem and Dan, with whom she shares it."""

    def __init__(self, folder: Path) -> None:
        self.studio = Studio(Settings(home=folder / "home", offline=True, people=True), FakeEngine(steps=8, pause=0.0))
        self.actors: dict[str, Actor] = {}
        for name in ("Ana", "Ben", "Cem", "Dan", "Eve"):
            person = self.studio.accounts.add_with_password(name, GOOD, by="x")
            self.actors[name] = Actor(person.id, person.signature)
        self.who = self.actors["Ana"]
        (folder / "letters.csv").write_text(table(), encoding="utf-8")
        self.view = self._filled(folder / "letters.csv")
        shares = {"Ben": Share.READ, "Cem": Share.VOTE, "Dan": Share.EDIT}
        for name, share in shares.items():
            self.studio.sharing.share(self.who, self.view.project, name, share)
        self.acting = ActingStudio(self.studio, lambda: self.who)

    def _filled(self, file: Path) -> View:
        ana = self.who
        made = self.studio.examples.upload(file, file.name, by="Ana", owner=ana.id)
        project, dataset = made.project, made.id
        at = self.studio.open(ana, project)
        at.versions.state_rights(project, dataset, by="", origin="o", licence="l", consent="c")
        run = at.runs.launch(project, dataset, Recipe(), by="").id
        self.studio.runs.carry_out(run)
        at.evaluation.evaluate(run, by="")
        ballot = at.voting.make(run, "tuned", "base", by="", count=3).id
        self.studio.voting.prepare(ballot, on_progress=lambda *_: None, stop=lambda: False)
        return View(project=project, dataset=dataset, run=run, stamp=1, model="starter")

    def page(self) -> MountedPage:
        async def build() -> MountedPage:
            return MountedPage(Page(self.acting, lambda session, path: f"/studio/files/x/{path.name}"))

        return in_a_loop(build)


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Shared]:
    made = Shared(tmp_path)
    yield made
    made.studio.close()


def within_blocks(build: Callable[[], Any]) -> Any:
    async def make() -> Any:
        with gr.Blocks():
            return build()

    return in_a_loop(make)


def test_the_picker_says_whose_a_shared_project_is_and_the_header_what_one_may_do(shared: Shared) -> None:
    said = {}
    for name, actor in shared.actors.items():
        shared.who = actor
        projects = shared.acting.access.projects(shared.acting.actor)
        found = next((one for one in projects if one.id == shared.view.project), None)
        line = unescape(whose(shared.acting, found)["value"])
        said[name] = [title for title, _ in titled(shared.acting, projects)], line
    assert said["Ana"] == (["letters"], "") and said["Eve"] == ([], "")
    assert said["Ben"][0] == ["letters (of Ana)"] and "You may read it." in said["Ben"][1]
    assert "read it and vote" in said["Cem"][1] and "may change it" in said["Dan"][1]


@pytest.mark.parametrize("name", ["Ana", "Ben", "Cem", "Dan"])
def test_everybody_with_a_share_can_open_every_tab(shared: Shared, name: str) -> None:
    page, shared.who = shared.page(), shared.actors[name]
    for tab, screen in (*((tab, "") for tab in TABS), ("compare", "votes"), ("examples", "review")):
        page.opened(tab, shared.view, screen)
    header = page.page.header_of(shared.view)
    assert header[page.page.people.drawer.accordion]["visible"] is (name == "Ana")  # type: ignore[union-attr]


def test_the_panel_shares_and_takes_back(shared: Shared) -> None:
    page = shared.page()
    panel = within_blocks(lambda: SharePanel(shared.acting, page.frame, page.notice, shared.view.project))
    listed = unescape(panel._listing())
    assert "Ben: read<" in listed and "Dan: read, vote and change" in listed
    shown = panel.share("Eve", "vote")
    assert "Eve: read and vote" in unescape(shown[panel.listing])
    assert shared.studio.open(shared.actors["Eve"], shared.view.project)
    eve = shared.actors["Eve"]
    panel.end(eve.id)
    with pytest.raises(NotFound):
        shared.studio.open(eve, shared.view.project)


def test_the_panel_of_somebody_else_changes_nothing(shared: Shared) -> None:
    page = shared.page()
    panel = within_blocks(lambda: SharePanel(shared.acting, page.frame, page.notice, shared.view.project))
    shared.who = shared.actors["Dan"]
    with pytest.raises(NotAllowed):
        panel.share("Eve", "edit")
    with pytest.raises(NotAllowed):
        panel.end(shared.actors["Ben"].id)


def test_one_person_alone_has_no_such_header(page: MountedPage) -> None:
    assert page.page.people is None


def test_a_project_that_was_handed_over_is_named_after_its_new_owner(shared: Shared) -> None:
    record = shared.studio.home.project(shared.view.project)
    path = shared.studio.home.project_folder(shared.view.project) / "project.json"
    write_json(path, record.model_copy(update={"owner": shared.actors["Eve"].id}))
    shared.who = shared.actors["Ben"]
    assert titled(shared.acting, shared.acting.access.projects(shared.acting.actor))[0][0] == "letters (of Eve)"
