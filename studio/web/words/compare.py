"""The sentences of the Compare tab."""

SIDES = {"base": "Starting model", "tuned": "Your version"}
COMPARE_LEAD = (
    "One question, both answer at the same time. The exam holds questions that neither has seen; "
    "each is asked on its own."
)
EMPTY_PANE = "The answer appears here."
SAME_INSTRUCTIONS = "The same as it was taught with."
OTHER_INSTRUCTIONS = "Other than what it was taught with: it may answer worse."
TOGETHER_NOT = "This kind of model answers in turn, not at the same time."


def exam_button(place: int, total: int) -> str:
    """Which exam question comes next."""
    return f"From the exam ({place + 1} of {total})" if total else "From the exam"


CUT_SHORT = "ended before it was finished"
SAID_NOTHING = "(no words)"
