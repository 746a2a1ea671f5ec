"""A report as the page draws it: tables, guards, causes and answers to read."""

from collections.abc import Sequence

from studio.copy.catalog import say as tell
from studio.desk.jobs import BackgroundJob
from studio.evidence.report_figures import (
    comparisons,
    contestant_title,
    guard_bars,
    guard_title,
    other_measures,
    standing,
    title_of,
    votes,
)
from studio.evidence.report_page import (
    comparison,
    label_of,
    name_of,
    reached_in_words,
    shown,
    votes_in_words,
    why_title,
)
from studio.records.report import Advice, Guard, ReadAnswer, Report
from studio.web import paint, words
from studio.web.words import report as say

NAME = "Report"
TONES = {
    Advice.USE: "good", Advice.USE_FOR: "warn", Advice.PROMPT: "warn", Advice.LOOKUP: "warn", Advice.BASE: "warn",
    Advice.NOT_YET: "bad",
}  # fmt: skip


def headline(report: Report | None) -> str:
    """The verdict in words, and beside it a label that says the same."""
    if report is None:
        return paint.heading(NAME, say.READY)
    advice = report.verdict.advice
    return paint.heading(NAME, report.verdict.text, label_of(advice), TONES[advice])


def progress_of(sitting: BackgroundJob) -> str:
    """Who answers now, or why nobody does."""
    if sitting.error is not None:
        return paint.notice(sitting.error.message, sitting.error.hint, where=sitting.error.where)
    if sitting.is_over:
        return ""
    name, _, what = sitting.what.partition(", ")
    said = f"{name_of(name)}, {what}: {sitting.done} of {sitting.total} answers" if name else words.LOADING
    return paint.notice(said[0].upper() + said[1:] + ".", "You can close this page.", tone="good")


def drawing(report: Report) -> tuple[str, str, str, str]:
    """Results, guards, causes and answers to read."""
    return results(report), guards(report.probes), causes(report), reading(report)


def results(report: Report) -> str:
    """Shown before it is told: each comparison on one axis, then the sentences, then the tables, folded."""
    under = tell("report.better_under", metric=title_of(report, report.main_metric), questions=report.questions)
    top = paint.title(tell("report.better_title"), under) + comparisons(report, paint.safe)
    main = [
        row.text for row in report.comparisons if row.metric == report.main_metric and "tuned" in (row.one, row.other)
    ]
    luck = [report.seeds.text] if report.seeds else []
    told = paint.listing([*reached_in_words(report), *main, *luck])
    more = other_measures(report, paint.safe)
    folded = paint.folded(tell("report.more_measures"), more) if more else ""
    return top + blind_votes(report) + told + folded + paint.folded(tell("report.scores"), scores(report))


def scores(report: Report) -> str:
    """Every measure of everybody."""
    rows = [
        [title_of(report, metric, technical=True),
         *(shown(report, metric, by[name], 0) if name in by else tell("report.nothing") for name in report.contestants)]
        for metric, by in report.metrics.items()
    ]  # fmt: skip
    headers = [tell("report.measure"), *map(contestant_title, report.contestants)]
    table = paint.block("scores", paint.table(headers, rows, tell("report.scores_caption")))
    return table + (paint.seen(report.same_answer) if report.same_answer else "")


def blind_votes(report: Report) -> str:
    """What people preferred who did not know whose reply was whose, with the judges beside them."""
    told = votes_in_words(report)
    if not told:
        return ""
    drawn = "".join(votes(vote, paint.safe) for vote in report.votes)
    return paint.title(tell("report.votes_title")) + drawn + paint.listing(told)


def guards(probes: Sequence[Guard]) -> str:
    """One card for each guard: its bars, then its sentence, then the first answer behind a warning."""
    if not probes:
        return paint.title(tell("report.cost_title"), tell("report.cost_under")) + paint.none(tell("report.cost_none"))
    top = paint.title(tell("report.cost_title"), tell("report.cost_under"))
    return top + "".join(paint.block(f"finding {TONE[guard.state]}", guard_of(guard)) for guard in probes)


TONE = {"pass": "", "warn": "look", "fail": "serious"}


def guard_of(guard: Guard) -> str:
    """What a guard saw."""
    shown_bars = guard_bars(guard, paint.safe)
    told = paint.finding_with(guard_title(guard), standing(guard), shown_bars) + paint.seen(guard.text)
    if guard.state == "pass" or not guard.evidence:
        return told
    seen = guard.evidence[0]
    key = "evidence_sides" if guard.sides else "evidence" if seen.before else "evidence_now"
    quoted = tell(f"report.{key}", question=words.short(seen.question, 120), before=words.short(seen.before, 120),
                  after=words.short(seen.after, 160))  # fmt: skip
    return told + paint.sentences(tell("report.evidence_note", seen=quoted, note=seen.note) if seen.note else quoted)


def causes(report: Report) -> str:
    """What to look at before the next run."""
    found = [cause.text for cause in report.diagnosis if cause.found]
    top = paint.title(why_title(report.verdict.advice))
    return top + (paint.listing(found) if found else paint.none(tell("report.no_cause")))


def reading(report: Report) -> str:
    """The best and the worst, as tables."""

    def rows(answers: Sequence[ReadAnswer]) -> list[list[str]]:
        return [[it.question, it.expert, it.replies.get("base", ""), it.replies.get("tuned", "")] for it in answers]

    headers = [tell("report.question"), tell("report.expert"), tell("column.base"), tell("column.tuned")]
    best = paint.table(headers, rows(report.best), tell("report.best"))
    return best + paint.table(headers, rows(report.worst), tell("report.worst"))


def versus(new: Report, old: Report) -> str:
    """Two versions on one exam: a sentence, then measure by measure."""
    rows, said = comparison(new, old)
    table = paint.table(say.VERSUS_HEADERS, rows, "Your version then and now, on the same exam.") if rows else ""
    return paint.sentences(said) + table
