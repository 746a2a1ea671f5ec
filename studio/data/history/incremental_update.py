"""Findings brought up to date for a few rows that changed, without examining all the others.

What only the whole dataset shows (balance, language, stock lines) stays as it was seen last; the next full
examination says it anew.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from studio.data.checks.check import CheckContext, Scope
from studio.data.checks.examination import SEVERITIES
from studio.data.checks.private.detection import private_parts, private_sentences
from studio.data.checks.registry import CHECKS, Checks
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Kind
from studio.schemas.model import Length
from studio.schemas.sentence import Sentence

FEW = 20  # rows of a finding whose sentence is said anew
Neighbours = Callable[[Example], list[Example]]
Dismissed = Mapping[Kind, set[str]]


def findings_near(
    rows: Sequence[Example], around: Sequence[Example], counts: Sequence[Length] | None = None,
    limit: int | None = None, private: Rules | None = None, checks: Checks = CHECKS,
    dismissed: Dismissed | None = None, names: tuple[str, ...] = (),
) -> list[Finding]:  # fmt: skip
    """What each of these rows shows alone, and what they show together with those around them."""
    texts = {"row": ExampleTexts(rows), "group": ExampleTexts(around)}
    context = CheckContext(private, counts, limit, is_part=True, dismissed=dismissed or {}, names=names)
    scoped = [(check, texts[check.scope]) for check in checks if check.scope != "whole"]
    return [finding for check, some in scoped if len(some) for finding in check.detect(some, context)]


class IncrementalUpdate:
    """Findings of the rows as they were, to be told of the rows as they are. `places` gives the order of all ids."""

    def __init__(self, current: Mapping[str, Example], places: Mapping[str, int], dismissed: Dismissed,
                 private: Rules | None = None, checks: Checks = CHECKS) -> None:  # fmt: skip
        self._current, self._places, self._private = current, places, private
        self._dismissed = {kind: {id for id in ids if id in current} for kind, ids in dismissed.items()}
        self._checks = {check.kind: check for check in checks}
        self._context: Callable[[Sequence[Example]], CheckContext] = lambda _: CheckContext(
            private, is_part=True, dismissed=self._dismissed
        )
        self._limit: int | None = None
        self._names: tuple[str, ...] = ()

    def findings(
        self,
        before: Sequence[Finding],
        touched: Collection[str],
        neighbours: Neighbours,
        count: Callable[[Sequence[Example]], Sequence[Length]],
        limit: int,
    ) -> list[Finding]:
        """The findings with these rows looked at again, beside their neighbours and what hung together with them."""
        rows = [self._current[id] for id in touched if id in self._current]
        self._names = tuple(dict.fromkeys(name for finding in before for name in finding.names))
        around = self._around(before, touched, [other for row in rows for other in neighbours(row)])
        new_findings = {one.kind: one for one in self._near(rows, around, count(rows), limit)}
        self._limit = limit
        near = {example.row for example in around} | {row_of(id) for id in touched}
        alone = {row_of(id) for id in touched}
        kinds = [*dict.fromkeys([*(one.kind for one in before), *new_findings])]
        old = {one.kind: one for one in before}
        self._context = lambda some: CheckContext(
            self._private, count(some), limit, is_part=True, dismissed=self._dismissed, names=self._names
        )
        merged = (
            self._merged(old.get(k), new_findings.get(k), near if self._scope(k) == "group" else alone) for k in kinds
        )
        return sorted((one for one in merged if one), key=lambda one: SEVERITIES.index(one.severity))

    def _around(self, before: Sequence[Finding], touched: Collection[str], near: Iterable[Example]) -> list[Example]:
        ids = {*touched, *(example.id for example in near)}
        rows = {row_of(id) for id in ids}
        for finding in before:
            if self._scope(finding.kind) == "group":
                ids.update(id_of(row) for group in finding.groups if not rows.isdisjoint(group) for row in group)
        here = sorted((id for id in ids if id in self._current), key=self._places.__getitem__)
        return [self._current[id] for id in here]

    def _merged(self, old: Finding | None, new: Finding | None, examined: set[int]) -> Finding | None:
        base = old or new
        if base is None:
            return None
        check = self._checks.get(base.kind)
        gone = check.left_out(self._dismissed) if check else self._dismissed.get(base.kind, set())
        if self._scope(base.kind) == "whole":
            examined = {row for row in examined if id_of(row) not in self._current or id_of(row) in gone}
        rows = {row for row in (old.rows if old else ()) if row not in examined}
        rows |= {row for row in (new.rows if new else ()) if id_of(row) not in gone}
        if not rows:
            return None
        if old is not None and rows == set(old.rows) and new is None:
            return old
        groups = [group for group in (old.groups if old else ()) if examined.isdisjoint(group)]
        groups += [group for group in (new.groups if new else ()) if sum(id_of(row) not in gone for row in group) > 1]
        groups.sort(key=lambda group: self._place(group[0]))
        notes = (old.notes if old else {}) | (new.notes if new else {})
        ordered = tuple(sorted(rows, key=self._place))
        parts, spots = private_parts(old, examined) if old else ({}, ())
        if new is not None:
            more, others = private_parts(new, {row for row in new.rows if id_of(row) in gone})
            parts |= {kind: tuple(sorted({*parts.get(kind, ()), *of}, key=self._place)) for kind, of in more.items()}
            spots = (*spots, *others)
        notes = {row: notes[row] for row in ordered if row in notes}
        states = (old.states if old else {}) | (new.states if new else {})
        states = {row: states[row] for row in ordered if row in states}
        if check is not None and check.say is not None:
            sentences = tuple(check.say(states, len(rows), self._limit))
        elif check is not None and check.tell is not None:
            sentences = (check.tell(len(rows), parts), *base.said[1:])
        else:
            by_kind = base.kind == "private_details" and bool(parts)
            sentences = (
                private_sentences(len(rows), parts, spots) if by_kind else self._sentences(base, ordered, groups)
            )
        changed = base.model_copy(update={
            "rows": ordered, "count": len(rows), "groups": tuple(groups), "notes": notes, "states": states,
            "parts": parts, "spots": spots,
            "names": tuple(dict.fromkeys([*(old.names if old else ()), *(new.names if new else ())])),
        })  # fmt: skip
        return changed.telling(*sentences) if sentences else changed

    def _sentences(
        self, base: Finding, rows: tuple[int, ...], groups: Sequence[tuple[int, ...]]
    ) -> tuple[Sentence, ...]:
        """Told anew by a look at these rows alone where they are few; else the same with the new number."""
        check = self._checks.get(base.kind)
        if check is None or check.scope == "whole":
            return base.said
        number = len(groups) if check.counts_groups else len(rows)
        named = dict.fromkeys([*rows, *(row for group in groups for row in group)])
        if len(named) <= FEW:
            some = [self._current[id_of(row)] for row in sorted(named, key=self._place)]
            reexamined = [one for one in check.detect(ExampleTexts(some), self._context(some)) if one.kind == base.kind]
            if reexamined and reexamined[0].count == len(rows):
                return reexamined[0].said
        return tuple(
            one.model_copy(update={"facts": one.facts | {"count": number}}) if place == 0 and "count" in one.facts
            else one
            for place, one in enumerate(base.said)
        )  # fmt: skip

    def _near(
        self, rows: Sequence[Example], around: Sequence[Example], counts: Sequence[Length] | None = None,
        limit: int | None = None,
    ) -> list[Finding]:  # fmt: skip
        checks = tuple(self._checks.values())
        return findings_near(rows, around, counts, limit, self._private, checks, self._dismissed, self._names)

    def _scope(self, kind: Kind) -> Scope:
        """A kind that this version does not know is left as it was seen last."""
        check = self._checks.get(kind)
        return check.scope if check else "whole"

    def _place(self, row: int) -> int:
        return self._places[id_of(row)]


def row_of(id: str) -> int:
    """The number in an id, as findings name rows."""
    return int(id[1:]) if id[0] == "r" else -int(id[1:])


def id_of(row: int) -> str:
    """The id of a row that a finding names."""
    return f"r{row}" if row >= 0 else f"a{-row}"
