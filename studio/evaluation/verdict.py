"""The verdict. Rules, in this order, on the metric that decides:

0. the chat layout is another one than it was taught with: *not better yet*, since another version sat this exam;
1. not better than the starting model: *not better yet* (one at 90 of 100 already: *the starting model is enough*);
2. the starting model with a good prompt is better, or is itself better than without and no worse than the tuned one:
   *a good prompt is enough*; when look-up is better: *a search over your table is enough*; of both, the one that
   reaches more. A run that did not learn, or not where to stop, or was stopped while it learned, proves nothing about
   teaching, so there the rival must reach 90 of 100 by itself;
3. better than the starting model only, not than look-up, and the examples contradict themselves: it took over how
   answers sound, not what they say: *not better yet*;
   likewise when it is right in less than half of the answers that can be right or wrong (labels, fields, results);
4. better, but a guard fails or another metric got worse, or it is right in less than half of such answers: *use it for
   this, not for that*;
5. better, and nothing else is worse: *use it* (it is said when no guard was asked, and which ones are worth a look).

A teacher (distillation) of whom people found that most answers are wrong makes it *not better yet*, one that is often
wrong limits it.
An answer that is less than half like the expert's is to be read before it is used, and the advice says so.

Where look-up is no worse by this exam, that is said beside the advice. The mistakes score alone limits nothing: it
says how sure of the expert's words it is, not what it writes.
"""

from collections.abc import Mapping, Sequence

from studio.copy.catalog import has, say
from studio.evaluation.diagnosis import first_cause
from studio.evaluation.statistics.comparisons import FEWEST, named
from studio.evaluation.statistics.intervals import Interval
from studio.schemas.report import Advice, Cause, ComparedRow, Conclusion, GuardResult, TaughtBy
from studio.schemas.sentence import Fact, Sentence

ALREADY = 0.9
SILENT = frozenset({"loss"})
RIGHT_OR_WRONG = frozenset({"label_accuracy", "field_f1", "last_number"})
LIKENESS = frozenset({"chrf", "token_f1"})  # under half, most of what stands in an answer is not what she would write
HALF = 0.5
OFTEN_WRONG = 0.1  # of a teacher's answers, at the least


