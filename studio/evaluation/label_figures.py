"""The figures of a report on labels, for the page and the printed report: who is taken for whom, and reliability.

As in `report_figures`: no script and no colour of their own, and `write` escapes words for where they will stand.
"""

from collections.abc import Iterable
from html import escape

from studio.copy.catalog import say
from studio.evaluation.report_figures import SLIM, Write
from studio.schemas.report import Estimate, HandOver, LabelBin, LabelEvidence, Report

NAMED = 12  # labels whose names fit beside a matrix; of more only the picture is drawn
SHADES = 9  # steps of a cell's shade
MIXED = 8  # pairs of labels that are named below it
CELL = 8  # points


def label_figures(report: Report, write: Write = escape) -> str:
    """All of them; empty for a report on answers that were written."""
    if report.labels is None:
        return ""
    parts = [
        ("labels.certainty_title", say("labels.certainty_under"), reliability_bars(report.labels, write)),
        ("labels.hand_title", say("labels.hand_under"), hand_over_table(report.labels, write)),
        ("labels.matrix_title", say("labels.matrix_under"), matrix(report, write)),
        ("labels.each_title", say("labels.each_under"), each_label(report.labels, write)),
    ]
    return "".join(
        f"<h3>{write(say(title))}</h3><p class=small>{write(under)}</p>{drawn}"
        for title, under, drawn in parts
        if drawn
    )


def reliability_bars(evidence: LabelEvidence, write: Write) -> str:
    """A row for each bin: the range of its share of right answers, and a mark where its certainty says it lies."""
    rows = "".join(_bin(one, write) for one in evidence.bins)
    return f'<ul class="figures-list reliability">{rows}</ul>' if rows else ""


def _bin(one: LabelBin, write: Write) -> str:
    value, low, high = (100 * number for number in (one.right.value, one.right.low, one.right.high))
    sure = 100 * one.certainty
    kind = "behind" if sure > high else "ahead" if sure < low else "unsure"
    label = say("labels.bin", questions=one.questions, sure=sure, value=value, low=low, high=high)
    drawn = (
        f'<svg class="interval {kind}" role="img" aria-label="{write(label)}" width="100%" height="24">'
        f"<title>{write(label)}</title>"
        '<line class="ground" x1="0%" x2="100%" y1="12" y2="12"></line>'
        f'<rect class="range" x="{low:.1f}%" width="{max(0.6, high - low):.1f}%" y="7" height="10" rx="5"></rect>'
        f'<rect class="value" x="{max(0.0, value - SLIM):.1f}%" width="{SLIM}%" y="4" height="16" rx="1"></rect>'
        f'<line class="zero" x1="{min(sure, 99.6):.1f}%" x2="{min(sure, 99.6):.1f}%" y1="1" y2="23"></line></svg>'
    )
    said = say("labels.bin_sure", sure=sure, questions=one.questions)
    right = say("labels.share", value=value, low=low, high=high)
    return f'<li class="{kind}"><p>{write(said)}</p>{drawn}<p><small>{write(right)}</small></p></li>'


def hand_over_table(evidence: LabelEvidence, write: Write) -> str:
    """At each certainty: what a person decides, and how often it is right in the rest; the one that she set in bold."""
    levels = sorted({one.certainty: one for one in (*evidence.hand_over, evidence.chosen)}.values(),
                    key=lambda one: one.certainty)  # fmt: skip
    head = [say(f"labels.{name}") for name in ("column_certainty", "column_handed", "column_right")]
    rows = [_level(one, chosen=one.certainty == evidence.chosen.certainty, write=write) for one in levels]
    return _table(head, rows, "plain", write)


def _level(one: HandOver, *, chosen: bool, write: Write) -> list[str]:
    cells = [
        f"{100 * one.certainty:.0f}%",
        _share(one.handed),
        _share(one.right) if one.right else say("report.nothing"),
    ]
    return [f"<b>{write(cell)}</b>" if chosen else write(cell) for cell in cells]


def _share(share: Estimate) -> str:
    return say("labels.share", value=100 * share.value, low=100 * share.low, high=100 * share.high)


def matrix(report: Report, write: Write) -> str:
    """Expert's label by given label, shaded by the share of the expert's; what is most often mixed up, in words."""
    table = report.confusion.get("tuned")
    if not table:
        return ""
    given = [*table, *sorted({label for row in table.values() for label in row} - table.keys())]
    told = mixed_up(table)
    listed = "".join(f"<li>{write(said)}</li>" for said in told)
    words = f"<ul>{listed}</ul>" if listed else f"<p>{write(say('labels.none_mixed'))}</p>"
    if len(given) > NAMED:
        return picture(table, given, write) + words
    rows = [
        [write(label), *(_cell(row.get(other, 0), sum(row.values()), right=label == other) for other in given)]
        for label, row in table.items()
    ]
    return _table([say("labels.matrix_corner"), *given], rows, "plain matrix", write) + words


def _cell(count: int, whole: int, *, right: bool) -> str:
    shade = -(-SHADES * count // whole) if whole else 0
    return f'<span class="shade {"right" if right else "wrong"} s{shade}">{count or ""}</span>'


def picture(table: dict[str, dict[str, int]], given: list[str], write: Write) -> str:
    """The same for many labels, too small for words: a dark diagonal is right."""
    size = CELL * len(given)
    cells = "".join(
        f'<rect class="shade {"right" if label == other else "wrong"} s{-(-SHADES * count // sum(row.values()))}" '
        f'x="{CELL * given.index(other)}" y="{CELL * line}" width="{CELL}" height="{CELL}"></rect>'
        for line, (label, row) in enumerate(table.items()) for other, count in row.items()
    )  # fmt: skip
    label = say("labels.picture", labels=len(given))
    ground = f'<rect class="ground" x="0" y="0" width="{size}" height="{size}"></rect>'
    return (
        f'<svg class="matrix" role="img" aria-label="{write(label)}" viewBox="0 0 {size} {size}" width="100%">'
        f"<title>{write(label)}</title>{ground}{cells}</svg>"
    )


def mixed_up(table: dict[str, dict[str, int]]) -> list[str]:
    """The pairs that are taken for one another most often."""
    pairs = [(count, label, other) for label, row in table.items() for other, count in row.items() if label != other]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return [say("labels.mixed", expert=label, given=other, count=count) for count, label, other in pairs[:MIXED]]


def each_label(evidence: LabelEvidence, write: Write) -> str:
    """Where a text may have several labels: label by label, what was right, missed and too much."""
    if not evidence.separator:
        return ""
    head = [say(f"labels.{name}") for name in ("column_label", "column_found", "column_missed", "column_more")]
    rows = [[write(label), *map(str, counts)] for label, counts in evidence.each.items()]
    return _table(head, rows, "plain", write)


def _table(head: Iterable[str], rows: Iterable[list[str]], kind: str, write: Write) -> str:
    top = "".join(f'<th scope="col">{write(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>" for row in rows
    )
    table = f'<table class="{kind}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="scores of-labels">{table}</div>'
