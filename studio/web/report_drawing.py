"""A report as the page draws it: tables, guards, causes and answers to read."""

from collections.abc import Sequence

from studio.desk.jobs import BackgroundJob
from studio.evidence.report_page import GUARDS, comparison, name_of, shown, votes_in_words
from studio.records.report import Advice, Guard, ReadAnswer, Report
from studio.web import paint, words
from studio.web.words import report as say

NAME = "Report"
TONES = {
    Advice.USE: "good", Advice.USE_FOR: "warn", Advice.PROMPT: "warn", Advice.LOOKUP: "warn", Advice.BASE: "warn",
    Advice.NOT_YET: "bad",
}  # fmt: skip


def headline(report: Report | None) -> str:
    """The verdict in words."""
    if report is None:
        return paint.heading(NAME, say.READY)
    advice = report.verdict.advice
    return paint.heading(NAME, report.verdict.sentence, advice.value, TONES[advice])


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
    """The table of the exam, and what may be said of it."""
    rows = [
        [report.titles.get(metric, metric),
         *(shown(report, metric, by[name], 0) if name in by else "–" for name in report.contestants)]
        for metric, by in report.metrics.items()
    ]  # fmt: skip
    main = [
        row.sentence
        for row in report.comparisons
        if row.metric == report.main_metric and "tuned" in (row.one, row.other)
    ]
    headers = ["Measure", *(say.SHORT[name] for name in report.contestants)]
    top = paint.title("The exam", f"{words.count(report.questions, 'question')} that nobody learnt from.")
    elsewhere = {guard.sentence for guard in report.probes}
    said = [sentence for sentence in report.sentences if sentence not in elsewhere]
    luck = [report.seeds.sentence] if report.seeds else []
    table = paint.block("scores", paint.table(headers, rows, say.CAPTION))
    table += paint.seen(report.same_answer) if report.same_answer else ""
    return top + table + paint.listing([*said, *main, *luck]) + votes(report)


def votes(report: Report) -> str:
    """What people preferred who did not know whose reply was whose, with the judges beside them."""
    said = votes_in_words(report)
    return paint.title("Blind votes") + paint.listing(said) if said else ""


def guards(probes: Sequence[Guard]) -> str:
    """One card for each guard, with the first answers behind a warning."""
    top = paint.title("What it cost", "The same questions before and after teaching.")
    if not probes:
        return top + paint.none("The guards were left out.")
    return top + "".join(paint.block(f"finding {TONE[guard.state]}", guard_of(guard)) for guard in probes)


TONE = {"pass": "", "warn": "look", "fail": "serious"}


def guard_of(guard: Guard) -> str:
    """What a guard saw."""
    said = paint.finding(GUARDS[guard.name], guard.sentence, say.STATES[guard.state])
    if guard.state == "pass" or not guard.evidence:
        return said
    seen = guard.evidence[0]
    first, second = ("Left", "right") if guard.name == "bias" else ("Before", "now")
    parts = [f"“{words.short(seen.question, 120)}”"]
    parts += [f"{first}: “{words.short(seen.before, 120)}”"] if seen.before else []
    parts += [f"{second if seen.before else second.capitalize()}: “{words.short(seen.after, 160)}”"]
    return said + paint.sentences(" ".join(parts) + (f" ({seen.note})" if seen.note else ""))


def causes(report: Report) -> str:
    """What to look at before the next run."""
    found = [cause.sentence for cause in report.diagnosis if cause.found]
    better = report.verdict.advice is not Advice.NOT_YET
    top = paint.title("Before the next run" if better else "Why not better")
    return top + (paint.listing(found) if found else paint.none("Nothing was found."))


def reading(report: Report) -> str:
    """The best and the worst, as tables."""

    def rows(answers: Sequence[ReadAnswer]) -> list[list[str]]:
        return [[it.question, it.expert, it.replies.get("base", ""), it.replies.get("tuned", "")] for it in answers]

    headers = ["Question", "Your answer", "Starting model", "Your version"]
    return paint.table(headers, rows(report.best), say.BEST) + paint.table(headers, rows(report.worst), say.WORST)


def versus(new: Report, old: Report) -> str:
    """Two versions on one exam: a sentence, then measure by measure."""
    rows, said = comparison(new, old)
    table = paint.table(say.VERSUS_HEADERS, rows, "Your version then and now, on the same exam.") if rows else ""
    return paint.sentences(said) + table
