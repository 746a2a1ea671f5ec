"""All checks, in the order in which their findings are told where these are equally bad."""

from collections.abc import Sequence

from studio.prepare.findings.balance import IMBALANCE, REFUSAL_HEAVY, TOO_FEW
from studio.prepare.findings.boilerplate import REPEATED_BOILERPLATE
from studio.prepare.findings.check import Check
from studio.prepare.findings.conflicts import CONFLICTING_ANSWERS
from studio.prepare.findings.copies import EXACT_DUPLICATE, NEAR_DUPLICATE
from studio.prepare.findings.cut_off import CUT_OFF
from studio.prepare.findings.empties import EMPTY_ANSWER, EMPTY_QUESTION
from studio.prepare.findings.garbled import GARBLED_TEXT
from studio.prepare.findings.invisible import INVISIBLE_MARKS
from studio.prepare.findings.language import MIXED_LANGUAGE
from studio.prepare.findings.leakage import LEAKAGE
from studio.prepare.findings.lengths import TOO_LONG, TOO_SHORT
from studio.prepare.findings.look_alikes import LOOK_ALIKE_LETTERS
from studio.prepare.findings.mails import MAIL_SIGNATURE, QUOTED_MAIL
from studio.prepare.findings.markup import MARKUP
from studio.prepare.findings.masking import PRIVATE_DETAILS, SECRET
from studio.prepare.findings.placeholders import PLACEHOLDER
from studio.prepare.findings.repeats import REPEATS_QUESTION
from studio.prepare.findings.special import SPECIAL_TOKENS
from studio.prepare.findings.spreadsheet import SPREADSHEET_CHANGES
from studio.prepare.findings.swapped import SWAPPED_COLUMNS
from studio.prepare.findings.thoughts import THOUGHTS
from studio.prepare.findings.written_lists import WRITTEN_LISTS
from studio.records.finding import Kind

Checks = Sequence[Check]
CHECKS: tuple[Check, ...] = (
    PRIVATE_DETAILS, EMPTY_ANSWER, EMPTY_QUESTION, SECRET, CONFLICTING_ANSWERS, PLACEHOLDER, CUT_OFF, GARBLED_TEXT,
    SPECIAL_TOKENS, THOUGHTS, WRITTEN_LISTS, MARKUP, SPREADSHEET_CHANGES, LOOK_ALIKE_LETTERS, INVISIBLE_MARKS,
    EXACT_DUPLICATE, NEAR_DUPLICATE, LEAKAGE, SWAPPED_COLUMNS, REPEATS_QUESTION, REPEATED_BOILERPLATE, QUOTED_MAIL,
    MAIL_SIGNATURE, REFUSAL_HEAVY, MIXED_LANGUAGE, IMBALANCE, TOO_SHORT, TOO_FEW, TOO_LONG,
)  # fmt: skip


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
