"""The verdict on a label model. Rules, in this order, on the share of right labels:

1. a version that writes is better: *not better yet*, since that one is there already;
2. look-up is better: *a search over your table is enough*; but *not better yet* where it is no good either: right in
   less than half, or no more often than the commonest label; or where the version did not learn, or was stopped while
   it learned, which proves nothing about teaching, so that there look-up must be right in 90 of 100 by itself;
3. not better than always giving the commonest label: *not better yet*;
4. right in less than half: *not better yet*, or where it is proven better than look-up *use it for this, not for that*;
5. else *use it*. Where look-up is no worse by this exam, that is said beside the advice.
"""

from collections.abc import Mapping, Sequence

from studio.copy.catalog import say
from studio.evaluation.statistics.intervals import Interval
from studio.evaluation.verdict import ALREADY, HALF, because
from studio.schemas.report import Advice, Cause, ComparedRow, Conclusion
from studio.schemas.sentence import Fact, Sentence


def conclude_labels(
    main: str, values: Mapping[str, Interval], comparisons: Sequence[ComparedRow], causes: Sequence[Cause] = ()
) -> Conclusion:
    """`values`: contestant -> share of right labels; `comparisons`: all rows, of which those of `main` decide."""
    against = {row.other: row for row in comparisons if row.metric == main and row.one == "tuned"}
    lookup, chat, common = against.get("lookup"), against.get("chat"), against.get("commonest")
    why = tuple(row.sentence for row in against.values())
    right = 100 * values["tuned"].value

    def concluded(advice: Advice, reason: str, **facts: Fact) -> Conclusion:
        return Conclusion(advice=advice, said=(Sentence.of(f"verdict.{reason}", **facts),), why=why)

    if chat is not None and chat.better == "chat":
        return concluded(Advice.NOT_YET, "chat_better")
    if lookup is not None and lookup.better == "lookup":
        rival, always = (values[name].value if name in values else None for name in ("lookup", "commonest"))
        if rival is not None and rival < HALF:  # nobody is sent away from teaching by a look-up that is no good
            return concluded(Advice.NOT_YET, "lookup_labels_low", rival=100 * rival, right=right)
        if rival is not None and always is not None and rival <= always:
            return concluded(Advice.NOT_YET, "lookup_labels_common", rival=100 * rival, right=right,
                             common=100 * always)  # fmt: skip
        unlearnt = next((one for one in causes if one.name in ("stopped", "did_not_learn") and one.found), None)
        if unlearnt is not None and (rival is None or rival < ALREADY):
            return because(Sentence.of("verdict.not_yet"), unlearnt, why)
        return concluded(Advice.LOOKUP, "lookup_labels")
    if common is None or common.better != "tuned":
        if (stopped := next((one for one in causes if one.name == "stopped" and one.found), None)) is not None:
            return because(Sentence.of("verdict.no_better_than_commonest"), stopped, why)
        return concluded(Advice.NOT_YET, "no_better_than_commonest")
    ahead = lookup is not None and lookup.better == "tuned"
    if right < 100 * HALF and not ahead:
        return concluded(Advice.NOT_YET, "often_wrong", right=right)
    level = () if ahead or lookup is None else (Sentence.of("verdict.level"),)
    use_for = (say("verdict.like_exam"),)
    if right < 100 * HALF:
        unchecked = Sentence.of("verdict.not_for_unchecked", right=right)
        told = Sentence.of("verdict.use_for", not_for=(unchecked,))
        return Conclusion(advice=Advice.USE_FOR, use_for=use_for, not_for=(str(unchecked),), why=why,
                          said=(told, *level))  # fmt: skip
    return Conclusion(
        advice=Advice.USE, use_for=use_for, why=why, said=(Sentence.of("verdict.use_labels", right=right), *level)
    )
