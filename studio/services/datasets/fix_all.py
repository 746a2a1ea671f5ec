"""Everything that needs no person as one decision: what it would do, told before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.copy.catalog import say
from studio.data.checks.fixes import FixEffect
from studio.schemas.example import Message
from studio.schemas.finding import DropReason, Kind
from studio.services.datasets.decisions import DecisionDraft


@dataclass(frozen=True)
class FixAllPreview:
    """What “Fix all” would do to the rows as they are. A row that is changed and then left out counts as left out."""

    rows_out: int
    rows_changed: int
    by_kind: dict[Kind, tuple[int, int]]  # how many rows each kind leaves out, and how many it changes
    ids_out: tuple[str, ...]
    ids_changed: tuple[str, ...]
    ids_by_kind: dict[Kind, tuple[str, ...]]  # the rows that each kind leaves out or changes


def preview_of(effects: Sequence[FixEffect]) -> FixAllPreview:
    """The facts of these effects, done one after the other."""
    out = tuple(dict.fromkeys(id for effect in effects for id in effect.drops))
    gone = set(out)
    changed = tuple(dict.fromkeys(id for effect in effects for id in effect.edits if id not in gone))
    edited = {effect.kind: tuple(id for id in effect.edits if id not in gone) for effect in effects}
    by_kind = {effect.kind: (len(effect.drops), len(edited[effect.kind])) for effect in effects}
    ids = {effect.kind: (*effect.drops, *edited[effect.kind]) for effect in effects}
    return FixAllPreview(len(out), len(changed), by_kind, out, changed, ids)


def one_draft(effects: Sequence[FixEffect]) -> DecisionDraft:
    """The effects as one decision. Each row's last words hold; whose rule changed it is kept for the account."""
    if len(effects) == 1:
        only = effects[0]
        return DecisionDraft("fix", only.kind, only.sentence, only.drops, only.edits)
    drops: dict[str, DropReason] = {}
    edits: dict[str, tuple[Message, ...]] = {}
    for effect in effects:
        drops |= effect.drops
        edits |= effect.edits
    edits = {id: turns for id, turns in edits.items() if id not in drops}
    fixed = {effect.kind: tuple(id for id in effect.edits if id in edits) for effect in effects}
    fixed = {kind: ids for kind, ids in fixed.items() if ids}
    return DecisionDraft("fix", "", sentence_of(preview_of(effects)), drops, edits, fixed=fixed)


def sentence_of(done: FixAllPreview) -> str:
    """What was done, for the log."""
    which = "both" if done.rows_out and done.rows_changed else "out" if done.rows_out else "changed"
    return say(f"fix_all.{which}", out=done.rows_out, changed=done.rows_changed, kinds=len(done.by_kind))
