"""The columns of her table that nobody learns from: they leave the studio again beside the cleaned answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from studio.data.columns.example_builder import thought_columns
from studio.data.privacy.details import Detail, find_details, may_hold_details
from studio.data.privacy.fake_details import HINTS as FAKE_HINTS
from studio.data.privacy.fake_details import find_made_up, number_of
from studio.data.privacy.masks import LABELS, TAKEN, TAKEN_HINTS, Masks, replaced
from studio.data.privacy.rules import Rules
from studio.data.privacy.secrets import find_secrets
from studio.data.table import Table, text_of
from studio.schemas.dataset import ColumnMapping
from studio.schemas.example import Example
from studio.schemas.finding import Decision

OURS = ("messages", "question", "answer", "system", "group", "part")  # what an export calls its own columns
SHAPES = ("table", "prompt_completion")  # of other shapes the remaining columns are parts of the conversation


class OtherColumns(NamedTuple):
    """Their headings in her order, and the cells of each row by the row's number in the upload."""

    names: tuple[str, ...] = ()
    cells: Mapping[int, tuple[str, ...]] = {}

    def of(self, example: Example) -> tuple[str, ...]:
        """The cells beside an example; empty ones beside a row that a person added."""
        return self.cells.get(example.row, ("",) * len(self.names))


NO_OTHERS = OtherColumns()


class CellHiding:
    """Hides in a cell what decisions hid in questions and answers: the kinds that stand masked or made up in their
    edits, with the same placeholder for the same detail."""

    def __init__(self, decisions: Iterable[Decision], examples: Sequence[Example], rules: Rules) -> None:
        self._ways, self._rules = ways_taken(decisions), rules
        self._examples = examples

    @cached_property
    def _masks(self) -> Masks:
        return Masks((message.content for example in self._examples for message in example.messages), self._rules)

    def __call__(self, id: str, cell: str) -> str:
        """The cell of this example's row without what is hidden."""
        if not self._ways or not cell:
            return cell
        chosen: list[Detail] = []
        for one in sorted(self._details(id, cell)):
            if one.kind in self._ways and not self._rules.allows(one) and (not chosen or one.start >= chosen[-1].end):
                chosen.append(one)
        return replaced(cell, chosen, self._instead)

    def remember(self) -> None:
        """Keep the numbers of the details that stood in no question or answer."""
        if self._ways and self._masks.fresh:
            self._rules.remember(self._masks.fresh)

    def _details(self, id: str, cell: str) -> Iterator[Detail]:
        if may_hold_details(cell):
            yield from find_details(cell, self._rules.countries)
        yield from self._rules.names_in(id, cell)
        yield from (Detail(start, end, "secret", cell[start:end]) for start, end in find_secrets(cell))

    def _instead(self, detail: Detail) -> str:
        return self._masks.fake(detail) if self._ways[detail.kind] == "fake" else self._masks.of(detail)


def other_columns(table: Table, mapping: ColumnMapping, hide: CellHiding) -> OtherColumns:
    """What a table holds beside the columns that were read, each cell as `hide` leaves it."""
    if mapping.schema_name not in SHAPES:
        return NO_OTHERS
    roles = (mapping.question, mapping.answer, mapping.context, mapping.system, mapping.group, mapping.part)
    used = {*roles, *thought_columns(table)}
    kept = [name for name in table.columns if name not in used]
    if not kept:
        return NO_OTHERS
    names = tuple(f"{name} (as uploaded)" if name in OURS else name for name in kept)
    cells = {
        row.number: tuple(hide(f"r{row.number}", text_of(row.cells.get(name))) for name in kept) for row in table.rows
    }
    hide.remember()
    return OtherColumns(names, cells)


def ways_taken(decisions: Iterable[Decision]) -> dict[str, str]:
    """Each kind of detail that decisions hid, and how: `mask` or `fake`, read from what they wrote in its place."""
    kinds = {label: kind for kind, label in LABELS.items()}
    ways: dict[str, str] = {}
    for decision in decisions:
        if not {"private_details", "possible_personal", "secret"} & decision.kinds:
            continue
        for message in (message for messages in decision.edits.values() for message in messages):
            text = message.content
            if any(hint in text for hint in TAKEN_HINTS):
                ways |= {kinds[label]: "mask" for label, _ in TAKEN.findall(text)}
            if any(hint in text for hint in FAKE_HINTS):
                ways |= {number_of(text[start:end])[0]: "fake" for start, end in find_made_up(text)}
    return ways