def conclude(
    main_metric: str,
    values: Mapping[str, Interval],
    comparisons: Sequence[ComparedRow],
    guards: Sequence[GuardResult] = (),
    causes: Sequence[Cause] = (),
    tuned: str = "tuned",
) -> Conclusion:
    """`values`: contestant -> main metric; `comparisons`: all rows, of which those with the tuned one are read."""
    against = {
        _rival(row, tuned): row for row in comparisons if row.metric == main_metric and tuned in (row.one, row.other)
    }
    base, prompted, lookup = against.get("base"), against.get("prompted"), against.get("lookup")
    why = tuple(row.sentence for row in against.values())

    def found(name: str) -> Cause | None:
        return next((cause for cause in causes if cause.name == name and cause.found), None)

    def not_yet(reason: str, cause: Cause | None, **facts: Fact) -> Conclusion:
        told = Sentence.of(f"verdict.{reason}", **facts)
        if cause is None:
            return Conclusion(advice=Advice.NOT_YET, said=(told,), why=why)
        return because(told, cause, why)

    if (mismatch := found("template")) is not None:
        return not_yet("other_layout", mismatch)
    unfinished = found("stop") is not None or found("stopped") is not None
    unlearnt = unfinished or found("did_not_learn") is not None

    def fair(rival: str) -> bool:
        return not unlearnt or (rival in values and values[rival].value >= ALREADY)

    enough: list[tuple[str, Advice, str]] = []
    if prompted is not None and fair("prompted") and _prompt_is_enough(prompted, comparisons, main_metric, tuned):
        enough.append(("prompted", Advice.PROMPT, "prompt"))
    if lookup is not None and fair("lookup") and lookup.better == "lookup":
        enough.append(("lookup", Advice.LOOKUP, "lookup"))
    if enough:
        rival, advice, reason = max(enough, key=lambda one: values[one[0]].value if one[0] in values else 0.0)
        if main_metric in LIKENESS | RIGHT_OR_WRONG and {rival, tuned} <= values.keys() and values[rival].value < HALF:
            # nobody is sent away from teaching by a rival that is no good either
            alike = "as_low" if reason == "prompt" and prompted is not None and not prompted.better else "low"
            return not_yet(f"{reason}_{alike}", first_cause(causes), rival=100 * values[rival].value,
                           reached=100 * values[tuned].value)  # fmt: skip
        return Conclusion(advice=advice, said=(Sentence.of(f"verdict.{reason}"),), why=why)
    if unfinished and any(row is not None and row.better not in ("", tuned) for row in (prompted, lookup)):
        return not_yet("not_yet", first_cause(causes))
    if base is None or base.better != tuned:
        start = values.get("base")
        if base is not None and start is not None and start.value >= ALREADY:
            told = Sentence.of("verdict.base", reached=100 * start.value)
            return Conclusion(advice=Advice.BASE, said=(told,), why=why)
        reason = _no_lead(base)
        if base is not None and base.questions < FEWEST and reason == "looks_better":
            return not_yet("looks_better_few", None, questions=base.questions)  # no cause: nothing can be shown yet
        return not_yet(reason, first_cause(causes))
    if (muddled := found("contradictions")) is not None and lookup is not None and lookup.better != tuned:
        return not_yet("sound_only" if lookup.better else "sound_level", muddled)
    if (constant := found("one_answer")) is not None:
        return not_yet("not_yet", constant)
    weak = main_metric in RIGHT_OR_WRONG and tuned in values and values[tuned].value < HALF
    if weak and lookup is not None and lookup.better != tuned:
        return not_yet("often_wrong", first_cause(causes), right=100 * values[tuned].value)
    unlike = main_metric in LIKENESS and tuned in values and values[tuned].value < HALF
    failed = [guard for guard in guards if guard.state == "fail"]
    worse = [
        row
        for row in comparisons
        if row.better == "base" and tuned in (row.one, row.other) and row.metric not in SILENT
    ]
    level = (Sentence.of("verdict.level"),) if lookup is not None and not lookup.better else ()
    like_exam = (say("verdict.like_exam"),)
    if not failed and not worse and not weak and not unlike:
        titles = {one.name: f"guard.{one.name}.title" for one in guards if one.state == "warn"}
        doubtful = tuple(Sentence.of(title) for title in titles.values() if has(title))
        use = Sentence.of("verdict.use" if guards else "verdict.use_unguarded")
        if doubtful:  # a warning says “that is worse”: nothing above may say that nothing got worse
            use = Sentence.of("verdict.use_look", what=doubtful)
        return Conclusion(advice=Advice.USE, said=(use, *level), why=why, use_for=like_exam)
    not_for = [Sentence.of(f"not_for.{guard.name}") for guard in failed]
    not_for += [Sentence.of("verdict.not_for_metric", metric=named("metric", row.metric)) for row in worse]
    if weak:
        not_for.append(Sentence.of("verdict.not_for_unchecked", right=100 * values[tuned].value))
    if unlike:
        not_for.append(Sentence.of("verdict.not_for_unread", like=100 * values[tuned].value))
    careful = (Sentence.of("verdict.read_guards"),) if any(guard.blocks_sharing for guard in failed) else ()
    return Conclusion(
        advice=Advice.USE_FOR, use_for=like_exam, not_for=tuple(map(str, not_for)),
        why=why + tuple(guard.sentence for guard in failed) + tuple(row.sentence for row in worse),
        said=(Sentence.of("verdict.use_for", not_for=tuple(not_for)), *careful, *level),
    )  # fmt: skip


