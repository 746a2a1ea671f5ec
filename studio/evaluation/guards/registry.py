"""All checks of the report, in the order in which they are asked and told."""

from collections.abc import Sequence

from studio.evaluation.guards.bias import BIAS
from studio.evaluation.guards.check import RegressionCheck
from studio.evaluation.guards.forgetting import FORGETTING
from studio.evaluation.guards.general_text import GENERAL_TEXT
from studio.evaluation.guards.made_up import MADE_UP
from studio.evaluation.guards.memorised import MEMORISED
from studio.evaluation.guards.refusals import OVER_REFUSAL, SAFETY

RegressionChecks = Sequence[RegressionCheck]
CHECKS: tuple[RegressionCheck, ...] = (
    FORGETTING, GENERAL_TEXT, SAFETY, OVER_REFUSAL, MADE_UP, MEMORISED, BIAS,
)  # fmt: skip
