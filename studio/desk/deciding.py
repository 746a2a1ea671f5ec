"""One way for every decision to be written down: by name, after a look whether somebody else was there meanwhile."""

import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from studio.desk.dataset_view import DatasetView
from studio.desk.open_dataset import OpenDataset
from studio.desk.shelf import Shelf
from studio.errors import StudioError
from studio.prepare.retouch import row_of
from studio.records.dataset import Card
from studio.records.example import Message
from studio.records.finding import Decision, DropReason, Kind
from studio.storage.files import new_id, write_json
from studio.storage.home import Home, read_card
from studio.storage.ledger import Ledger

NEW = "new"  # the id of an added row until its number is known


class Draft(NamedTuple):
    """A decision before it has a name, a time and an id."""

    action: str
    kind: Kind | str = ""
    sentence: str = ""
    drops: Mapping[str, DropReason] = {}
    edits: Mapping[str, tuple[Message, ...]] = {}
    dismissed: tuple[str, ...] = ()
    undoes: str = ""


class Deciding:
    """Appends decisions to the log of a dataset, or of a new version of it where the old one must stay."""

    def __init__(self, home: Home, ledger: Ledger, clock: Callable[[], datetime], shelf: Shelf) -> None:
        self._home, self._ledger, self._clock, self._shelf = home, ledger, clock, shelf
        self._learned: dict[str, str] = {}  # run -> the dataset it learned from; neither ever changes

    def take(self, view: DatasetView, by: str, drafts: Sequence[Draft], *, seen: str = "") -> DatasetView:
        """Write these down and give back how the dataset stands.

        `seen` is the mark of what the person looked at. A row that was touched after it is not overwritten: StudioError
        says by whom and when, and nothing is written.
        """
        with self._shelf.lock:
            found = self._shelf.at(view.project, view.id)
            if seen and self.is_frozen(view.project, found.card):
                self._must_be_newest(found.card)
            found = self._editable(found, by)
            with found.held():
                found.catch_up()
                touched = {id for draft in drafts for id in (*draft.edits, *draft.drops, *draft.dismissed)}
                touched |= {id for draft in drafts if draft.undoes for id in touched_by(found.log, draft.undoes)}
                must_be_untouched(found, seen or view.mark, touched)
                decisions = list(self._signed(found, drafts, by))
                for decision in decisions:
                    self._ledger.note(by, decision.action, f"{view.project}/{found.view.id} {decision.kind}".strip())
                return self._shelf.append(found, decisions)

    def must_stand(self, project: str, dataset: str, ids: Collection[str], *, seen: str) -> None:
        """StudioError, by whom and when, if one of these rows was touched after the mark. Nothing is written."""
        with self._shelf.lock:
            must_be_untouched(self._shelf.at(project, dataset), seen, set(ids))

    def _signed(self, found: OpenDataset, drafts: Sequence[Draft], by: str) -> Iterator[Decision]:
        added = sum(decision.action == "add" for decision in found.log)
        for draft in drafts:
            edits = dict(draft.edits)
            if draft.action == "add":
                added += 1
                edits = {f"a{added}": edits[NEW]}
            yield Decision.model_validate(
                {
                    "id": secrets.token_hex(6), "at": self._clock(), "by": by, "action": draft.action,
                    "kind": draft.kind, "sentence": draft.sentence, "drops": dict(draft.drops), "edits": edits,
                    "dismissed": draft.dismissed, "undoes": draft.undoes,
                }
            )  # fmt: skip

    # Versions that stay

    def learners(self, project: str) -> dict[str, str]:
        """Which dataset each run of a project learned from."""
        runs = list(self._home.runs(project))
        for folder in runs:
            if folder.id not in self._learned:
                self._learned[folder.id] = folder.ticket.dataset
        return {folder.id: self._learned[folder.id] for folder in runs}

    def is_frozen(self, project: str, card: Card) -> bool:
        """Whether it stays as it is: a run learned from it, or a person kept it as a version."""
        return bool(card.kept) or card.id in self.learners(project).values()

    def _must_be_newest(self, card: Card) -> None:
        for id in self._home.datasets(card.project):
            other = read_card(self._home.dataset_folder(card.project, id))
            if other.parent == card.id:
                raise StudioError(
                    f"{other.by} has gone on from these examples in a newer version ({moment(other.created)}).",
                    hint="Nothing was written. Reload the page to see the newer version, then decide again.",
                )

    def _editable(self, found: OpenDataset, by: str) -> OpenDataset:
        """A dataset that stays as it was gets a new version beside it, into which the change goes."""
        card = found.card
        if not self.is_frozen(card.project, card):
            return found
        found.write()
        return self._shelf.at(card.project, self.branch(card, by))

    def branch(self, card: Card, by: str) -> str:
        """The id of a new version that begins as this one stands."""
        old = self._home.dataset_folder(card.project, card.id)
        id = new_id(self._clock())
        fresh = old.parent / f".new-{id}"
        try:
            shutil.copytree(old, fresh)
            card = read_card(fresh)
            update = {"id": id, "parent": card.id, "by": by, "created": self._clock(), "kept": ""}
            write_json(fresh / "card.json", card.model_copy(update=update))
            fresh.rename(old.parent / id)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return id


def touched_by(log: Sequence[Decision], id: str) -> set[str]:
    """The rows of one decision."""
    return {key for one in log if one.id == id for key in (*one.edits, *one.drops, *one.dismissed)}


def must_be_untouched(found: OpenDataset, mark: str, touched: set[str]) -> None:
    """StudioError when one of these rows was touched by a decision after the mark."""
    number, _, last = mark.partition("-")
    known = int(number) if number.isdigit() else -1
    log = found.log
    if not 0 <= known <= len(log) or (known and log[known - 1].id != last):
        raise StudioError(
            "These examples are not those that you looked at any more.",
            hint="Nothing was written. Reload the page to see how they stand, then decide again.",
        )
    for later in reversed(log[known:]):
        both = touched & ({*later.edits, *later.drops, *later.dismissed} | touched_by(log, later.undoes))
        if both:
            rows = sorted(both, key=row_of)
            named = f"row {rows[0].removeprefix('r')}" + (f" and {len(rows) - 1:,} more" if len(rows) > 1 else "")
            raise StudioError(
                f"{later.by} changed {named} after you looked ({moment(later.at)}).",
                hint="Nothing was overwritten. Reload the page to read it as it is now, then decide again.",
                where=f"row {rows[0].removeprefix('r')}",
            )


def moment(at: datetime) -> str:
    """When, as a person reads it."""
    return f"{at.astimezone():%d %b, %H:%M}"
