"""The evidence that leaves: the printed report, the data report and the model card."""

from studio.data.export.data_report import data_report
from studio.evaluation.report_html import report_page
from studio.schemas.report import Report
from studio.services.datasets.dataset_view import DatasetView


def report_to_show(report: Report, *, with_examples: bool) -> str:
    """The printable page; without examples no question, no answer and no word of a decision stands in it."""
    if not with_examples:
        report = report.model_copy(update={
            "best": (), "worst": (), "decisions": (), "diagnosis": (),
            "probes": tuple(guard.model_copy(update={"evidence": ()}) for guard in report.probes),
            "recipe": {name: value for name, value in report.recipe.items() if name != "base_model"},
        })  # fmt: skip
    return report_page(report)


def data_report_to_show(view: DatasetView, title: str, exam: int, validation: int) -> str:
    """What was uploaded, found and decided, in counts."""
    decisions = [one.model_copy(update={"sentence": one.sentence or one.action}) for one in view.decisions]
    return data_report(view.card, view.findings, decisions, title=title, exam=exam, validation=validation)
