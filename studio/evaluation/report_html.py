"""One printable page of a report: self-contained HTML without any script; every word of a file or model is escaped."""

from collections.abc import Iterable, Sequence
from html import escape

from studio.copy.accounts import names_somebody
from studio.copy.catalog import has, say
from studio.evaluation.label_figures import SHADES, label_figures
from studio.evaluation.next_steps import about_teachers, tried
from studio.evaluation.report_figures import (
    comparisons,
    contestant_title,
    family_scores,
    guard_bars,
    guard_title,
    lead_of,
    outcome,
    standing,
    title_of,
    votes,
    worst_first,
)
from studio.evaluation.report_values import (
    in_text,
    label_of,
    name_of,
    notes_on,
    score_tables,
    shown,
    work_in_words,
)
from studio.evaluation.report_versus import differences
from studio.evaluation.statistics.comparisons import FEWEST
from studio.schemas.report import Advice, GuardResult, ReadAnswer, Report

STYLE = """
:root{color-scheme:light}
body{font:15px/1.5 Georgia,serif;color:#1b2733;background:#fff;max-width:76rem;margin:2rem auto;padding:0 1rem;
overflow-wrap:anywhere}
p,ul:not(.figures-list),h1,h2,.guard{max-width:46rem}.facts{columns:2 26rem;column-gap:2.5rem}
h1{font-size:1.7rem;line-height:1.2}
h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid #9aa7b2;break-after:avoid}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:.5rem 0}
caption{text-align:left;color:#46535f;padding-bottom:.25rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #d5dce2}
td,th[scope=row]{white-space:pre-wrap}
th{font-weight:600}tr,figure,.sign{break-inside:avoid}.lead{font-size:1.15rem}.small{font-size:.85rem;color:#46535f}
pre{white-space:pre-wrap;font:inherit;margin:0}
h3{font-size:1rem;margin:1.2rem 0 .2rem}
.figures-list{list-style:none;margin:.5rem 0;padding:0}.figures-list li{display:grid;gap:0 1rem;align-items:center;
grid-template-columns:13rem 1fr 12rem;padding:.25rem 0;border-bottom:1px solid #d5dce2;break-inside:avoid}
.figures-list p{margin:0}.figures-list small,.both small{display:block;color:#46535f}
.figures-list .axis{grid-template-columns:13rem 1fr auto 1fr 12rem;font-size:.8rem;color:#46535f}
.figures-list .axis span:first-child{grid-column:2}.figures-list .axis span:last-child{text-align:right}
.together{fill:#1b2733}.ground{stroke:#c3ccd4;fill:#e3e8ec}.zero{stroke:#1b2733}.range{fill:#9fb1bd}.value{fill:#1b2733}
.ahead .range{fill:#7fb79a}.behind .range{fill:#d89a9a}.before{fill:#9fb1bd}.now{fill:#0f5c6e}
table.answers{table-layout:fixed}
table.matrix td{padding:1px}.matrix .shade{display:block;padding:.3rem;text-align:center;min-height:1.2em}
svg.matrix{max-width:26rem;border:1px solid #9aa7b2}.matrix .ground{fill:#fff}
.guard{break-inside:avoid}.guard p{margin:.2rem 0}.both{max-width:26rem}
.sign{display:inline-block;width:44%;margin:2.5rem 4% 0 0;border-top:1px solid #1b2733;padding-top:.25rem}
@media screen and (max-width:44rem){.figures-list li{grid-template-columns:1fr 1fr}.figures-list li svg{grid-row:2;
grid-column:1/-1}.figures-list .axis{grid-template-columns:1fr auto 1fr}
.figures-list .axis span:first-child{grid-column:1}table{display:block;overflow-x:auto}}
@page{margin:18mm}@media print{body{margin:0;max-width:none}}
""".replace("\n", "") + "".join(
    f".{kind}.s{step}{{fill:rgb({colour},{step / SHADES:.2f});background:rgb({colour},{step / SHADES:.2f})"
    + (";color:#fff}" if step > SHADES // 2 else "}")
    for kind, colour in (("right", "15,92,110"), ("wrong", "176,58,46")) for step in range(1, SHADES + 1)
)  # fmt: skip


def report_page(report: Report, other: Report | None = None) -> str:
    """The whole page; with another report on the same exam, a comparison with it."""
    parts = [
        _head(report), _better(report), _guards(report.probes), _why(report), _votes(report), _family(report),
        _results(report), _reading(report), _versus(report, other) if other else "", _saving(report),
        _about(report), _sign(),
    ]  # fmt: skip
    title = say("report.print_title", run=report.run_title or report.run)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>"
    )


