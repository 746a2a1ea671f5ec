"""Every decision has its own undo: by its id, in any order, unless a later one rests on it."""

from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.services.datasets.dataset_cache import DatasetCache
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]


def test_an_earlier_decision_is_taken_back_by_itself(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    first = studio.examples.remove(project, dataset, ["r3"], by="ana").decisions[-1]
    studio.examples.edit(project, dataset, "r5", by="ana", question="Mine?", answer="Mine.")
    after = studio.examples.undo(project, dataset, by="ana", decision=first.id)
    assert [one.action for one in after.decisions] == ["edit"]
    assert {"r3", "r5"} <= {example.id for example in after.examples}
    assert after.examples[4].question == "Mine?" and after.card.dropped == {}


def test_the_same_log_gives_the_same_rows_when_it_is_read_again(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    service = studio.examples
    added = service.add(project, dataset, by="ana", question="One?", answer="One.").decisions[-1]
    service.add(project, dataset, by="ana", question="Two?", answer="Two.")
    service.undo(project, dataset, by="ana", decision=added.id)
    after = service.add(project, dataset, by="ana", question="Three?", answer="Three.")
    assert [example.id for example in after.examples[-2:]] == ["a2", "a3"] and after.card.rows_added == 2
    afresh = DatasetCache(studio.home, service.lengths).view(project, dataset)
    assert afresh.examples == after.examples and afresh.card.rows_added == 2


def test_one_that_a_later_one_rests_on_names_which_must_go_first(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    first = studio.examples.edit(project, dataset, "r5", by="ana", question="Mine?", answer="Mine.").decisions[-1]
    later = studio.examples.edit(project, dataset, "r5", by="ana", question="Yours?", answer="Yours.").decisions[-1]
    with pytest.raises(StudioError, match=r"A later decision rests on this one: “Row 6 was rewritten\.”") as told:
        studio.examples.undo(project, dataset, by="ana", decision=first.id)
    assert told.value.where == later.id and "Undo that one first" in told.value.hint
    assert len(studio.examples.view(project, dataset).decisions) == 2, "nothing was written"
    studio.examples.undo(project, dataset, by="ana", decision=later.id)
    after = studio.examples.undo(project, dataset, by="ana", decision=first.id)
    assert after.decisions == () and after.card.changed == {}


def test_a_false_alarm_is_taken_back_though_its_rows_were_changed_since(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table() + "Who hums?,\n")
    left = studio.examples.dismiss(project, dataset, "empty_answer", by="ana").decisions[-1]
    studio.examples.edit(project, dataset, "r49", by="ana", question="Who hums now?", answer="")
    after = studio.examples.undo(project, dataset, by="ana", decision=left.id)
    assert "empty_answer" in {finding.kind for finding in after.findings}


def test_one_that_does_not_exist_or_is_gone_is_told(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(table())
    first = studio.examples.remove(project, dataset, ["r3"], by="ana").decisions[-1]
    with pytest.raises(StudioError, match="There is no such decision"):
        studio.examples.undo(project, dataset, by="ana", decision="nothing")
    studio.examples.undo(project, dataset, by="ana", decision=first.id)
    with pytest.raises(StudioError, match="You have taken this back already"):
        studio.examples.undo(project, dataset, by="ana", decision=first.id)
    with pytest.raises(StudioError, match="There is nothing to undo"):
        studio.examples.undo(project, dataset, by="ana")
