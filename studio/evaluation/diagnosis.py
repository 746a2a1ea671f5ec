"""Why is it not better? The causes are measured in a fixed order; each knows its next action.

The thresholds are the studio's own and the same for every run: a cause is found, not found, or was not measured.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from studio.data.duplicates.retrieval import features
from studio.evaluation.metrics.text_metrics import token_f1
from studio.evaluation.statistics.intervals import Interval, mean_interval
from studio.schemas.report import Cause
from studio.schemas.sentence import Sentence

GAP = 0.2  # the practised rows are known so much better than the exam
STOPS = 0.8  # of all answers must end by themselves
CONFLICTS = 0.05  # of the rows contradict another one
FEW_ROWS = 50
LEARNT = 0.05  # nats a piece: its own examples surprise it so much less than the starting model
TAUGHT_ENDS = 0.5  # of the examples must show where an answer ends
KNOWS_ROWS = 0.6  # of what could be right on the rows it practised
NEAR = 0.5  # cosine of two questions that ask the same
LONG_QUESTION = 40  # words; longer ones bring a text to read, and it is the texts that are near each other
ENOUGH_NEIGHBOURS = 10
COMMON = 0.2  # of the examples with one and the same answer: who always gives it is a rival
SHOWN_LETTERS = 60
SHOWN_PAIRS = 2
MOST_ROWS = 400


class CommonestAnswer(NamedTuple):
    """The commonest answer of the examples, its share of them, and by how much the version beats it on the exam."""

    answer: str
    share: float
    lead: Interval


class StoppedEarly(NamedTuple):
    """A run that was stopped before its planned last step, and whether the curve gave a reason to go on."""

    step: int
    planned: int
    unfinished: bool

    @property
    def said(self) -> Sentence:
        """The fact alone: whether to teach it to its end is a step of its own."""
        share = self.step / self.planned
        return Sentence.of("cause.stopped.after", step=self.step, planned=self.planned, share=share)


class DiagnosisInputs(NamedTuple):
    """What was measured; None where it was not. Scores are the main metric, between 0 and 1."""

    rows: int
    stopped: StoppedEarly | None = None  # before its planned end
    tuned_rows: Interval | None = None  # on rows it was taught with
    gain_rows: Interval | None = None  # tuned − base on the same rows, paired
    tuned_exam: Interval | None = None
    loss_fall: Interval | None = None  # how much less its own examples surprise it than the starting model, paired
    changed: bool | None = None  # some answer differs from the starting model's
    template_same: bool | None = None  # chat layout at teaching time and now
    stops: float | None = None
    ends_taught: float | None = None  # share of its examples whose ending it learned with them
    conflicts: int = 0
    neighbour_gain: Interval | None = None  # see `neighbour_gain`
    unlike_neighbours: Sequence[tuple[str, str]] = ()  # see `unlike_neighbours`
    distinct_answers: int | None = None
    common: CommonestAnswer | None = None  # the answer that its examples give most often
    forgot: bool | None = None
    by_heart_since: int | None = None  # from the curve
    longer_was_better: bool = False  # by the curve at its end, or by the answers of two saved points


def diagnose(signs: DiagnosisInputs) -> list[Cause]:
    """All causes in the order in which they are to be looked at; the first one found is the one to act on."""
    return [
        _stopped(signs), _learned(signs), _by_heart(signs), _template(signs), _stop(signs), _contradicts(signs),
        _one_answer(signs), _few(signs), _forgot(signs), _too_small(signs),
    ]  # fmt: skip


def first_cause(causes: Sequence[Cause]) -> Cause | None:
    """The one to act on. A wrong layout, a run that was stopped early, or an untaught stop explains a missing gain, so
    these come first if found, in this order."""
    found = {cause.name: cause for cause in causes if cause.found}
    return next((found[name] for name in ("template", "stopped", "stop", *found) if name in found), None)


def _cause(name: str, found: bool | None, told: Sequence[Sentence], action: str) -> Cause:
    return Cause(name=name, found=found, said=tuple(told), next_action=action if found else "")


def _stopped(signs: DiagnosisInputs) -> Cause:
    """No cause where the curve said that nothing more would come: then only the fact is told, elsewhere."""
    if signs.stopped is None:
        return _cause("stopped", False, [Sentence.of("cause.stopped.not_found")], "teach_to_end")
    return _cause("stopped", signs.stopped.unfinished, [signs.stopped.said], "teach_to_end")


def _is_unfinished(signs: DiagnosisInputs) -> bool:
    return signs.stopped is not None and signs.stopped.unfinished


def _learned(signs: DiagnosisInputs) -> Cause:
    found, told = None, [Sentence.of("cause.did_not_learn.unmeasured")]
    fall = signs.loss_fall
    if fall is not None:
        found = fall.value < LEARNT or fall.low <= 0
        told = [Sentence.of("cause.did_not_learn.surprise", fall=fall.value)]
    elif signs.changed is False:
        return _cause("did_not_learn", True, [Sentence.of("cause.did_not_learn.unchanged")], "teach_bolder")
    elif signs.gain_rows is not None:
        found = signs.gain_rows.low <= 0 or signs.gain_rows.value < 0.02
        told = [Sentence.of("cause.did_not_learn.points", points=100 * signs.gain_rows.value)]
    if found is not None:
        told.append(Sentence.of(f"cause.did_not_learn.{'found' if found else 'not_found'}"))
    return _cause("did_not_learn", found, told, "teach_bolder")


def _by_heart(signs: DiagnosisInputs) -> Cause:
    name, action = "by_heart", "fewer_rounds"
    if signs.by_heart_since is not None:
        return _cause(name, True, [Sentence.of("cause.by_heart.since", step=signs.by_heart_since)], action)
    if signs.tuned_rows is None or signs.tuned_exam is None:
        return _cause(name, None, [Sentence.of("cause.by_heart.unmeasured")], action)
    if signs.longer_was_better or _is_unfinished(signs):
        action = "add_examples"  # fewer rounds would deny what was measured, or the step before it
    gap = signs.tuned_rows.value - signs.tuned_exam.value
    found = gap > GAP and signs.tuned_rows.low > signs.tuned_exam.high
    told = [Sentence.of("cause.by_heart.gap", points=100 * gap)]
    return _cause(name, found, [*told, Sentence.of("cause.by_heart.found")] if found else told, action)


def _template(signs: DiagnosisInputs) -> Cause:
    wrong = None if signs.template_same is None else not signs.template_same
    return _cause("template", wrong, [Sentence.of(f"cause.template.{_seen(wrong)}")], "restore_layout")


def _seen(found: bool | None) -> str:
    return {None: "unmeasured", True: "found", False: "not_found"}[found]


def _stop(signs: DiagnosisInputs) -> Cause:
    """Where an answer ends was either not in what it learned, or it does not end its answers; both are found."""
    if signs.ends_taught is not None and signs.ends_taught < TAUGHT_ENDS:
        return _cause("stop", True, [Sentence.of("cause.stop.cut", share=signs.ends_taught)], "teach_stop")
    if signs.stops is None:
        return _cause("stop", None, [Sentence.of("cause.stop.unmeasured")], "teach_stop")
    whole = signs.ends_taught == 1  # nothing was cut: longer rows would teach nothing else
    ends = [Sentence.of(f"cause.stop.{'ends' if signs.stops >= STOPS else 'runs_on'}", share=signs.stops)]
    return _cause("stop", signs.stops < STOPS, ends, "" if whole else "teach_stop")


def _contradicts(signs: DiagnosisInputs) -> Cause:
    name, action = "contradictions", "settle_contradictions"
    if signs.rows and signs.conflicts >= max(2, CONFLICTS * signs.rows):
        told = Sentence.of("cause.contradictions.rows", conflicts=signs.conflicts, rows=signs.rows)
        return _cause(name, True, [told], action)
    gain = signs.neighbour_gain
    if gain is None:
        told = Sentence.of("cause.contradictions.none", conflicts=signs.conflicts)
        return _cause(name, None if not signs.rows else False, [told], action)
    if gain.value >= 0.05 or gain.low > 0:
        return _cause(name, False, [Sentence.of("cause.contradictions.neighbours", points=100 * gain.value)], action)
    pairs = [Sentence.of("cause.contradictions.pair", one=shortened(one), other=shortened(other))
             for one, other in signs.unlike_neighbours]  # fmt: skip
    return _cause(name, True, [Sentence.of("cause.contradictions.found"), *pairs], "look_at_similar")


def _one_answer(signs: DiagnosisInputs) -> Cause:
    """The rival of the simplest kind: always to say what is said most often."""
    name, action, common = "one_answer", "add_examples", signs.common
    if common is None or common.share < COMMON:
        return _cause(name, False if common else None, [Sentence.of("cause.one_answer.not_found")], action)
    found = common.lead.low <= 0
    told = Sentence.of(f"cause.one_answer.{'as_good' if found else 'worse'}", answer=shortened(common.answer),
                       share=common.share)  # fmt: skip
    return _cause(name, found, [told], action)


def shortened(text: str) -> str:
    """The beginning of an answer on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_LETTERS else f"{line[:SHOWN_LETTERS]}…"