def _list(sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(said)}</li>" for said in sentences)
    return f"<ul>{items}</ul>" if items else ""


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "plain") -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    head_of = f"<caption>{escape(caption)}</caption><thead><tr>{top}</tr></thead>"
    return f"<table class={kind}>{head_of}<tbody>{body}</tbody></table>"


def _head(report: Report) -> str:
    written = "report.about" if names_somebody(report.by) else "report.about_unnamed"
    about = say(written, project=report.project_title or report.project, run=report.run_title or report.run,
                questions=report.questions, work=work_in_words(report.work), by=report.by,
                when=f"{report.created.astimezone():%d %B %Y}")  # fmt: skip
    said, label = escape(report.verdict.text), label_of(report.advice)
    return f"<h1>{escape(label[0].upper() + label[1:])}</h1><p class=lead>{said}</p><p class=small>{escape(about)}</p>"


def _better(report: Report) -> str:
    """What is seen before it is told: each comparison on one axis."""
    drawn = comparisons(report, escape)
    if not drawn:
        return ""
    under = compared_on(report, technical=True)
    return f"<h2>{escape(say('report.better_title'))}</h2><p class=small>{escape(under)}</p>{drawn}"


def compared_on(report: Report, *, technical: bool = False) -> str:
    """Which measure decides, what it compares, and what a bar shows."""
    meaning, main = f"meaning.{report.main_metric}", report.main_metric
    wider = any(row.together for row in report.comparisons if row.metric == main and row.one == "tuned")
    return say("report.better_under", metric=title_of(report, main, technical=technical), questions=report.questions,
               meaning=say(meaning) if has(meaning) else "",
               together=say("report.together_line") if wider else "")  # fmt: skip


def _results(report: Report) -> str:
    told = _list(reached_in_words(report)) + _list(
        row.text for row in report.comparisons if row.metric == report.main_metric
    )
    rules = "".join(f"<p class=small>{escape(rule)}</p>" for rule in (*notes_on(report), report.same_answer) if rule)
    note = f"<p class=small>{escape(say('report.holm'))}</p>" if report.comparisons else ""
    tables = _all_comparisons(report) + _scores(report) + rules + (label_figures(report) or _confusion(report))
    return f"<h2>{escape(say('report.exam_title'))}</h2>{told}{note}{tables}"


def _scores(report: Report) -> str:
    """Every measure of everybody, under the unit that it is counted in."""
    tables = []
    for heading, metrics, who in score_tables(report):
        cells = {name: report.metrics[name] for name in metrics}
        rows = [
            [title_of(report, name, technical=True),
             *(shown(report, name, by[one]) if one in by else say("report.nothing") for one in who)]
            for name, by in cells.items()
        ]  # fmt: skip
        head = [say("report.measure"), *(contestant_title(one, technical=True) for one in who)]
        tables.append(_table(heading, head, rows))
    return "".join(tables)


def _all_comparisons(report: Report) -> str:
    rows = []
    for row in report.comparisons:
        if row.metric != report.main_metric:
            pair = say("report.pair", one=name_of(row.one), other=name_of(row.other))
            rows.append(
                [title_of(report, row.metric, technical=True), pair, lead_of(report, row), outcome(report, row)]
            )
    head = [say(f"report.{key}") for key in ("measure", "who_against_whom", "lead", "decided")]
    return _table(say("report.comparisons_caption"), head, rows) if rows else ""


def reached_in_words(report: Report) -> list[str]:
    """What everybody reached, and what this exam can show; the sentences of the guards stand with the guards."""
    judged = [str(one) for one in report.preferences.said] if report.preferences else []
    if report.said:
        return [*judged, *(str(one) for one in report.said)]
    elsewhere = {guard.sentence for guard in report.probes} | {report.saving.sentence if report.saving else ""}
    return [sentence for sentence in report.sentences if sentence not in elsewhere]


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
        for guard in worst_first(guards)
    ]
    seen = [
        [guard_title(guard) + (f" ({it.note})" if it.note else ""), it.question, it.before,
         say("report.taught_answer", answer=it.taught) if it.taught else it.after]
        for guard in worst_first(guards) if guard.state != "pass" for it in guard.evidence
    ]  # fmt: skip
    evidence = (
        _table(say("report.behind"), [say(f"report.{key}") for key in ("guard", "question", "before", "now")], seen)
        if seen
        else ""
    )
    under = f"<p class=small>{escape(say('report.cost_under'))}</p>"
    return f"<h2>{escape(say('report.cost_title'))}</h2>{under}{''.join(parts)}{evidence}"


