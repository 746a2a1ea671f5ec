"""The data doctor: looks at all examples once and says what it sees, worst first. Changes nothing."""

from collections.abc import Callable, Mapping, Sequence

from studio.prepare.beside import beside
from studio.prepare.findings.check import Given
from studio.prepare.findings.checks import CHECKS, Checks
from studio.prepare.findings.making import count_of
from studio.prepare.findings.private import find_private, private_parts
from studio.prepare.private.rules import Rules
from studio.prepare.quiet import collector_paused
from studio.prepare.texts import Texts
from studio.records.example import Example
from studio.records.finding import Finding, Kind, Severity
from studio.records.model import Length

SEVERITIES: tuple[Severity, ...] = ("stop", "serious", "look", "note")
LARGE = 20_000  # rows from which on a second processor is worth its start


def examine(
    examples: Sequence[Example],
    *,
    token_counts: Sequence[Length] | None = None,
    max_length: int | None = None,
    dismissed: Mapping[Kind, set[str]] | None = None,
    texts: Texts | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    private: Rules | None = None,
    checks: Checks = CHECKS,
    two_processes: bool = False,
) -> list[Finding]:
    """All findings, worst first. `token_counts` are the chosen model's, in the order of the examples.

    `dismissed` names examples whose finding of a kind was called a false alarm. `texts` are those of the same examples,
    for a caller who goes on with them. Who is told to stop gives back what was found so far. `private` is what the
    project says about private details. `two_processes`: a large table is looked at by a copy of this process as well,
    for a command that has the computer to itself; what the copy works out is not left behind in `texts`.
    """
    if not examples:
        return []
    with collector_paused():
        texts = texts or Texts(examples)
        given = Given(private, token_counts, max_length)
        seen: dict[Kind, list[Finding]] = {}
        if two_processes and len(examples) >= LARGE:
            apart = beside(lambda: detected([c for c in checks if c.scope != "row"], texts, given, should_stop))
            seen = detected([c for c in checks if c.scope == "row"], texts, given, should_stop) | apart()
        else:
            seen = detected(checks, texts, given, should_stop)
        found = [finding for check in checks for finding in seen.get(check.kind, ())]
    if dismissed:
        ids = {example.row: example.id for example in examples}
        found = [left for one in found for left in without_dismissed(one, dismissed.get(one.kind, set()), ids)]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def detected(
    checks: Checks, texts: Texts, given: Given, should_stop: Callable[[], bool]
) -> dict[Kind, list[Finding]]:  # fmt: skip
    """What each of these checks sees, until somebody says stop."""
    return {check.kind: check.detect(texts, given) for check in checks if not should_stop()}


def look_at_private(
    findings: Sequence[Finding], texts: Texts, dismissed: Mapping[Kind, set[str]], private: Rules
) -> list[Finding]:
    """The findings with private details looked for anew, after the project said something else about them."""
    ids = {example.row: example.id for example in texts.examples}
    fresh = [
        left
        for one in find_private(texts, private)
        for left in without_dismissed(one, dismissed.get(one.kind, set()), ids)
    ]
    others = [finding for finding in findings if finding.kind != "private_details"]
    return sorted([*fresh, *others], key=lambda finding: SEVERITIES.index(finding.severity))


def without_dismissed(finding: Finding, dismissed: set[str], ids: Mapping[int, str]) -> list[Finding]:
    """The finding about the other rows; nothing when none is left."""
    gone = {row for row in finding.rows if ids[row] in dismissed}
    if not gone:
        return [finding]
    rows = tuple(row for row in finding.rows if row not in gone)
    if not rows:
        return []
    groups = tuple(group for group in finding.groups if len([row for row in group if row not in gone]) > 1)
    notes = {row: note for row, note in finding.notes.items() if row not in gone}
    parts, spots = private_parts(finding, gone)
    sentence = finding.sentence + f" {count_of(len(gone), 'row is', 'rows are')} left as before."
    return [
        finding.model_copy(
            update={
                "rows": rows,
                "count": len(rows),
                "groups": groups,
                "notes": notes,
                "sentence": sentence,
                "parts": parts,
                "spots": spots,
            }
        )
    ]