def _few(signs: DiagnosisInputs) -> Cause:
    narrow = signs.distinct_answers is not None and signs.rows >= FEW_ROWS and signs.distinct_answers == 1
    few = signs.rows < FEW_ROWS
    rows = Sentence.of("cause.too_few.narrow") if narrow else Sentence.of("cause.too_few.rows", rows=signs.rows)
    return _cause("too_few", few or narrow, [rows, Sentence.of("cause.too_few.found")] if few else [rows],
                  "add_examples")  # fmt: skip


def _forgot(signs: DiagnosisInputs) -> Cause:
    return _cause("forgot", signs.forgot, [Sentence.of(f"cause.forgot.{_seen(signs.forgot)}")], "mix_general")


def _too_small(signs: DiagnosisInputs) -> Cause:
    """Learning happened, and yet even the practised rows are not known. Of a run that was stopped while it learned
    nothing is said: its room was not measured."""
    name, action = "model_too_small", "larger_model"
    if signs.tuned_rows is None or signs.gain_rows is None or _is_unfinished(signs):
        return _cause(name, None, [Sentence.of("cause.model_too_small.unmeasured")], action)
    learnt = signs.gain_rows.low > 0 or (signs.loss_fall is not None and signs.loss_fall.low > LEARNT)
    found = signs.tuned_rows.high < KNOWS_ROWS and learnt
    told = [Sentence.of("cause.model_too_small.reached", reached=100 * signs.tuned_rows.value)]
    return _cause(name, found, [*told, Sentence.of("cause.model_too_small.found")] if found else told, action)