def why_title(advice: Advice, *, few: bool = False) -> str:
    """The headline above the causes: it says nothing that the verdict does not."""
    if advice is Advice.NOT_YET and not few:
        return say("report.why_title")
    return say("report.found_title" if few or is_advised_against(advice) else "report.next_title")


def is_advised_against(advice: Advice) -> bool:
    """Whether the verdict says not to teach: then nothing else on the page says how to teach again."""
    return advice in (Advice.PROMPT, Advice.LOOKUP, Advice.BASE)


def to_look_at(report: Report) -> list[str]:
    """What is wrong with what it learned from (distillation), the causes that were found, and what the proposed steps
    came to where they were tried."""
    causes = [cause.text for cause in report.diagnosis if cause.found]
    return [*map(str, about_teachers(report)), *causes, *map(str, tried(report))]


def _why(report: Report) -> str:
    found = to_look_at(report)
    return f"<h2>{escape(why_title(report.advice, few=report.questions < FEWEST))}</h2>{_list(found)}" if found else ""


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


def family_in_words(report: Report) -> list[str]:
    """Where the version came from, what it learned from feedback, how the others fared, what drifted."""
    return [str(one) for one in report.family.said] if report.family else []


def _family(report: Report) -> str:
    told = family_in_words(report)
    drawn = family_scores(report, escape)
    return f"<h2>{escape(say('family.title'))}</h2>{drawn}{_list(told)}" if told else ""


def _reading(report: Report) -> str:
    def table(caption: str, answers: Sequence[ReadAnswer]) -> str:
        head = [say("report.question"), say("report.expert"), *map(name_of, report.contestants)]
        rows = [[it.question, it.expert, *(it.replies.get(c, "") for c in report.contestants)] for it in answers]
        return _table(caption, head, rows, "answers") if answers else ""

    both = table(say("report.best"), report.best) + table(say("report.worst"), report.worst)
    return f"<h2>{escape(say('report.reading_title'))}</h2>{both}" if both else ""


def _versus(report: Report, other: Report) -> str:
    title = say("report.versus_title", run=other.run_title or other.run)
    return f"<h2>{escape(title)}</h2>{_list(differences(report, other))}"


def _saving(report: Report) -> str:
    if not report.saving or not report.saving.tokens:
        return ""
    rows = [[name_of(name), f"{tokens:,.0f}"] for name, tokens in report.saving.tokens.items()]
    table = _table(say("report.pieces_caption"), ["", say("report.pieces")], rows)
    return f"<h2>{escape(say('report.cost_of_question'))}</h2>{table}<p>{escape(report.saving.text)}</p>"


def _about(report: Report) -> str:
    exam = {say("report.exam_version"): report.exam_version, say("report.exam_sha256"): report.exam_sha256}
    facts = {**report.data, **exam, say("report.run_id"): report.run}
    chosen = ((say("report.saved_point"), report.chosen),)
    made = (*chosen, (say("report.recipe"), report.recipe), (say("report.versions"), report.versions))
    parts = [
        _table(caption, ["", ""], [[key, in_text(value)] for key, value in values.items()])
        for caption, values in ((say("report.data"), facts), *made) if values
    ]  # fmt: skip
    if report.fingerprints:
        rows = [[name_of(key), value] for key, value in report.fingerprints.items()]
        parts.append(_table(say("report.fingerprints"), ["", ""], rows))
    beside = f"<div class=facts>{''.join(parts)}</div>{_list(report.decisions)}"
    limits = f"<h2>{escape(say('report.limits'))}</h2>{_list(report.limits)}" if report.limits else ""
    return f"<h2>{escape(say('report.how_made'))}</h2>{beside}{limits}"


def _sign() -> str:
    signs = "".join(f"<p class=sign>{escape(say(f'report.sign_{who}'))}</p>" for who in ("made", "approved"))
    return f"<h2>{escape(say('report.sign_off'))}</h2>{signs}"
