"""The data report: one page a person can print, with what was uploaded, what was found and what was decided."""

from collections.abc import Iterable, Sequence
from html import escape

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
) -> str:
    """Self-contained HTML without scripts; every text from files is escaped."""
    source = card.source
    rows_kept = f"{card.rows_kept} of {card.rows_in} rows were kept"
    added = f", {card.rows_added} were added by hand" if card.rows_added else ""
    facts = [
        ("File", source.name), ("SHA-256 of the file", source.sha256), ("Size", f"{source.size_bytes:,} bytes"),
        ("Format", " · ".join(part for part in (source.format, source.encoding, source.sheet) if part)),
        ("Uploaded", f"{card.created:%Y-%m-%d %H:%M} UTC by {card.by}"),
        ("Question and answer", f"{card.mapping.question} → {card.mapping.answer}"),
        ("Origin, as stated", card.origin or "not stated"),
        ("Licence, as stated", card.licence or "not stated"), ("Consent, as stated", card.consent or "not stated"),
        ("Dataset", f"{card.id}, SHA-256 {card.sha256}"),
        ("Set aside", f"{exam} for the exam, {validation} for the practice check"),
    ]  # fmt: skip
    dropped = [(reason.replace("_", " "), str(count)) for reason, count in sorted(card.dropped.items())]
    changed = [(kind.replace("_", " "), str(count)) for kind, count in sorted(card.changed.items())]
    left = [(finding.sentence, str(finding.count)) for finding in findings]
    log = [(f"{d.at:%Y-%m-%d %H:%M}", d.by, d.sentence or d.action) for d in decisions]
    return "".join([
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        f"<title>Data report: {escape(title)}</title><style>{STYLE}</style>",
        f"<h1>Data report: {escape(title)}</h1><p class=lead>{escape(rows_kept + added)}. "
        "The uploaded file was not changed.</p>",
        table(("", ""), facts),
        section("Rows left out", table(("Reason", "Rows"), dropped)),
        section("Rows changed", table(("What", "Rows"), changed)),
        section("Decisions", table(("When (UTC)", "Who", "What"), log)),
        section("Still to look at", table(("Finding", "Rows"), left)),
        "<div class=sign><div>Prepared by, date</div><div>Approved by, date</div></div></html>",
    ])  # fmt: skip


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
