"""The sentences of the Report tab."""

from collections.abc import Mapping, Sequence

from studio.evaluation.metrics.task_kinds import TaskKind
from studio.schemas.report import Advice, GuardResult, Report
from studio.web.copy.common import count

READY = "Everybody answers the questions that were set aside, and the report says what that shows and what it does not."
GUARDS_HELP = "Asks general, improper and unanswerable questions before and after. Takes about two minutes more."

# The next step: id in the report -> button
STEPS: Mapping[str, str] = {
    "restore_layout": "Put the chat layout back",
    "teach_bolder": "Teach again, more boldly",
    "fewer_rounds": "Teach again, a third of the rounds",
    "teach_stop": "Teach again, with whole answers",
    "mix_general": "Teach again, with general examples mixed in",
    "larger_model": "Choose a larger starting model",
    "settle_contradictions": "Settle the contradictions",
    "add_examples": "Add examples",
    "hide_details": "Look for private details",
    "add_refusals": "Add rows that decline",
    "look_at_refusals": "Look at rows that decline",
    "add_unknowns": "Add rows that say “I do not know”",
    "look_at_names": "Look at rows about people",
}
RECIPE_STEPS = frozenset({"teach_bolder", "fewer_rounds", "teach_stop", "mix_general"})
TEACHING_STEPS = RECIPE_STEPS | {"larger_model"}
MOST_STEPS = 4
RESTORED = "The chat layout is the one that it was taught with again. Ask the exam again."
NO_STEP = "This step has been taken already."

SEEDS = "Teach twice more with other seeds"
SEEDS_HINT = "Shows how much is luck: the same recipe, two more short runs. When they are over, ask the exam again."

CHOICES_TITLE = "What the report goes by"
KIND = "Kind of work"
KIND_HINT = "Decides which measures are taken. Detected from your answers unless you choose."
KINDS: tuple[tuple[str, str], ...] = (
    ("detected", ""), ("one of a few labels", TaskKind.LABELS), ("JSON", TaskKind.JSON), ("numbers", TaskKind.NUMBERS),
    ("short answers", TaskKind.SHORT_TEXT), ("free text", TaskKind.FREE_TEXT),
)  # fmt: skip
PRICE = "Price of a million pieces of words"
PRICE_HINT = "In your currency. Left at 0: no money is spoken of."
KEPT = "Kept. Ask the exam again: what was answered is not asked twice, so it takes a moment only."

VERSUS_TITLE = "Compare with an earlier report"
VERSUS = "An earlier version's report"
VERSUS_NONE = "There is no other report in this project yet."
VERSUS_HEADERS = ("Measure", "Then", "Now")

QUESTIONS_TITLE = "Write questions of your own for the exam"
QUESTIONS_LEAD = (
    "The exam is frozen at the first run and stays the same for ever. Until then you can add questions that matter to "
    "you, with the answer that you would give. Nothing learns from them."
)
ASKED, ANSWERED = "Question", "Your answer"


def seeds_wait(number: int) -> str:
    """That the runs are on their way."""
    wait, over = ("waits", "it is") if number == 1 else ("wait", "they are")
    return f"{count(number, 'run')} {wait} on the Teach tab. When {over} over, ask the exam again."


def exam_so_far(drawn: int, own: int, limits: str) -> str:
    """How large the exam would be, and what it could show."""
    mine = f", {own} of them your own" if own else ""
    return f"The exam will hold {count(drawn + own, 'question')}{mine}. {limits}"


def steps_of(report: Report) -> list[str]:
    """The next actions in the order in which they are to be taken: causes first, then guards; each once."""
    wanted = [cause.next_action for cause in report.diagnosis if cause.found]
    wanted += [guard.next_action for guard in _worst_first(report.probes)]
    steps = [step for step in dict.fromkeys(wanted) if step in STEPS]
    if report.verdict.advice in (Advice.PROMPT, Advice.LOOKUP, Advice.BASE):  # “do not fine-tune”: no button does
        steps = [step for step in steps if step not in TEACHING_STEPS]
    return steps[:MOST_STEPS]


def _worst_first(guards: Sequence[GuardResult]) -> list[GuardResult]:
    return sorted((guard for guard in guards if guard.state != "pass"), key=lambda guard: guard.state != "fail")
