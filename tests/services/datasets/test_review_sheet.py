"""Findings go out as a sheet, are decided by someone without the studio, and come back as decisions."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.services.datasets.review_sheet import apply_sheet, write_sheet
from studio.services.studio import Studio
from tests.services.conftest import table

Upload = Callable[[str], tuple[str, str]]
DIRTY = table() + (
    "When is the mill open to visitors at the weekend?,On Saturday from nine to five.\n"
    "When is the mill open to visitors at the weekend?,Never on a weekend.\n"
    "Who may I write to about a lost parcel?,Write to ana@example.org and we answer.\n"
    "Where is my parcel today?,\n"
)


def decided(path: Path, decide: Callable[[dict[str, str]], tuple[str, str]]) -> None:
    """Fill the sheet as a reviewer would."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["decision"], row["new_answer"] = decide(row)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        sheet = csv.DictWriter(stream, rows[0])
        sheet.writeheader()
        sheet.writerows(rows)


def test_a_decided_sheet_becomes_decisions_with_a_name(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    project, dataset = upload(DIRTY)
    sheet = tmp_path / "findings.csv"
    write_sheet(studio.examples.view(project, dataset), sheet)

    def decide(row: dict[str, str]) -> tuple[str, str]:
        if row["finding"] == "conflicting_answers":
            return ("keep", "") if "Saturday" in row["answer"] else ("", "")
        return {"private_details": ("fix", ""), "empty_answer": ("", "It leaves on Monday.")}.get(
            row["finding"], ("", "")
        )

    decided(sheet, decide)
    view = apply_sheet(studio.examples, studio.examples.view(project, dataset), sheet, sheet.name, by="ben")
    answers = " ".join(example.answer for example in view.examples)
    assert (
        "Never on a weekend" not in answers and "ana@example.org" not in answers and "It leaves on Monday." in answers
    )
    assert {decision.by for decision in view.decisions} == {"ben"} and len(view.decisions) == 3


def test_a_word_that_is_no_decision_changes_nothing(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    project, dataset = upload(DIRTY)
    sheet = tmp_path / "findings.csv"
    write_sheet(studio.examples.view(project, dataset), sheet)
    decided(sheet, lambda row: ("perhaps", ""))
    with pytest.raises(StudioError, match="perhaps") as refused:
        apply_sheet(studio.examples, studio.examples.view(project, dataset), sheet, sheet.name, by="ben")
    assert refused.value.where == "line 2"
    assert studio.examples.view(project, dataset).decisions == ()


@pytest.mark.parametrize(
    ("kind", "word"), [("conflicting_answers", "remove"), ("conflicting_answers", "fix"), ("empty_answer", "keep")]
)
def test_a_word_that_does_not_fit_the_finding_is_not_passed_over(
    studio: Studio, upload: Upload, tmp_path: Path, kind: str, word: str
) -> None:
    project, dataset = upload(DIRTY)
    sheet = tmp_path / "findings.csv"
    write_sheet(studio.examples.view(project, dataset), sheet)
    decided(sheet, lambda row: (word if row["finding"] == kind else "leave", ""))
    with pytest.raises(StudioError, match=f"“{word}” decides nothing here"):
        apply_sheet(studio.examples, studio.examples.view(project, dataset), sheet, sheet.name, by="ben")
    assert studio.examples.view(project, dataset).decisions == ()


def test_another_table_is_not_a_sheet_of_findings(studio: Studio, upload: Upload, tmp_path: Path) -> None:
    project, dataset = upload(DIRTY)
    with pytest.raises(StudioError, match="not a sheet of findings"):
        apply_sheet(
            studio.examples, studio.examples.view(project, dataset), tmp_path / "tickets.csv", "x.csv", by="ben"
        )
