"""What all findings are made of: rows in order, a count, and sentences with the right number of words."""

from collections.abc import Iterable, Mapping, Sequence

from studio.copy.catalog import say
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding, Kind, Severity
from studio.schemas.sentence import Sentence


def finding(
    kind: Kind,
    severity: Severity,
    texts: ExampleTexts,
    places: Iterable[int],
    sentences: Sentence | Sequence[Sentence],
    fix: str = "",
    *,
    groups: Sequence[Sequence[int]] = (),
    notes: Mapping[int, str] | None = None,
    states: Mapping[int, str] | None = None,
) -> list[Finding]:
    """A finding about the examples at these places, or nothing when there are none. `fix`: the key of its proposal."""
    rows = [texts.rows[place] for place in sorted(set(places))]
    if not rows:
        return []
    return [
        Finding(
            kind=kind,
            severity=severity,
            count=len(rows),
            rows=tuple(rows),
            said=(sentences,) if isinstance(sentences, Sentence) else tuple(sentences),
            fix=say(fix) if fix else "",
            groups=tuple(tuple(texts.rows[place] for place in group) for group in groups),
            notes={texts.rows[place]: note for place, note in (notes or {}).items()},
            states={texts.rows[place]: state for place, state in (states or {}).items()},
        )
    ]


def count_of(number: int, one: str, many: str) -> str:
    """“1 answer is”, “1,204 answers are”."""
    return f"{number:,} {one if number == 1 else many}"
