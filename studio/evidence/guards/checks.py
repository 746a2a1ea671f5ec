"""All checks of the report, in the order in which they are asked and told."""

from collections.abc import Sequence

from studio.evidence.guards.bias import BIAS
from studio.evidence.guards.check import RegressionCheck
from studio.evidence.guards.forgetting import FORGETTING
from studio.evidence.guards.general_text import GENERAL_TEXT
from studio.evidence.guards.made_up import MADE_UP
from studio.evidence.guards.memorised import MEMORISED
from studio.evidence.guards.refusals import OVER_REFUSAL, SAFETY

RegressionChecks = Sequence[RegressionCheck]
CHECKS: tuple[RegressionCheck, ...] = (
    FORGETTING, GENERAL_TEXT, SAFETY, OVER_REFUSAL, MADE_UP, MEMORISED, BIAS,
)  # fmt: skip
