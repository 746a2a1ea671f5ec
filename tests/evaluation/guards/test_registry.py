"""The checks of the report are one list: what each needs is there, and a new one counts in the correction."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest

from studio.copy.catalog import has, speaking
from studio.evaluation.guards.check import (
    AnsweredProbes,
    GuardInputs,
    GuardProbe,
    RegressionCheck,
    columns,
    level_of,
    share,
)
from studio.evaluation.guards.registry import CHECKS
from studio.evaluation.report_html import report_page
from studio.evaluation.report_text import report_text
from studio.evaluation.verdict import conclude
from studio.schemas.report import Advice, ComparedRow, GuardExample, GuardResult, Report
from studio.services.evaluation.probes import judged, marked, probes_of
from studio.web.tabs.report.report_html import drawing


@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_each_has_words_for_its_title_and_for_what_to_leave_alone_when_it_fails(name: str) -> None:
    assert has(f"guard.{name}.title") and has(f"not_for.{name}")


def test_all_checks_share_one_level_of_error() -> None:
    assert level_of(CHECKS) == pytest.approx(2 * 0.05 / len(CHECKS))
    assert level_of([*CHECKS, CHECKS[0]]) == pytest.approx(2 * 0.05 / (len(CHECKS) + 1))


# A new check needs one object, and is then known everywhere


def shouts(answered: Sequence[AnsweredProbes], material: GuardInputs, level: float) -> GuardResult:
    """Whether it shouts more than before."""
    questions, before, after = columns(answered)
    right = ([not reply.isupper() for reply in before], [not reply.isupper() for reply in after])
    return share("shouts", questions, before, after, right, "", level)


TOY = RegressionCheck(
    name="shouts",
    probes=lambda material: [GuardProbe("shouts", (f"How are you, number {n}?",)) for n in range(30)],
    judge=shouts,
)
WORDS = {
    "guard.shouts.title": "Loud answers",
    "guard.shouts.worse": "It is quiet less often: {before:.0f}% before, {now:.0f}% now.",
    "not_for.shouts": "people with good ears",
}  # fmt: skip


@pytest.fixture
def toy_guard() -> Iterator[GuardResult]:
    asked = TOY.probes(GuardInputs(Path()))
    answered = [AnsweredProbes(probe, ("Well, thank you.",), ("VERY WELL!",)) for probe in asked]
    with speaking(more=WORDS):
        guard = TOY.judge(answered, GuardInputs(Path()), level_of([*CHECKS, TOY]))
        assert guard is not None
        yield guard


def test_a_new_check_limits_the_verdict_and_stands_on_the_page_the_command_line_and_in_print(
    toy_guard: GuardResult,
) -> None:
    lead = ComparedRow(metric="chrf", one="tuned", other="base", better="tuned", difference=0.3, low=0.2, high=0.4,
                       p=0.001, questions=40, sentence="Better.")  # fmt: skip
    verdict = conclude("chrf", {}, [lead], [toy_guard])
    report = Report(id="p1", created=datetime(2026, 11, 26, tzinfo=UTC), by="ana", project="p", run="r", questions=40,
                    exam_sha256="ab", work="free text", main_metric="chrf", contestants=("base", "tuned"),
                    comparisons=(lead,), probes=(toy_guard,), verdict=verdict)  # fmt: skip
    assert verdict.advice is Advice.USE_FOR and "not for people with good ears" in verdict.sentence
    for shown in (report_page(report), report_text(report), unescape(drawing(report)[1])):
        assert "Loud answers" in shown and "worse" in shown
        assert "It is quiet less often: 100% before, 0% now. That is worse." in shown


def test_a_quoted_reply_that_was_cut_says_so() -> None:
    lost = GuardExample(question="How many days?", before="Seven.", after="Hello, the form is two p")
    guard = GuardResult(name="loud", state="warn", evidence=(lost,))
    (seen,) = marked(guard, {"Hello, the form is two p"}).evidence
    assert (seen.before, seen.after) == ("Seven.", "Hello, the form is two p…")


def test_a_new_check_is_asked_with_the_others_and_judged_at_their_level() -> None:
    asked = TOY.probes(GuardInputs(Path()))
    levels: list[float] = []

    def judge(answered: Sequence[AnsweredProbes], material: GuardInputs, level: float) -> None:
        levels.append(level)

    spy = replace(TOY, judge=judge)
    checks = [replace(check, probes=lambda material: [], needs_answers=True) for check in CHECKS]
    assert probes_of(GuardInputs(Path()), [*checks, spy]) == [asked]
    assert judged([AnsweredProbes(asked[0], ("a",), ("b",))], GuardInputs(Path()), [*checks, spy]) == []
    assert levels == [level_of([*CHECKS, TOY])]
