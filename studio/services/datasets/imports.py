"""The command line's import: a file becomes a dataset of a project, with the fixes that were named."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from studio.data.checks.fixes import refuse_empty_rows
from studio.data.checks.registry import by_rule
from studio.data.columns.ambiguity import refuse_doubt
from studio.data.columns.column_mapping import propose_mapping
from studio.data.columns.example_builder import make_examples
from studio.schemas.dataset import ColumnMapping as Columns
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.files.file_cleaning import agreed_to_lose, choices_of, kinds_of
from studio.storage.home import Home


class Imports:
    """One verb: a file into a project, which is made if it is new."""

    def __init__(self, home: Home, examples: DatasetService, clock: Callable[[], datetime]) -> None:
        self._home, self._examples, self._clock = home, examples, clock

    def import_file(
        self,
        path: Path,
        project: str,
        *,
        by: str,
        fixes: Sequence[str] = (),
        columns: Columns | None = None,
        sheet: str | None = None,
        encoding: str | None = None,
        hidden: str = "",
        headings: int | None = None,
        owner: str = "",
    ) -> DatasetView:
        """The command line's import: makes the project if it is new, then applies the named fixes. `owner` is the id of
        the person whose project it becomes; without one it is of whoever imports."""
        kinds, choices = kinds_of([word for word in fixes if word != "all"]), choices_of(fixes)
        table = self._examples.read(path, path.name, sheet=sheet, encoding=encoding, hidden=hidden, headings=headings)
        agreed_to_lose(table, path.name, fixes)
        guessed = columns or propose_mapping(table)
        if fixes and guessed.answer:  # before anything is stored
            refuse_empty_rows(make_examples(table, guessed)[0], by_rule() if "all" in fixes else kinds)
        if not any(found.id == project for found in self._home.all_projects()):
            refuse_doubt(guessed, table)  # before a project is made
            self._home.create_project(project, owner or by, id=project, now=self._clock())
        view = self._examples.upload(path, path.name, by=by, project=project, columns=columns, sheet=sheet,
                                     encoding=encoding, hidden=hidden, headings=headings)  # fmt: skip
        if "all" in fixes:
            view = self._examples.fix_all(project, view.id, by=by, choices=choices, kinds=[*by_rule(), *kinds])
        for kind in kinds:
            view = self._examples.view(project, view.id, exact=True)
            is_left = "all" not in fixes or kind not in by_rule()
            if is_left and any(finding.kind == kind for finding in view.findings):
                choice = choices.get(kind, "")
                if choice == "keep":
                    view = self._examples.dismiss(project, view.id, kind, by=by)
                else:
                    view = self._examples.fix(project, view.id, kind, by=by, choice=choice)
        return self._examples.view(project, view.id, exact=True)
