"""All checks: every `Check` of the folders beside this file, in the order in which their findings are told."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from types import ModuleType

from studio.data.checks import characters, content, pairs, private
from studio.data.checks.check import Check
from studio.schemas.finding import Kind

Checks = Sequence[Check]
TOLD_FIRST: tuple[Kind, ...] = (  # of findings that are equally bad; a kind that is not named here comes after these
    "private_details", "empty_answer", "empty_question", "second_heading", "secret", "conflicting_answers",
    "second_price", "placeholder", "cut_off", "garbled_text", "special_tokens", "thoughts", "written_lists", "markup",
    "spreadsheet_changes", "look_alike_letters", "invisible_marks", "exact_duplicate", "near_duplicate", "leakage",
    "swapped_columns", "repeats_question", "repeated_boilerplate", "quoted_mail", "mail_signature",
    "possible_personal", "refusal_heavy", "mixed_language", "imbalance", "too_short", "too_few", "too_long",
)  # fmt: skip


def checks_in(folders: Sequence[ModuleType]) -> Iterator[Check]:
    """Every `Check` that a module of these folders holds at its top."""
    for folder in folders:
        for module in pkgutil.iter_modules(folder.__path__, folder.__name__ + "."):
            yield from (one for one in vars(importlib.import_module(module.name)).values() if isinstance(one, Check))


def in_told_order(checks: Iterator[Check]) -> tuple[Check, ...]:
    """Those that are told first, then the others by kind; ValueError for a kind that two checks claim."""
    by_kind: dict[Kind, Check] = {}
    for check in checks:
        if by_kind.setdefault(check.kind, check) is not check:
            raise ValueError(f"two checks are of the kind {check.kind}")
    places = {kind: place for place, kind in enumerate(TOLD_FIRST)}
    return tuple(by_kind[kind] for kind in sorted(by_kind, key=lambda kind: (places.get(kind, len(places)), kind)))


CHECKS: tuple[Check, ...] = in_told_order(checks_in((characters, content, pairs, private)))


def check_of(kind: Kind, checks: Checks = CHECKS) -> Check | None:
    """The check behind a kind; none for a kind that this version does not know."""
    return next((check for check in checks if check.kind == kind), None)


def fixable(checks: Checks = CHECKS) -> list[Check]:
    """Those with a fix, in the order in which fixes are done: repairs first, copies last."""
    return sorted((check for check in checks if check.is_fixable), key=lambda check: check.order)


def by_rule(checks: Checks = CHECKS) -> list[Kind]:
    """The kinds that `--fix all` mends, in that order."""
    return [check.kind for check in fixable(checks) if check.by_rule]


def choices_for(kind: Kind, checks: Checks = CHECKS) -> tuple[str, ...]:
    """The ways in which a kind can be fixed; none where there is only one."""
    check = check_of(kind, checks)
    return check.choices if check else ()
