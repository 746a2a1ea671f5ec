"""General text: whether texts that have nothing to do with the work surprise it more than before."""

import math
import tomllib
from collections.abc import Sequence

from studio.evaluation.guards.check import AnsweredProbes, GuardInputs, RegressionCheck, State, measured
from studio.evaluation.statistics.comparisons import sign_flip_p
from studio.evaluation.statistics.intervals import difference_interval
from studio.schemas.example import Message
from studio.schemas.report import GuardResult
from studio.schemas.sentence import Sentence

WARN, FAIL = math.log(1.15), math.log(1.5)  # general text becomes so many times more surprising
MOST = 50.0  # nats: e to a higher power is a number that nobody reads


def general_text(before: Sequence[float], after: Sequence[float], level: float) -> GuardResult:
    """The mistakes score on general texts, text by text: perplexity above 1.15 times warns, above 1.5 times fails.

    `change` is what was added to its mistakes: here, less is better.
    """
    rise = difference_interval(after, before, None)
    state: State = "pass"
    if rise.low > 0 and rise.value > WARN:
        state = "fail" if rise.value > FAIL and sign_flip_p(after, before) <= level else "warn"
    was, now = (math.exp(min(MOST, sum(losses) / len(losses))) for losses in (before, after))
    improved = rise.high < 0
    way = "worse" if state != "pass" else "better" if improved else "same"
    told = Sentence.of(f"guard.general_text.{way}", before=was, now=now, questions=len(before))
    judged = {"worse": (Sentence.of("guard.is_worse"),), "better": (Sentence.of("guard.is_better"),)}.get(way, ())
    return GuardResult(
        name="general_text", state=state, said=(told, *judged), perplexity=(was, now),
        change=measured(rise), less_is_better=True, improved=improved,
        next_action="mix_general" if state != "pass" else "",
    )  # fmt: skip


def _judge(answered: Sequence[AnsweredProbes], material: GuardInputs, level: float) -> GuardResult | None:
    texts = tomllib.loads((material.folder / "general.toml").read_text(encoding="utf-8"))["text"]
    chats = [[Message(role="assistant", content=it["text"])] for it in texts]
    losses = [material.lose(name, chats, f"{name}, general texts") for name in ("base", "tuned")]
    reached = [(a / n, b / m) for (a, n), (b, m) in zip(*losses, strict=True) if n and m]
    if len(reached) < 2:
        return None
    return general_text([a for a, _ in reached], [b for _, b in reached], level)


GENERAL_TEXT = RegressionCheck(name="general_text", judge=_judge, needs_answers=False, reads="general texts")
