"""Two reports side by side: what changed between them, in sentences, and measure by measure."""

from studio.copy.catalog import say
from studio.evaluation.report_figures import guard_title, standing, title_of
from studio.evaluation.report_values import in_text, label_of, shown
from studio.schemas.report import Report


def differences(new: Report, old: Report) -> list[str]:
    """What changed between two reports, in sentences; different exams are not compared."""
    if new.exam_sha256 != old.exam_sha256:
        refused = say("report.other_exams")
        if new.project == old.project and new.exam_version != old.exam_version:
            refused += " " + say("report.other_versions", new=new.exam_version, old=old.exam_version)
        return [refused]
    said = [say("report.same_exam", questions=new.questions)]
    for metric, by in new.metrics.items():
        if "tuned" in by and "tuned" in old.metrics.get(metric, {}):
            now, then = by["tuned"], old.metrics[metric]["tuned"]
            apart = now.low > then.high or now.high < then.low
            key = "then_now" if apart else "then_now_overlap"
            before, after = shown(old, metric, then), shown(new, metric, now)
            said.append(say(f"report.{key}", what=title_of(new, metric), then=before, now=after))
    earlier = {guard.name: guard for guard in old.probes}
    said += [
        say("report.then_now", what=guard_title(guard), then=standing(earlier[guard.name]), now=standing(guard))
        for guard in new.probes
        if guard.name in earlier and earlier[guard.name].state != guard.state
    ]
    if new.advice != old.advice:
        old_label, new_label = label_of(old.advice), label_of(new.advice)
        said.append(say("report.verdict_was", then=old_label, now=new_label))
    changed = sorted(k for k in {*new.recipe, *old.recipe} if new.recipe.get(k) != old.recipe.get(k))
    said += [
        say("report.then_now", what=key, then=in_text(old.recipe.get(key)), now=in_text(new.recipe.get(key)))
        for key in changed
    ]
    return said


def comparison(new: Report, old: Report) -> tuple[list[list[str]], str]:
    """Measure by measure what two versions reached on one exam, and one sentence; no rows when the exams differ.

    A sentence of better or worse needs intervals that do not touch: without the answers of both side by side a paired
    test is not possible here.
    """
    if new.exam_sha256 != old.exam_sha256:
        return [], differences(new, old)[0]
    rows = [
        [title_of(new, metric), shown(old, metric, old.metrics[metric]["tuned"]), shown(new, metric, by["tuned"])]
        for metric, by in new.metrics.items()
        if "tuned" in by and "tuned" in old.metrics.get(metric, {})
    ]
    main = new.main_metric
    if main not in old.metrics or main != old.main_metric:
        return rows, say("report.other_measure")
    now, then = new.metrics[main]["tuned"], old.metrics[main]["tuned"]
    if now.low > then.high or now.high < then.low:
        key = "versus_better" if now.value > then.value else "versus_worse"
    else:
        key = "versus_alike"
    return rows, say(f"report.{key}", metric=title_of(new, main), run=old.run_title or old.run)
