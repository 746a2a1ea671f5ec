"""The log of decisions applied to the rows as they were read: the same log gives the same dataset, always."""

from collections.abc import Sequence
from typing import NamedTuple

from studio.errors import StudioError
from studio.records.example import Example
from studio.records.finding import Decision, Drop


class Cleaned(NamedTuple):
    """`rows_in = uploaded rows among examples + drops`; rows that a person added are only in `examples`."""

    examples: list[Example]
    drops: list[Drop]
    changed: dict[str, int]
    standing: list[Decision]


def standing_of(decisions: Sequence[Decision]) -> list[Decision]:
    """The decisions that hold: each undo takes back the last one that stood then, and no other."""
    standing: list[Decision] = []
    for decision in decisions:
        if decision.action != "undo":
            standing.append(decision)
        elif standing and standing[-1].id == decision.undoes:
            standing.pop()
        else:
            raise StudioError("Only the last decision can be undone.", hint="Undo the later ones first.")
    return standing


def replay(examples: Sequence[Example], decisions: Sequence[Decision]) -> Cleaned:
    """Drops and edits by id, in the order of the log; edits of dropped rows do nothing."""
    standing = standing_of(decisions)
    current: dict[str, Example] = {example.id: example for example in examples}
    original = dict(current)
    drops: dict[str, Drop] = {}
    changed: dict[str, set[str]] = {}
    for decision in standing:
        for key, turns in decision.edits.items():
            example = current.get(key)
            if example is None:
                if key not in original and decision.action == "add":
                    current[key] = Example(id=key, messages=turns)
                continue
            if example.messages != turns:
                current[key] = example.model_copy(update={"messages": turns})
                changed.setdefault(decision.kind or decision.action, set()).add(key)
        for key, reason in decision.drops.items():
            gone = current.pop(key, None)
            if gone is not None and key in original:
                drops[key] = Drop(row=gone.row, reason=reason)
    return Cleaned(
        examples=list(current.values()),
        drops=sorted(drops.values(), key=lambda drop: drop.row),
        changed={kind: len(keys) for kind, keys in changed.items()},
        standing=standing,
    )
