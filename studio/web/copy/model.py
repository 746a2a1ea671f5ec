"""The sentences of the Model tab."""

from collections.abc import Sequence

from studio.data.checks.content.lengths import plan_in_words
from studio.schemas.model import Forecast, ModelEntry
from studio.settings import Settings
from studio.web.copy.common import count, duration, size

PRESETS = (
    ("Quick try\nSees each example less often. Good for a first look.", "quick"),
    ("Balanced\nOur pick: enough for most tables.", "balanced"),
    ("Thorough\nTakes longer and learns your voice more closely.", "thorough"),
)


def models_lead(entries: Sequence[ModelEntry]) -> str:
    """What the cards below have in common."""
    fit = sum(entry.fits for entry in entries)
    which = "All of these fit" if fit == len(entries) else f"{fit} of these {'fits' if fit == 1 else 'fit'}"
    return f"{which} this computer now. A bigger one writes better and learns slower."


def model_choice(entry: ModelEntry, *, best: bool) -> str:
    """A starting model as the lines of its card: name, licence, what it takes, and what it is good for."""
    title = f"{entry.title} · our pick" if best else entry.title
    takes = f"about {size(entry.needs_bytes)} of memory"
    return "\n".join(line for line in (title, entry.licence, takes, entry.reason, entry.note) if line)


def best_line(title: str, seconds: float | None, needs_bytes: int) -> str:
    """The advice before any effort, for the first page."""
    time = f", {duration(seconds)} for {TYPICAL_ROWS} examples" if seconds else ""
    return f"Best for this computer: {title}{time}, {size(needs_bytes)} of memory."


def plan_figures(forecast: Forecast) -> list[tuple[str, str]]:
    """The plan in large numbers."""
    seen = f"{forecast.times_seen:.1f}".rstrip("0").rstrip(".")
    gone = forecast.rows_cut + forecast.rows_left_out
    return [
        (f"{seen}×", "each example is seen"),
        (f"{forecast.steps:,}", "step" if forecast.steps == 1 else "steps"),
        (f"{gone:,}", "row cut or left out" if gone == 1 else "rows cut or left out"),
        (duration(forecast.seconds).removeprefix("about "), "about how long it takes"),
        (size(forecast.needs_bytes), f"memory needed, {size(forecast.free_bytes)} free"),
    ]


def plan_details(forecast: Forecast, disk_free: int, cost: str = "") -> list[tuple[str, str]]:
    """What else was counted."""
    figures = [
        (f"{forecast.rows:,}", "row to learn from" if forecast.rows == 1 else "rows to learn from"),
        (f"{forecast.learned_tokens:,}", "pieces of words learned (tokens)"),
        (f"{forecast.rows_cut:,}", "answer loses its end" if forecast.rows_cut == 1 else "answers lose their end"),
        (f"{forecast.rows_left_out:,}", "row left out" if forecast.rows_left_out == 1 else "rows left out"),
        (size(forecast.disk_bytes), f"disk needed, {size(disk_free)} free"),
    ]
    if forecast.rows_general:
        figures.insert(1, (f"{forecast.rows_general:,}", "general examples mixed in"))
    return [*figures, (cost, "what it costs, about")] if cost else figures


def cost(seconds: float | None, settings: Settings) -> str:
    """Money by the prices that whoever looks after this computer has set; nothing when none is set or time unknown."""
    if not seconds:
        return ""
    hours = seconds / 3600
    energy = hours * settings.watts / 1000
    money = hours * settings.price_per_hour + energy * settings.price_per_kwh
    if not money:
        return f"{energy:.2g} kWh" if energy else ""
    shown = f"{money:,.2f} {settings.currency}" if money >= 0.01 else f"under 0.01 {settings.currency}"
    return shown.strip()


def plan_losses(forecast: Forecast, *, new_exam: bool = False) -> list[str]:
    """What would not be learned whole, and what to do about it; said openly, since it is a loss."""
    return plan_in_words(forecast, new_exam=new_exam)


def plan_sentences(forecast: Forecast, *, starter: bool) -> list[str]:
    """What the numbers do not say."""
    said = [
        f"It learns {forecast.learned_tokens:,} pieces of words (the answers) and reads {forecast.read_tokens:,} "
        f"in all; the longest example has {forecast.longest:,}."
    ]
    if starter:
        said.append(
            "The built-in practice model is for learning the tool: it is quick and knows little. "
            "Real work wants a bigger model."
        )
    return [*said, *forecast.notes]


def why_so_often(times: float, rows: int, *, small: bool) -> str:
    """Why the proposal sees each example so often, which other tools set to 3."""
    often = f"The studio proposes {times:g} {'time' if times == 1 else 'times'} through {count(rows, 'example')}"
    if small:
        return f"{often}: a small model needs many passes to learn anything."
    return f"{often}: the fewer examples there are, the more often each is seen."


def pending(titles: Sequence[str]) -> str:
    """Which settings are in no plan yet."""
    named = ", ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")
    return f"Not in the plan yet: {named}."


TYPICAL_ROWS = 300  # what the studio reckons with before it knows hers
PLAN = "The plan"
PLAN_COMES = "The plan is being worked out…"
PLAN_STEPS = ("Reading the model", "Counting the pieces of words", "Measuring how fast this computer learns")
DETAILS = "The plan in all its numbers"
AGAIN = "Work out the plan with these"
PENDING_HINT = f"Press “{AGAIN}”, and the plan follows."
OTHER_MODEL = "A model that is not in this list"
RECIPE_LEAD = "A recipe is all settings of a plan: it can be used again here, sent to a colleague, or read by a person."
SAME_RECIPE = "Nothing differs: the plan was just like this."
TAKEN_RECIPE = "It is the plan now."
NOT_IN_THE_PLAN = "What you changed on the Model tab is not in the plan yet, so nothing was started."
NOT_IN_THE_PLAN_HINT = "Look at the plan there. If it does not change by itself, press “Work out the plan with these”."
ADVANCED_HINT = "You need none of these. The words in brackets are the ones that technical people use."
ROW_INFO = "Any number of the first column of the table on the Examples tab; then Enter."
SEE_HINT = "Your answer and its end mark, in colour, are learned. The rest is only read."


def advanced_title(number: int) -> str:
    """The door to the other settings."""
    return f"Advanced ({number} settings)"


def other_choice(model: str) -> str:
    """A model that is not in the list, as lines of its card."""
    return f"{model.rstrip('/').rsplit('/', 1)[-1]}\n{model}"
