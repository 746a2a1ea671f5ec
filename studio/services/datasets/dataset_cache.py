"""The datasets at hand: opened once, moved on by decisions, examined and written down when it is quiet."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial

from studio.data.checks.examination import examine
from studio.data.duplicates.neighbour_index import NeighbourIndex
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Decision
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.open_dataset import MOST_INDEXED, OpenDataset
from studio.services.datasets.token_lengths import TokenLengths
from studio.storage.home import Home

RulesOf = Callable[[str, str], Rules]
Key = tuple[str, str]  # project and dataset: a copied project has datasets of the same names


def no_rules(project: str, dataset: str) -> Rules:
    """Where nobody said anything about private details."""
    return Rules()


class DatasetCache:
    """Keeps the last few datasets in memory, and of small ones more: where many people work, each act would open its
    dataset anew (26 ms for 61 rows). Up to `exact_up_to` rows everything is examined and written at once."""

    def __init__(
        self, home: Home, lengths: TokenLengths, *, room: int = 4, small_room: int = 128, rows_room: int = 20_000,
        exact_up_to: int = 2_000, quiet_seconds: float = 1.5,
        rules: RulesOf = no_rules,
    ) -> None:  # fmt: skip
        self._home, self._lengths, self._rules = home, lengths, rules
        self._room, self._small_room, self._rows_room = room, small_room, rows_room
        self._exact_up_to, self._quiet_seconds = exact_up_to, quiet_seconds
        self._open: OrderedDict[Key, OpenDataset] = OrderedDict()
        self._timers: dict[Key, threading.Timer] = {}
        self._closing = threading.Event()
        self.lock = threading.RLock()

    def at(self, project: str, dataset: str, notes: Sequence[str] = ()) -> OpenDataset:
        """The dataset as its log says now, whoever wrote it. The caller holds the lock for as long as it is used."""
        with self.lock:
            folder = self._home.dataset_folder(project, dataset)
            key = project, dataset
            found = self._open.get(key)
            if found is None:
                found = self._open[key] = OpenDataset(
                    folder, self._lengths, notes, partial(self._rules, project, dataset)
                )
                self._settle_now(found)
            elif found.catch_up():
                self.moved(found)
            self._open.move_to_end(key)
            while self._is_full():
                self._put_away(next(iter(self._open)))
            return found

    def _is_full(self) -> bool:
        """More than a few of them, and together too many rows; or too many in any case."""
        rows = sum(len(one.view.examples) for one in self._open.values())
        return len(self._open) > (self._room if rows > self._rows_room else self._small_room)

    def view(self, project: str, dataset: str, *, exact: bool = False) -> DatasetView:
        """How it stands. `exact` waits for the examination of all rows, and for the derived files."""
        with self.lock:
            found = self.at(project, dataset)
            if exact:
                self._settle_now(found)
            return found.view

    def is_being_examined(self, project: str) -> bool:
        """Whether rows of a dataset in memory are still to be examined. It opens nothing and waits for nobody."""
        return any(not found.is_exact for (of, _), found in list(self._open.items()) if of == project)

    def append(self, found: OpenDataset, decisions: Sequence[Decision]) -> DatasetView:
        """Write decisions down and show what they came to."""
        found.append(decisions)
        self.moved(found)
        return found.view

    def moved(self, found: OpenDataset) -> None:
        """After a change: small datasets are examined at once, large ones as soon as it is quiet."""
        if len(found.view.examples) <= self._exact_up_to:
            self._settle_now(found)
        else:
            self._settle_later(found)

    def texts(self, view: DatasetView) -> ExampleTexts | None:
        """The words of just this view, when an examination left them behind."""
        with self.lock:
            found = self._open.get(key_of(view))
            return found.texts if found is not None and found.view.mark == view.mark else None

    def rules(self, project: str, dataset: str) -> Rules:
        """What holds for private details in this dataset."""
        with self.lock:
            return self.at(project, dataset).rules()

    def look_again(self, project: str) -> None:
        """What the project says about private details has changed: the open datasets are looked at with it at once."""
        with self.lock:
            for found in self._open.values():
                if found.card.project == project:
                    found.look_at_private()
                    if not found.is_exact:
                        self._settle_later(found)

    def reopen(self, project: str, dataset: str) -> None:
        """Its folder was changed by other means than its log: forget what is in memory."""
        with self.lock:
            self._stop_timer((project, dataset))
            self._open.pop((project, dataset), None)

    def close(self) -> None:
        """Write down what is derived, and wait for nothing else."""
        self._closing.set()
        with self.lock:
            for key in list(self._open):
                self._put_away(key)

    def _put_away(self, key: Key) -> None:
        self._stop_timer(key)
        gone = self._open.pop(key)
        if (gone.folder / "card.json").is_file():
            gone.write()

    def _stop_timer(self, key: Key) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    # Examining

    def _settle_now(self, found: OpenDataset) -> None:
        self._stop_timer(key_of(found.view))
        if not found.is_exact:
            found.examine()
        found.write()
        if len(found.view.examples) > self._exact_up_to and not found.has_index:
            self._settle_later(found)  # the next decision will want it

    def _settle_later(self, found: OpenDataset) -> None:
        key = key_of(found.view)
        self._stop_timer(key)
        timer = threading.Timer(self._quiet_seconds, partial(self._settle, found))
        timer.daemon = True
        self._timers[key] = timer
        timer.start()

    def _settle(self, found: OpenDataset) -> None:
        """Examine a snapshot while others may go on deciding; a change meanwhile ends it, and starts it again later."""
        with self.lock:
            known, examples, dismissed = found.snapshot()
            rules, looks = found.rules(), found.looks
            texts, findings = found.texts, found.view.findings if found.is_exact else None

        def moved() -> bool:
            return self._closing.is_set() or known != len(found.log) or looks != found.looks

        texts = texts or ExampleTexts(examples)
        if findings is None:
            counts, limit = self._lengths.counts(examples), self._lengths.limit
            findings = tuple(examine(examples, token_counts=counts, max_length=limit, dismissed=dismissed, texts=texts,
                                     should_stop=moved, private=rules))  # fmt: skip
        index = NeighbourIndex(examples, texts) if len(examples) <= MOST_INDEXED and not moved() else None
        with self.lock:
            if not moved() and self._open.get(key_of(found.view)) is found and (found.folder / "card.json").is_file():
                found.examined(known, findings, texts, index)
                found.write()


def key_of(view: DatasetView) -> Key:
    """Under which the dataset of this view lies in the cache."""
    return view.project, view.id
