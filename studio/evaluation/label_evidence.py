"""A label model's certainty against what was right: reliability, and what to hand to a person."""

from collections.abc import Sequence

from studio.evaluation.guards.check import measured
from studio.evaluation.metrics.label_metrics import parts_of
from studio.evaluation.statistics.intervals import rate_interval
from studio.schemas.report import Estimate, HandOver, LabelBin, LabelEvidence
from studio.schemas.sentence import Sentence

MOST_BINS, IN_A_BIN = 5, 10  # of a reliability diagram: as many questions in each, and enough to say something
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
FAST = 1.0  # second: a question that takes longer is said in seconds


def label_evidence(
    certainties: Sequence[float],
    right: Sequence[bool],
    replies: Sequence[str],
    experts: Sequence[str],
    *,
    certainty: float,
    separator: str = "",
    seconds: float = 0.0,
) -> LabelEvidence:
    """All that is told of certainty; `certainty` is the one that she set. The sequences go by the exam's questions."""
    chosen = hand_over(certainties, right, certainty)
    mean = sum(certainties) / len(certainties)
    share = rate_interval(sum(right), len(right))
    too_sure = Estimate(value=mean - share.value, low=mean - share.high, high=mean - share.low)
    kind = "too_sure" if too_sure.low > 0 else "too_careful" if too_sure.high < 0 else "as_sure"
    said = [
        Sentence.of(f"labels.{kind}", certainty=100 * mean, right=100 * share.value,
                    gap=round(100 * mean) - round(100 * share.value),  # of the two as they are shown beside it
                    low=round(100 * too_sure.low), high=round(100 * too_sure.high)),  # never “-0”
        hand_over_in_words(chosen),
    ]  # fmt: skip
    if seconds:
        said.append(Sentence.of("labels.speed" if seconds < FAST else "labels.slow", seconds=seconds,
                                milliseconds=1000 * seconds))  # fmt: skip
    return LabelEvidence(
        separator=separator,
        certainties=tuple(certainties),
        right=tuple(right),
        bins=tuple(reliability(certainties, right)),
        too_sure=too_sure,
        chosen=chosen,
        hand_over=tuple(hand_over(certainties, right, level) for level in LEVELS),
        each=counts_of(replies, experts, separator),
        seconds=seconds,
        said=tuple(said),
    )


def reliability(certainties: Sequence[float], right: Sequence[bool]) -> list[LabelBin]:
    """A reliability diagram with as many questions in each bin (Nguyen and O'Connor 2015), the least certain first."""
    order = sorted(range(len(certainties)), key=lambda place: certainties[place])
    bins = max(1, min(MOST_BINS, len(order) // IN_A_BIN))
    found = []
    for number in range(bins):
        places = order[number * len(order) // bins : (number + 1) * len(order) // bins]
        if places:
            share = rate_interval(sum(right[place] for place in places), len(places))
            mean = sum(certainties[place] for place in places) / len(places)
            found.append(LabelBin(questions=len(places), certainty=mean, right=measured(share)))
    return found


def hand_over(certainties: Sequence[float], right: Sequence[bool], certainty: float) -> HandOver:
    """The share that is handed to a person, and how often it is right in the rest, both with exact limits."""
    kept = [hit for sure, hit in zip(certainties, right, strict=True) if sure >= certainty]
    handed = rate_interval(len(right) - len(kept), len(right))
    return HandOver(certainty=certainty, handed=measured(handed),
                    right=measured(rate_interval(sum(kept), len(kept))) if kept else None)  # fmt: skip


def hand_over_in_words(found: HandOver) -> Sentence:
    """One sentence: who decides how much, and how well."""
    facts = {"certainty": 100 * found.certainty, "handed": 100 * found.handed.value, "low": 100 * found.handed.low,
             "high": 100 * found.handed.high}  # fmt: skip
    if found.right is None:
        return Sentence.of("labels.hand_over_all", **facts)
    return Sentence.of("labels.hand_over", **facts, right=100 * found.right.value, right_low=100 * found.right.low,
                       right_high=100 * found.right.high)  # fmt: skip


def counts_of(replies: Sequence[str], experts: Sequence[str], separator: str) -> dict[str, tuple[int, int, int]]:
    """Label -> how often it was right, missed, and given where the expert gave another."""
    counts: dict[str, list[int]] = {}
    for reply, expert in zip(replies, experts, strict=True):
        given, wanted = set(parts_of(reply, separator)), set(parts_of(expert, separator))
        for label in sorted(given | wanted):
            place = 0 if label in given and label in wanted else 1 if label in wanted else 2
            counts.setdefault(label, [0, 0, 0])[place] += 1
    return {label: (right, missed, more) for label, (right, missed, more) in counts.items()}
