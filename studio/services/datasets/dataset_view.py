"""A dataset as a person sees it, and the files she can take away of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from studio.copy.catalog import say
from studio.data.export.data_report import data_report
from studio.data.export.excel_export import warnings_for, write_xlsx
from studio.data.export.other_columns import NO_OTHERS, OtherColumns
from studio.data.export.text_files import write_csv, write_jsonl, write_parquet
from studio.data.readers.csv_reader import FORMATS as TEXT_FORMATS
from studio.data.split.splitter import Split
from studio.errors import StudioError
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.example import Example
from studio.schemas.finding import Decision, Drop, Finding, Kind
from studio.schemas.loop.distillation import MACHINE_MADE
from studio.storage.files import write_bytes


@dataclass(frozen=True)
class DatasetView:
    """A dataset as a person sees it now: the card, what is left to look at, the rows, and what was decided."""

    card: DatasetMetadata
    findings: tuple[Finding, ...]
    examples: tuple[Example, ...]
    drops: tuple[Drop, ...]
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...] = ()
    mark: str = ""  # where its log stood: the number of lines and the last one's id
    exact: bool = True  # False: the findings beyond the rows just touched are those of the last full examination

    @property
    def id(self) -> str:
        """The dataset's id."""
        return self.card.id

    @property
    def project(self) -> str:
        """The project's id."""
        return self.card.project

    @cached_property
    def machine_made(self) -> frozenset[str]:
        """The ids of the rows that a teacher answered: none of them is drawn for the exam or the practice check."""
        return frozenset(id for decision in self.decisions if decision.kind == MACHINE_MADE for id in decision.edits)

    @cached_property
    def dismissed(self) -> dict[Kind, set[str]]:
        """The ids of the rows whose finding of a kind was called a false alarm."""
        return dismissed_in(self.decisions)

    @cached_property
    def searchable(self) -> tuple[str, ...]:
        """Each row's words without capitals, worked out at the first search."""
        return tuple(
            "\n".join([message.content for message in example.messages]).casefold() for example in self.examples
        )


# Rows whose different answers are all right are no near copies of each other either: each says what the other does not
ALSO_DISMISSED: Mapping[Kind, Kind] = {"conflicting_answers": "near_duplicate"}


def dismissed_in(standing: Sequence[Decision]) -> dict[Kind, set[str]]:
    """The ids that these decisions call false alarms, by the kind of finding."""
    found: dict[Kind, set[str]] = {}
    for decision in standing:
        if decision.dismissed and decision.kind:
            for kind in filter(None, (decision.kind, ALSO_DISMISSED.get(decision.kind, ""))):
                found.setdefault(kind, set()).update(decision.dismissed)
    return found


def rows_by_id(view: DatasetView, ids: Sequence[str]) -> list[Example]:
    """The rows of these ids; StudioError when one is not there, or none was named."""
    known = {example.id: example for example in view.examples}
    missing = sorted(set(ids) - known.keys())
    if missing or not ids:
        said = (
            say("dataset_view.there_no_row", missing=missing[0].removeprefix("r")[:20])
            if missing
            else say("dataset_view.no_row_was_named")
        )
        raise StudioError(said, hint=say("dataset_view.write_numbers_first_column"))
    return [known[id] for id in ids]


class SplitSizes(NamedTuple):
    """How many rows a run would learn from, and how many are set aside; or why none can be yet.

    `series`: exam questions that differ from taught ones only by a number. `groups`: so many groups of rows that stay
    together are why there is no exam; 0 where something else is.
    """

    train: int
    validation: int
    exam: int
    why: str = ""
    series: int = 0
    groups: int = 0
    taught: frozenset[str] = frozenset()

    @classmethod
    def of(cls, parts: Split, series: int) -> "SplitSizes":
        """The sizes of these parts."""
        taught = frozenset(one.id for one in parts.train)
        return cls(len(parts.train), len(parts.validation), len(parts.exam), series=series, taught=taught)


Write = Callable[[Path, DatasetView, OtherColumns], None]
FORMS: dict[str, tuple[str, Write]] = {
    "csv": (
        "-cleaned.csv",
        lambda path, view, others: write_csv(path, view.examples, separator=separator_of(view), others=others),
    ),
    "csv_columns_as_uploaded": (
        "-cleaned-columns-as-uploaded.csv",
        lambda path, view, others: write_csv(path, view.examples, separator=separator_of(view), others=others),
    ),
    "csv_for_excel": (
        "-cleaned-for-excel.csv",
        lambda path, view, others: write_csv(
            path, view.examples, for_excel=True, separator=separator_of(view), others=others
        ),
    ),
    "csv_for_excel_semicolons": (
        "-cleaned-for-excel.csv",
        lambda path, view, others: write_csv(path, view.examples, for_excel=True, separator=";", others=others),
    ),
    "xlsx": ("-cleaned.xlsx", lambda path, view, others: write_xlsx(path, view.examples, others)),
    "jsonl": ("-cleaned.jsonl", lambda path, view, _: write_jsonl(path, view.examples)),
    "prompt_completion": (
        "-prompt-completion.jsonl", lambda path, view, _: write_jsonl(path, view.examples, form="prompt_completion"),
    ),
    "parquet": ("-cleaned.parquet", lambda path, view, _: write_parquet(path, view.examples)),
}  # fmt: skip


def separator_of(view: DatasetView) -> str:
    """A file that came with semicolons between its cells is saved with them: the program it is from expects them."""
    return ";" if view.card.source.format == TEXT_FORMATS[";"] else ","


def export_view(view: DatasetView, form: str, folder: Path, others: OtherColumns = NO_OTHERS) -> Path:
    """The rows in one of FORMS, named after the upload; whole or absent. StudioError for a form that is not known."""
    if form not in FORMS:
        raise StudioError(
            say("dataset_view.there_no_export_called", form=form[:40]), hint=say("dataset_view.choose_csv_or_jsonl")
        )
    ending, write = FORMS[form]
    path = place_for(view, folder, ending)
    write(path, view, others)
    return path


def export_warnings(view: DatasetView, form: str) -> list[str]:
    """What a person should know before she opens the file."""
    return warnings_for(view.examples) if form.startswith("csv_for_excel") else []


def export_report(view: DatasetView, folder: Path, title: str, aside: SplitSizes,
                  columns: Sequence[str] = ()) -> Path:  # fmt: skip
    """What was uploaded, found and decided, as a page to print; whole or absent. `columns`: what became of others."""
    path = place_for(view, folder, "-data-report.html")
    page = data_report(
        view.card, view.findings, view.decisions, title=title, exam=aside.exam, validation=aside.validation,
        columns=columns,
    )  # fmt: skip
    write_bytes(path, page.encode("utf-8", "replace"))
    return path


def place_for(view: DatasetView, folder: Path, ending: str) -> Path:
    """Where a file named after the upload goes; the folder is made."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = "".join(c if c.isalnum() or c in "-_ " else "-" for c in Path(view.card.source.name).stem)[:60].strip()
    return folder / ((stem or "examples") + ending)
