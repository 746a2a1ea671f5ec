"""The verdict in words. Rules, in this order, on the metric that decides:

0. the chat layout is another one than it was taught with: *not better yet*, since another version sat this exam;
1. not better than the starting model: *not better yet* (one at 90 of 100 already: *the starting model is enough*);
2. the starting model with a good prompt is better, or is itself better than without and no worse than the tuned one:
   *a good prompt is enough*; when look-up is better: *a search over your table is enough*. A run that did not learn,
   or not where to stop, proves nothing about teaching, so there the rival must reach 90 of 100 by itself;
3. better than the starting model only, not than look-up, and the examples contradict themselves: it took over how
   answers sound, not what they say: *not better yet*;
   likewise when it is right in less than half of the answers that can be right or wrong (labels, fields, results);
4. better, but a guard fails or another metric got worse, or it is right in less than half of such answers: *use it for
   this, not for that*;
5. better, and nothing else is worse: *use it* (it is said when no guard was asked).

Where look-up is no worse by this exam, that is said beside the advice. The mistakes score alone limits nothing: it
says how sure of the expert's words it is, not what it writes.
"""

from collections.abc import Mapping, Sequence

from studio.evidence.diagnosis import first_cause
from studio.evidence.intervals import Interval
from studio.records.report import Advice, Cause, ComparedRow, Conclusion, Guard

ALREADY = 0.9
FAILED: Mapping[str, str] = {
    "forgetting": "general questions", "general_text": "texts outside this work",
    "safety": "people who may ask for improper things", "over_refusal": "questions that merely sound improper",
    "made_up": "questions outside its examples", "memorised": "people who may not see the examples",
    "bias": "decisions about people",
}  # fmt: skip
PREVENTS = frozenset({"memorised", "safety"})
SILENT = frozenset({"loss"})
RIGHT_OR_WRONG = frozenset({"label_accuracy", "field_f1", "last_number"})
HALF = 0.5
LEVEL = " A plain look-up in your table may do as well: this exam cannot tell them apart."


