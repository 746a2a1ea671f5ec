"""One group at a time: what was decided elsewhere meanwhile is not decided a second time."""

from collections.abc import Callable

import pytest

from studio.errors import StudioError
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]
KETTLE = "Where do I find the serial number of the blue kettle that I bought in the shop by the river"
LABEL = (
    "It stands under the base beside the cable on a small silver label that begins with two letters and ends in a dash"
)
OPEN = table() + (
    'Do you ship on Sunday?,"Yes, we do that each week."\n'
    'Do you ship on Sunday?,"No, never on any Sunday."\n'
    f"{KETTLE} from you,{LABEL}\n"
    f"{KETTLE} from you now,{LABEL}\n"
    f"{KETTLE} from you,{LABEL} always\n"
)
SUNDAY, COPIES = (49, 50), (51, 52, 53)


def kinds(studio: Studio, project: str, dataset: str) -> set[str]:
    return {finding.kind for finding in studio.examples.view(project, dataset, exact=True).findings}


def test_a_question_is_settled_once(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(OPEN)
    after = studio.groups.settle(project, dataset, SUNDAY, by="ana", keep="right")
    assert "r50" in {example.id for example in after.examples}
    assert after.card.dropped == {"conflicting_answers": 1}
    with pytest.raises(StudioError, match="decided meanwhile"):
        studio.groups.settle(project, dataset, SUNDAY, by="ben", keep="left")
    assert len(studio.examples.view(project, dataset).decisions) == 1


def test_the_chosen_copy_stays_and_undo_brings_the_others_back(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(OPEN)
    after = studio.groups.keep(project, dataset, "near_duplicate", COPIES, by="ana", keep=52)
    assert {example.row for example in after.examples} & set(COPIES) == {52}
    assert after.card.dropped == {"near_duplicate": 2}
    assert after.decisions[-1].sentence == "Row 53 kept, 2 copies of it left out."
    back = studio.examples.undo(project, dataset, by="ana")
    assert {example.row for example in back.examples} >= set(COPIES)


def test_rows_that_are_no_copies_are_not_shown_again(studio: Studio, upload: Upload) -> None:
    project, dataset = upload(OPEN)
    assert "near_duplicate" in kinds(studio, project, dataset)
    studio.groups.not_copies(project, dataset, "near_duplicate", COPIES, by="ana")
    assert "near_duplicate" not in kinds(studio, project, dataset)


@pytest.mark.parametrize("rows", [(), (1, 2), (51, 49)])
def test_rows_that_are_no_group_are_refused(studio: Studio, upload: Upload, rows: tuple[int, ...]) -> None:
    project, dataset = upload(OPEN)
    with pytest.raises(StudioError, match="decided meanwhile"):
        studio.groups.keep(project, dataset, "near_duplicate", rows, by="ana", keep=51)


def test_what_was_called_right_stays_so_when_names_and_quoted_mail_are_taken_away_afterwards(
    studio: Studio, upload: Upload
) -> None:
    """Rows are named by a decision, not their words: these may change."""
    asked = "Hello,\n\nis there a trial lesson for my son?\n\nKind regards\n{}"
    rows = [("Brenda", "Yes, we do that each week."), ("Fiona", "No, never on any Sunday.")]
    mails = "".join(f'"{asked.format(name)}","Dear {name}, {said}"\n' for name, said in rows)
    project, dataset = upload(table() + mails)
    view = studio.examples.view(project, dataset, exact=True)
    (found,) = [one for one in view.findings if one.kind == "conflicting_answers"]
    studio.groups.settle(project, dataset, found.groups[0], by="ana", keep="both")
    hidden = studio.examples.fix(project, dataset, "possible_personal", by="ana", choice="mask")
    assert any("[NAME_" in example.question for example in hidden.examples)
    assert "conflicting_answers" not in {one.kind for one in hidden.findings}
    assert "conflicting_answers" not in kinds(studio, project, dataset), "nor when all rows are examined anew"
