"""Judgements are parted once, by their questions: to learn from, to check on, and to keep aside for the report.

The same judgements are always parted the same way, so that a run that is plainly taught is looked at on the same ones.
"""

import hashlib
from collections.abc import Sequence
from itertools import cycle, islice

from studio.schemas.example import Example
from studio.schemas.loop.preference import FrozenJudgement, Judgement, JudgementPart, PreferencePair, ThumbedReply
from studio.schemas.recipe import Recipe

LEAST_ASIDE, MOST_ASIDE, LEAST_CHECKED = 6, 60, 2  # with fewer aside, moving in all of them could be luck
JUDGED = "judged-"  # how the series of such runs begins
FEWEST = 12  # judgements that can be parted at all


def parted(judgements: Sequence[Judgement]) -> list[FrozenJudgement]:
    """A fifth is kept aside, a tenth checked on: whole questions, in an order that only their words decide."""
    ordered = sorted(judgements, key=lambda one: (question_mark(one), mark(one)))
    aside = min(MOST_ASIDE, max(LEAST_ASIDE, len(ordered) // 5))
    checked = aside + min(MOST_ASIDE, max(LEAST_CHECKED, len(ordered) // 10))
    frozen: list[FrozenJudgement] = []
    part: JudgementPart = "exam"
    for place, one in enumerate(ordered):
        if not place or question_mark(one) != question_mark(ordered[place - 1]):
            part = "exam" if place < aside else "validation" if place < checked else "train"
        frozen.append(FrozenJudgement(part=part, judgement=one))
    return frozen


def question_mark(judgement: Judgement) -> str:
    """A mark of what was asked."""
    return digest(*(f"{turn.role}:{turn.content}" for turn in judgement.turns))


def mark(judgement: Judgement) -> str:
    """A mark of the whole judgement, wherever it came from."""
    return digest(*judgement.replies, str(getattr(judgement, "good", "")))


def digest(*texts: str) -> str:
    """SHA-256 over texts."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def series_of(parent: str, judgements: Sequence[Judgement]) -> str:
    """The same for all runs that begin with one version and learn from these judgements, in whatever way."""
    return f"{JUDGED}{digest(parent, *sorted(question_mark(one) + mark(one) for one in judgements))[:16]}"


def better_replies(judgements: Sequence[Judgement]) -> list[Example]:
    """The better reply of each pair, and each reply with its thumb up, as examples to teach plainly."""
    found = []
    for number, one in enumerate(judgements, 1):
        if isinstance(one, PreferencePair):
            found.append(one.example(one.chosen, number))
        elif one.good:
            found.append(one.example(one.reply, number))
    return found


def counted_as(judgements: Sequence[Judgement]) -> list[Example]:
    """All replies as examples: what a run reads of them, for the forecast."""
    return [one.example(reply, number) for number, one in enumerate(judgements, 1) for reply in one.replies]


def of_kind(judgements: Sequence[Judgement], kind: str) -> list[Judgement]:
    """Those that this kind of learning takes."""
    wanted = ThumbedReply if kind == "thumbs" else PreferencePair
    return [one for one in judgements if isinstance(one, wanted)]


def read_of(
    recipe: Recipe, train: Sequence[Example], judgements: Sequence[FrozenJudgement]
) -> tuple[Recipe, Sequence[Example]]:
    """What a forecast counts: of judgements every reply is read, so that twice as many examples stand in a step, and
    the taught rows beside them."""
    if recipe.learn_from == "answers":
        return recipe, train
    learned = [one.judgement for one in judgements if one.part == "train"]
    times = 2 if recipe.learn_from == "preferences" else 1
    at_once = recipe.per_device_train_batch_size
    beside = recipe.replayed_beside(at_once)
    taught = islice(cycle(train), beside * -(-len(learned) // at_once) if train else 0)
    batch = at_once * times + (beside if train else 0)
    read = recipe.model_copy(update={"learn_from": "answers", "per_device_train_batch_size": batch})
    return read, [*counted_as(learned), *taught]