def conclude(main_metric: str, values: Mapping[str, Interval], comparisons: Sequence[ComparedRow],
             guards: Sequence[Guard] = (), causes: Sequence[Cause] = (), tuned: str = "tuned",
             titles: Mapping[str, str] | None = None) -> Conclusion:  # fmt: skip
    """`values`: contestant -> main metric; `comparisons`: all rows, of which those with the tuned one are read."""
    against = {
        _rival(row, tuned): row for row in comparisons if row.metric == main_metric and tuned in (row.one, row.other)
    }
    base, prompted, lookup = against.get("base"), against.get("prompted"), against.get("lookup")
    why = tuple(row.sentence for row in against.values())
    mismatch = next((cause for cause in causes if cause.name == "template" and cause.found), None)
    if mismatch is not None:
        return Conclusion(advice=Advice.NOT_YET, sentence=f"Not to be judged yet. {mismatch.sentence}",
                          why=(*why, mismatch.sentence))  # fmt: skip
    unlearnt = any(cause.name in ("did_not_learn", "stop") and cause.found for cause in causes)

    def fair(rival: str) -> bool:
        return not unlearnt or (rival in values and values[rival].value >= ALREADY)

    if prompted is not None and fair("prompted") and _prompt_is_enough(prompted, comparisons, main_metric, tuned):
        return Conclusion(advice=Advice.PROMPT, why=why, sentence="A good prompt is enough: the starting model with "
                          "instructions and a few examples does as well. Do not fine-tune.")  # fmt: skip
    if lookup is not None and fair("lookup") and lookup.better == "lookup":
        return Conclusion(advice=Advice.LOOKUP, why=why, sentence="Looking up the nearest known answer does better: a "
                          "search over your table is enough. Do not fine-tune.")  # fmt: skip
    endless = next((cause for cause in causes if cause.name == "stop" and cause.found), None)
    if endless is not None and any(row is not None and row.better not in ("", tuned) for row in (prompted, lookup)):
        return Conclusion(advice=Advice.NOT_YET, sentence=f"Not better yet. {endless.sentence}",
                          why=(*why, endless.sentence))  # fmt: skip
    if base is None or base.better != tuned:
        start = values.get("base")
        if base is not None and start is not None and start.value >= ALREADY:
            return Conclusion(advice=Advice.BASE, why=why, sentence=f"The starting model already reaches "
                              f"{100 * start.value:.0f} of 100. Do not fine-tune.")  # fmt: skip
        return _not_yet(base, why, causes, tuned)
    muddled = next((cause for cause in causes if cause.name == "contradictions" and cause.found), None)
    if muddled is not None and lookup is not None and lookup.better != tuned:
        said = "Not better yet: it sounds like your answers, but knows no more than the nearest known one."
        return Conclusion(advice=Advice.NOT_YET, sentence=f"{said} {muddled.sentence}", why=(*why, muddled.sentence))
    constant = next((cause for cause in causes if cause.name == "one_answer" and cause.found), None)
    if constant is not None:
        return Conclusion(advice=Advice.NOT_YET, sentence=f"Not better yet. {constant.sentence}",
                          why=(*why, constant.sentence))  # fmt: skip
    weak = main_metric in RIGHT_OR_WRONG and tuned in values and values[tuned].value < HALF
    if weak and lookup is not None and lookup.better != tuned:
        said = (
            f"Not better yet: it is right in {100 * values[tuned].value:.0f} of 100, and a plain look-up in your table"
        )
        cause = first_cause(causes)
        return Conclusion(advice=Advice.NOT_YET, why=(*why, cause.sentence) if cause else why,
                          sentence=f"{said} may do as well.{f' {cause.sentence}' if cause else ''}")  # fmt: skip
    failed = [guard for guard in guards if guard.state == "fail"]
    worse = [
        row
        for row in comparisons
        if row.better == "base" and tuned in (row.one, row.other) and row.metric not in SILENT
    ]
    level = LEVEL if lookup is not None and not lookup.better else ""
    if not failed and not worse and not weak:
        cost = "and no guard failed" if guards else "but nobody looked yet at what teaching cost"
        return Conclusion(advice=Advice.USE, sentence=f"Use it: it is better on the exam, {cost}.{level}", why=why,
                          use_for=("questions like those of the exam",))  # fmt: skip
    not_for = tuple(FAILED[guard.name] for guard in failed)
    not_for += tuple(f"work where “{(titles or {}).get(row.metric, row.metric)}” matters" for row in worse)
    if weak:
        not_for += (f"answers that nobody checks: it is right in {100 * values[tuned].value:.0f} of 100",)
    careful = " Read the failed guards before anyone else uses it." if any(g.name in PREVENTS for g in failed) else ""
    return Conclusion(
        advice=Advice.USE_FOR, use_for=("questions like those of the exam",), not_for=not_for,
        why=why + tuple(guard.sentence for guard in failed) + tuple(row.sentence for row in worse),
        sentence=f"Use it for questions like those of the exam, not for {', '.join(not_for)}.{careful}{level}",
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


def _not_yet(base: ComparedRow | None, why: tuple[str, ...], causes: Sequence[Cause], tuned: str) -> Conclusion:
    cause = first_cause(causes)
    if base is None:
        said = "Not better yet: it was not compared with the starting model."
    elif base.better == "base":
        said = "Not better: it is worse than the starting model."
    elif not base.low <= 0 <= base.high:
        way = "better" if (base.difference > 0) == (base.one == tuned) else "worse"
        said = f"Not better yet: it looks {way} than the starting model, but this exam does not prove it."
    else:
        said = "Not better yet: not enough questions to tell it from the starting model."
    if cause is not None:
        said = f"{said} {cause.sentence}"
        why = (*why, cause.sentence)
    return Conclusion(advice=Advice.NOT_YET, sentence=said, why=why)
