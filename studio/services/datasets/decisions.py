"""One way for every decision to be written down: by name, after a look whether somebody else was there meanwhile."""

import json
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from studio.copy.catalog import say
from studio.data.history.event_log import refuse_undo
from studio.data.history.incremental_update import row_of
from studio.errors import StudioError
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.example import Example, Message
from studio.schemas.finding import Decision, DropReason, Kind
from studio.services.datasets.dataset_cache import DatasetCache
from studio.services.datasets.dataset_view import DatasetView
from studio.services.datasets.open_dataset import OpenDataset
from studio.storage.database import Database
from studio.storage.files import append_line, new_id, write_json
from studio.storage.home import Home, read_card

NEW = "new"  # the id of an added row until its number is known; among dismissed ones that of the last added row


class DecisionDraft(NamedTuple):
    """A decision before it has a name, a time and an id."""

    action: str
    kind: Kind | str = ""
    sentence: str = ""
    drops: Mapping[str, DropReason] = {}
    edits: Mapping[str, tuple[Message, ...]] = {}
    dismissed: tuple[str, ...] = ()
    undoes: str = ""
    fixed: Mapping[Kind, tuple[str, ...]] = {}


class DecisionLog:
    """Appends decisions to the log of a dataset, or of a new version of it where the old one must stay."""

    def __init__(self, home: Home, ledger: Database, clock: Callable[[], datetime], cache: DatasetCache) -> None:
        self._home, self._ledger, self._clock, self._cache = home, ledger, clock, cache
        self._learned: dict[str, str] = {}  # run -> the dataset it learned from; neither ever changes

    def take(self, view: DatasetView, by: str, drafts: Sequence[DecisionDraft], *, seen: str = "",
             request_key: str = "") -> DatasetView:  # fmt: skip
        """Write these down and give back how the dataset stands; a request that was carried out before does nothing.

        `seen` is the mark of what the person looked at. A row that was touched after it is not overwritten: StudioError
        says by whom and when, and nothing is written.
        """
        with self._cache.lock:
            done = self.done_before(view.project, view.id, request_key)
            if done is not None:
                return done
            found = self._cache.at(view.project, view.id)
            if seen and self.is_frozen(view.project, found.card):
                self._must_be_newest(found.card, by)
            found = self._editable(found, by)
            with found.held():
                found.catch_up()
                if request_key and any(decision.request_key == request_key for decision in found.log):
                    return found.view  # the same press, carried out by another process meanwhile
                touched = {id for draft in drafts for id in (*draft.edits, *draft.drops, *draft.dismissed)}
                touched |= {id for draft in drafts if draft.undoes for id in touched_by(found.log, draft.undoes)}
                must_be_untouched(found, seen or view.mark, touched, by)
                for draft in drafts:
                    if draft.undoes:
                        refuse_undo(found.view.decisions, draft.undoes)
                decisions = list(self._signed(found, drafts, by, request_key))
                for decision in decisions:
                    self._ledger.note(by, decision.action, f"{view.project}/{found.view.id} {decision.kind}".strip())
                return self._cache.append(found, decisions)

    def to_undo(self, view: DatasetView, by: str, decision: str, seen: str) -> Decision:
        """The decision that stands and is to be taken back; StudioError, by whom and when, if it was already."""
        with self._cache.lock:
            found = self._cache.at(view.project, view.id)
            stood = standing_at(found.log, seen)
            wanted = decision or (stood[-1].id if stood else "")
            if not wanted:
                raise StudioError(say("decisions.there_nothing_undo"))
            target = next((one for one in found.log if one.id == wanted and one.action != "undo"), None)
            if target is None:
                raise StudioError(
                    say("decisions.there_no_such_decision"),
                    hint=say("decisions.choose_one_from_list"),
                    where=wanted[:40],
                )
            gone = next((one for one in found.log if one.undoes == wanted), None)
            if gone is not None:
                who = say("decisions.you_have") if gone.by == by else say("decisions.has_2", by=gone.by)
                raise StudioError(
                    say('decisions.taken_back_already', who=who, moment=moment(gone.at), sentence=target.sentence),
                    hint=say('decisions.nothing_more_was_taken'), where=wanted,
                )  # fmt: skip
            return target

    def done_before(self, project: str, dataset: str, request_key: str) -> DatasetView | None:
        """How the dataset, or a newer version that the request made, stands after it; None: it was not carried out.

        Without a key nothing is a repeated request.
        """
        if not request_key:
            return None
        for id in [dataset, *self._home.datasets(project)]:
            with self._cache.lock:
                log = self._home.dataset_folder(project, id) / "decisions.jsonl"
                if id != dataset and not may_hold(log, request_key):
                    continue
                found = self._cache.at(project, id)
                if any(decision.request_key == request_key for decision in found.log):
                    return found.view
        return None

    def must_stand(self, project: str, dataset: str, ids: Collection[str], *, seen: str, by: str = "") -> None:
        """StudioError, by whom and when, if one of these rows was touched after the mark. Nothing is written."""
        with self._cache.lock:
            must_be_untouched(self._cache.at(project, dataset), seen, set(ids), by)

    def _signed(self, found: OpenDataset, drafts: Sequence[DecisionDraft], by: str,
                request_key: str) -> Iterator[Decision]:  # fmt: skip
        added = sum(len(decision.edits) for decision in found.log if decision.action == "add")
        for draft in drafts:
            edits, dismissed = dict(draft.edits), tuple(f"a{added}" if id == NEW else id for id in draft.dismissed)
            if draft.action == "add":
                edits = {f"a{added + place}": turns for place, turns in enumerate(edits.values(), start=1)}
                added += len(edits)
            yield Decision.model_validate(
                {
                    "id": secrets.token_hex(6), "at": self._clock(), "by": by, "action": draft.action,
                    "kind": draft.kind, "sentence": draft.sentence, "drops": dict(draft.drops), "edits": edits,
                    "dismissed": dismissed, "undoes": draft.undoes, "fixed": dict(draft.fixed),
                    "request_key": request_key,
                }
            )  # fmt: skip

    # Versions that stay

    def learners(self, project: str) -> dict[str, str]:
        """Which dataset each run of a project learned from."""
        runs = list(self._home.runs(project))
        for folder in runs:
            if folder.id not in self._learned:
                self._learned[folder.id] = folder.spec.dataset
        return {folder.id: self._learned[folder.id] for folder in runs}

    def is_frozen(self, project: str, card: DatasetMetadata) -> bool:
        """Whether it stays as it is: a run learned from it, or a person kept it as a version."""
        return bool(card.kept) or card.id in self.learners(project).values()

    def _must_be_newest(self, card: DatasetMetadata, by: str) -> None:
        for id in self._home.datasets(card.project):
            other = read_card(self._home.dataset_folder(card.project, id))
            if other.parent == card.id:
                who = say("decisions.you_have") if other.by == by else say("decisions.has_2", by=other.by)
                raise StudioError(
                    say("decisions.gone_on_from_these", who=who, moment=moment(other.created)),
                    hint=say("decisions.nothing_was_written_reload"),
                )

    def _editable(self, found: OpenDataset, by: str) -> OpenDataset:
        """A dataset that stays as it was gets a new version beside it, into which the change goes."""
        card = found.card
        if not self.is_frozen(card.project, card):
            return found
        found.write()
        return self._cache.at(card.project, self.branch(card, by))

    def branch(self, card: DatasetMetadata, by: str) -> str:
        """The id of a new version that begins as this one stands."""
        return self._branch(card, by, lambda fresh: None)

    def branch_with(
        self, card: DatasetMetadata, by: str, drafts: Sequence[DecisionDraft], *, request_key: str,
        write: Callable[[Path, Sequence[Decision]], None],
    ) -> str:  # fmt: skip
        """The same with these decisions in it and with what `write` puts into its folder: all of it or nothing."""
        with self._cache.lock:
            found = self._cache.at(card.project, card.id)
            found.catch_up()
            decisions = list(self._signed(found, drafts, by, request_key))

            def finish(fresh: Path) -> None:
                for decision in decisions:
                    append_line(fresh / "decisions.jsonl", decision)
                write(fresh, decisions)

            return self._branch(card, by, finish, request_key)

    def _branch(self, card: DatasetMetadata, by: str, finish: Callable[[Path], None], request_key: str = "") -> str:
        old = self._home.dataset_folder(card.project, card.id)
        id = new_id(self._clock())
        fresh = old.parent / f".new-{id}"
        try:
            shutil.copytree(old, fresh)
            card = read_card(fresh)
            update = {"id": id, "parent": card.id, "by": by, "created": self._clock(), "kept": "",
                      "request_key": request_key}  # fmt: skip
            write_json(fresh / "card.json", card.model_copy(update=update))
            finish(fresh)
            fresh.rename(old.parent / id)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return id


