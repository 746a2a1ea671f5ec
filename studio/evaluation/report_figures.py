"""The report's figures as HTML and SVG, for the page and the printed report: no script, no colour of their own.

Each figure has a sentence for who cannot see it, and beside it its numbers in words. The sentence stands in a `title`,
too: Gradio's page takes the ARIA attributes of an SVG away. Colours come from the style sheet
of whoever shows them; `write` escapes words for the place where they will stand.
"""

import math
from collections.abc import Callable, Sequence

from studio.copy.catalog import has, say
from studio.evaluation.guards.check import WORSE
from studio.evaluation.statistics.comparisons import FEWEST, named, rounded
from studio.schemas.report import ComparedRow, GuardResult, Report, VoteCount

Write = Callable[[str], str]
STEP = 10.0  # points: the axis ends at a whole step
SLIM = 1.2  # percent of the axis: the mark of the value itself


def comparisons(report: Report, write: Write) -> str:
    """The version against each rival on the measure that decides: one axis, zero marked. Empty without a rival."""
    rows = [row for row in report.comparisons if row.metric == report.main_metric and row.one == "tuned"]
    if not rows:
        return ""
    return _on_one_axis([(_against(report, row), row) for row in rows], report, write)


def other_measures(report: Report, write: Write) -> str:
    """The other measures against the starting model, on an axis of their own; those without points are left out."""
    rows = [
        row for row in report.comparisons
        if (row.one, row.other) == ("tuned", "base") and row.metric not in (report.main_metric, *report.lower_is_better)
    ]  # fmt: skip
    return _on_one_axis([((title_of(report, row.metric), ""), row) for row in rows], report, write) if rows else ""


def _against(report: Report, row: ComparedRow) -> tuple[str, str]:
    values = report.metrics.get(row.metric, {})
    what = say("report.against", rival=named("contestant", row.other))
    if row.metric in report.lower_is_better or not {row.one, row.other} <= values.keys():
        return what, ""
    mine, theirs = 100 * values[row.one].value, 100 * values[row.other].value
    return what, say("report.reached", yours=mine, theirs=theirs)


def _on_one_axis(rows: Sequence[tuple[tuple[str, str], ComparedRow]], report: Report, write: Write) -> str:
    lower = report.lower_is_better
    times = 1.0 if rows[0][1].metric in lower else 100.0
    limits = (limit for _, row in rows for limit in (row.low, row.high, row.difference, *(row.together or ())))
    widest = max(abs(times * limit) for limit in limits)
    end = max(STEP, STEP * math.ceil(widest / STEP)) if times > 1 else (math.ceil(10 * widest) / 10 or 0.1)
    head = f'<li class="axis"><span>{write(say("report.axis_left"))}</span><b>0</b>'
    head += f"<span>{write(say('report.axis_right'))}</span></li>"
    return f'<ul class="figures-list">{head}{"".join(_compared(*row, report, times, end, write) for row in rows)}</ul>'


def outcome(report: Report, row: ComparedRow) -> str:
    """“better” or “worse” as the test decided, else why nothing is: the interval of one comparison alone may miss zero
    where the test, which takes all measures of these two together, does not."""
    if row.better:
        return say("report.one" if row.better == row.one else "report.other")
    if row.low <= 0 <= row.high:
        return say("report.cannot_tell")
    if row.questions < FEWEST:
        return say("report.too_few_to_tell")
    if abs(row.difference) <= row.spread:
        return say("report.luck_of_runs")
    together = sum(1 for one in report.comparisons if (one.one, one.other) == (row.one, row.other))
    if row.together:
        return say("report.luck_together", measures=together)
    return say("report.could_be_luck" if together > 1 else "report.luck_alone")


def _compared(what: tuple[str, str], row: ComparedRow, report: Report, times: float, end: float, write: Write) -> str:
    value, low, high = (times * number for number in (row.difference, row.low, row.high))
    lead, decided = lead_of(report, row), outcome(report, row)
    label = say("report.figure", what=" ".join(filter(None, what)), lead=lead, outcome=decided)
    kind = "unsure" if not row.better else "ahead" if row.better == row.one else "behind"
    middle, left, right = (50 + 50 * number / end for number in (value, low, high))
    whole = tuple(50 + 50 * times * number / end for number in row.together) if row.together else ()
    drawn = interval(middle, left, right, kind, label, write, whole)
    under = f"<small>{write(what[1])}</small>" if what[1] else ""
    return (
        f'<li class="{kind}"><p>{write(what[0])}{under}</p>{drawn}'
        f"<p><b>{write(decided)}</b><small>{write(lead)}</small></p></li>"
    )


