"""Run all checks over all examples: findings, worst first. Changes nothing."""

from collections.abc import Callable, Mapping, Sequence

from studio.data.checks.check import CheckContext
from studio.data.checks.private.detection import find_private, private_parts
from studio.data.checks.private.possible_personal import find_possible
from studio.data.checks.registry import CHECKS, Checks, check_of
from studio.data.forked_work import in_forked_copy
from studio.data.gc_paused import collector_paused
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example
from studio.schemas.finding import Finding, Kind, Severity
from studio.schemas.model import Length
from studio.schemas.sentence import Sentence

SEVERITIES: tuple[Severity, ...] = ("stop", "serious", "look", "note")
PERSONAL = frozenset(["private_details", "possible_personal"])  # their sentences count by kind, not by row
LARGE = 20_000  # rows from which on a second processor is worth its start


def examine(
    examples: Sequence[Example],
    *,
    token_counts: Sequence[Length] | None = None,
    max_length: int | None = None,
    dismissed: Mapping[Kind, set[str]] | None = None,
    texts: ExampleTexts | None = None,
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
    context = CheckContext(private, token_counts, max_length, dismissed=dismissed or {})
    with collector_paused():
        texts = texts or ExampleTexts(examples)
        if two_processes:
            findings = start_examination(texts, context, should_stop, checks)()
        else:
            findings = all_findings(checks, run_checks(checks, texts, context, should_stop))
    if dismissed:
        ids = {example.row: example.id for example in examples}
        gone = {check.kind: check.left_out(dismissed) for check in checks}
        findings = [
            remaining for one in findings for remaining in without_dismissed(one, gone.get(one.kind, set()), ids)
        ]
    return worst_first(findings)


def examine_later(texts: ExampleTexts) -> Callable[[], list[Finding]]:
    """As `examine` by two processes: the copy begins now, the rest is looked at when the findings are asked for."""
    seen = start_examination(texts, CheckContext(), lambda: False, CHECKS, busy=True)
    return lambda: worst_first(seen())


def start_examination(
    texts: ExampleTexts, context: CheckContext, should_stop: Callable[[], bool], checks: Checks, *, busy: bool = False
) -> Callable[[], list[Finding]]:  # fmt: skip
    """Run the slow checks in a forked process and, when called, the others here; a small table is done here alone.

    `busy`: this process has other work meanwhile, and the copies are known, so that the other one can take more.
    """
    large = len(texts) >= LARGE
    scopes = ("group", "whole") if busy else ("group",)
    there = [check for check in checks if large and (check.scope in scopes or check.reads_words)]
    here = [check for check in checks if check not in there]
    with collector_paused():
        apart = in_forked_copy(lambda: run_checks(there, texts, context, should_stop)) if there else dict

    def seen() -> list[Finding]:
        with collector_paused():
            return all_findings(checks, run_checks(here, texts, context, should_stop) | apart())

    return seen


def all_findings(checks: Checks, seen: Mapping[Kind, list[Finding]]) -> list[Finding]:
    """All findings, those of the first checks first."""
    return [finding for check in checks for finding in seen.get(check.kind, ())]


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """The worst findings first; equally bad ones stay as they are."""
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def run_checks(
    checks: Checks, texts: ExampleTexts, context: CheckContext, should_stop: Callable[[], bool]
) -> dict[Kind, list[Finding]]:  # fmt: skip
    """What each of these checks sees, until somebody says stop."""
    return {check.kind: check.detect(texts, context) for check in checks if not should_stop()}


def reexamine_private(
    findings: Sequence[Finding], texts: ExampleTexts, dismissed: Mapping[Kind, set[str]], private: Rules
) -> list[Finding]:
    """The findings with private details looked for anew, after the project said something else about them."""
    ids = {example.row: example.id for example in texts.examples}
    fresh = [
        remaining
        for one in (*find_private(texts, private), *find_possible(texts, private))
        for remaining in without_dismissed(one, dismissed.get(one.kind, set()), ids)
    ]
    others = [finding for finding in findings if finding.kind not in PERSONAL]
    return worst_first([*fresh, *others])


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
    states = {row: state for row, state in finding.states.items() if row not in gone}
    remaining = finding.model_copy(update={
        "rows": rows, "count": len(rows), "groups": groups, "notes": notes, "states": states, "parts": parts,
        "spots": spots,
    })  # fmt: skip
    said = finding.said if states or finding.kind in PERSONAL else counted(finding, len(rows), parts)
    return [remaining.telling(*said, Sentence.of("finding.left", rows=len(gone)))]


def counted(finding: Finding, rows: int, parts: Mapping[str, Sequence[int]]) -> tuple[Sentence, ...]:
    """Its sentences, the first with this number of rows, and that of each part, where it tells how many there are."""
    check = check_of(finding.kind)
    if check is not None and check.tell is not None:
        return (check.tell(rows, parts), *finding.said[1:])
    return tuple(
        one.model_copy(update={"facts": one.facts | {"count": rows}})
        if place == 0 and one.facts.get("count") == finding.count
        else one
        for place, one in enumerate(finding.said)
    )
