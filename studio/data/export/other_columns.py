"""The columns of her table as they leave the studio: her headings in her order, also of what nobody learns from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from studio.data.columns.example_builder import thought_columns
from studio.data.privacy.candidates import KINDS as CANDIDATES
from studio.data.privacy.candidates import capitalised, find_candidates
from studio.data.privacy.details import Detail, find_details, may_hold_details
from studio.data.privacy.fake_details import HINTS as FAKE_HINTS
from studio.data.privacy.fake_details import find_made_up, number_of
from studio.data.privacy.masks import LABELS, TAKEN, TAKEN_HINTS, Masks, replaced
from studio.data.privacy.person_names import PARTICLES, TITLE, find_names
from studio.data.privacy.rules import Rules
from studio.data.privacy.secrets import find_secrets
from studio.data.table import Table, text_of
from studio.data.text.late_pattern import late
from studio.schemas.dataset import ColumnMapping
from studio.schemas.example import Example
from studio.schemas.finding import Decision

OURS = ("messages", "question", "answer", "system", "group", "part")  # what an export calls its own columns
MOSTLY_NAMES = 0.5  # of the filled cells
NEARLY_ALL = 0.9  # of the filled cells: then a column is one of people
MOST_NAME_WORDS = 5
LONGEST_NAME = 60  # letters
GREETED = "Dear "
AROUND = " \t\n\r<>()[]\"',;:–—-"
TITLED = late(TITLE)
SHAPES = ("table", "prompt_completion")  # of other shapes the remaining columns are parts of the conversation


class OtherColumns(NamedTuple):
    """What nobody learns from: the headings in her order, and the cells of each row by the row's number in the upload.

    `table` is her whole table in her order: each heading with the field of an example that stands there, or with none
    for cells as they were uploaded, which `uploaded` holds. In `unhidden` columns hidden names may still stand.
    """

    names: tuple[str, ...] = ()
    cells: Mapping[int, tuple[str, ...]] = {}
    table: tuple[tuple[str, str], ...] = ()
    uploaded: Mapping[str, Mapping[int, str]] = {}  # by heading and row
    unhidden: tuple[str, ...] = ()
    context: str = ""  # the heading of the background, which stands before the question in an example
    masked: tuple[tuple[str, int], ...] = ()  # columns with hidden details, and in how many cells that are left
    sheet: str = ""  # the name of her sheet in a workbook

    def line_of(self, example: Example, field: Callable[[Example, str], str]) -> list[str]:
        """One row of her table; empty cells beside what a person added."""
        told = self.uploaded.get(self.context, {}).get(example.row, "")
        before = f"{told}\n\n" if told.strip() else ""
        apart = bool(before) and example.question.startswith(before)
        line = []
        for heading, name in self.table:
            if name == "question" and apart:
                line.append(example.question.removeprefix(before))
            elif heading == self.context and not apart:
                line.append("")  # it stands in the question, as somebody rewrote it
            else:
                line.append(field(example, name) if name else self.uploaded[heading].get(example.row, ""))
        return line

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

    @cached_property
    def rows(self) -> frozenset[int]:
        """The rows that are left, as they are numbered in the upload."""
        return frozenset(example.row for example in self._examples)

    @property
    def hides_names(self) -> bool:
        """Whether names were hidden at all."""
        return "name" in self._ways

    def name(self, cell: str) -> str:
        """A cell that is a name as a whole, hidden."""
        return self._instead(Detail(0, len(cell), "name", cell))

    def __call__(self, id: str, cell: str) -> str:
        """The cell of this example's row without what is hidden."""
        if not self._ways or not cell:
            return cell
        return replaced(cell, self._chosen(id, cell), self._instead)

    def is_person(self, id: str, cell: str) -> bool:
        """Whether a cell is a name of which something was hidden, or that a mail address follows."""
        start, end = name_span(cell)
        if not is_full_name(cell[start:end]):
            return False
        return "@" in cell or any(one.kind == "name" for one in self._chosen(id, cell))

    def person(self, id: str, cell: str) -> str:
        """The cell of a column of people, with its name hidden as a whole: by the placeholder of the part that stands
        in questions and answers, and so the same one. A name that somebody called not private stays."""
        start, end = name_span(cell)
        chosen, words = self._chosen(id, cell), cell[start:end]
        is_short = 0 < len(words.split()) <= MOST_NAME_WORDS and not any(map(str.isdigit, words))
        if not is_short or any(self._rules.allows(one) for one in candidates_in(words) if one.kind == "name"):
            return replaced(cell, chosen, self._instead)
        within = [one for one in chosen if one.kind == "name" and start <= one.start < end]
        value = within[0].value if within else words
        whole = [one for one in chosen if one.end <= start or one.start >= end]
        return replaced(cell, sorted([*whole, Detail(start, end, "name", value)]), self._instead)

    def _chosen(self, id: str, cell: str) -> list[Detail]:
        """What is hidden in a cell, without overlaps."""
        chosen: list[Detail] = []
        if not self._ways or not cell:
            return chosen
        for one in sorted(self._details(id, cell), key=lambda one: (one.start, -one.end)):  # the longer name first
            if one.kind in self._ways and not self._rules.allows(one) and (not chosen or one.start >= chosen[-1].end):
                chosen.append(one)
        return chosen

    def remember(self) -> None:
        """Keep the numbers of the details that stood in no question or answer; where no cell was hidden there are none,
        and the examples need not be read for theirs."""
        if "_masks" in vars(self) and self._masks.fresh:
            self._rules.remember(self._masks.fresh)

    def _details(self, id: str, cell: str) -> Iterator[Detail]:
        if may_hold_details(cell):
            yield from find_details(cell, self._rules.countries)
        yield from self._rules.names_in(id, cell)
        yield from (Detail(start, end, "secret", cell[start:end]) for start, end in find_secrets(cell))
        if self._ways.keys() & set(CANDIDATES):
            yield from (one for one in candidates_in(cell) if self._rules.mark(one) in self._rules.given)

    def _instead(self, detail: Detail) -> str:
        return self._masks.fake(detail) if self._ways[detail.kind] == "fake" else self._masks.of(detail)


