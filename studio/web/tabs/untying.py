"""Rows that were kept together are so no longer: one button, on the list of examples and beside a plan."""

from studio.services.datasets.dataset_view import DatasetView
from studio.services.studio import Studio
from studio.web.view import View


def untied(studio: Studio, view: View, by: str) -> DatasetView:
    """The same upload read again without the column that ties its rows together; decisions about the rows stay."""
    examples = studio.within(view.project).examples
    mapping = examples.view(view.project, view.dataset).card.mapping.model_copy(update={"group": ""})
    key = f"untie {view.dataset} {view.mark}"
    return examples.remap(view.project, view.dataset, by=by, columns=mapping, request_key=key)
