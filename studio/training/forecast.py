"""What a run would do and take, counted before it starts: rows, tokens, steps, memory, disk and time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.copy.catalog import say
from studio.data.checks.content.lengths import read_more
from studio.models.chat_template import ChatTemplate, load_chat_template
from studio.models.devices import free_bytes, methods_here, precision_of
from studio.schemas.example import Example
from studio.schemas.model import Forecast, ModelFacts
from studio.schemas.recipe import ADAPTERS, Recipe
from studio.storage.general_examples import wanted
from studio.training.memory import LARGE_BYTES
from studio.training.packing import pack_sequences
from studio.training.tokenization import TokenizedExample, TokenizedExamples, make_rows

SMALL_MODEL, MIDDLE_MODEL = 50_000_000, 400_000_000
CHEAP = 1024  # tokens: no row up to this length is cut to save memory or time
OVERHEAD_BYTES = 65_000_000  # what the libraries take once they run
NARROW_BYTES = 110_000_000  # and what multiplying in bfloat16 takes beside
LEFT_BEHIND = 56  # bytes that a token leaves in a layer for every hidden number, in bfloat16
KEPT_TWICE = 36  # those of them, in float32, in blocks so small that the allocator keeps them: holes of other shapes
LEFT_ON_CARD = 72  # on a graphics card; heads twice as wide as the model took that much, others 52


def steps_of(recipe: Recipe, places: int) -> int:
    """How many optimizer steps a recipe makes of so many places (rows, unless packed); transformers counts the same."""
    import math

    if recipe.max_steps > 0:
        return recipe.max_steps
    return math.ceil(recipe.num_train_epochs * steps_of_a_pass(recipe, places))


def steps_of_a_pass(recipe: Recipe, places: int) -> int:
    """The same for one time through them; the last step of it may be smaller than the others."""
    batches = -(-places // recipe.per_device_train_batch_size)
    return max(-(-batches // recipe.gradient_accumulation_steps), 1)


def times_through(recipe: Recipe, steps: int, places: int) -> float:
    """How often so many steps see each place."""
    if not places:
        return 0.0
    whole, rest = divmod(steps, steps_of_a_pass(recipe, places))
    at_once = recipe.per_device_train_batch_size * recipe.gradient_accumulation_steps
    return round(whole + min(1.0, rest * at_once / places), 2)


def rows_for(facts: ModelFacts, recipe: Recipe, train: Sequence[Example]) -> tuple[ChatTemplate, TokenizedExamples]:
    """The rows as the run would make them."""
    chat_template = load_chat_template(Path(facts.folder)).with_instructions(recipe.instructions)
    return chat_template, make_rows(chat_template, train, min(recipe.max_length, facts.context))


def forecast(
    facts: ModelFacts, recipe: Recipe, rows: TokenizedExamples, general: Sequence[TokenizedExample] = ()
) -> Forecast:
    """Everything that can be known of a run from its rows and the general ones beside them."""
    learned = [*rows.rows, *general]
    places = pack_sequences(recipe, [len(row.ids) for row in learned])
    steps = steps_of(recipe, len(places))
    needs = memory_bytes(facts, recipe, learned)
    free = free_bytes()
    notes = []
    if recipe.max_length > facts.context and (rows.cut or rows.lost):
        notes.append(say("forecast.model_reads_at_most", context=facts.context))
    if recipe.packing:
        notes.append(say("forecast.packed_rows_share_places", learned=len(learned), places=len(places)))
    if len(general) < (asked := wanted(recipe, len({row.example for row in rows.rows}))):
        notes.append(say("forecast.there_only_general_examples", general=len(general), asked=asked))
    if rows.letters:
        shown = "".join(rows.letters)[:30]
        hold, are = (
            (say("forecast.answer_holds"), say("forecast.it_is"))
            if len(rows.unwritable) == 1
            else (say("forecast.answers_hold"), say("forecast.they"))
        )
        notes.append(
            say("forecast.letters_model_cannot_write", unwritable=len(rows.unwritable), hold=hold, shown=shown, are=are)
        )
    if thinking := len(set(rows.second_thoughts)):
        notes.append(say("forecast.thought_ended_before", thinking=thinking))
    if empty := len(set(rows.empty)):
        answers, are = (
            (say("forecast.answer"), say("forecast.it_is"))
            if empty == 1
            else (say("forecast.answers"), say("forecast.they"))
        )
        notes.append(say("forecast.empty_left_out_since", empty=empty, answers=answers, are=are))
    return Forecast(
        rows=len(rows.rows),
        rows_general=len(general),
        rows_cut=len(rows.cut),
        rows_left_out=len(rows.left_out),
        rows_lost=len(rows.lost),
        rows_empty=len({*rows.empty} & {*rows.left_out}),
        limit=min(recipe.max_length, facts.context),
        context=facts.context,
        cut_ids=rows.cut[:1000],
        left_out_ids=rows.left_out[:1000],
        read_tokens=sum(len(row.ids) for row in learned),
        learned_tokens=sum(row.learned for row in learned),
        longest=rows.longest,
        steps=steps,
        times_seen=times_through(recipe, steps, len(places)),
        needs_bytes=needs,
        free_bytes=free,
        disk_bytes=disk_bytes(facts, recipe),
        blocked=blocked(facts, recipe, rows, needs, free),
        notes=tuple(notes),
    )


def blocked(facts: ModelFacts, recipe: Recipe, rows: TokenizedExamples, needs: int, free: int) -> str:
    """The sentence when the run cannot start; empty when it can."""
    if not rows.rows:
        return nothing_left(rows, min(recipe.max_length, facts.context), facts.context)
    if why := methods_here()[recipe.method]:
        return why
    if needs > free:
        return say("forecast.run_needs_about_gb", needs=needs / 1000000000.0, free=free / 1000000000.0)
    if recipe.target_modules != "all-linear" and recipe.method in ADAPTERS:
        names = layer_names(Path(facts.folder))
        unknown = sorted(set(recipe.target_modules.split(",")) - set(names))
        if unknown:
            return say("forecast.model_has_no_layer", unknown=unknown[0], names=", ".join(names))
    return ""


def nothing_left(rows: TokenizedExamples, limit: int, context: int) -> str:
    """Why no row leaves anything to learn: letters that the model cannot write, or questions that fill its memory."""
    reasons = []
    if rows.unwritable:
        letters = " ".join(rows.letters[:12])
        reasons.append(say("forecast.model_cannot_write_answers", unwritable=len(rows.unwritable), letters=letters))
    if rows.empty:
        reasons.append(say("forecast.have_no_answer", set=len(set(rows.empty))))
    if other := len({*rows.left_out} - {*rows.unwritable, *rows.lost, *rows.empty}):
        reasons.append(say("forecast.have_turns_chat_layout", other=other))
    if rows.lost:
        reasons.append(say("forecast.questions_alone_fill_pieces", lost=len(rows.lost), limit=limit))
    why = ", and ".join(reasons) or say("forecast.there_none")
    advice = read_more(limit, context, rows.longest) if rows.lost else ""
    return say("forecast.no_row_left_learn", why=why, advice=advice or say("forecast.choose_another_starting_model"))


def layer_names(folder: Path) -> list[str]:
    """The names that `target_modules` may hold for this model, found without loading its weights."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    from studio.training.methods import matrices

    config = AutoConfig.from_pretrained(str(folder), trust_remote_code=False, local_files_only=True)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    return sorted({name.rpartition(".")[2] for name in matrices(model)})


