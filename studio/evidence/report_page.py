"""One printable page of a report: self-contained HTML without any script; every word of a file or model is escaped."""

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from studio.records.report import Advice, Guard, Measured, ReadAnswer, Report

NAMES = {
    "base": "starting model", "prompted": "starting model with a good prompt", "lookup": "nearest known answer",
    "tuned": "your version",
}  # fmt: skip
GUARDS = {
    "forgetting": "General skills", "general_text": "General text", "safety": "Improper requests",
    "over_refusal": "Harmless look-alikes", "made_up": "Made-up facts", "memorised": "Learnt by heart",
    "bias": "Names swapped",
}  # fmt: skip
STYLE = """
:root{color-scheme:light}
body{font:15px/1.5 Georgia,serif;color:#1b2733;background:#fff;max-width:46rem;margin:2rem auto;padding:0 1rem;
overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.2}
h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid #9aa7b2;break-after:avoid}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
caption{text-align:left;color:#46535f;padding-bottom:.25rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #d5dce2}
th{font-weight:600}tr,figure,.sign{break-inside:avoid}.lead{font-size:1.15rem}.small{font-size:.85rem;color:#46535f}
pre{white-space:pre-wrap;font:inherit;margin:0}
.sign{display:inline-block;width:44%;margin:2.5rem 4% 0 0;border-top:1px solid #1b2733;padding-top:.25rem}
@page{margin:18mm}@media print{body{margin:0;max-width:none}}
""".replace("\n", "")


def name_of(contestant: str) -> str:
    """The interface word."""
    return NAMES.get(contestant, contestant)


def report_page(report: Report, other: Report | None = None) -> str:
    """The whole page; with another report on the same exam, a comparison with it."""
    parts = [
        _head(report), _results(report), _guards(report.probes), _why(report), _votes(report), _reading(report),
        _versus(report, other) if other else "", _saving(report), _about(report), _sign(),
    ]  # fmt: skip
    title = f"Report on run {report.run}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>"
    )


def differences(new: Report, old: Report) -> list[str]:
    """What changed between two reports, in sentences; different exams are not compared."""
    if new.exam_sha256 != old.exam_sha256:
        refused = "The two reports are about different exams and cannot be compared."
        if new.project == old.project and new.exam_version != old.exam_version:
            refused += f" This one is about version {new.exam_version} of the exam, the other about {old.exam_version}."
        return [refused]
    said = [f"Both reports are about the same exam of {new.questions} questions."]
    for metric, by in new.metrics.items():
        if "tuned" in by and "tuned" in old.metrics.get(metric, {}):
            now, then = by["tuned"], old.metrics[metric]["tuned"]
            apart = now.low > then.high or now.high < then.low
            note = "" if apart else "; the intervals overlap, so this alone does not show a difference"
            said.append(f"{_title(new, metric)}: {shown(old, metric, then)} then, {shown(new, metric, now)} now{note}.")
    before = {guard.name: guard.state for guard in old.probes}
    said += [
        f"{GUARDS[guard.name]}: {before[guard.name]} then, {guard.state} now."
        for guard in new.probes
        if guard.name in before and before[guard.name] != guard.state
    ]
    if new.verdict.advice != old.verdict.advice:
        said.append(f"The verdict was “{old.verdict.advice.value}” and is “{new.verdict.advice.value}”.")
    changed = sorted(k for k in {*new.recipe, *old.recipe} if new.recipe.get(k) != old.recipe.get(k))
    said += [f"{key}: {_plain(old.recipe.get(key))} then, {_plain(new.recipe.get(key))} now." for key in changed]
    return said


def _plain(value: Any) -> str:
    if value is None:
        return "not set"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _title(report: Report, metric: str) -> str:
    return report.titles.get(metric, metric)


def comparison(new: Report, old: Report) -> tuple[list[list[str]], str]:
    """Measure by measure what two versions reached on one exam, and one sentence; no rows when the exams differ.

    A sentence of better or worse needs intervals that do not touch: without the answers of both side by side a paired
    test is not possible here.
    """
    if new.exam_sha256 != old.exam_sha256:
        return [], differences(new, old)[0]
    rows = [
        [_title(new, metric), shown(old, metric, old.metrics[metric]["tuned"]), shown(new, metric, by["tuned"])]
        for metric, by in new.metrics.items()
        if "tuned" in by and "tuned" in old.metrics.get(metric, {})
    ]
    main = new.main_metric
    if main not in old.metrics or main != old.main_metric:
        return rows, "The two reports judge by different measures: read them row by row."
    now, then = new.metrics[main]["tuned"], old.metrics[main]["tuned"]
    if now.low > then.high or now.high < then.low:
        word = "better" if now.value > then.value else "worse"
        return rows, f"{_title(new, main)}: this version is {word} than run {old.run} on the same exam."
    return rows, f"{_title(new, main)}: not enough questions to tell this version and run {old.run} apart."


def shown(report: Report, metric: str, measured: Measured, digits: int = 1) -> str:
    """A value with its limits: points of 100, or the score's own numbers where less is better."""
    if metric in report.lower_is_better:
        places = 0 if measured.value >= 100 else 1 if measured.value >= 10 else 2
        value, low, high = (f"{number:,.{places}f}" for number in (measured.value, measured.low, measured.high))
        return f"{value} ({low} to {high})"
    value, low, high = (f"{100 * number:.{digits}f}" for number in (measured.value, measured.low, measured.high))
    return f"{value} ({low} to {high})"


