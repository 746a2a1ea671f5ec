"""All checks, in the order in which their findings are told where these are equally bad."""

from collections.abc import Sequence

from studio.data.checks.characters.cut_off import CUT_OFF
from studio.data.checks.characters.garbled import GARBLED_TEXT
from studio.data.checks.characters.invisible import INVISIBLE_MARKS
from studio.data.checks.characters.look_alikes import LOOK_ALIKE_LETTERS
from studio.data.checks.characters.markup import MARKUP
from studio.data.checks.characters.special_tokens import SPECIAL_TOKENS
from studio.data.checks.characters.spreadsheet import SPREADSHEET_CHANGES
from studio.data.checks.characters.written_lists import WRITTEN_LISTS
from studio.data.checks.check import Check
from studio.data.checks.content.balance import IMBALANCE, REFUSAL_HEAVY, TOO_FEW
from studio.data.checks.content.boilerplate import REPEATED_BOILERPLATE
from studio.data.checks.content.empty import EMPTY_ANSWER, EMPTY_QUESTION
from studio.data.checks.content.language import MIXED_LANGUAGE
from studio.data.checks.content.lengths import TOO_LONG, TOO_SHORT
from studio.data.checks.content.mail import MAIL_SIGNATURE, QUOTED_MAIL
from studio.data.checks.content.placeholders import PLACEHOLDER
from studio.data.checks.content.reasoning import THOUGHTS
from studio.data.checks.content.repeated_question import REPEATS_QUESTION
from studio.data.checks.content.swapped import SWAPPED_COLUMNS
from studio.data.checks.pairs.conflicts import CONFLICTING_ANSWERS
from studio.data.checks.pairs.copies import EXACT_DUPLICATE, NEAR_DUPLICATE
from studio.data.checks.pairs.leakage import LEAKAGE
from studio.data.checks.private.masking import PRIVATE_DETAILS, SECRET
from studio.schemas.finding import Kind

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