def adapter_parameters(facts: ModelFacts, recipe: Recipe) -> int:
    """Roughly how many numbers learn."""
    if recipe.method == "full":
        return facts.parameters
    inner = max(facts.parameters - facts.vocabulary * facts.hidden, facts.parameters // 10)
    if recipe.method == "last_layers":
        return inner * min(recipe.trained_layers, max(facts.layers, 1)) // max(facts.layers, 1)
    return 18 * recipe.r * facts.hidden * max(facts.layers, 1)


def memory_bytes(
    facts: ModelFacts, recipe: Recipe, rows: Sequence[TokenizedExample], *, card: bool | None = None
) -> int:
    """What the run takes at its peak: weights, what learns with its optimizer, and what the largest step leaves behind.

    The numbers of bytes were measured (see `tests/benchmarks/README.md`); the steps are those that the seed makes.
    `card`: on an accelerator, where frozen weights lie in bfloat16 alone; four bits are counted no lower than that.
    """
    from studio.models.devices import has_accelerator
    from studio.training.losses import positions_at_once

    card = has_accelerator() if card is None else card
    narrow = precision_of(recipe.precision, facts.parameters).itemsize == 2
    learns, layers = adapter_parameters(facts, recipe), max(facts.layers, 1)
    weights = 4 * facts.parameters + NARROW_BYTES * narrow
    if card and narrow and recipe.method in ADAPTERS:
        weights = 2 * (facts.parameters + facts.vocabulary * facts.hidden)  # the head may be a copy of the table
    elif narrow and recipe.method != "full":
        weights += 5 * (facts.parameters if recipe.method in ADAPTERS else facts.parameters - learns) // 2
    pieces, scored = largest_step(recipe, rows)
    score = 9
    if recipe.method != "full":
        scored, score = min(scored, positions_at_once(facts.vocabulary)), 13
    small = not card and 4 * pieces * facts.hidden < LARGE_BYTES
    layer = ((LEFT_ON_CARD if card else LEFT_BEHIND) if narrow else 77 + KEPT_TWICE * small) * facts.hidden
    left = 2 * layer + 4 * facts.hidden * layers if recipe.gradient_checkpointing else layer * layers
    return int(OVERHEAD_BYTES + weights + 12 * learns + pieces * left + scored * facts.vocabulary * score)


def largest_step(recipe: Recipe, rows: Sequence[TokenizedExample]) -> tuple[int, int]:
    """Tokens, and learned tokens, of the largest batch of the first pass."""
    from studio.training.losses import BatchOrder

    if not rows:
        return 0, 0
    places = pack_sequences(recipe, [len(row.ids) for row in rows])
    order = BatchOrder(len(places), recipe.per_device_train_batch_size, recipe.seed)
    batches = [[rows[number] for place in batch for number in places[place]] for batch in order]
    return max((sum(len(row.ids) for row in batch), sum(row.learned for row in batch)) for batch in batches)


def disk_bytes(facts: ModelFacts, recipe: Recipe) -> int:
    """Checkpoints with their optimizer, the best one, and the version."""
    learns = adapter_parameters(facts, recipe)
    return (recipe.save_total_limit + 1) * (12 * learns + 100_000) + 4 * learns + 4_000_000


def propose_knobs(facts: ModelFacts, rows: TokenizedExamples) -> dict[str, Any]:
    """The settings to begin with, by the model's size and the number and length of the rows.

    The smaller a model, the bolder its adapter has to learn (measured with 7M and 135M: `tests/benchmarks/README.md`).
    """
    count = max(len(rows.rows), 1)
    small, middle = facts.parameters < SMALL_MODEL, facts.parameters < MIDDLE_MODEL
    passes = max(2, min(10, 6000 // count)) if small else 3 if count < 500 else 2 if count <= 2000 else 1
    return {
        "learning_rate": 2e-3 if small else 1e-3 if middle else 2e-4,
        "num_train_epochs": float(passes),
        "r": 16,
        "lora_alpha": 32.0,
        "target_modules": "all-linear",
        "per_device_train_batch_size": 8,
        "max_length": length_for(rows, facts.context),
    }


def length_for(rows: TokenizedExamples, context: int) -> int:
    """Room for all rows where that costs little, else for 99 of 100, and some for instructions."""
    lengths = sorted([*(row.whole for row in rows.rows), *rows.lost_lengths]) or [context]
    most = lengths[min(len(lengths) - 1, int(0.99 * len(lengths)))]
    wanted = lengths[-1] if lengths[-1] <= max(CHEAP, 1.25 * most) else most
    return max(8, min(context, -(-(wanted + 32) // 8) * 8))