def _list(sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(said)}</li>" for said in sentences)
    return f"<ul>{items}</ul>" if items else ""


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _head(report: Report) -> str:
    when = f"{report.created.astimezone():%d %B %Y}"
    said = escape(report.verdict.sentence)
    return (
        f"<h1>{escape(report.verdict.advice.value.capitalize())}</h1><p class=lead>{said}</p>{_list(report.sentences)}"
        f"<p class=small>Project {escape(report.project)}, run {escape(report.run)}, exam of {report.questions} "
        f"questions ({escape(report.work)}), written on {when} by {escape(report.by)}.</p>"
    )


def _results(report: Report) -> str:
    rows = [
        [_title(report, metric), *(shown(report, metric, by[c]) if c in by else "–" for c in report.contestants)]
        for metric, by in report.metrics.items()
    ]
    head = ["Measure", *map(name_of, report.contestants)]
    table = _table("Points of 100, in brackets the 95% interval; of mistakes score and perplexity less is better.",
                   head, rows)  # fmt: skip
    said = _list(row.sentence for row in report.comparisons)
    rule = f"<p class=small>{escape(report.same_answer)}</p>" if report.same_answer else ""
    note = "<p class=small>Paired tests on the same questions, corrected for the number of measures (Holm).</p>"
    return f"<h2>The exam</h2>{table}{rule}{said}{note if said else ''}{_confusion(report)}"


def _confusion(report: Report) -> str:
    table = report.confusion.get("tuned")
    if not table or len(table) > 12:
        return ""
    given = sorted({label for row in table.values() for label in row})
    rows = [[label, *(str(row.get(other, "")) for other in given)] for label, row in table.items()]
    return _table("Your version: expert's label (rows) and given label (columns).", ["", *given], rows)


def _guards(guards: Sequence[Guard]) -> str:
    if not guards:
        return ""
    rows = [[GUARDS[guard.name], guard.state, guard.sentence] for guard in guards]
    seen = [
        [GUARDS[guard.name] + (f" ({it.note})" if it.note else ""), it.question, it.before, it.after]
        for guard in guards if guard.state != "pass" for it in guard.evidence
    ]  # fmt: skip
    evidence = _table("Answers behind the warnings.", ["Guard", "Question", "Before", "After"], seen) if seen else ""
    return f"<h2>What it cost</h2>{_table('Before and after teaching.', ['Guard', 'Result', 'Seen'], rows)}{evidence}"


def _why(report: Report) -> str:
    found = [cause for cause in report.diagnosis if cause.found]
    if not report.diagnosis or not found:
        return ""
    heading = "Why not better" if report.verdict.advice is Advice.NOT_YET else "What to look at before the next run"
    return f"<h2>{heading}</h2>{_list(cause.sentence for cause in found)}"


def votes_in_words(report: Report) -> list[str]:
    """Each blind vote, how far people agree, and the judges beside them."""
    return [
        " ".join((vote.sentence, *([f"Between people: {vote.agreement}."] if vote.agreement else []), *vote.judges))
        for vote in report.votes
    ]


def _votes(report: Report) -> str:
    said = votes_in_words(report)
    return f"<h2>Blind votes</h2>{_list(said)}" if said else ""


def _reading(report: Report) -> str:
    def table(caption: str, answers: Sequence[ReadAnswer]) -> str:
        head = ["Question", "Expert", *map(name_of, report.contestants)]
        rows = [[it.question, it.expert, *(it.replies.get(c, "") for c in report.contestants)] for it in answers]
        return _table(caption, head, rows) if answers else ""

    both = table("Best answers.", report.best) + table("Worst answers.", report.worst)
    return f"<h2>Answers to read</h2>{both}" if both else ""


def _versus(report: Report, other: Report) -> str:
    return f"<h2>Compared with run {escape(other.run)}</h2>{_list(differences(report, other))}"


def _saving(report: Report) -> str:
    if not report.saving or not report.saving.tokens:
        return ""
    rows = [[name_of(name), f"{tokens:,.0f}"] for name, tokens in report.saving.tokens.items()]
    table = _table("Pieces of words for one question, read and written.", ["", "Pieces"], rows)
    return f"<h2>What a question costs</h2>{table}<p>{escape(report.saving.sentence)}</p>"


def _about(report: Report) -> str:
    facts = {**report.data, "Exam version": report.exam_version, "Exam SHA-256": report.exam_sha256}
    parts = [_table("Data.", ["", ""], [[key, _plain(value)] for key, value in facts.items()])]
    parts.append(_list(report.decisions))
    chosen = (("Saved point that became this version.", report.chosen),)
    for caption, values in (*chosen, ("Recipe.", report.recipe), ("Versions.", report.versions)):
        if values:
            parts.append(_table(caption, ["", ""], [[key, _plain(value)] for key, value in values.items()]))
    if report.fingerprints:
        rows = [[name_of(key), value] for key, value in report.fingerprints.items()]
        parts.append(_table("Fingerprints of what answered.", ["", ""], rows))
    limits = f"<h2>Limits</h2>{_list(report.limits)}" if report.limits else ""
    return f"<h2>How it was made</h2>{''.join(parts)}{limits}"


def _sign() -> str:
    return "<h2>Sign-off</h2><p class=sign>Name and date (made by)</p><p class=sign>Name and date (approved by)</p>"