def lead_of(report: Report, row: ComparedRow) -> str:
    """One's lead with its limits, in points or in the score's own numbers."""
    times, unit = (1.0, "score") if row.metric in report.lower_is_better else (100.0, "points")
    digits = 1 if unit == "points" else 2
    value, low, high = (rounded(times * number, digits) for number in (row.difference, row.low, row.high))
    lead = say(f"report.lead_{unit}", value=value, low=low, high=high)
    if row.together is None:
        return lead
    least, most = (rounded(times * limit, digits) for limit in row.together)
    return say(f"report.lead_together_{unit}", lead=lead, low=least, high=most)


def interval(
    value: float, low: float, high: float, kind: str, label: str, write: Write, whole: Sequence[float] = ()
) -> str:
    """A range with its middle on an axis from 0 to 100 whose centre is marked. `label`: for who cannot see it. `whole`:
    the ends of a wider range, drawn as a thin line."""
    low, high = max(0.0, min(low, 100.0)), max(0.0, min(high, 100.0))
    ends = [max(0.0, min(end, 100.0)) for end in whole]
    line = (
        f'<rect class="together" x="{ends[0]:.1f}%" width="{ends[1] - ends[0]:.1f}%" y="11" height="2"></rect>'
        if ends
        else ""
    )
    return (
        f'<svg class="interval {kind}" role="img" aria-label="{write(label)}" width="100%" height="24">'
        f"<title>{write(label)}</title>"
        '<line class="ground" x1="0%" x2="100%" y1="12" y2="12"></line>'
        f'<line class="zero" x1="50%" x2="50%" y1="1" y2="23"></line>{line}'
        f'<rect class="range" x="{low:.1f}%" width="{max(0.6, high - low):.1f}%" y="7" height="10" rx="5"></rect>'
        f'<rect class="value" x="{value - SLIM / 2:.1f}%" width="{SLIM}%" y="4" height="16" rx="1"></rect></svg>'
    )


def family_scores(report: Report, write: Write) -> str:
    """Each version's score with its limits on one axis, the oldest first; empty for one alone."""
    if report.family is None or len(report.family.scores) < 2:
        return ""
    rows = []
    for one in report.family.scores:
        value, low, high = (min(100.0, max(0.0, 100 * limit)) for limit in
                            (one.score.value, one.score.low, one.score.high))  # fmt: skip
        name = say("family.version", number=one.number)
        told = say("family.score_figure", version=name, value=value, low=low, high=high)
        bar = (
            f'<svg viewBox="0 0 100 6" preserveAspectRatio="none" width="100%" height="14" role="img">'
            f'<title>{write(told)}</title><rect class="ground" width="100" height="6"/>'
            f'<rect class="range" x="{low:.2f}" y="1" width="{max(SLIM, high - low):.2f}" height="4"/>'
            f'<rect class="value" x="{max(0.0, value - SLIM / 2):.2f}" width="{SLIM}" height="6"/></svg>'
        )
        when = f"{one.taught.astimezone():%d %b %Y}"
        share = say("family.score_short", value=value, low=low, high=high)
        rows.append(
            f"<li><p>{write(name)}<small>{write(when)}</small></p>{bar}<p><small>{write(share)}</small></p></li>"
        )
    return f'<ul class="figures-list">{"".join(rows)}</ul>'