def other_columns(table: Table, mapping: ColumnMapping, hide: CellHiding, *, whole: bool = False) -> OtherColumns:
    """What a table holds beside the columns that were read, each cell as `hide` leaves it. `whole`: with the layout of
    her table, in which the cells of columns that tie and share out rows stand as they were uploaded."""
    if mapping.schema_name not in SHAPES:
        return NO_OTHERS
    roles = (mapping.question, mapping.answer, mapping.context, mapping.system, mapping.group, mapping.part)
    thoughts = {*thought_columns(table)} - {*roles}
    kept = [name for name in table.columns if name not in {*roles, *thoughts}]
    fields = {mapping.question: "question", mapping.answer: "answer", mapping.system: "system"}
    layout = tuple((name, fields.get(name, "")) for name in table.columns if name not in thoughts) if whole else ()
    columns: dict[str, dict[int, str]] = {}
    unhidden: list[str] = []
    masked: list[tuple[str, int]] = []
    for name in dict.fromkeys([*kept, *(heading for heading, field in layout if not field)]):
        before = {row.number: text_of(row.cells.get(name)) for row in table.rows}
        columns[name] = after = hidden_column(before, hide)
        if changed := sum(cell != before[at] for at, cell in after.items() if at in hide.rows):
            masked.append((name, changed))
        if hide.hides_names and any(map(has_words, after.values())):
            unhidden.append(name)
    hide.remember()
    if not columns and not layout:
        return NO_OTHERS
    return OtherColumns(
        names=tuple(f"{name} (as uploaded)" if name in OURS else name for name in kept),
        cells={row.number: tuple(columns[name][row.number] for name in kept) for row in table.rows} if kept else {},
        table=layout, uploaded=columns if layout else {}, unhidden=tuple(unhidden),
        context=mapping.context if layout else "", masked=tuple(masked), sheet=table.sheet,
    )  # fmt: skip


