"""Two tabs, or two people, on one dataset: nobody's words are overwritten without a word."""

from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.schemas.recipe import Recipe
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]
DIRTY = table() + "Who may I write to?,Write to ana@example.org and we answer.\nWho hums?,\n"


def test_a_row_that_another_person_changed_meanwhile_is_not_overwritten(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    seen = studio.examples.view(project, dataset).mark
    studio.examples.edit(project, dataset, "r5", by="ben", question="Ben's?", answer="Ben's.")
    with pytest.raises(StudioError, match=r"ben changed row 6 after you looked \(.*\d\d:\d\d\)") as told:
        studio.examples.edit(project, dataset, "r5", by="ana", question="Mine?", answer="Mine.", seen=seen)
    assert "Nothing was overwritten" in told.value.hint
    view = studio.examples.view(project, dataset)
    assert view.examples[4].question == "Ben's?" and len(view.decisions) == 1


def test_rows_that_nobody_else_touched_go_through(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    seen = studio.examples.view(project, dataset).mark
    studio.examples.edit(project, dataset, "r5", by="ben", question="Ben's?", answer="Ben's.")
    studio.examples.edit(project, dataset, "r6", by="ana", question="Mine?", answer="Mine.", seen=seen)
    view = studio.examples.add(project, dataset, by="ana", question="More?", answer="More.", seen=seen)
    assert [one.by for one in view.decisions] == ["ben", "ana", "ana"]


@pytest.mark.parametrize("verb", ["remove", "undo", "fix", "dismiss", "fix_all"])
def test_every_verb_looks_before_it_writes(studio: Studio, upload: Upload, verb: str) -> None:
    project, dataset = upload(DIRTY)
    service = studio.examples
    seen = service.edit(project, dataset, "r50", by="ana", question="Who hums now?", answer="").mark
    service.edit(project, dataset, "r50", by="ben", question="Who hums, please?", answer="")
    act: dict[str, Callable[[], object]] = {
        "remove": lambda: service.remove(project, dataset, ["r50"], by="ana", seen=seen),
        "undo": lambda: service.undo(project, dataset, by="ana", seen=seen),
        "fix": lambda: service.fix(project, dataset, "empty_answer", by="ana", seen=seen),
        "dismiss": lambda: service.dismiss(project, dataset, "empty_answer", by="ana", seen=seen),
        "fix_all": lambda: service.fix_all(project, dataset, by="ana", seen=seen),
    }
    with pytest.raises(StudioError, match="ben changed row 51"):
        act[verb]()
    assert len(service.view(project, dataset).decisions) == 2


def test_undo_takes_back_what_she_saw_last_and_not_what_another_did_since(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    seen = studio.examples.remove(project, dataset, ["r3"], by="ana").mark
    studio.examples.undo(project, dataset, by="ben")
    studio.examples.remove(project, dataset, ["r9"], by="ben")
    with pytest.raises(StudioError, match=r"ben has taken this back already .*: “1 row taken out by hand.”"):
        studio.examples.undo(project, dataset, by="ana", seen=seen)
    assert [one.sentence for one in studio.examples.view(project, dataset).decisions] == ["1 row taken out by hand."]


def test_a_tab_that_stayed_on_an_older_version_is_told_of_the_newer_one(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    seen = studio.examples.view(project, dataset).mark
    studio.runs.launch(project, dataset, Recipe(), by="ana")
    studio.examples.edit(project, dataset, "r5", by="ben", question="Ben's?", answer="Ben's.", seen=seen)
    with pytest.raises(StudioError, match="ben has gone on from these examples in a newer version"):
        studio.examples.edit(project, dataset, "r6", by="ana", question="Mine?", answer="Mine.", seen=seen)
    assert len(studio.home.datasets(project)) == 2


def test_two_that_add_at_once_add_two_rows(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    seen = studio.examples.view(project, dataset).mark
    for by in ("ana", "ben"):
        view = studio.examples.add(project, dataset, by=by, question=f"{by}?", answer="Yes.", seen=seen)
    assert [example.id for example in view.examples[-2:]] == ["a1", "a2"]


def test_a_mark_of_another_log_is_refused(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    with pytest.raises(StudioError, match="not those that you looked at"):
        studio.examples.remove(project, dataset, ["r1"], by="ana", seen="7-abc")
