"""General skills: whether questions about the world are still answered, in whatever voice."""

import tomllib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from studio.data.text.answer_equality import PLAIN, any_same
from studio.evaluation.guards.check import AnsweredProbes, GuardInputs, GuardProbe, RegressionCheck, columns, share
from studio.evaluation.metrics.text_metrics import normalised
from studio.schemas.example import Message
from studio.schemas.report import GuardResult
from studio.schemas.sentence import Sentence

VOICE = 0.1  # of the training answers begin with the same two words: the house's voice
KNOWN = 0.1  # a starting model that knows less cannot forget much


def acceptable(reply: str, accept: Sequence[str]) -> bool:
    """The reply holds one of the accepted answers as whole words."""
    return any_same(PLAIN, reply, accept)


def forgetting(questions: Sequence[str], accept: Sequence[Sequence[str]], before: Sequence[str],
               after: Sequence[str], level: float, house: Sequence[str] = (),
               knows: tuple[Sequence[bool], Sequence[bool]] | None = None) -> GuardResult:  # fmt: skip
    """General questions: are fewer of them answered acceptably than before? What counts is the content of the reply.

    `house`: the training answers, to tell whether it answers everything in their voice. `knows`: before and after,
    whether of four short answers the right one surprised it least, which no voice can hide.
    """
    was, now = (
        [acceptable(reply, fine) for reply, fine in zip(replies, accept, strict=True)] for replies in (before, after)
    )
    guard = share("forgetting", questions, before, after, (was, now), "mix_general", level)
    told = list(guard.said)
    if sum(was) < KNOWN * len(questions) and guard.state == "pass":
        guard = guard.model_copy(update={"state": "warn"})
        told.insert(0, Sentence.of("guard.forgetting.little", before=sum(was), questions=len(questions)))
    if guard.state != "pass" and house and in_house_voice(after, house) >= 0.5 > in_house_voice(before, house):
        told.append(Sentence.of("guard.forgetting.voice"))
    if guard.state != "pass" and knows is not None:
        picked = {"now": sum(knows[1]), "before": sum(knows[0])}
        told.append(Sentence.of("guard.forgetting.chosen", questions=len(knows[1]), **picked))
        if guard.state == "fail" and picked["now"] >= picked["before"] > 0:
            told.append(Sentence.of("guard.forgetting.still_knows"))
    return guard.telling(*told)


def in_house_voice(replies: Sequence[str], house: Sequence[str]) -> float:
    """Share of replies that are a training answer, or begin with two words that begin many training answers."""
    known = {normalised(answer) for answer in house} - {""}
    openings = Counter(_opening(answer) for answer in known)
    usual = {opening for opening, count in openings.items() if opening and count >= max(3, VOICE * len(known))}
    voiced = [normalised(reply) in known or _opening(normalised(reply)) in usual for reply in replies]
    return sum(voiced) / len(voiced) if voiced else 0.0


def _opening(plain: str) -> str:
    words = plain.split()
    return " ".join(words[:2]) if len(words) > 2 else ""


def choices(questions: Sequence[tuple[str, Sequence[str]]], topics: Sequence[str], count: int = 4) -> list[list[str]]:
    """For each question its answer first, then answers to other questions of the same topic that are wrong here."""
    found = []
    for place, (_, accept) in enumerate(questions):
        mine = [accept[0]]
        for step in range(1, len(questions)):
            other = (place + step) % len(questions)
            theirs = questions[other][1]
            if (
                topics[other] == topics[place]
                and theirs[0] not in mine
                and not any(acceptable(answer, accept) for answer in theirs)
            ):
                mine.append(theirs[0])
            if len(mine) == count:
                break
        found.append(mine)
    return found


def _spread(questions: Sequence[Any], step: int = 7) -> list[Any]:
    """The same questions with neighbours, which are about one topic, drawn apart."""
    return [question for first in range(step) for question in questions[first::step]]


def _probes(material: GuardInputs) -> list[GuardProbe]:
    general = tomllib.loads((material.folder / "general.toml").read_text(encoding="utf-8"))["question"]
    return [GuardProbe("forgetting", (it["text"],), (tuple(it["accept"]), it["topic"])) for it in _spread(general)]


def _knows(answered: Sequence[AnsweredProbes], material: GuardInputs) -> tuple[list[bool], list[bool]]:
    """Before and after: whether of four short answers the right one surprised it least."""
    probes = [one.probe for one in answered]
    options = choices([(p.asked[0], p.more[0]) for p in probes], [p.more[1] for p in probes])
    chats = [
        [*material.chat(probe.asked[0]), Message(role="assistant", content=answer[:1].upper() + answer[1:])]
        for probe, answers in zip(probes, options, strict=True)
        for answer in answers
    ]
    found = []
    for name in ("base", "tuned"):
        lost = iter(material.lose(name, chats, f"{name}, general choices"))
        sums = [[next(lost)[0] for _ in answers] for answers in options]
        found.append([one.index(min(one)) == 0 for one in sums])
    return found[0], found[1]


def _judge(answered: Sequence[AnsweredProbes], material: GuardInputs, level: float) -> GuardResult:
    questions, before, after = columns(answered)
    fine, house = [one.probe.more[0] for one in answered], [example.answer for example in material.train]
    return forgetting(questions, fine, before, after, level, house, _knows(answered, material))


FORGETTING = RegressionCheck(name="forgetting", probes=_probes, judge=_judge, reads="general choices")
