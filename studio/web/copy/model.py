"""The sentences of the Model tab."""

from studio.data.checks.content.lengths import plan_in_words
from studio.schemas.model import Forecast, ModelEntry
from studio.settings import Settings
from studio.web.copy.common import duration, size

PRESETS = (
    ("Quick try\nSees each example less often. Good for a first look.", "quick"),
    ("Balanced\nOur pick: enough for most tables.", "balanced"),
    ("Thorough\nTakes longer and learns your voice more closely.", "thorough"),
)


def model_choice(entry: ModelEntry) -> str:
    """A starting model as the lines of its card."""
    fits = f"{'✓' if entry.fits else '✗'} {entry.reason or 'Fits this computer now.'}"
    return "\n".join(line for line in (entry.title, entry.licence, entry.note, fits) if line)


def plan_figures(forecast: Forecast, disk_free: int, cost: str = "") -> list[tuple[str, str]]:
    """The plan in large numbers."""
    seen = f"{forecast.times_seen:.1f}".rstrip("0").rstrip(".")
    figures = [
        (f"{forecast.rows:,}", "rows to learn from"),
        (f"{seen}×", "each example is seen"),
        (f"{forecast.steps:,}", "steps"),
        (duration(forecast.seconds).removeprefix("about "), "about how long it takes"),
        (f"{forecast.learned_tokens:,}", "pieces of words learned"),
        (f"{forecast.rows_cut:,}", "answers lose their end"),
        (f"{forecast.rows_left_out:,}", "rows left out"),
        (size(forecast.needs_bytes), f"memory needed, {size(forecast.free_bytes)} free"),
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


def plan_sentences(forecast: Forecast, *, starter: bool, new_exam: bool = False) -> list[str]:
    """What the numbers do not say."""
    said = [
        f"It learns {forecast.learned_tokens:,} pieces of words (the answers) and reads {forecast.read_tokens:,} "
        f"in all; the longest example has {forecast.longest:,}."
    ]
    said += plan_in_words(forecast, new_exam=new_exam)
    if starter:
        said.append(
            "The built-in practice model is for learning the tool: it is quick and knows little. "
            "Real work wants a bigger model."
        )
    return [*said, *forecast.notes]


MODEL_LEAD = "A bigger one writes better and learns slower. What fits this computer now is said on each card."
RECIPE_LEAD = "A recipe is all settings of a plan: it can be used again here, sent to a colleague, or read by a person."
SAME_RECIPE = "Nothing differs: the plan was just like this."
TAKEN_RECIPE = "It is the plan now."
NOT_IN_THE_PLAN = "What you changed on the Model tab is not in the plan yet, so nothing was started."
NOT_IN_THE_PLAN_HINT = "Look at the plan there. If it does not change by itself, press “Work out the plan with these”."
PLAN_COMES = "The plan is worked out when you open this tab."
ADVANCED_HINT = "You need none of these. The words in brackets are the ones that technical people use."
ROW_INFO = "Any number of the first column of the table on the Examples tab; then Enter."
SEE_HINT = "Your answer and its end mark, in colour, are learned. The rest is only read."


def advanced_title(number: int) -> str:
    """The door to the other settings."""
    return f"Advanced ({number} settings)"


def other_choice(model: str) -> str:
    """A model that is not in the list, as lines of its card."""
    return f"{model.rstrip('/').rsplit('/', 1)[-1]}\n{model}"
