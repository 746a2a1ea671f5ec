"""Findings as a spreadsheet that someone without the studio can decide, and the way back.

One line per row of a finding. The reader fills the column `decision` (fix, leave, remove; for contradicting answers
keep or both) or writes a `new_answer`; empty lines stay undecided.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.copy.catalog import say
from studio.data.export.text_files import safe
from studio.errors import StudioError
from studio.schemas.finding import Finding, Kind
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.storage.files import write_bytes
from studio.storage.home import Home

COLUMNS = ("finding", "row", "together", "question", "answer", "what", "proposal", "decision", "new_answer")
WORDS = ("fix", "leave", "remove", "keep", "both")


class ReviewSheets:
    """The verbs: save a sheet for somebody, bring the decided one back."""

    def __init__(self, home: Home, examples: DatasetService) -> None:
        self._home, self._examples = home, examples

    def save(self, project: str, dataset: str) -> Path:
        """A sheet of all findings in the project's exports folder."""
        view = self._examples.view(project, dataset)
        if not view.findings:
            raise StudioError(say("review_sheet.there_nothing_left_decide"))
        path = self._home.project_folder(project) / "exports" / dataset / "findings-to-decide.csv"
        write_sheet(view, path)
        return path

    def bring(self, project: str, dataset: str, path: Path, name: str, *, by: str) -> DatasetView:
        """What the sheet says becomes decisions of the person who brings it."""
        return apply_sheet(self._examples, self._examples.view(project, dataset), path, name, by=by)


@dataclass(frozen=True)
class ReviewLine:
    """One decided line of the sheet."""

    kind: Kind
    row: int
    together: str
    decision: str
    new_answer: str


def write_sheet(view: DatasetView, path: Path) -> None:
    """All findings with their rows as CSV that Excel opens safely; `decision` and `new_answer` are empty."""
    text = io.StringIO(newline="")
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    examples = {example.row: example for example in view.examples}
    for finding in view.findings:
        groups = {row: str(number) for number, group in enumerate(finding.groups, start=1) for row in group}
        for row in sorted(finding.rows, key=lambda row: (int(groups.get(row, 0)), row)):
            example = examples.get(row)
            if example is None:
                continue
            what = finding.notes.get(row, finding.sentence)
            cells = [example.question, example.answer, what, finding.fix]
            sheet.writerow([finding.kind, example.label, groups.get(row, ""), *map(safe, cells), "", ""])
    write_bytes(path, text.getvalue().encode("utf-8-sig", "backslashreplace"))


def read_sheet(service: DatasetService, path: Path, name: str, view: DatasetView) -> list[ReviewLine]:
    """The decided lines; StudioError names the first line that cannot be understood, before anything is done."""
    table = service.read(path, name)
    missing = [column for column in ("finding", "row", "decision", "new_answer") if column not in table.columns]
    if missing:
        raise StudioError(
            say('review_sheet.not_sheet_findings_column', missing=missing[0]),
            hint=say('review_sheet.send_file_studio_saved'), where=name,
        )  # fmt: skip
    by_kind: dict[str, Finding] = {finding.kind: finding for finding in view.findings}
    known = {(finding.kind, row) for finding in view.findings for row in finding.rows}
    rows = {str(one.row): one.row for one in view.examples if one.row < 0}  # as an older studio wrote them
    rows |= {one.label: one.row for one in view.examples}
    lines: list[ReviewLine] = []
    for row in table.rows:
        cells = {column: str(row.cells.get(column, "")).strip() for column in table.columns}
        decision = cells["decision"].casefold()
        if not decision and not cells["new_answer"]:
            continue
        where = say("review_sheet.line", number=row.number + 1)
        if decision and decision not in WORDS:
            raise StudioError(
                say("review_sheet.no_decision", decision=decision[:40]),
                hint=say("review_sheet.use") + ", ".join(WORDS) + say("review_sheet.or_leave_empty"),
                where=where,
            )
        named = rows.get(cells["row"].removesuffix(".0"), 0)
        if (cells["finding"], named) not in known:
            raise StudioError(
                say('review_sheet.line_names_finding_not'), hint=say('review_sheet.save_new_sheet_decide'),
                where=where,
            )  # fmt: skip
        fitting = words_for(by_kind[cells["finding"]])
        if decision and not cells["new_answer"] and decision not in fitting:
            raise StudioError(
                say("review_sheet.decides_nothing_here", decision=decision),
                hint=say("review_sheet.use_or_write_new", fitting=", ".join(fitting)),
                where=where,
            )
        new = cells["new_answer"].removeprefix("'")
        lines.append(ReviewLine(cells["finding"], named, cells.get("together", ""), decision, new))
    return lines


def words_for(finding: Finding) -> tuple[str, ...]:
    """What can be said of its rows: contradictions are settled, others are fixed where there is a fix, left or out."""
    if finding.kind == "conflicting_answers":
        return ("keep", "both", "leave")
    return ("fix", "leave", "remove") if finding.fix else ("leave", "remove")


def apply_sheet(service: DatasetService, view: DatasetView, path: Path, name: str, *, by: str) -> DatasetView:
    """Turn a decided sheet into decisions of this person: one per kind and word, each of which can be undone."""
    lines = read_sheet(service, path, name, view)
    if not lines:
        raise StudioError(
            say("review_sheet.nothing_was_decided_sheet"), hint=say("review_sheet.fill_column_decision"), where=name
        )
    project = view.project
    for kind in dict.fromkeys(line.kind for line in lines):
        mine = [line for line in lines if line.kind == kind]
        if kind == "conflicting_answers":
            view = settle_lines(service, view, mine, by=by)
            continue
        for line in mine:
            if line.new_answer and (example := next((e for e in view.examples if e.row == line.row), None)):
                view = service.edit(
                    project, view.id, example.id, by=by, question=example.question, answer=line.new_answer
                )
        for word in ("fix", "leave", "remove"):
            rows = [line.row for line in mine if line.decision == word and not line.new_answer]
            if not rows:
                continue
            if word == "fix":
                view = service.fix(project, view.id, kind, by=by, rows=rows)
            elif word == "leave":
                view = service.dismiss(project, view.id, kind, by=by, rows=rows)
            else:
                ids = [example.id for example in view.examples if example.row in set(rows)]
                view = service.remove(project, view.id, ids, by=by)
    return view


def settle_lines(service: DatasetService, view: DatasetView, lines: Sequence[ReviewLine], *, by: str) -> DatasetView:
    """Contradictions, group by group: a new answer, the kept row, or all are right."""
    groups = next((f.groups for f in view.findings if f.kind == "conflicting_answers"), ())
    for group in groups:
        mine = [line for line in lines if line.row in group]
        written = next((line.new_answer for line in mine if line.new_answer), "")
        kept = next((line.row for line in mine if line.decision == "keep"), None)
        if written:
            view = service.settle(view.project, view.id, group, by=by, keep="written", answer=written)
        elif kept is not None:
            others = [row for row in group if row != kept]
            view = service.settle(view.project, view.id, [kept, *others], by=by, keep="left")
        elif any(line.decision in ("both", "leave") for line in mine):
            view = service.settle(view.project, view.id, group, by=by, keep="both")
    return view
