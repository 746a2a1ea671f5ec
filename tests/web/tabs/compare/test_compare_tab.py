"""What the Compare tab says while there is nobody to ask."""

from collections.abc import Callable
from html import unescape

from studio.copy.catalog import say
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from studio.web.view import View
from tests.web.conftest import MountedPage


def test_while_the_first_run_learns_it_says_when_its_version_can_be_asked(
    page: MountedPage, studio: Studio, loaded: Callable[[], View]
) -> None:
    view = loaded()
    tab = page.opened("compare", view)
    assert tab.why_nobody(view).startswith("Nothing has been taught yet.")
    studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    assert tab.why_nobody(view) == (
        "A run waits or learns on the Teach tab. You can ask both here when it has ended: then its best saved point "
        "becomes your version."
    )


def test_a_run_that_ends_while_it_is_looked_at_brings_its_version(
    page: MountedPage, studio: Studio, loaded: Callable[[], View]
) -> None:
    """It said that one learns until it was opened again, while the Teach tab said “Finished”."""
    view = loaded()
    run = studio.runs.launch(view.project, view.dataset, Recipe(), by="ana")
    tab = page.opened("compare", view)
    assert say("common.still_learning") in unescape(tab.look_again(view, 0)[tab.head])
    studio.runs.carry_out(run.id)
    assert tab.look_again(view, 4) == {tab.frame.anew: 5}, "mounted anew, with its columns"
    assert page.opened("compare", view).run.value == run.id
