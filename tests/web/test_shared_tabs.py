"""Whoever may read a project can open each of its tabs: what they ask for must be in the lists of the doors."""

from pathlib import Path
from typing import Any

import pytest
from gradio.context import LocalContext

from studio.schemas.people.person import Role
from studio.schemas.project import Share
from studio.schemas.recipe import Recipe
from studio.services.access import Actor
from studio.services.acting_studio import ActingStudio
from studio.services.studio import Studio
from studio.settings import Settings
from studio.web.app import TABS, Page
from studio.web.mounting import Place
from studio.web.view import View
from tests.fake_engine import FakeEngine
from tests.services.conftest import table
from tests.web.conftest import in_a_loop


@pytest.mark.parametrize("share", [Share.READ, Share.VOTE])
def test_each_tab_opens_for_somebody_with_whom_the_project_is_shared(tmp_path: Path, share: Share) -> None:
    settings = Settings(home=tmp_path / "home", offline=True, people=True)
    studio = Studio(settings, FakeEngine(steps=4, pause=0.0))
    ana, ben = (studio.accounts.add_with_password(name, "four words in a row", by="-", role=Role.MEMBER)
                for name in ("Ana", "Ben"))  # fmt: skip
    (tmp_path / "letters.csv").write_text(table(), encoding="utf-8")
    made = studio.examples.upload(tmp_path / "letters.csv", "letters.csv", by="Ana", owner=ana.id, origin="ours",
                                  licence="ours", consent="given")  # fmt: skip
    of_ana, reader = Actor(ana.id, "Ana"), Actor(ben.id, "Ben")
    run = studio.open(of_ana, made.project).runs.launch(made.project, made.id, Recipe(), by="Ana").id
    studio.runs.carry_out(run)
    studio.sharing.share(of_ana, made.project, "Ben", share)

    async def build() -> Any:
        return Page(ActingStudio(studio, lambda: reader), lambda owner, path: "").build()

    blocks = in_a_loop(build)
    mounting = next(fn for fn in blocks.fns.values() if fn.renderable and len(fn.inputs) == 3)
    before = LocalContext.blocks.get(None), LocalContext.blocks_config.get(None)
    LocalContext.blocks.set(blocks)
    LocalContext.blocks_config.set(blocks.state_holder["one"].blocks_config)
    try:
        for turn, tab in enumerate(TABS):
            view = View(project=made.project, dataset=made.id, run=run)
            mounting.fn(view, Place(tab=tab, project=made.project, turn=turn, person=ben.id), ((turn, 0), turn))
    finally:
        LocalContext.blocks.set(before[0])
        LocalContext.blocks_config.set(before[1])
        studio.close()
