"""What the Compare tab says while there is nobody to ask."""

from collections.abc import Callable

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
