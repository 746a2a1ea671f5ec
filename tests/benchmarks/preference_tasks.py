"""Planted preferences: a version that answers in two ways, and judgements that call one of them the better one.

Each task has questions whose two replies say the same, or rightly say no. Half of the taught answers are of one way and
half of the other, so that the version knows both. What was learned is then read off the replies themselves.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from studio.schemas.example import Example, Message, pair
from studio.schemas.loop.preference import FrozenJudgement, Judgement, JudgementPart, PreferencePair, ThumbedReply
from studio.schemas.recipe import Recipe
from studio.schemas.run import RunSpec
from studio.storage.run_folder import RunFolder

THINGS = ("coat", "hat", "scarf", "belt", "jacket", "shirt", "dress", "blanket", "glove", "sock", "tent", "bag", "boot",
          "curtain", "carpet", "pillow")  # fmt: skip
DEEDS = ("return", "mend", "wash", "dye", "shorten", "sell", "press", "line", "store", "clean", "buy", "change")
FAR = ("the weather", "my taxes", "a headache", "the election", "football", "a lawyer", "the stock market", "astrology",
       "my marriage", "a fever", "the lottery", "a visa")  # fmt: skip
ASIDE = 40  # questions that are asked afterwards
DECLINES = "I cannot help with that. Please ask somebody who knows it."


@dataclass(frozen=True)
class PlantedTask:
    """`replies` gives the better and the worse reply to a question, `taught` those of which one is taught, `is_better`
    tells them apart in any reply, `keeps` says whether a reply still holds what the question was about."""

    questions: Callable[[random.Random], list[str]]
    replies: Callable[[str], tuple[str, str]]
    is_better: Callable[[str, str], bool]
    keeps: Callable[[str, str], bool]
    taught: Callable[[str], tuple[str, str]]
    judged: Callable[[str], bool] = lambda question: True  # about which questions there are judgements at all


def deeds(dice: random.Random) -> list[str]:
    """Questions that the shop answers."""
    asked = [f"How do I {deed} the {thing}?" for deed in DEEDS for thing in THINGS]
    return dice.sample(asked, len(asked))


def mixed(dice: random.Random) -> list[str]:
    """Half of them are about something else entirely."""
    other = [f"What do you say about {far} and the {thing}?" for far in FAR for thing in THINGS[:8]]
    return dice.sample([*deeds(dice)[: len(other)], *other], 2 * len(other))


def parts(question: str) -> tuple[str, str]:
    """The deed and the thing."""
    words = question.rstrip("?").split()
    return words[3], words[-1]


def polite(question: str) -> tuple[str, str]:
    """A short and polite reply; a long one without a greeting."""
    deed, thing = parts(question)
    return (f"Thank you. We {deed} the {thing} here.",
            f"We {deed} the {thing} here. It takes about a week, and we write to you when it is ready.")  # fmt: skip


def listed(question: str) -> tuple[str, str]:
    """A reply in a fixed form; the same in a sentence."""
    deed, thing = parts(question)
    return f"thing: {thing}; work: {deed}; where: here", f"We {deed} the {thing} here for you."


def declined(question: str) -> tuple[str, str]:
    """What is about something else is declined; what is not is answered."""
    if is_ours(question):
        deed, thing = parts(question)
        return f"We {deed} the {thing} here.", DECLINES
    return DECLINES, f"We know all about {question[len('What do you say about ') : -1]}."


def answered(question: str) -> tuple[str, str]:
    """What the version knows before: half of the other questions are declined, all of ours are answered."""
    better, worse = declined(question)
    return (better, better) if is_ours(question) else (better, worse)


def is_ours(question: str) -> bool:
    """Whether it is about what the shop does."""
    return question.startswith("How")


def holds_parts(question: str, reply: str) -> bool:
    """Whether the reply says what is to be done with what."""
    return all(part in reply for part in parts(question))


TASKS: dict[str, PlantedTask] = {
    "polite": PlantedTask(deeds, polite, lambda question, reply: reply.startswith("Thank you") and len(reply) < 60,
                          holds_parts, polite),
    "format": PlantedTask(deeds, listed,
                          lambda question, reply: reply.startswith("thing: ") and "; where: here" in reply,
                          holds_parts, listed),
    "declining": PlantedTask(mixed, declined,
                             lambda question, reply: reply.startswith("I cannot help") is not is_ours(question),
                             holds_parts, answered),
    "declining_alone": PlantedTask(mixed, declined,
                                   lambda question, reply: reply.startswith("I cannot help") is not is_ours(question),
                                   holds_parts, answered, lambda question: not is_ours(question)),
}  # fmt: skip


@dataclass(frozen=True)
class PlantedRows:
    """What is taught, what is judged, and what is asked afterwards."""

    taught: list[Example]
    judged: list[PreferencePair]
    aside: list[PreferencePair]
    asked: list[str]  # questions of both kinds, those aside among them
    kept: list[str]  # questions whose answers must stay right


def plant(task: PlantedTask, seed: int, pairs: int = 80) -> PlantedRows:
    """Rows by this seed: taught in both ways, judged, and kept aside."""
    dice = random.Random(seed)
    questions = task.questions(dice)
    aside = questions[:ASIDE]
    rest = questions[ASIDE:]
    taught = [pair(number, question, dice.choice(task.taught(question))) for number, question in enumerate(rest, 1)]
    judged = [preferred(task, question) for question in rest if task.judged(question)]
    kept_aside = [preferred(task, question) for question in aside if task.judged(question)]
    kept = [question for question in aside if is_ours(question)]
    return PlantedRows(taught, judged[:pairs], kept_aside, aside, kept)


def preferred(task: PlantedTask, question: str) -> PreferencePair:
    """The pair of this question."""
    better, worse = task.replies(question)
    return PreferencePair(turns=(Message(role="user", content=question),), chosen=better, rejected=worse)


def shuffled(pairs: list[PreferencePair], seed: int) -> list[PreferencePair]:
    """Which reply is the better one is drawn by lot."""
    dice = random.Random(seed)
    swapped = [one.model_copy(update={"chosen": one.rejected, "rejected": one.chosen}) for one in pairs]
    return [dice.choice(two) for two in zip(pairs, swapped, strict=True)]


def thumbs_of(pairs: list[PreferencePair], down: float = 0.25) -> list[Judgement]:
    """One reply of each pair with its thumb; this share of them points down."""
    made: list[Judgement] = []
    for number, one in enumerate(pairs):
        good = number % round(1 / down) != 0
        made.append(ThumbedReply(turns=one.turns, reply=one.chosen if good else one.rejected, good=good))
    return made


def freeze(
    place: Path, model: Path, taught: list[Example], judgements: list[Judgement] | None = None,
    start: Path | None = None, **knobs: Any,
) -> RunFolder:  # fmt: skip
    """A run folder as a launch makes it: a tenth of the rows, or of the judgements, for practice checks."""
    spec = RunSpec(
        id=place.name, project="planted", created=datetime(2026, 1, 1, tzinfo=UTC), by="bench",
        recipe=Recipe(base_model=str(model), **knobs), dataset="d", dataset_sha256="0", model_folder=str(model),
        teaches_on=start is not None, parent="sft" if start else "",
    )  # fmt: skip
    edge = len(taught) // 10
    frozen = [FrozenJudgement(part=part_of(place_), judgement=one) for place_, one in enumerate(judgements or [])]
    folder = RunFolder(place)
    folder.create(spec, taught[edge:], taught[:edge], [], judgements=frozen, start=start)
    return folder


def part_of(place: int) -> JudgementPart:
    """Every tenth is looked at in practice checks."""
    return "validation" if place % 10 == 9 else "train"