def votes(vote: VoteCount, write: Write) -> str:
    """How often it was preferred, with half marked; empty while nothing is decided."""
    if vote.win_rate is None:
        return ""
    value, low, high = (100 * number for number in (vote.win_rate.value, vote.win_rate.low, vote.win_rate.high))
    one, other = (str(named("contestant", name)) for name in (vote.one, vote.other))
    label = say("report.votes_figure", one=one, value=value, low=low, high=high)
    kind = "ahead" if low > 50 else "behind" if high < 50 else "unsure"
    share = say("report.votes_share", value=value, low=low, high=high)
    ends = [write(say("report.votes_left", name=name)) for name in (other, one)]
    return (
        f'<ul class="figures-list"><li class="axis"><span>{ends[0]}</span><b>50%</b><span>{ends[1]}</span></li>'
        f'<li class="{kind}"><p>{write(one)}</p>{interval(value, low, high, kind, label, write)}'
        f"<p><small>{write(share)}</small></p></li></ul>"
    )


def guard_bars(guard: GuardResult, write: Write) -> str:
    """Before and after teaching as two bars; empty where there is no number of both."""
    if guard.perplexity is not None:
        shown = [say("report.perplexity", value=value) for value in guard.perplexity]
        most = max(*guard.perplexity, 1e-9)
        widths = [100 * value / most for value in guard.perplexity]
    elif guard.before is not None and guard.after is not None:
        widths = [100 * guard.before.value, 100 * guard.after.value]
        shown = [say("report.share", value=value) for value in widths]
    else:
        return ""
    label = say("report.bars", title=guard_title(guard), before=shown[0], now=shown[1])
    bars = "".join(
        f'<rect class="ground" x="0%" width="100%" y="{y}" height="8" rx="4"></rect>'
        f'<rect class="{kind}" x="0%" width="{max(0.6, width):.1f}%" y="{y}" height="8" rx="4"></rect>'
        for kind, width, y in (("before", widths[0], 2), ("now", widths[1], 14))
    )
    words = " · ".join(f"{say(f'report.{key}')} {text}" for key, text in zip(("before", "now"), shown, strict=True))
    if guard.less_is_better or _is_counted_as_named(guard):
        words += f" · {say('report.less' if guard.less_is_better else 'report.more')}"
    if guard.perplexity is not None:
        words = say("report.surprise", numbers=words)
    drawn = f'<svg class="bars" role="img" aria-label="{write(label)}" width="100%" height="24">'
    drawn += f"<title>{write(label)}</title>{bars}</svg>"
    return f'<div class="both">{drawn}<small>{write(words)}</small></div>'


def worst_first(guards: Sequence[GuardResult]) -> list[GuardResult]:
    """Those that failed, those to look at, those that are as before; each in the order of the checks."""
    return sorted(guards, key=lambda guard: ("fail", "warn", "pass").index(guard.state))


def guard_title(guard: GuardResult) -> str:
    """What a guard is called; one without words is called by its name."""
    key = f"guard.{guard.name}.title"
    return say(key) if has(key) else guard.name.replace("_", " ").capitalize()


def standing(guard: GuardResult) -> str:
    """The label of a guard: its own words for how it stands, or those that all have."""
    own = f"guard.{guard.name}.{guard.state}"
    if has(own):
        return say(own)
    if guard.state == "pass" and (guard.improved or _gained(guard) >= WORSE):
        return say("guard.better" if guard.improved else "guard.perhaps_better")
    return say(f"guard.{guard.state}")


def _is_counted_as_named(guard: GuardResult) -> bool:
    """Older reports count what is fine also where the guard is named after what is not: of made-up facts, say."""
    return all(has(one.key) for one in guard.said) and bool(guard.said)


def _gained(guard: GuardResult) -> float:
    """By how large a share of the questions it did better than before; nothing where no shares were counted."""
    if guard.before is None or guard.after is None:
        return 0.0
    risen = guard.after.value - guard.before.value
    return -risen if guard.less_is_better else risen


def title_of(report: Report, metric: str, *, technical: bool = False) -> str:
    """What a measure is called, with the technical word where one is asked for."""
    plain = say(f"metric.{metric}") if has(f"metric.{metric}") else report.titles.get(metric, metric)
    key = f"technical.{metric}"
    return say("report.with_technical", plain=plain, technical=say(key)) if technical and has(key) else plain


def contestant_title(contestant: str, *, technical: bool = False) -> str:
    """A contestant as a table's head, with the technical word where one is asked for."""
    key, word = f"report.short_{contestant}", f"technical.{contestant}"
    plain = say(key) if has(key) else contestant
    return say("report.with_technical", plain=plain, technical=say(word)) if technical and has(word) else plain
