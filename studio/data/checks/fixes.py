"""What each fix would do, spelled out by example: rows to leave out, turns to change. Nothing is done here."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from studio.copy.catalog import say
from studio.copy.reasons import reason_in_words
from studio.data.checks.check import Check, CheckContext, Drops, Edits
from studio.data.checks.examination import without_dismissed
from studio.data.checks.registry import CHECKS, Checks, by_rule, check_of, fixable
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.errors import StudioError
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Kind

Dismissed = Mapping[Kind, Collection[str]]


class FixEffect(NamedTuple):
    """What one fix does."""

    kind: Kind
    drops: Drops
    edits: Edits
    sentence: str


def propose(
    finding: Finding, examples: Sequence[Example], *, choice: str = "", texts: ExampleTexts | None = None,
    private: Rules | None = None, checks: Checks = CHECKS, dismissed: Dismissed | None = None,
) -> tuple[Drops, Edits, str]:  # fmt: skip
    """The finding's own fix on its own rows; nothing for what only a person can decide.

    For private details the choice may differ by kind: `email=mask,phone=leave` (see `read_choice`).
    """
    effect = effect_of(finding.kind, examples, choice=choice, texts=texts, private=private, checks=checks,
                       dismissed=dismissed)  # fmt: skip
    rows = set(finding.rows)
    rows |= {group[0] for group in finding.groups if rows.issuperset(group[1:])}  # it may be another that is kept
    ids = {example.id for example in examples if example.row in rows}
    drops = {key: reason for key, reason in effect.drops.items() if key in ids}
    edits = {key: turns for key, turns in effect.edits.items() if key in ids}
    return drops, edits, sentence_of(finding.kind, drops, edits) if drops or edits else ""


def fix_all(
    examples: Sequence[Example], kinds: Iterable[Kind] | None = None, *, texts: ExampleTexts | None = None,
    choices: Mapping[Kind, str] | None = None, private: Rules | None = None, checks: Checks = CHECKS,
    dismissed: Dismissed | None = None, ahead: Callable[[ExampleTexts], None] | None = None,
) -> list[FixEffect]:  # fmt: skip
    """The fixes of these kinds (all that need no person, unless named), each on what the ones before it left.

    `dismissed` names the examples whose finding of a kind a person called a false alarm: those stay as they are, and
    nothing waits for them. `ahead` is shown the texts once private details are hidden: then few words change any more,
    and what the fixes of copies ask can be worked out beside those before them.
    """
    wanted = set(by_rule(checks) if kinds is None else kinds)
    effects: list[FixEffect] = []
    current = list(examples)
    texts = texts or ExampleTexts(current)
    held: dict[Kind, set[str]] = {}
    for check in fixable(checks):
        kind = check.kind
        if kind not in wanted or not current:
            continue
        chosen = (choices or {}).get(kind, "")
        effect = effect_of(kind, current, choice=chosen, texts=texts, private=private, checks=checks,
                           dismissed=dismissed, held=held)  # fmt: skip
        if effect.edits or (effect.drops and not check.waits_for):
            held.clear()  # fixes that wait for the same rows leave those as they were
        if effect.drops or effect.edits:
            effects.append(effect)
            current = after(current, effect)
            texts = ExampleTexts(current, texts)
        if ahead is not None and kind == "private_details":
            ahead(texts)
    return effects


def most_lost(finding: Finding, examples: Sequence[Example], choice: str = "", *, checks: Checks = CHECKS) -> int:
    """How many rows this fix would leave out with all that they say, where these are more than half; else none."""
    check = check_of(finding.kind, checks)
    if check is None or choice not in check.takes_out or 2 * finding.count <= len(examples):
        return 0
    lost = len(propose(finding, examples, choice=choice, checks=checks)[0])
    return lost if 2 * lost > len(examples) else 0


def refuse_emptying(effects: Iterable[FixEffect], examples: Sequence[Example]) -> None:
    """StudioError when nothing would be left: then it is the table that is wrong, not its rows."""
    gone = {id for effect in effects for id in effect.drops}
    if examples and len(gone) >= len(examples):
        raise StudioError(
            say(
                "fixes.would_leave_out",
                say=say("fixes.only_row") if len(examples) == 1 else say("fixes.all_rows", examples=len(examples)),
            ),
            hint=say("fixes.nothing_was_changed_see"),
        )


def refuse_empty_rows(examples: Sequence[Example], kinds: Iterable[Kind]) -> None:
    """As `refuse_emptying`, before any other fix: every row falls to a fix that takes rows out whole."""
    wanted, texts = set(kinds), ExampleTexts(examples)
    taking = [check.kind for check in fixable() if check.kind in wanted and "" in check.takes_out]
    refuse_emptying((effect_of(kind, examples, texts=texts) for kind in taking), examples)


def after(examples: Sequence[Example], effect: FixEffect) -> list[Example]:
    """The examples as the effect leaves them."""
    return [
        example.model_copy(update={"messages": effect.edits[example.id]}) if example.id in effect.edits else example
        for example in examples
        if example.id not in effect.drops
    ]


def effect_of(
    kind: Kind, examples: Sequence[Example], *, choice: str = "", texts: ExampleTexts | None = None,
    private: Rules | None = None, checks: Checks = CHECKS, dismissed: Dismissed | None = None,
    held: dict[Kind, set[str]] | None = None,
) -> FixEffect:  # fmt: skip
    """One kind's fix on all rows that have it; `texts` are those of the same examples, when they are at hand.

    `held` keeps, by the kind that others wait for, the ids that it named in these examples; what is missing is added.
    """
    texts = texts or ExampleTexts(examples)
    check = check_of(kind, checks)
    if check is None or not check.is_fixable:
        return FixEffect(kind, {}, {}, sentence_of(kind, {}, {}))
    drops, edits = check.fix(texts, choice, private or Rules())
    if left := set((dismissed or {}).get(kind, ())):
        drops = {id: reason for id, reason in drops.items() if id not in left}
        edits = {id: turns for id, turns in edits.items() if id not in left}
    first = check_of(check.waits_for, checks) if check.waits_for and drops else None
    if first is not None:
        held = {} if held is None else held
        if first.kind not in held:
            held[first.kind] = rows_of(first, texts, dismissed or {})
        drops = {id: reason for id, reason in drops.items() if id not in held[first.kind]}
    return FixEffect(kind, drops, edits, sentence_of(kind, drops, edits))


def rows_of(check: Check, texts: ExampleTexts, dismissed: Dismissed) -> set[str]:
    """The ids of the examples that a check names and that nobody called a false alarm."""
    ids = {example.row: example.id for example in texts.examples}
    seen = check.detect(texts, CheckContext(dismissed=dismissed))
    left = [some for one in seen for some in without_dismissed(one, check.left_out(dismissed), ids)]
    return {ids[row] for one in left for row in one.rows}


def sentence_of(kind: Kind, drops: Drops, edits: Edits) -> str:
    """What was done, for the log."""
    if not drops and not edits:
        return say("fixes.nothing_change")
    done = "both" if drops and edits else "out" if drops else "changed"
    return say(f"fixes.done_{done}", out=len(drops), changed=len(edits), kind=reason_in_words(kind))
