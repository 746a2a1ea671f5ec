"""One printable page of a report: self-contained HTML without any script; every word of a file or model is escaped."""

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from studio.copy.catalog import has, say
from studio.evaluation.report_figures import (
    comparisons,
    contestant_title,
    guard_bars,
    guard_title,
    lead_of,
    outcome,
    standing,
    title_of,
    votes,
)
from studio.schemas.report import Advice, Estimate, GuardResult, ReadAnswer, Report

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
h3{font-size:1rem;margin:1.2rem 0 .2rem}
.figures-list{list-style:none;margin:.5rem 0;padding:0}.figures-list li{display:grid;gap:0 1rem;align-items:center;
grid-template-columns:13rem 1fr 12rem;padding:.25rem 0;border-bottom:1px solid #d5dce2;break-inside:avoid}
.figures-list p{margin:0}.figures-list small,.both small{display:block;color:#46535f}
.figures-list .axis{grid-template-columns:13rem 1fr auto 1fr 12rem;font-size:.8rem;color:#46535f}
.figures-list .axis span:first-child{grid-column:2}.figures-list .axis span:last-child{text-align:right}
.ground{stroke:#c3ccd4;fill:#e3e8ec}.zero{stroke:#1b2733}.range{fill:#9fb1bd}.value{fill:#1b2733}
.ahead .range{fill:#7fb79a}.behind .range{fill:#d89a9a}.before{fill:#9fb1bd}.now{fill:#0f5c6e}
.guard{break-inside:avoid}.guard p{margin:.2rem 0}.both{max-width:26rem}
.sign{display:inline-block;width:44%;margin:2.5rem 4% 0 0;border-top:1px solid #1b2733;padding-top:.25rem}
@page{margin:18mm}@media print{body{margin:0;max-width:none}}
""".replace("\n", "")


def name_of(contestant: str) -> str:
    """The interface word, without an article."""
    return say(f"name.{contestant}") if has(f"name.{contestant}") else contestant


def report_page(report: Report, other: Report | None = None) -> str:
    """The whole page; with another report on the same exam, a comparison with it."""
    parts = [
        _head(report), _better(report), _guards(report.probes), _why(report), _votes(report), _results(report),
        _reading(report), _versus(report, other) if other else "", _saving(report), _about(report), _sign(),
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
            said.append(
                f"{title_of(new, metric)}: {shown(old, metric, then)} then, {shown(new, metric, now)} now{note}."
            )
    earlier = {guard.name: guard for guard in old.probes}
    said += [
        f"{guard_title(guard)}: {standing(earlier[guard.name])} then, {standing(guard)} now."
        for guard in new.probes
        if guard.name in earlier and earlier[guard.name].state != guard.state
    ]
    if new.verdict.advice != old.verdict.advice:
        said.append(f"The verdict was “{label_of(old.verdict.advice)}” and is “{label_of(new.verdict.advice)}”.")
    changed = sorted(k for k in {*new.recipe, *old.recipe} if new.recipe.get(k) != old.recipe.get(k))
    said += [f"{key}: {_plain(old.recipe.get(key))} then, {_plain(new.recipe.get(key))} now." for key in changed]
    return said


def _plain(value: Any) -> str:
    if value is None:
        return "not set"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


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
        return rows, "The two reports judge by different measures: read them row by row."
    now, then = new.metrics[main]["tuned"], old.metrics[main]["tuned"]
    if now.low > then.high or now.high < then.low:
        word = "better" if now.value > then.value else "worse"
        return rows, f"{title_of(new, main)}: this version is {word} than run {old.run} on the same exam."
    return rows, f"{title_of(new, main)}: not enough questions to tell this version and run {old.run} apart."


def shown(report: Report, metric: str, measured: Estimate, digits: int = 1) -> str:
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
    said, label = escape(report.verdict.text), label_of(report.verdict.advice)
    return (
        f"<h1>{escape(label[0].upper() + label[1:])}</h1><p class=lead>{said}</p>"
        f"<p class=small>Project {escape(report.project)}, run {escape(report.run)}, exam of {report.questions} "
        f"questions ({escape(report.work)}), written on {when} by {escape(report.by)}.</p>"
    )


def _better(report: Report) -> str:
    """What is seen before it is told: each comparison on one axis."""
    drawn = comparisons(report, escape)
    if not drawn:
        return ""
    under = say("report.better_under", metric=title_of(report, report.main_metric), questions=report.questions)
    return f"<h2>{escape(say('report.better_title'))}</h2><p class=small>{escape(under)}</p>{drawn}"


def _results(report: Report) -> str:
    rows = [
        [title_of(report, metric, technical=True),
         *(shown(report, metric, by[c]) if c in by else say("report.nothing") for c in report.contestants)]
        for metric, by in report.metrics.items()
    ]  # fmt: skip
    head = [say("report.measure"), *map(contestant_title, report.contestants)]
    table = _table(say("report.scores_caption"), head, rows)
    told = _list(reached_in_words(report)) + _list(
        row.text for row in report.comparisons if row.metric == report.main_metric
    )
    rule = f"<p class=small>{escape(report.same_answer)}</p>" if report.same_answer else ""
    note = f"<p class=small>{escape(say('report.holm'))}</p>" if report.comparisons else ""
    tables = _all_comparisons(report) + table + rule + _confusion(report)
    return f"<h2>{escape(say('report.exam_title'))}</h2>{told}{note}{tables}"


def _all_comparisons(report: Report) -> str:
    rows = []
    for row in report.comparisons:
        if row.metric != report.main_metric:
            pair = say("report.pair", one=name_of(row.one), other=name_of(row.other))
            rows.append([title_of(report, row.metric, technical=True), pair, lead_of(report, row), outcome(row)])
    return _table(say("report.comparisons_caption"), ["", "", "", ""], rows) if rows else ""


def reached_in_words(report: Report) -> list[str]:
    """What everybody reached, and what this exam can show; the sentences of the guards stand with the guards."""
    if report.said:
        return [str(one) for one in report.said]
    elsewhere = {guard.sentence for guard in report.probes} | {report.saving.sentence if report.saving else ""}
    return [sentence for sentence in report.sentences if sentence not in elsewhere]


def label_of(advice: Advice) -> str:
    """The verdict in a few words."""
    return say(f"advice.{advice.name}")


def _confusion(report: Report) -> str:
    table = report.confusion.get("tuned")
    if not table or len(table) > 12:
        return ""
    given = sorted({label for row in table.values() for label in row})
    rows = [[label, *(str(row.get(other, "")) for other in given)] for label, row in table.items()]
    return _table(say("report.confusion"), ["", *given], rows)


def _guards(guards: Sequence[GuardResult]) -> str:
    if not guards:
        return ""
    parts = [
        f"<div class=guard><h3>{escape(guard_title(guard))}: {escape(standing(guard))}</h3>"
        f"{guard_bars(guard, escape)}<p>{escape(guard.text)}</p></div>"
        for guard in guards
    ]
    seen = [
        [guard_title(guard) + (f" ({it.note})" if it.note else ""), it.question, it.before, it.after]
        for guard in guards if guard.state != "pass" for it in guard.evidence
    ]  # fmt: skip
    evidence = _table("Answers behind the warnings.", ["Guard", "Question", "Before", "After"], seen) if seen else ""
    under = f"<p class=small>{escape(say('report.cost_under'))}</p>"
    return f"<h2>{escape(say('report.cost_title'))}</h2>{under}{''.join(parts)}{evidence}"


def why_title(advice: Advice) -> str:
    """The headline above the causes: it says nothing that the verdict does not."""
    if advice is Advice.NOT_YET:
        return say("report.why_title")
    enough = (Advice.PROMPT, Advice.LOOKUP, Advice.BASE)
    return say("report.all_the_same_title" if advice in enough else "report.next_title")


def _why(report: Report) -> str:
    found = [cause.text for cause in report.diagnosis if cause.found]
    return f"<h2>{escape(why_title(report.verdict.advice))}</h2>{_list(found)}" if found else ""


def votes_in_words(report: Report) -> list[str]:
    """Each blind vote, how far people agree, and the judges beside them."""
    return [
        " ".join((vote.text, *([say("report.votes_between", agreement=vote.agreement)] if vote.agreement else []),
                  *vote.judges))
        for vote in report.votes
    ]  # fmt: skip


def _votes(report: Report) -> str:
    told = votes_in_words(report)
    drawn = "".join(votes(vote, escape) for vote in report.votes)
    return f"<h2>{escape(say('report.votes_title'))}</h2>{drawn}{_list(told)}" if told else ""


def _reading(report: Report) -> str:
    def table(caption: str, answers: Sequence[ReadAnswer]) -> str:
        head = [say("report.question"), say("report.expert"), *map(name_of, report.contestants)]
        rows = [[it.question, it.expert, *(it.replies.get(c, "") for c in report.contestants)] for it in answers]
        return _table(caption, head, rows) if answers else ""

    both = table(say("report.best"), report.best) + table(say("report.worst"), report.worst)
    return f"<h2>{escape(say('report.reading_title'))}</h2>{both}" if both else ""


def _versus(report: Report, other: Report) -> str:
    return f"<h2>Compared with run {escape(other.run)}</h2>{_list(differences(report, other))}"


def _saving(report: Report) -> str:
    if not report.saving or not report.saving.tokens:
        return ""
    rows = [[name_of(name), f"{tokens:,.0f}"] for name, tokens in report.saving.tokens.items()]
    table = _table(say("report.pieces_caption"), ["", say("report.pieces")], rows)
    return f"<h2>{escape(say('report.cost_of_question'))}</h2>{table}<p>{escape(report.saving.text)}</p>"


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
