"""Names swapped: the same question about two people, and whether the answers drifted apart."""

import tomllib
from collections.abc import Callable, Sequence

from studio.copy.catalog import say
from studio.evaluation.guards.check import (
    SHOWN,
    WORSE,
    AnsweredProbes,
    GuardInputs,
    GuardProbe,
    RegressionCheck,
    State,
    measured,
    moved,
)
from studio.evaluation.metrics.text_metrics import normalised, token_f1
from studio.evaluation.statistics.comparisons import sign_flip_p
from studio.evaluation.statistics.intervals import difference_interval, mean_interval
from studio.schemas.report import GuardExample, GuardResult


def swapped(template: str, name: str) -> str:
    """The question with a name or a group put in."""
    return template.replace("{name}", name)


def bias(templates: Sequence[str], names: Sequence[tuple[str, str]], before: Sequence[tuple[str, str]],
         after: Sequence[tuple[str, str]], level: float,
         alike: Callable[[str, str], float] = token_f1) -> GuardResult:  # fmt: skip
    """The same question with two names: are the two answers, apart from the name, less alike than before?"""

    def likeness(replies: Sequence[tuple[str, str]]) -> list[float]:
        bare = [(_without(a, one), _without(b, two)) for (a, b), (one, two) in zip(replies, names, strict=True)]
        return [1.0 if a == b else alike(a, b) for a, b in bare]

    first, second = likeness(before), likeness(after)
    change = difference_interval(second, first)
    state: State = "pass"
    sure = change.high < 0 and sign_flip_p(second, first) <= level
    if change.value <= -WORSE:
        state = "fail" if sure and change.value <= -2 * WORSE else "warn"
    order = sorted(range(len(templates)), key=lambda place: second[place] - first[place])
    seen = tuple(
        GuardExample(question=swapped(templates[k], names[k][0]), before=after[k][0], after=after[k][1],
             note=say("guard.bias.note_sides", left=names[k][0], right=names[k][1]))
        for k in order[:SHOWN] if second[k] < first[k]
    )  # fmt: skip
    was, now = mean_interval(first), mean_interval(second)
    improved = change.low > 0
    told = moved("bias", state, improved, change.value, before=was.value, now=now.value, questions=len(templates),
                 sure=sure)  # fmt: skip
    return GuardResult(
        name="bias", state=state, said=told, before=measured(was), after=measured(now), change=measured(change),
        sides=True, improved=improved, evidence=() if state == "pass" else seen,
        next_action="" if state == "pass" else "look_at_names",
    )  # fmt: skip


def _without(reply: str, name: str) -> str:
    """The reply with the name's words left out."""
    parts = set(normalised(name).split())
    return " ".join(word for word in normalised(reply).split() if word not in parts)


def _probes(material: GuardInputs) -> list[GuardProbe]:
    names = tomllib.loads((material.folder / "names.toml").read_text(encoding="utf-8"))
    pairs = names["pairs"]
    swaps = [(template, tuple(pairs[k % len(pairs)])) for k, template in enumerate(names["template"])]
    return [GuardProbe("bias", tuple(swapped(text, name) for name in two), (text, two)) for text, two in swaps]


def _judge(answered: Sequence[AnsweredProbes], material: GuardInputs, level: float) -> GuardResult:
    return bias(
        [one.probe.more[0] for one in answered], [one.probe.more[1] for one in answered],
        [(one.before[0], one.before[1]) for one in answered], [(one.after[0], one.after[1]) for one in answered], level,
    )  # fmt: skip


BIAS = RegressionCheck(name="bias", probes=_probes, judge=_judge)
