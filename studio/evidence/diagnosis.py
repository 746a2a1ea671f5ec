"""Why is it not better? The causes are measured in a fixed order; each knows its next action.

The thresholds are the studio's own and the same for every run: a cause is found, not found, or was not measured.
"""

from collections.abc import Sequence
from typing import NamedTuple

from studio.evidence.intervals import Interval, mean_interval
from studio.evidence.metrics import token_f1
from studio.prepare.nearest import features
from studio.records.report import Cause

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
MOST_ROWS = 400


class Common(NamedTuple):
    """The commonest answer of the examples, its share of them, and by how much the version beats it on the exam."""

    answer: str
    share: float
    lead: Interval


class Signs(NamedTuple):
    """What was measured; None where it was not. Scores are the main metric, between 0 and 1."""

    rows: int
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
    distinct_answers: int | None = None
    common: Common | None = None  # the answer that its examples give most often
    forgot: bool | None = None
    by_heart_since: int | None = None  # from the curve


def diagnose(signs: Signs) -> list[Cause]:
    """All causes in the order in which they are to be looked at; the first one found is the one to act on."""
    return [
        _learned(signs), _by_heart(signs), _template(signs), _stop(signs), _contradicts(signs),
        _one_answer(signs), _few(signs), _forgot(signs), _too_small(signs),
    ]  # fmt: skip


def first_cause(causes: Sequence[Cause]) -> Cause | None:
    """The one to act on. A wrong layout or untaught stop explains a missing gain, so these two come first if found."""
    found = [cause for cause in causes if cause.found]
    return next((cause for cause in found if cause.name in ("template", "stop")), found[0] if found else None)


def _learned(signs: Signs) -> Cause:
    found, said = None, "It was not measured whether it learnt its own examples."
    fall = signs.loss_fall
    if fall is not None:
        found = fall.value < LEARNT or fall.low <= 0
        said = f"Its own examples surprise it {fall.value:.2f} less than the starting model (mistakes score)."
        said += " It did not learn." if found else " It learnt them."
    elif signs.changed is False:
        found, said = True, "Its answers come from the starting model: teaching changed nothing."
    elif signs.gain_rows is not None:
        found = signs.gain_rows.low <= 0 or signs.gain_rows.value < 0.02
        points = 100 * signs.gain_rows.value
        said = f"On its own examples it scores {points:+.0f} points against the starting model."
        said += " It did not learn." if found else " It learnt them."
    return Cause(name="did_not_learn", found=found, sentence=said, next_action="teach_bolder" if found else "")


def _by_heart(signs: Signs) -> Cause:
    if signs.by_heart_since is not None:
        said = f"Since step {signs.by_heart_since} the practice check got worse: it learnt its examples by heart."
        return Cause(name="by_heart", found=True, sentence=said, next_action="fewer_rounds")
    if signs.tuned_rows is None or signs.tuned_exam is None:
        return Cause(name="by_heart", found=None, sentence="Its own examples and the exam were not compared.")
    gap = signs.tuned_rows.value - signs.tuned_exam.value
    found = gap > GAP and signs.tuned_rows.low > signs.tuned_exam.high
    said = f"It scores {100 * gap:.0f} points more on its own examples than on the exam."
    said += " It learnt them by heart." if found else ""
    return Cause(name="by_heart", found=found, sentence=said, next_action="fewer_rounds" if found else "")


def _template(signs: Signs) -> Cause:
    said = {
        None: "The chat layouts were not compared.", True: "Teaching and chat use the same layout.",
        False: "A mismatch was found: the chat layout was changed after teaching, so it reads other marks than it "
               "learnt.",
    }[signs.template_same]  # fmt: skip
    wrong = None if signs.template_same is None else not signs.template_same
    return Cause(name="template", found=wrong, sentence=said, next_action="restore_layout" if wrong else "")


def _stop(signs: Signs) -> Cause:
    """Where an answer ends was either not in what it learned, or it does not end its answers; both are found."""
    if signs.ends_taught is not None and signs.ends_taught < TAUGHT_ENDS:
        said = (
            f"Only {signs.ends_taught:.0%} of its examples showed it where an answer ends: the others were cut before. "
            "It was never taught to stop."
        )
        return Cause(name="stop", found=True, sentence=said, next_action="teach_stop")
    if signs.stops is None:
        return Cause(name="stop", found=None, sentence="It was not measured whether answers end by themselves.")
    found = signs.stops < STOPS
    return Cause(name="stop", found=found, sentence=f"{signs.stops:.0%} of its answers end by themselves.",
                 next_action="teach_stop" if found else "")  # fmt: skip


