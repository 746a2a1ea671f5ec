"""A test file held against the examples: rows of both that are the same question make every score too good."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.copy.catalog import say
from studio.data.checks.finding_builder import count_of
from studio.data.columns.column_mapping import guess_mapping
from studio.data.columns.example_builder import make_examples
from studio.data.duplicates.exam_overlap import Overlap, overlap
from studio.data.duplicates.other_wordings import reworded
from studio.data.table import Table
from studio.data.text.example_texts import ExampleTexts
from studio.errors import StudioError
from studio.schemas.dataset import ColumnMapping as Columns
from studio.schemas.example import Example
from studio.schemas.finding import Finding
from studio.services.datasets.dataset_service import DatasetService
from studio.services.datasets.dataset_view import DatasetView

MOST_NAMED = 40


@dataclass(frozen=True)
class LeakageResult:
    """What a test file shares with examples. `seen` says which state of the dataset was compared."""

    name: str
    tested: int
    pairs: tuple[Overlap, ...]
    seen: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The examples that stand in the test file, too."""
        return tuple(pair.example.id for pair in self.pairs)

    @property
    def sentence(self) -> str:
        """What was found, for the page and for the command line."""
        if not self.pairs:
            return say("leakage.no_row_stands_too", name=self.name, count_of=count_of(self.tested, "row", "rows"))
        many = count_of(len(self.pairs), say("leakage.row_stands"), say("leakage.rows_stand"))
        said = say("leakage.too_such_test_would", many=many, name=self.name)
        otherwise = sum(pair.how == "wording" for pair in self.pairs)
        key = "leakage.in_other_words" if len(self.pairs) > 1 else "leakage.it_in_other_words"
        return f"{said} {say(key, count=otherwise)}" if otherwise else said

    @property
    def finding(self) -> Finding | None:
        """The same as a finding of a check."""
        if not self.pairs:
            return None
        rows = tuple(pair.example.row for pair in self.pairs)
        notes = {pair.example.row: say("leakage.row", row=pair.other.label, name=self.name) for pair in self.pairs}
        return Finding(kind="leakage", severity="serious", count=len(rows), rows=rows, sentence=self.sentence,
                       fix=say('leakage.take_these_rows_out'), notes=notes)  # fmt: skip


class LeakageService:
    """The verbs: hold a test file against a dataset, and take out what both share."""

    def __init__(self, examples: DatasetService) -> None:
        self._examples = examples

    def overlap_with_file(self, project: str, dataset: str, path: Path, name: str) -> LeakageResult:
        """Reads the file with the dataset's own columns where it has them; stores nothing."""
        view = self._examples.view(project, dataset)
        table = self._examples.read(path, name)
        found = compared(view.examples, table, name, view.card.mapping)
        return LeakageResult(found.name, found.tested, found.pairs, f"{view.id} {view.mark}")

    def take_out(self, found: LeakageResult, project: str, dataset: str, *, by: str) -> DatasetView:
        """Those rows out of the examples, as one decision that can be undone."""
        view = self._examples.view(project, dataset)
        if found.seen != f"{view.id} {view.mark}":
            raise StudioError(say("leakage.examples_have_changed_since"), hint=say("leakage.compare_again"))
        if not found.pairs:
            raise StudioError(say("leakage.there_nothing_take_out"))
        sentence = say(
            "leakage.taken_out_also",
            count_of=count_of(len(found.pairs), say("leakage.row_was"), say("leakage.rows_were")),
            name=found.name,
        )
        return self._examples.remove(project, dataset, found.ids, by=by, reason="exam_overlap", sentence=sentence)


def compared(
    examples: Sequence[Example], table: Table, name: str, like: Columns | None = None, *, table_is_taught: bool = False
) -> LeakageResult:
    """A table of test rows against examples; `like` is the mapping of the examples, used where its columns exist.

    `table_is_taught`: the other way round, the table holds what is learned and `examples` are the test.
    """
    named = {like.question, like.answer} - {""} if like else set()
    fits = like is not None and bool(named) and named <= set(table.columns)
    columns = like.model_copy(update=missing(like, table)) if fits and like else guess_mapping(table)
    others, _ = make_examples(table, columns)
    copies = overlap(examples, others)
    wordings = in_other_words(examples, others, {pair.example.id for pair in copies}, others_are_taught=table_is_taught)
    pairs = sorted([*copies, *wordings], key=lambda pair: pair.example.row)
    return LeakageResult(name[:MOST_NAMED], len(others), tuple(pairs))


def in_other_words(
    examples: Sequence[Example], others: Sequence[Example], known: Collection[str], *, others_are_taught: bool
) -> list[Overlap]:
    """The examples beside the `known` ones that ask what a row of the other file asks, each with the first such row."""
    edge = len(examples)
    here, there = range(edge), range(edge, edge + len(others))
    pairs = reworded(ExampleTexts([*examples, *others]), here if others_are_taught else there)
    found: dict[int, Overlap] = {}
    for taught, held in pairs:
        place, partner = (held, taught) if others_are_taught else (taught, held)
        if examples[place].id not in known:
            found.setdefault(place, Overlap(examples[place], others[partner - edge], "wording"))
    return list(found.values())


def missing(columns: Columns, table: Table) -> dict[str, str]:
    """Helper columns that this table does not have."""
    roles = ("context", "system", "group", "part")
    return {role: "" for role in roles if getattr(columns, role) not in ("", *table.columns)}
