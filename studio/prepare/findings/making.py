"""What all findings are made of: rows in order, a count, and sentences with the right number of words."""

from collections.abc import Iterable, Mapping, Sequence

from studio.prepare.texts import Texts
from studio.records.finding import Finding, Kind, Severity


def finding(
    kind: Kind,
    severity: Severity,
    texts: Texts,
    places: Iterable[int],
    sentence: str,
    fix: str = "",
    *,
    groups: Sequence[Sequence[int]] = (),
    notes: Mapping[int, str] | None = None,
) -> list[Finding]:
    """A finding about the examples at these places, or nothing when there are none."""
    rows = [texts.rows[place] for place in sorted(set(places))]
    if not rows:
        return []
    return [
        Finding(
            kind=kind,
            severity=severity,
            count=len(rows),
            rows=tuple(rows),
            sentence=sentence,
            fix=fix,
            groups=tuple(tuple(texts.rows[place] for place in group) for group in groups),
            notes={texts.rows[place]: said for place, said in (notes or {}).items()},
        )
    ]


def count_of(number: int, one: str, many: str) -> str:
    """“1 answer is”, “1,204 answers are”."""
    return f"{number:,} {one if number == 1 else many}"
