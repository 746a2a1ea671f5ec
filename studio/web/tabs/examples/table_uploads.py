"""How a table comes in: dropped, taken from the samples, or read again from the upload. Then its columns are asked."""

from pathlib import Path

import gradio as gr

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.services.studio import Studio
from studio.settings import shared_folder
from studio.web.mounting import Frame, Place, Updates
from studio.web.view import View, session_of
from studio.web.waiting import WaitingTables

KINDS = (
    ".csv", ".tsv", ".tab", ".txt", ".md", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".parquet",
    ".gz",
)  # fmt: skip
ASKING = "columns:"  # the screen that asks about the columns; the key of the waiting table follows


class TableUploads:
    """Each verb leads to the question about the columns. Nothing is in a project before her yes."""

    def __init__(self, studio: Studio, tables: WaitingTables, frame: Frame) -> None:
        self.studio, self.tables, self.frame = studio, tables, frame

    def arrive(self, view: View, place: Place, path: str | None, request: gr.Request) -> Updates:
        """A file was dropped."""
        if not path:
            return {}
        file = Path(path)
        try:
            key = self.tables.take(file, file.name, session=session_of(request), project=view.project, ours=True)
        except Exception:
            file.unlink(missing_ok=True)
            raise
        return self._ask(place, key)

    def try_support(self, view: View, place: Place, request: gr.Request) -> Updates:
        """The clean sample, as if it had been uploaded."""
        return self._sample("support", view, place, request)

    def try_dirty(self, view: View, place: Place, request: gr.Request) -> Updates:
        """The dirty sample, as if it had been uploaded."""
        return self._sample("dirty", view, place, request)

    def reopen(self, view: View, place: Place, request: gr.Request) -> Updates:
        """The same upload once more, to choose other columns."""
        examples = self.studio.within(view.project).examples
        card = examples.view(view.project, view.dataset).card
        source, mapping = card.source, card.mapping
        key = self.tables.take(
            examples.source(view.project, view.dataset), source.name, session=session_of(request),
            project=view.project, parent=view.dataset, sheet=source.sheet or None, encoding=source.encoding or None,
            hidden=source.hidden, headings=source.headings, tied=(mapping.group, mapping.part), mapping=mapping,
        )  # fmt: skip
        return self._ask(place, key)

    def _sample(self, name: str, view: View, place: Place, request: gr.Request) -> Updates:
        found = sorted(shared_folder("sample_data").glob(f"*{name}*.csv"))
        if not found:
            raise StudioError(
                say("table_uploads.sample_missing_from_installation"), hint=say("table_uploads.install_studio_again")
            )
        key = self.tables.take(found[0], found[0].name, session=session_of(request), project=view.project)
        return self._ask(place, key)

    def _ask(self, place: Place, key: str) -> Updates:
        return {self.frame.place: place.at("examples", ASKING + key)}