def limited(found: Conclusion, *, practice: bool, still_learning: bool) -> Conclusion:
    """With what follows for teaching. That it is not worth it is said only after a real attempt: `practice` was the
    model for learning the tool, and a run that was `still_learning` at its end was too short to tell. Of one that was
    stopped, the verdict that says so says what to do about it."""
    against, more = found.advice in (Advice.PROMPT, Advice.LOOKUP, Advice.BASE), []
    if found.advice is Advice.NOT_YET and any(one.key == "cause.stopped.after" for one in found.said):
        more.append("trial_stopped")
    if practice and (against or found.advice is Advice.NOT_YET):
        more.append("trial_practice")
    elif against:
        enough = "do_not_teach_prompt" if found.advice is Advice.PROMPT else "do_not_teach"
        more.append("trial_still_learning" if still_learning else enough)
    if not more:
        return found
    said = (*found.said, *(Sentence.of(f"verdict.{reason}") for reason in more))
    return Conclusion(
        advice=found.advice, use_for=found.use_for, not_for=found.not_for, why=found.why, said=said
    )  # fmt: skip


def _rival(row: ComparedRow, tuned: str) -> str:
    return row.other if row.one == tuned else row.one


def _prompt_is_enough(prompted: ComparedRow, rows: Sequence[ComparedRow], metric: str, tuned: str) -> bool:
    """It beats the tuned one, or it beats the starting model while the tuned one does not beat it."""
    if prompted.better == "prompted":
        return True
    helps = any(
        row.metric == metric and {row.one, row.other} == {"prompted", "base"} and row.better == "prompted"
        for row in rows
    )
    return helps and prompted.better != tuned


def _no_lead(base: ComparedRow | None) -> str:
    """Which sentence says that it does not lead the starting model."""
    if base is None:
        return "not_compared"
    if base.better == "base":
        return "worse"
    if base.low <= 0 <= base.high:
        return "cannot_tell"
    return "looks_better" if (base.difference > 0) == (base.other == "base") else "looks_worse"


def because(told: Sentence, cause: Cause, why: tuple[str, ...]) -> Conclusion:
    """Not better yet, for this cause; a cause without facts is an older studio's, told as it was written."""
    if cause.said:
        return Conclusion(advice=Advice.NOT_YET, said=(told, *cause.said), why=(*why, cause.sentence))
    return Conclusion(advice=Advice.NOT_YET, sentence=f"{told} {cause.sentence}", why=(*why, cause.sentence))


def heeding_teachers(found: Conclusion, teachers: Sequence[TaughtBy]) -> Conclusion:
    """With what people found of the teachers' answers. The exam may not see it: a wrong answer in the right form is
    like the expert's, letter for letter, and her own rows are few where a teacher was asked."""
    shares = [(one.wrong.low, one, one.wrong) for one in teachers if one.wrong is not None]
    lowest, worst, wrong = max(shares, key=lambda share: share[0], default=(0.0, None, None))
    if worst is None or wrong is None or lowest < OFTEN_WRONG or found.advice not in (Advice.USE, Advice.USE_FOR):
        return found
    facts: dict[str, Fact] = {"teacher": worst.teacher, "low": 100 * wrong.low, "high": 100 * wrong.high}
    if lowest >= HALF:
        said = (Sentence.of("verdict.taught_wrong", **facts),)
        return Conclusion(advice=Advice.NOT_YET, why=(worst.sentence, *found.why), said=said)
    limit = Sentence.of("verdict.not_for_taught", **facts)
    first, *more = found.said
    known = first.facts["not_for"] if found.advice is Advice.USE_FOR else ()
    limits = (*known, limit) if isinstance(known, tuple) else (limit,)
    return Conclusion(
        advice=Advice.USE_FOR, use_for=found.use_for, not_for=(*found.not_for, str(limit)),
        why=(*found.why, worst.sentence), said=(Sentence.of("verdict.use_for", not_for=limits), *more),
    )  # fmt: skip
