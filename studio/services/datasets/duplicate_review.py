"""One group at a time: contradicting answers and copies, decided by somebody who may not be the only one deciding."""

from collections.abc import Sequence

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.finding import Kind
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.uploaded_columns import Cells, UploadedCells, upload_in
from studio.services.request_keys import once_a_revision
from studio.storage.home import Home


class GroupReview:
    """The verbs of the deciding screens: each refuses a group that somebody else decided meanwhile."""

    def __init__(self, examples: DatasetService, home: Home) -> None:
        self._examples, self.deciding, self._home = examples, examples.deciding, home
        self._cells = UploadedCells()

    def beside(self, project: str, dataset: str, rows: Sequence[int]) -> dict[int, Cells]:
        """What stands beside these rows in her other columns, as its date and who handled it."""
        view = self._examples.view(project, dataset)
        return self._cells.beside(view, upload_in(self._home.dataset_folder(project, dataset)), rows)

    @once_a_revision
    def settle(
        self, project: str, dataset: str, rows: Sequence[int], *, by: str, keep: str, answer: str = "", seen: str = "",
        request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """`DatasetService.settle` for a question that is still open."""
        self._open(project, dataset, "conflicting_answers", rows)
        return self._examples.settle(project, dataset, rows, by=by, keep=keep, answer=answer, seen=seen,
                                     request_key=request_key)  # fmt: skip

    @once_a_revision
    def keep(
        self, project: str, dataset: str, kind: Kind, rows: Sequence[int], *, by: str, keep: int, seen: str = "",
        request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """Of these copies the row `keep` stays."""
        self._open(project, dataset, kind, rows)
        return self._examples.keep(project, dataset, kind, rows, by=by, keep=keep, seen=seen, request_key=request_key)

    @once_a_revision
    def not_copies(
        self, project: str, dataset: str, kind: Kind, rows: Sequence[int], *, by: str, seen: str = "",
        request_key: str = "",
    ) -> DatasetView:  # fmt: skip
        """These rows are no copies of one another."""
        self._open(project, dataset, kind, rows)
        return self._examples.dismiss(project, dataset, kind, by=by, rows=rows, seen=seen, request_key=request_key)

    def _open(self, project: str, dataset: str, kind: Kind, rows: Sequence[int]) -> None:
        view = self._examples.view(project, dataset)
        groups = (group for finding in view.findings if finding.kind == kind for group in finding.groups)
        if not rows or not any(set(rows) <= set(group) for group in groups):
            raise StudioError(
                say("duplicate_review.one_was_decided_meanwhile"),
                hint=say("duplicate_review.press_skip_for_now"),
            )
