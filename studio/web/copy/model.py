"""The sentences of the Model tab."""

from collections.abc import Sequence

from studio.copy.catalog import Phrases, say
from studio.copy.quantities import duration, rough_size, roughly, size
from studio.data.checks.content.lengths import plan_in_words
from studio.data.text.normalize import MASK
from studio.models.devices import QUIET
from studio.schemas.example import Example
from studio.schemas.model import Forecast, ModelEntry, Standing
from studio.settings import Settings


def presets() -> list[tuple[str, str]]:
    """How much to teach: what is said, and what is meant."""
    return [(words, name) for name, words in Phrases("preset").items()]


def models_lead(entries: Sequence[ModelEntry]) -> str:
    """What the cards below have in common."""
    fit = sum(entry.fits for entry in entries)
    away = sum(entry.standing is Standing.AWAY for entry in entries)
    some = say("model.these_and_away" if away else "model.these", fit=fit, away=away)
    which = say("model.all_these_fit") if fit == len(entries) else some
    return say("model.computer_now_bigger_one", which=which)


def model_choice(entry: ModelEntry, *, best: bool) -> str:
    """A starting model as the lines of its card: name, licence, what it takes, and what it is good for."""
    title = say("model.our_pick", title=entry.title) if best else entry.title
    takes = say("model.about_memory", size=rough_size(entry.needs_bytes))
    spoken = say("card.languages", languages=entry.languages) if entry.languages else ""
    return "\n".join(line for line in (title, entry.licence, spoken, takes, entry.reason, entry.note) if line)


def best_line(best: ModelEntry) -> str:
    """The advice before any effort, for the first page, with what it assumes."""
    time = say("model.best_time", duration=roughly(best.seconds)) if best.seconds else ""
    return say("model.best_here", title=best.title, rows=TYPICAL_ROWS, time=time, size=rough_size(best.needs_bytes),
               free=size(best.free_bytes))  # fmt: skip


def first_figures(entry: ModelEntry) -> list[tuple[str, str]]:
    """What can be told before the model was opened."""
    time = [(roughly(entry.seconds).removeprefix("about "), say("model.told_from_sizes"))] if entry.seconds else []
    return [*time, (rough_size(entry.needs_bytes).removeprefix("about "), say("model.memory_about"))]


def plan_figures(forecast: Forecast) -> list[tuple[str, str]]:
    """The plan in large numbers."""
    times = forecast.times_seen  # whole steps see some rows once more: 3.1 where 3 were asked for
    seen = f"{times:.0f}" if times >= 2 else f"{times:.1f}".rstrip("0").rstrip(".")
    gone = forecast.rows_cut + forecast.cut_aside + forecast.rows_left_out
    return [
        (f"{seen}×", say("model.each_example_seen")),
        (f"{forecast.steps:,}", say("model.steps", steps=forecast.steps)),
        (f"{gone:,}", say("model.row_cut_or_left") if gone == 1 else say("model.rows_cut_or_left")),
        (duration(forecast.seconds).removeprefix("about "), say(f"model.about_how_long_takes{beside_what(forecast)}")),
        (size(forecast.needs_bytes), say("model.memory_needed_free", size=size(forecast.free_bytes))),
    ]


def beside_what(forecast: Forecast) -> str:
    """Which words the time has: on a busy computer, whether it was told beside the others or as if it ran alone."""
    if forecast.free >= QUIET:
        return ""
    return "_beside" if forecast.measured else "_alone"


def plan_details(forecast: Forecast, disk_free: int, cost: str = "") -> list[tuple[str, str]]:
    """What else was counted."""
    cut = forecast.rows_cut + forecast.cut_aside
    figures = [
        (f"{forecast.rows:,}", say("model.row_learn_from") if forecast.rows == 1 else say("model.rows_learn_from")),
        (f"{forecast.learned_tokens:,}", say("model.pieces_words_learned_tokens")),
        (
            f"{cut:,}",
            say("model.answer_loses_end") if cut == 1 else say("model.answers_lose_their_end"),
        ),
        (
            f"{forecast.rows_left_out:,}",
            say("model.row_left_out") if forecast.rows_left_out == 1 else say("model.rows_left_out"),
        ),
        (size(forecast.disk_bytes), say("model.disk_needed_free", size=size(disk_free))),
    ]
    if forecast.rows_general:
        figures.insert(1, (f"{forecast.rows_general:,}", say("model.general_examples_mixed")))
    return [*figures, (cost, say("model.what_costs_about"))] if cost else figures


def cost(seconds: float | None, settings: Settings) -> str:
    """Money by the prices that whoever looks after this computer has set; nothing when none is set or time unknown."""
    if not seconds:
        return ""
    hours = seconds / 3600
    energy = hours * settings.watts / 1000
    money = hours * settings.price_per_hour + energy * settings.price_per_kwh
    if not money:
        return f"{energy:.2g} kWh" if energy else ""
    shown = (
        f"{money:,.2f} {settings.currency}" if money >= 0.01 else say("model.under_a_cent", currency=settings.currency)
    )
    return shown.strip()


def plan_losses(forecast: Forecast, *, new_exam: bool = False) -> list[str]:
    """What would not be learned whole, and what to do about it; said openly, since it is a loss."""
    return plan_in_words(forecast, new_exam=new_exam)


def plan_sentences(forecast: Forecast, *, starter: bool, labels: bool = False) -> list[str]:
    """What the numbers do not say."""
    said = [
        say("labels.plan_reads", read_tokens=forecast.read_tokens, rows=forecast.rows, longest=forecast.longest)
        if labels
        else say(
            "model.learns_pieces_words_answers",
            learned_tokens=forecast.learned_tokens,
            read_tokens=forecast.read_tokens,
            longest=forecast.longest,
        )
    ]
    if starter:
        said.append(say("model.built_practice_model_for"))
    return [*said, *forecast.notes]


def why_so_often(times: float, rows: int, *, small: bool, quick: bool = False) -> str:
    """Why the proposal sees each example so often, which other tools set to 3; of a quick try, why so seldom."""
    often = say("model.studio_proposes_through", times=times, rows=rows)
    if quick:
        return say("model.quick_passes", often=often)
    if small:
        return say("model.small_model_needs_many", often=often)
    return say("model.fewer_examples_there_more", often=often)


def masks_learned(examples: Sequence[Example]) -> list[str]:
    """That the model will write the masks which stand in answers; nothing where none does."""
    masks = [found[0] for example in examples if (found := MASK.search(example.answer))]
    return [say("model.masks_learned", rows=len(masks), mask=masks[0])] if masks else []


def pending(titles: Sequence[str]) -> str:
    """Which settings are in no plan yet."""
    named = ", ".join(titles[:3]) + (say("model.more", titles=len(titles) - 3) if len(titles) > 3 else "")
    return say("model.not_plan_yet", named=named)


TYPICAL_ROWS = 300  # what the studio reckons with before it knows hers


PLAN_STEPS = Phrases("plan_steps")


def advanced_title(number: int) -> str:
    """The door to the other settings."""
    return say("model.advanced_settings", number=number)


def other_choice(model: str) -> str:
    """A model that is not in the list, as lines of its card."""
    return f"{model.rstrip('/').rsplit('/', 1)[-1]}\n{model}"