def neighbour_gain(questions: Sequence[str], answers: Sequence[str]) -> Interval | None:
    """How much more alike the answers of nearly the same questions are than those of unlike ones.

    About nothing: the answers do not follow from the questions (shuffled, or contradicting). None: hardly any two
    questions are near each other (cosine of word and letter pieces above one half), so nothing can be said. Questions
    that bring a text to read are left out.
    """
    gains = [
        sum(token_f1(answers[at], answers[k]) for k in near) / len(near) - token_f1(answers[at], answers[far])
        for at, near, far in neighbourhoods(questions)
    ]
    return mean_interval(gains, (-1.0, 1.0)) if len(gains) >= ENOUGH_NEIGHBOURS else None


def unlike_neighbours(questions: Sequence[str], answers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The questions that are nearly the same and whose answers are least alike, the least alike first."""
    pairs = {
        (min(at, k), max(at, k)): token_f1(answers[at], answers[k])
        for at, near, _ in neighbourhoods(questions) for k in near
    }  # fmt: skip
    return tuple(
        (questions[one], questions[other]) for one, other in sorted(pairs, key=pairs.__getitem__)[:SHOWN_PAIRS]
    )


def neighbourhoods(questions: Sequence[str]) -> Iterator[tuple[int, list[int], int]]:
    """Each place that has near ones, with these and the place that is farthest from it; none of few questions."""
    rows = [at for at, asked in enumerate(questions) if len(asked.split()) <= LONG_QUESTION][:MOST_ROWS]
    if len(rows) < ENOUGH_NEIGHBOURS:
        return
    vectors = []
    for at in rows:
        found = features(questions[at])
        length = sum(count * count for count in found.values()) ** 0.5 or 1.0
        vectors.append({piece: count / length for piece, count in found.items()})
    for mine, at in zip(vectors, rows, strict=True):
        likeness = [
            (sum(w * other.get(piece, 0.0) for piece, w in mine.items()), k)
            for other, k in zip(vectors, rows, strict=True) if k != at
        ]  # fmt: skip
        if near := [k for cosine, k in likeness if cosine >= NEAR]:
            yield at, near, min(likeness)[1]
