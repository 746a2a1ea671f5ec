"""A dataset at hand: replayed once from its folder, then moved on decision by decision as its log grows.

The log is the truth. `examples.jsonl` with its hash, `dropped.jsonl` and the counts in `card.json` are derived from it
and may be older: they are written when it is quiet, and whoever opens the folder replays the log.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.checks.examination import examine, reexamine_private
from studio.data.checks.private.possible_personal import addresses_among, signers_among
from studio.data.duplicates.neighbour_index import NeighbourIndex
from studio.data.gc_paused import collector_paused
from studio.data.history.event_log import EventReplay, place_of
from studio.data.history.incremental_update import IncrementalUpdate
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example
from studio.schemas.finding import Decision, Drop, DropReason, Finding, Kind
from studio.services.datasets.dataset_view import DatasetView, dismissed_in
from studio.services.datasets.token_lengths import TokenLengths
from studio.storage.files import (
    FileLock,
    append_line,
    lines_after,
    read_lines,
    write_json,
    write_lines,
)
from studio.storage.home import read_card

FEW_ROWS = 200  # as many touched rows are looked at beside their neighbours; more wait for the next examination
MOST_INDEXED = 300_000


class OpenDataset:
    """Not safe for two threads by itself: the cache that holds it has the lock."""

    def __init__(self, folder: Path, lengths: TokenLengths, notes: Sequence[str] = (),
                 rules: Callable[[], Rules] = Rules) -> None:  # fmt: skip
        self.folder, self._lengths, self._notes = folder, lengths, tuple(notes)
        self._rules, self.looks = rules, 0
        self.card = read_card(folder)
        with collector_paused():
            read = [Example.model_validate(line) for line in read_lines(folder / "imported.jsonl")]
        self._replay = EventReplay(read)
        self._signers, self._addresses = signers_among([one.answer for one in read]), addresses_among(read)
        self._never = [Drop.model_validate(line) for line in read_lines(folder / "not_imported.jsonl")]
        self.log: list[Decision] = []
        self._read_to = 0
        self._findings: tuple[Finding, ...] = ()
        self._examined = -1  # how many lines of the log the last full examination knew
        self.texts: ExampleTexts | None = None  # of the last full examination, while nothing has changed since
        self._index: NeighbourIndex | None = None
        self._since: set[str] = set()  # rows that changed after the index was built
        self._written = self.card.decisions if self.card.sha256 else -1
        self._take_in()
        self.view = self._look(self._replay.cleaned().examples)

    # The log

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else, in whatever process, adds to the log meanwhile."""
        lock = FileLock(self.folder / "log.lock")
        with lock.held(say("open_dataset.somebody_else_changing_these"), say("open_dataset.try_again_minute")):
            yield

    def append(self, decisions: Sequence[Decision]) -> None:
        """Written down for good, then taken in with whatever others wrote before. The caller holds the log."""
        for decision in decisions:
            append_line(self.folder / "decisions.jsonl", decision, sync=True)
        self.catch_up()

    def catch_up(self) -> bool:
        """Take in what was added to the log, here or elsewhere; whether there was anything."""
        path = self.folder / "decisions.jsonl"
        if not path.exists() or path.stat().st_size == self._read_to:
            return False
        touched = self._take_in()
        if touched:
            self._retouch(touched)
            self.view = self._look(self._rows_with(touched))
        return bool(touched)

    def _take_in(self) -> set[str]:
        lines, self._read_to = lines_after(self.folder / "decisions.jsonl", self._read_to)
        touched: set[str] = set()
        for line in lines:
            decision = Decision.model_validate(line)
            named = self._replay.apply(decision)
            touched |= named
            self.log.append(decision)
        return touched

    # Findings

    def rules(self) -> Rules:
        """What the project says about private details now, and who signed the uploaded answers, and from where."""
        return replace(self._rules(), signers=self._signers, own_addresses=self._addresses)

    @property
    def is_exact(self) -> bool:
        """Whether all rows were examined as they are now."""
        return self._examined == len(self.log)

    @property
    def has_index(self) -> bool:
        """Whether the neighbours of a row can be looked up, or are too many to be."""
        return self._index is not None or len(self.view.examples) > MOST_INDEXED

    @property
    def dismissed(self) -> dict[Kind, set[str]]:
        """Ids whose finding of a kind was called a false alarm."""
        return dismissed_in(self._replay.standing)

    def _retouch(self, touched: Collection[str]) -> None:
        self.texts = None
        self._since |= set(touched)
        if self._examined < 0:
            return
        few = len(touched) <= FEW_ROWS
        changed = [self._replay.current[id] for id in self._since if id in self._replay.current] if few else []

        def neighbours(example: Example) -> list[Example]:
            if not few or self._index is None:
                return []
            return [*self._index.neighbours(example), *(changed if len(changed) <= FEW_ROWS else ())]

        retouch = IncrementalUpdate(self._replay.current, self._replay.places, self.dismissed, self.rules())
        counts, limit = self._lengths.counts, self._lengths.limit
        self._findings = tuple(retouch.findings(self._findings, touched, neighbours, counts, limit))

    def snapshot(self) -> tuple[int, tuple[Example, ...], Mapping[Kind, set[str]]]:
        """What an examination needs to go on while others decide."""
        return len(self.log), self.view.examples, self.dismissed

    def examined(
        self, known: int, findings: Sequence[Finding], texts: ExampleTexts, index: NeighbourIndex | None
    ) -> None:
        """The outcome of a full examination; nothing when the rows have changed since."""
        if known != len(self.log):
            return
        self._findings, self._examined, self.texts = tuple(findings), known, texts
        self._index, self._since = index, set()
        self.view = replace(self.view, findings=self._findings, exact=True)

    def examine(self) -> None:
        """All rows, here and now."""
        known, examples, dismissed = self.snapshot()
        texts = self.texts or ExampleTexts(examples)
        found = examine(examples, token_counts=self._lengths.counts(examples), max_length=self._lengths.limit,
                        dismissed=dismissed, texts=texts, private=self.rules())  # fmt: skip
        self.examined(known, found, texts, None)

    def look_at_private(self) -> None:
        """Only private details anew, by what the project says of them now."""
        self.looks += 1  # an examination that began before this one does not count
        if self._examined < 0:
            return
        texts = self.texts or ExampleTexts(self.view.examples)
        self._findings = tuple(reexamine_private(self._findings, texts, self.dismissed, self.rules()))
        self.view = replace(self.view, findings=self._findings)

    # The view and the derived files

    def _rows_with(self, touched: Collection[str]) -> list[Example]:
        """The rows in their order, those touched as they are now: a few are put into the list that is there."""
        if len(touched) > FEW_ROWS:
            return self._replay.cleaned().examples
        rows, places = list(self.view.examples), self._replay.places
        for id in sorted(touched, key=lambda id: places.get(id, -1)):
            example = self._replay.current.get(id)
            at = bisect_left(rows, place_of(id, places), key=lambda row: place_of(row.id, places))
            here = at < len(rows) and rows[at].id == id
            rows[at : at + here] = [example] if example else []
        return rows

    def _look(self, examples: Sequence[Example]) -> DatasetView:
        drops = [*self._never, *self._replay.drops()]
        counts: dict[DropReason, int] = {}
        for drop in drops:
            counts[drop.reason] = counts.get(drop.reason, 0) + 1
        added = self._replay.added
        self._derived: dict[str, Any] = {
            "rows_kept": len(examples) - added, "rows_added": added, "dropped": counts,
            "changed": self._replay.changed(), "sha256": "", "decisions": len(self.log),
        }  # fmt: skip
        if self._written == len(self.log):
            self._derived["sha256"] = self.card.sha256
        self.card = self.card.model_copy(update=self._derived)
        return DatasetView(
            card=self.card, findings=self._findings, examples=tuple(examples), drops=tuple(drops),
            decisions=tuple(self._replay.standing), notes=self._notes, mark=mark_of(self.log), exact=self.is_exact,
        )  # fmt: skip

    def write(self) -> None:
        """Bring the derived files up to the log; nothing when they are."""
        if self._written == len(self.log):
            return
        write_lines(self.folder / "dropped.jsonl", self.view.drops)
        self._derived["sha256"] = write_lines(self.folder / "examples.jsonl", self.view.examples)
        card = read_card(self.folder)  # what was stated meanwhile stays
        self.card = card.model_copy(update=self._derived)
        write_json(self.folder / "card.json", self.card)
        self.view, self._written = replace(self.view, card=self.card), len(self.log)

    def restate(self, **changes: Any) -> DatasetView:
        """Change what a person states on the card; the log has no part in it."""
        self.write()
        self.card = self.card.model_copy(update=changes)
        write_json(self.folder / "card.json", self.card)
        self.view = replace(self.view, card=self.card)
        return self.view


def mark_of(log: Sequence[Decision]) -> str:
    """Where a log stands: how many lines, and the last one's id."""
    return f"{len(log)}-{log[-1].id}" if log else "0-"
