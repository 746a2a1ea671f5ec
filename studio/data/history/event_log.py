"""The log of decisions applied to the rows as they were read: the same log gives the same dataset, always."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from studio.copy.catalog import say
from studio.errors import StudioError
from studio.schemas.example import Example, Message
from studio.schemas.finding import Decision, Drop, DropReason


class ReplayedRows(NamedTuple):
    """`rows_in = uploaded rows among examples + drops`; rows that a person added are only in `examples`."""

    examples: list[Example]
    drops: list[Drop]
    changed: dict[str, int]
    standing: list[Decision]


class ReplayedEvent(NamedTuple):
    """What one decision found and changed, so that it can be taken back without the others."""

    before: dict[str, tuple[Example | None, Drop | None]]
    counted: list[tuple[str, str]]


class EventReplay:
    """The rows as far as the log was applied. Goes on by one decision, or back by one, in the time that one takes."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.current: dict[str, Example] = {example.id: example for example in examples}
        self.places: dict[str, int] = {example.id: place for place, example in enumerate(examples)}
        self.standing: list[Decision] = []
        self._read = len(self.places)
        self._drops: dict[str, Drop] = {}
        self._changed: dict[str, set[str]] = {}
        self._steps: list[ReplayedEvent] = []

    def apply(self, decision: Decision) -> set[str]:
        """Do this one as well; the ids of the rows that it names. StudioError for an undo that others rest on."""
        if decision.action == "undo":
            return self._take_back(decision)
        step = ReplayedEvent({}, [])
        for key, turns in decision.edits.items():
            self._edit(step, decision, key, turns)
        for key, reason in decision.drops.items():
            self._drop(step, key, reason)
        self.standing.append(decision)
        self._steps.append(step)
        return decision.touched

    def _edit(self, step: ReplayedEvent, decision: Decision, key: str, turns: tuple[Message, ...]) -> None:
        example = self.current.get(key)
        if example is None:
            if key not in self.places and decision.action == "add":
                self._remember(step, key)
                self.places[key] = next(reversed(self.places.values()), -1) + 1
                self.current[key] = Example(id=key, messages=turns)
            return
        if example.messages == turns:
            return
        self._remember(step, key)
        self.current[key] = example.model_copy(update={"messages": turns})
        kinds = [kind for kind, keys in decision.fixed.items() if key in keys] or [decision.kind or decision.action]
        for kind in kinds:
            counted = self._changed.setdefault(kind, set())
            if key not in counted:
                counted.add(key)
                step.counted.append((kind, key))

    def _drop(self, step: ReplayedEvent, key: str, reason: DropReason) -> None:
        if key not in self.current:
            return
        self._remember(step, key)
        gone = self.current.pop(key)
        if self.places[key] < self._read:
            self._drops[key] = Drop(row=gone.row, reason=reason, file_row=gone.file_row)

    def _remember(self, step: ReplayedEvent, key: str) -> None:
        step.before.setdefault(key, (self.current.get(key), self._drops.get(key)))

    def _take_back(self, undo: Decision) -> set[str]:
        refuse_undo(self.standing, undo.undoes)
        at = next(at for at, decision in enumerate(self.standing) if decision.id == undo.undoes)
        gone, step = self.standing.pop(at), self._steps.pop(at)
        for key, (example, drop) in step.before.items():
            self.current.pop(key, None)
            self._drops.pop(key, None)
            if example is not None:
                self.current[key] = example
            elif drop is None:
                del self.places[key]  # an added row that never was
            if drop is not None:
                self._drops[key] = drop
        for kind, key in step.counted:
            self._changed[kind].discard(key)
        return gone.touched

    def drops(self) -> list[Drop]:
        """The uploaded rows that are out, in their order."""
        return sorted(self._drops.values(), key=lambda drop: drop.row)

    def changed(self) -> dict[str, int]:
        """How many rows have other words, by the kind of decision."""
        return {kind: len(keys) for kind, keys in self._changed.items() if keys}

    @property
    def added(self) -> int:
        """How many rows of a person's own are there."""
        return sum(key in self.current for key in islice(reversed(self.places), len(self.places) - self._read))

    def cleaned(self) -> ReplayedRows:
        """The rows in the order of the upload, added ones last."""
        rows = [self.current[key] for key in self.places if key in self.current]
        return ReplayedRows(rows, self.drops(), self.changed(), list(self.standing))


def rests_on(standing: Sequence[Decision], id: str) -> list[Decision]:
    """The later decisions that changed or left out rows which this one had changed or left out, the newest first."""
    at = next(at for at, decision in enumerate(standing) if decision.id == id)
    mine = {*standing[at].edits, *standing[at].drops}
    return [later for later in reversed(standing[at + 1 :]) if mine & {*later.edits, *later.drops}]


def refuse_undo(standing: Sequence[Decision], id: str) -> None:
    """StudioError when it does not stand, and when a later decision on the same rows would lose its ground."""
    if all(decision.id != id for decision in standing):
        raise StudioError(
            say("event_log.decision_does_not_stand"), hint=say("event_log.nothing_was_taken_back"), where=id
        )
    later = rests_on(standing, id)
    if later:
        raise StudioError(
            say('event_log.later_decision_rests_on', sentence=later[0].sentence or later[0].action),
            hint=say('event_log.nothing_was_taken_back_undo'), where=later[0].id,
        )  # fmt: skip


def place_of(id: str, places: Mapping[str, int]) -> int:
    """The place of a row in the order of all; one that never was comes last."""
    return places.get(id, len(places))


def replay(examples: Sequence[Example], decisions: Sequence[Decision]) -> ReplayedRows:
    """Drops and edits by id, in the order of the log; edits of dropped rows do nothing."""
    done = EventReplay(examples)
    for decision in decisions:
        done.apply(decision)
    return done.cleaned()