def hidden_column(cells: Mapping[int, str], hide: CellHiding) -> dict[int, str]:
    """A column without what is hidden. Where nearly each cell is a person's name, none keeps a part of its name; where
    most cells are names that were hidden, the others are names, too."""
    after = {number: hide(f"r{number}", cell) for number, cell in cells.items()}
    filled = [number for number, cell in cells.items() if cell.strip()]
    if not hide.hides_names or not filled:
        return after
    if is_of_people({number: cells[number] for number in filled}, hide):
        return after | {number: hide.person(f"r{number}", cells[number]) for number in filled}
    hidden = sum(after[number] != cells[number] for number in filled)
    if hidden >= MOSTLY_NAMES * len(filled):
        after |= {number: hide.name(after[number]) for number in filled
                  if after[number] == cells[number] and is_name_like(cells[number])}  # fmt: skip
    return after


def is_of_people(filled: Mapping[int, str], hide: CellHiding) -> bool:
    """Whether nearly each of these cells looks like a name, alone or beside a mail address, and most surely are one."""
    alike = [number for number, cell in filled.items() if is_full_name(cell[slice(*name_span(cell))])]
    if len(alike) < NEARLY_ALL * len(filled):
        return False
    sure = sum(hide.is_person(f"r{number}", filled[number]) for number in alike)
    return sure >= MOSTLY_NAMES * len(filled)


def name_span(cell: str) -> tuple[int, int]:
    """Where the name stands beside the mail address of a cell, as in “Mrs Bell <ana@hill.example>”; the whole cell
    without one but for a title, and nothing where words stand before and after it."""
    found = [one for one in find_details(cell) if one.kind in ("email", "phone")] if may_hold_details(cell) else []
    edges = [0, *(edge for one in found for edge in (one.start, one.end)), len(cell)]
    spans: list[tuple[int, int]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        words = cell[start:end].strip(AROUND)
        if words:
            at = cell.index(words, start)
            titled = TITLED.match(words)
            spans.append((at + (titled.end() if titled else 0), at + len(words)))
    return spans[0] if len(spans) == 1 else (0, 0)


def has_words(cell: str) -> bool:
    """Whether words stand in a cell beside the placeholders and made-up details in it, and their titles."""
    for start, end in reversed(find_made_up(cell)):
        cell = cell[:start] + cell[end:]
    return any(map(str.isalpha, TAKEN.sub("", TITLED.sub("", cell))))


def is_name_like(cell: str) -> bool:
    """A few words that begin with capitals."""
    words = cell.split()
    return (
        0 < len(words) <= MOST_NAME_WORDS
        and words[0][0].isupper()
        and not any(map(str.isdigit, cell))
        and TAKEN.search(cell) is None
    )


def is_full_name(words: str) -> bool:
    """A few words that each begin with a capital, but for a “van” or “de”."""
    return is_name_like(words) and all(word[0].isupper() or word in PARTICLES for word in words.split())


def candidates_in(cell: str) -> Iterator[Detail]:
    """What may be personal in a cell: by the words beside it, each run of words with a capital, which is a name where
    one was hidden, and the whole cell where it is as short as a name."""
    yield from find_candidates(cell, is_asked=True)
    yield from capitalised(cell)
    if len(cell) <= LONGEST_NAME and "\n" not in cell:
        yield Detail(0, len(cell), "name", cell)
        yield Detail(0, len(cell), "address", cell)
        for one in find_names(f"{GREETED}{cell},"):
            yield one._replace(start=one.start - len(GREETED), end=one.end - len(GREETED))


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
