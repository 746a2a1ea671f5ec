"""The report as lines of text, for the command line: the same sentences as on the page."""

from studio.evaluation.report_figures import guard_title, standing
from studio.evaluation.report_html import family_in_words, reached_in_words
from studio.evaluation.report_values import label_of
from studio.schemas.report import Report


def report_text(report: Report) -> str:
    """The verdict, what was reached, the comparisons that decide, each guard, and its family; a line each."""
    lines = [f"{label_of(report.advice).upper()}: {report.verdict.text}", *reached_in_words(report)]
    lines += [row.text for row in report.comparisons if row.metric == report.main_metric]
    lines += [f"{guard_title(guard)} ({standing(guard)}): {guard.text}" for guard in report.probes]
    return "\n".join([*lines, *family_in_words(report)])
