"""A report as the page draws it: tables, guards, causes and answers to read."""

from collections.abc import Sequence

from studio.copy.catalog import has, say
from studio.evaluation.label_figures import label_figures
from studio.evaluation.report_figures import (
    comparisons,
    contestant_title,
    family_scores,
    guard_bars,
    guard_title,
    other_measures,
    standing,
    title_of,
    votes,
    worst_first,
)
from studio.evaluation.report_html import (
    compared_on,
    family_in_words,
    is_advised_against,
    reached_in_words,
    to_look_at,
    votes_in_words,
    why_title,
)
from studio.evaluation.report_values import label_of, notes_on, score_tables, shown
from studio.evaluation.report_versus import comparison
from studio.evaluation.statistics.comparisons import FEWEST
from studio.schemas.report import Advice, GuardResult, ReadAnswer, Report
from studio.services.jobs import BackgroundJob
from studio.web import html
from studio.web.copy import common
from studio.web.copy.progress import doing

TONES = {
    Advice.USE: "good", Advice.USE_FOR: "warn", Advice.PROMPT: "warn", Advice.LOOKUP: "warn", Advice.BASE: "warn",
    Advice.NOT_YET: "bad",
}  # fmt: skip


def headline(report: Report | None) -> str:
    """The verdict as the headline, and under it the sentence that says the same."""
    if report is None:
        return html.heading(common.TABS["report"], say("report.ready"))
    label = label_of(report.advice)
    return html.block(
        f"verdict {TONES[report.advice]}", html.heading(label[0].upper() + label[1:], report.verdict.text)
    )


def progress_of(job: BackgroundJob) -> str:
    """Who answers now, or why nobody does."""
    if job.error is not None:
        return html.notice(job.error.message, job.error.hint, where=job.error.where)
    if job.is_over:
        return ""
    return html.progress(job.record.id, doing(job), *job.behind, say("report.close_page"))


def drawing(report: Report) -> tuple[str, str, str, str]:
    """Results, guards, causes and answers to read."""
    return results(report), cost_of(report), causes(report), reading(report)


def results(report: Report) -> str:
    """Shown before it is told: each comparison on one axis, then the sentences, then the tables, folded."""
    top = html.title(say("report.better_title"), compared_on(report)) + comparisons(report, html.safe)
    main = [
        row.text for row in report.comparisons if row.metric == report.main_metric and "tuned" in (row.one, row.other)
    ]
    silent = report.seeds is None or (not report.seeds.by_luck and is_advised_against(report.advice))
    luck = [report.seeds.text] if report.seeds and not silent else []
    told = html.listing([*reached_in_words(report), *main, *luck])
    lower = [row.text for row in report.comparisons
             if (row.one, row.other) == ("tuned", "base") and row.metric in report.lower_is_better
             and row.metric != report.main_metric]  # fmt: skip
    more = other_measures(report, html.safe) + (html.listing(lower) if lower else "")
    folded = html.folded(say("report.more_measures"), more) if more else ""
    figures = label_figures(report, html.safe)
    return (
        top
        + blind_votes(report)
        + family(report)
        + told
        + figures
        + folded
        + html.folded(say("report.scores"), scores(report))
    )


def scores(report: Report) -> str:
    """Every measure of everybody, under the unit that it is counted in; technical names only for technicians."""
    tables = []
    for heading, metrics, who in score_tables(report):
        rows = [
            [html.Named.of(title_of(report, metric), technical_of(metric)),
             *(shown(report, metric, report.metrics[metric][name]) if name in report.metrics[metric]
               else say("report.nothing") for name in who)]
            for metric in metrics
        ]  # fmt: skip
        headers = [say("report.measure"), *(html.Named.of(contestant_title(one), technical_of(one)) for one in who)]
        kind = "scores of-labels" if report.labels else "scores"
        tables.append(html.block(kind, html.table(headers, rows, heading, named=True)))
    return "".join([*tables, *(html.seen(rule) for rule in (*notes_on(report), report.same_answer) if rule)])


def technical_of(name: str) -> str:
    """The technical name of a measure or a contestant; empty for one that has none."""
    return say(f"technical.{name}") if has(f"technical.{name}") else ""


def blind_votes(report: Report) -> str:
    """What people preferred who did not know whose reply was whose, with the judges beside them."""
    told = votes_in_words(report)
    if not told:
        return ""
    drawn = "".join(votes(vote, html.safe) for vote in report.votes)
    return html.title(say("report.votes_title")) + drawn + html.listing(told)


def family(report: Report) -> str:
    """How the versions of the project fared beside this one, and what it learned from feedback."""
    told = family_in_words(report)
    if not told:
        return ""
    return html.title(say("family.title")) + family_scores(report, html.safe) + html.listing(told)


def cost_of(report: Report) -> str:
    """The guards, or why a label model needs none."""
    if report.labels is not None:
        return html.title(say("report.cost_title")) + html.none(say("labels.nothing_written"))
    return guards(report.probes)


def guards(probes: Sequence[GuardResult]) -> str:
    """One card for each guard: its bars, then its sentence, then the first answer behind a warning."""
    if not probes:
        return html.title(say("report.cost_title"), say("report.cost_under")) + html.none(say("report.cost_none"))
    top = html.title(say("report.cost_title"), say("report.cost_under"))
    return top + "".join(html.block(f"finding {TONE[guard.state]}", guard_of(guard)) for guard in worst_first(probes))


TONE = {"pass": "", "warn": "look", "fail": "serious"}


def guard_of(guard: GuardResult) -> str:
    """What a guard saw."""
    shown_bars = guard_bars(guard, html.safe)
    told = html.finding_with(guard_title(guard), standing(guard), shown_bars) + html.seen(guard.text)
    if guard.state == "pass" or not guard.evidence:
        return told
    seen = guard.evidence[0]
    key = "evidence_sides" if guard.sides else "evidence" if seen.before else "evidence_now"
    quoted = say(f"report.{'evidence_taught' if seen.taught else key}", question=common.short(seen.question, 120),
                 before=common.short(seen.before, 120), after=common.short(seen.taught or seen.after, 160))  # fmt: skip
    return told + html.sentences(say("report.evidence_note", seen=quoted, note=seen.note) if seen.note else quoted)


def causes(report: Report) -> str:
    """What to look at before the next run."""
    found = to_look_at(report)
    top = html.title(why_title(report.advice, few=report.questions < FEWEST))
    return top + (html.listing(found) if found else html.none(say("report.no_cause")))


def reading(report: Report) -> str:
    """The best and the worst, as tables, folded."""

    def rows(answers: Sequence[ReadAnswer]) -> list[list[str]]:
        return [[it.question, it.expert, it.replies.get(rival, ""), it.replies.get("tuned", "")] for it in answers]

    rival = "lookup" if report.labels else "base"
    headers = [say("report.question"), say("report.expert"), say(f"column.{rival}"), say("column.tuned")]
    both = (
        html.block("answers stacks", html.table(headers, rows(answers), say(f"report.{key}"), named=True))
        for key, answers in (("best", report.best), ("worst", report.worst))
    )
    return html.folded(say("report.reading_title"), "".join(both))


def versus(new: Report, old: Report) -> str:
    """Two versions on one exam: a sentence, then measure by measure."""
    rows, said = comparison(new, old)
    table = (
        html.table(
            [say("report.measure"), say("report.then"), say("report.now_column")],
            rows,
            say("report.versus_caption"),
        )
        if rows
        else ""
    )
    return html.sentences(said) + table