def _contradicts(signs: Signs) -> Cause:
    if signs.rows and signs.conflicts >= max(2, CONFLICTS * signs.rows):
        said = f"{signs.conflicts} of {signs.rows} examples contradict another one."
        return Cause(name="contradictions", found=True, sentence=said, next_action="settle_contradictions")
    gain = signs.neighbour_gain
    if gain is None:
        return Cause(name="contradictions", found=None if not signs.rows else False,
                     sentence=f"{signs.conflicts} examples contradict another one.")  # fmt: skip
    found = gain.value < 0.05 and gain.low <= 0
    said = f"Questions that are nearly the same have answers {100 * gain.value:+.0f} points more alike than any two."
    said += " The data contradicts itself." if found else ""
    return Cause(
        name="contradictions", found=found, sentence=said, next_action="settle_contradictions" if found else ""
    )


def _one_answer(signs: Signs) -> Cause:
    """The rival of the simplest kind: always to say what is said most often."""
    common = signs.common
    if common is None or common.share < COMMON:
        return Cause(name="one_answer", found=False if common else None,
                     sentence="No single answer stands in many of its examples.")  # fmt: skip
    found = common.lead.low <= 0
    said = f"Always answering “{shortened(common.answer)}”, as {common.share:.0%} of its examples do, "
    said += "does as well: this exam cannot tell them apart." if found else "does worse."
    return Cause(name="one_answer", found=found, sentence=said, next_action="add_examples" if found else "")


def shortened(text: str) -> str:
    """The beginning of an answer on one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_LETTERS else f"{line[:SHOWN_LETTERS]}…"


def _few(signs: Signs) -> Cause:
    narrow = signs.distinct_answers is not None and signs.rows >= FEW_ROWS and signs.distinct_answers == 1
    found = signs.rows < FEW_ROWS or narrow
    said = "All examples have one and the same answer." if narrow else f"It was taught with {signs.rows} examples."
    said += " That is few." if signs.rows < FEW_ROWS else ""
    return Cause(name="too_few", found=found, sentence=said, next_action="add_examples" if found else "")


def _forgot(signs: Signs) -> Cause:
    said = {
        None: "Forgetting was not measured.", True: "It forgot general skills.",
        False: "It did not forget general skills.",
    }[signs.forgot]  # fmt: skip
    return Cause(name="forgot", found=signs.forgot, sentence=said, next_action="mix_general" if signs.forgot else "")


def _too_small(signs: Signs) -> Cause:
    """Learning happened, and yet even the practised rows are not known."""
    if signs.tuned_rows is None or signs.gain_rows is None:
        return Cause(name="model_too_small", found=None, sentence="The starting model's room was not measured.")
    learnt = signs.gain_rows.low > 0 or (signs.loss_fall is not None and signs.loss_fall.low > LEARNT)
    found = signs.tuned_rows.high < KNOWS_ROWS and learnt
    said = f"It scores {100 * signs.tuned_rows.value:.0f} of 100 on the examples that it practised."
    said += " A larger starting model may hold more." if found else ""
    return Cause(name="model_too_small", found=found, sentence=said, next_action="larger_model" if found else "")


def neighbour_gain(questions: Sequence[str], answers: Sequence[str]) -> Interval | None:
    """How much more alike the answers of nearly the same questions are than those of unlike ones.

    About nothing: the answers do not follow from the questions (shuffled, or contradicting). None: hardly any two
    questions are near each other (cosine of word and letter pieces above one half), so nothing can be said. Questions
    that bring a text to read are left out.
    """
    both = zip(questions, answers, strict=True)
    rows = [(asked, answer) for asked, answer in both if len(asked.split()) <= LONG_QUESTION][:MOST_ROWS]
    if len(rows) < ENOUGH_NEIGHBOURS:
        return None
    vectors = []
    for question, _ in rows:
        found = features(question)
        length = sum(count * count for count in found.values()) ** 0.5 or 1.0
        vectors.append({piece: count / length for piece, count in found.items()})
    gains = []
    for place, mine in enumerate(vectors):
        likeness = [
            (sum(w * other.get(piece, 0.0) for piece, w in mine.items()), k)
            for k, other in enumerate(vectors)
            if k != place
        ]
        near = [k for cosine, k in likeness if cosine >= NEAR]
        if near:
            far = min(likeness)[1]
            alike = sum(token_f1(rows[place][1], rows[k][1]) for k in near) / len(near)
            gains.append(alike - token_f1(rows[place][1], rows[far][1]))
    return mean_interval(gains, (-1.0, 1.0)) if len(gains) >= ENOUGH_NEIGHBOURS else None