def touched_by(log: Sequence[Decision], id: str) -> set[str]:
    """The rows of one decision."""
    return {key for one in log if one.id == id for key in one.touched}


def may_hold(path: Path, key: str) -> bool:
    """Whether a log can hold this request's key at all; its lines are read only then."""
    return path.is_file() and json.dumps(key).encode() in path.read_bytes()


def standing_at(log: Sequence[Decision], mark: str) -> list[Decision]:
    """What stood when the log was at this mark; all that stands without one."""
    number = mark.partition("-")[0]
    known = log[: int(number)] if number.isdigit() else log
    undone = {decision.undoes for decision in known}
    return [decision for decision in known if decision.action != "undo" and decision.id not in undone]


def must_be_untouched(found: OpenDataset, mark: str, touched: set[str], by: str = "") -> None:
    """StudioError when one of these rows was touched by a decision after the mark; `by` is told of her own as such."""
    number, _, last = mark.partition("-")
    known = int(number) if number.isdigit() else -1
    log = found.log
    if not 0 <= known <= len(log) or (known and log[known - 1].id != last):
        raise StudioError(
            say("decisions.these_examples_not_those"),
            hint=say("decisions.nothing_was_written_reload_page"),
        )
    for later in reversed(log[known:]):
        both = touched & (later.touched | touched_by(log, later.undoes))
        if both:
            rows = sorted(both, key=row_of)
            first = label_of(rows[0], found.view.examples)
            named = say("decisions.row_3", rows=first) + (
                say("decisions.more", rows=len(rows) - 1) if len(rows) > 1 else ""
            )
            own = say("decisions.you_have_changed_yourself", named=named, moment=moment(later.at))
            raise StudioError(
                own
                if later.by == by
                else say("decisions.changed_after_you_looked", by=later.by, named=named, moment=moment(later.at)),
                hint=say("decisions.nothing_was_overwritten_reload"),
                where=say("decisions.row_3", rows=first),
            )


def label_of(id: str, examples: Sequence[Example]) -> str:
    """What a person calls a row that may be gone: all rows of a file have as many lines over them."""
    above = next((one.file_row - one.row for one in examples if one.file_row), 0)
    return str(int(id[1:]) + above) if id[0] == "r" else id


def moment(at: datetime) -> str:
    """When, as a person reads it."""
    return f"{at.astimezone():%d %b, %H:%M}"
