"""The data report: one page a person can print, with what was uploaded, what was found and what was decided."""

from collections.abc import Iterable, Sequence
from html import escape

from studio.copy.catalog import say
from studio.copy.reasons import reason_in_words
from studio.schemas.dataset import DatasetMetadata
from studio.schemas.finding import Decision, Finding

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c2733}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
table{border-collapse:collapse;width:100%;font-size:.95rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #d7dde3}
td.n{text-align:right;font-variant-numeric:tabular-nums}p.lead{color:#4a5866;margin:0 0 1rem}
.sign{margin-top:3rem;display:flex;gap:3rem}.sign div{flex:1;border-top:1px solid #4a5866;padding-top:.25rem}
@media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}
"""


def data_report(
    card: DatasetMetadata,
    findings: Sequence[Finding],
    decisions: Sequence[Decision],
    *,
    title: str,
    exam: int,
    validation: int,
    columns: Sequence[str] = (),
) -> str:
    """Self-contained HTML without scripts; every text from files is escaped."""
    source = card.source
    rows_kept = say("data_report.rows_were_kept", rows_kept=card.rows_kept, rows_in=card.rows_in)
    added = say("data_report.were_added_by_hand", rows_added=card.rows_added) if card.rows_added else ""
    facts = [
        (say("data_report.file"), source.name),
        (say("data_report.sha_256_file"), source.sha256),
        (say("data_report.size"), say("data_report.bytes", size_bytes=source.size_bytes)),
        (
            say("data_report.format"),
            " · ".join(part for part in (source.format, source.encoding, source.sheet) if part),
        ),
        (say("data_report.uploaded"), say("data_report.utc_by", created=card.created, by=card.by)),
        (say("data_report.question_answer"), f"{card.mapping.question} → {card.mapping.answer}"),
        (say("data_report.origin_as_stated"), card.origin or say("data_report.not_stated")),
        (say("data_report.licence_as_stated"), card.licence or say("data_report.not_stated")),
        (say("data_report.consent_as_stated"), card.consent or say("data_report.not_stated")),
        (say("data_report.dataset"), f"{card.id}, SHA-256 {card.sha256}"),
        *((say("data_report.other_columns"), sentence) for sentence in columns),
        (say("data_report.set_aside"), say("data_report.for_exam_for_practice", exam=exam, validation=validation)),
    ]
    dropped = [(reason_in_words(reason), str(count)) for reason, count in sorted(card.dropped.items())]
    changed = [(reason_in_words(kind), str(count)) for kind, count in sorted(card.changed.items())]
    left = [(finding.sentence, str(finding.count)) for finding in findings]
    log = [(f"{d.at:%Y-%m-%d %H:%M}", d.by, d.sentence or d.action) for d in decisions]
    return "".join(
        [
            "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
            f"<title>Data report: {escape(title)}</title><style>{STYLE}</style>",
            f"<h1>Data report: {escape(title)}</h1><p class=lead>{escape(rows_kept + added)}. "
            "The uploaded file was not changed.</p>",
            table(("", ""), facts),
            section(
                say("data_report.rows_left_out"), table((say("data_report.reason"), say("data_report.rows")), dropped)
            ),
            section(
                say("data_report.rows_changed"), table((say("data_report.what"), say("data_report.rows")), changed)
            ),
            section(
                say("data_report.decisions"),
                table(("When (UTC)", say("data_report.who"), say("data_report.what")), log),
            ),
            section(
                say("data_report.still_look_at"), table((say("data_report.finding"), say("data_report.rows")), left)
            ),
            "<div class=sign><div>Prepared by, date</div><div>Approved by, date</div></div></html>",
        ]
    )


def section(title: str, body: str) -> str:
    """A heading and what stands under it; 'None.' when nothing does."""
    return f"<h2>{escape(title)}</h2>{body or '<p>None.</p>'}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Escaped cells; numbers to the right; empty when there are no rows."""
    lines = [
        "<tr>" + "".join(f"<td{' class=n' if cell.isdigit() else ''}>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows
    ]
    if not lines:
        return ""
    head = "<tr>" + "".join(f"<th scope=col>{escape(name)}</th>" for name in heads) + "</tr>" if any(heads) else ""
    return f"<table>{head}{''.join(lines)}</table>"
