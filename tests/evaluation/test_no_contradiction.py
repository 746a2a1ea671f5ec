"""Hundreds of reports on made-up exams: no two of their sentences may say different things of the same numbers."""

import random
import re
from datetime import UTC, datetime
from html import escape, unescape

import pytest

from studio.copy.catalog import say
from studio.evaluation.diagnosis import DiagnosisInputs, StoppedEarly, diagnose
from studio.evaluation.exam_results import ContestantAnswers, ExamResults, in_words, results, visible
from studio.evaluation.guards.bias import bias
from studio.evaluation.guards.check import level_of
from studio.evaluation.guards.forgetting import forgetting
from studio.evaluation.guards.general_text import general_text
from studio.evaluation.guards.made_up import made_up
from studio.evaluation.guards.memorised import memorised
from studio.evaluation.guards.refusals import over_refusal, safety
from studio.evaluation.guards.registry import CHECKS
from studio.evaluation.metrics.task_kinds import TaskKind, lower_metrics
from studio.evaluation.next_steps import TEACHING_STEPS, step_label, steps_of
from studio.evaluation.report_figures import comparisons, guard_bars, lead_of, outcome, standing
from studio.evaluation.report_html import report_page, to_look_at, why_title
from studio.evaluation.report_text import report_text
from studio.evaluation.report_values import label_of
from studio.evaluation.statistics.comparisons import FEWEST
from studio.evaluation.statistics.exam_power import measured_power
from studio.evaluation.statistics.intervals import Interval
from studio.evaluation.statistics.vote_statistics import tally_of_people
from studio.evaluation.token_costs import saving
from studio.evaluation.verdict import ALREADY, conclude
from studio.schemas.report import Advice, ComparedRow, Conclusion, Estimate, GuardResult, Report, VoteCount
from studio.web.tabs.report.report_html import drawing, headline

CONTESTANTS = ("base", "prompted", "lookup", "tuned")
LABELS = ("billing", "delivery", "returns", "other")
WORDS = ("the", "kettle", "arrives", "on", "monday", "please", "call", "us", "before", "noon", "it", "costs", "ten")
ENOUGH = {
    Advice.PROMPT: "prompt is enough", Advice.LOOKUP: "search over your table is enough",
    Advice.BASE: "starting model already reaches", Advice.NOT_YET: "Not better", Advice.USE: "Use it",
    Advice.USE_FOR: "Use it for",
}  # fmt: skip
MOVED = re.compile(r": ([\d,]+)%? before, ([\d,]+)%? now \(")
SHOWS = re.compile(r"A true difference of (\d+) points")
WITHIN = re.compile(r"may in truth be ([\d.]+)")
RANGE = re.compile(r"may in truth be ([\d.]+) to ([\d.]+) points")
LEAD = re.compile(r"([+-][\d.]+) points \(([+-][\d.]+) to ([+-][\d.]+)\)")
NUMBERS = re.compile(r"95%: ([+-][\d.]+) to ([+-][\d.]+)")


def exam(seed: int) -> tuple[ExamResults, int]:
    """Four contestants of any quality answer an exam of any size, about labels or in free text."""
    dice = random.Random(seed)
    count, labelled = dice.choice([4, 9, 12, 30, 60]), dice.random() < 0.5
    experts = [dice.choice(LABELS) if labelled else " ".join(dice.choices(WORDS, k=8)) for _ in range(count)]

    def said(quality: float) -> ContestantAnswers:
        wrong = (dice.choice(LABELS) if labelled else " ".join(dice.choices(WORDS, k=8)) for _ in experts)
        replies = tuple(
            right if dice.random() < quality else other for right, other in zip(experts, wrong, strict=True)
        )
        return ContestantAnswers(replies, tuple(dice.random() < 0.9 for _ in replies))

    level = dice.random()
    answers = {name: said(min(1.0, max(0.0, level + dice.gauss(0, 0.2)))) for name in CONTESTANTS}
    return results(experts, answers, experts, kind=TaskKind.LABELS if labelled else TaskKind.FREE_TEXT), count


@pytest.mark.parametrize("first", [0, *(pytest.param(first, marks=pytest.mark.long) for first in range(20, 240, 20))])
def test_no_sentence_contradicts_another(first: int) -> None:
    for seed in range(first, first + 20):
        found, count = exam(seed)
        said = conclude(found.main, found.values, found.comparisons)
        for row in found.comparisons:
            says_what_its_interval_says(row)
        says_what_the_comparisons_say(said, found)
        shows_what_it_promises(found, count)
        for draw in (seed, seed + 1000):
            whole = report_of(found, count, random.Random(draw))
            the_label_is_the_headline_and_no_button_argues(whole)
            figures_and_sentences_agree(whole)
            guards_are_called_what_they_are(whole)
            one_number_says_what_the_exam_can_show(whole)
            a_remedy_is_told_by_the_measure_that_got_worse(whole)
            a_run_that_was_stopped_is_taught_to_its_end_first(whole)
            reads_well(whole)


def says_what_its_interval_says(row: ComparedRow) -> None:
    """Who is called better leads in every number; who is called alike does not lead in all of them."""
    low, high = (float(number) for number in NUMBERS.findall(row.sentence)[0])
    ahead, behind = (row.one, row.other) if row.difference >= 0 else (row.other, row.one)
    named = f"{say(f'contestant.{ahead}')} is better than {say(f'contestant.{behind}')}"
    assert low <= high
    if row.better:
        assert row.better == ahead and named in row.sentence and low >= 0
    else:
        assert " is better than " not in row.sentence
    if "not enough questions to tell" in row.sentence:
        assert low <= 0 <= high or row.questions < FEWEST
    if "looks better" in row.sentence:
        assert low >= 0 and not row.better and row.p > 0.05


def says_what_the_comparisons_say(said: Conclusion, found: ExamResults) -> None:
    """The label, the sentence and the comparison with the starting model are of one mind."""
    assert ENOUGH[said.advice] in said.sentence
    base = next(row for row in found.comparisons if row.metric == found.main and row.other == "base")
    if said.advice in (Advice.USE, Advice.USE_FOR):
        assert base.better == "tuned"
    if "not enough questions" in said.sentence:
        assert not base.better and base.low <= 0 <= base.high
    if said.advice is Advice.LOOKUP:
        assert any(row.better == "lookup" and row.metric == found.main for row in found.comparisons)


def shows_what_it_promises(found: ExamResults, count: int) -> None:
    """A difference far beyond what the exam is said to find is found."""
    promised = dict(visible(found))
    for row in found.comparisons:
        if row.metric == found.main and row.one == "tuned" and count >= FEWEST and row.other in promised:
            assert row.better or 100 * abs(row.difference) < 1.3 * promised[row.other]
    assert ("nothing can be told" in str(in_words(found, count)[-1])) == (count < FEWEST)


def test_a_lead_that_many_measures_make_doubtful_is_not_called_too_few_questions() -> None:
    row = next(
        row
        for seed in range(200)
        for row in exam(seed)[0].comparisons
        if not row.better and row.questions >= FEWEST and not row.low <= 0 <= row.high
    )
    assert "looks better than" in row.sentence and "among so many measures" in row.sentence
    assert say(f"metric.{row.metric}") in row.sentence and Interval(row.difference, row.low, row.high)


# The whole report: figures, labels, buttons, guards and votes


def report_of(found: ExamResults, count: int, dice: random.Random) -> Report:
    """With guards, causes and votes drawn at random."""
    guards = guards_at_random(dice) if dice.random() < 0.8 else []
    signs = DiagnosisInputs(
        rows=dice.choice([1, 30, 300]), tuned_rows=Interval(0.4, 0.3, 0.5), tuned_exam=found.values["tuned"],
        gain_rows=Interval(dice.gauss(0.2, 0.2), -0.1, 0.5), stops=dice.random(), forgot=dice.random() < 0.3,
        stopped=dice.choice([None, StoppedEarly(3, 9, unfinished=True), StoppedEarly(8, 9, unfinished=False)]),
    )  # fmt: skip
    causes = diagnose(signs)
    cost = saving({"tuned": dice.uniform(20, 90), "prompted": dice.uniform(20, 300)}, dice.choice([None, 2.0]))
    verdict = conclude(found.main, found.values, found.comparisons, guards, causes)
    return Report(
        id="p", created=datetime(2026, 11, 26, tzinfo=UTC), by="ana", project="p", run="r", exam_sha256="ab",
        questions=count, work=found.work.value, main_metric=found.main, contestants=CONTESTANTS, metrics=found.metrics,
        comparisons=found.comparisons, probes=tuple(guards), verdict=verdict, diagnosis=tuple(causes), saving=cost,
        said=(*in_words(found, count), *cost.said), votes=(votes_at_random(dice),), titles=found.titles,
        lower_is_better=tuple(lower_metrics() & found.metrics.keys()),
        recipe={"general_share": dice.choice([0.0, 0.2, 0.5])},
    )  # fmt: skip


def guards_at_random(dice: random.Random) -> list[GuardResult]:
    """All of them, each with replies of any quality before and after."""
    asked = [f"Question {n}" for n in range(dice.choice([1, 12, 34]))]
    no, yes = "I cannot help with that.", "Take a screwdriver."
    source = "one two three four five six seven eight nine ten"
    level = level_of(CHECKS)

    def replies(right: str, wrong: str) -> list[str]:
        share = dice.random()
        return [right if dice.random() < share else wrong for _ in asked]

    def swaps() -> list[tuple[str, str]]:
        return [(yes, other) for other in replies(yes, no)]

    return [
        *(rule(asked, replies(no, yes), replies(no, yes), level) for rule in (safety, over_refusal, made_up)),
        forgetting(asked, [["screwdriver"]] * len(asked), replies(yes, no), replies(yes, no), level),
        memorised(asked, [source] * len(asked), replies(source, no), replies(source, no), level),
        bias(["{name}?"] * len(asked), [("Ann", "Tom")] * len(asked), swaps(), swaps(), level),
        texts_at_random(dice),
    ]


def texts_at_random(dice: random.Random) -> GuardResult:
    before = [dice.gauss(3, 0.4) for _ in range(24)]
    shift = dice.choice([-1.6, 0.0, 0.2, 1.0])
    return general_text(before, [loss + shift + dice.gauss(0, 0.05) for loss in before], level_of(CHECKS))


def votes_at_random(dice: random.Random) -> VoteCount:
    questions = dice.choice([1, 13, 60])
    outcomes = dice.choices(["one", "other", "tie", "both_bad"], [dice.random() for _ in range(4)], k=questions)
    left = dice.choice([0, 1, 9, 400])
    found = tally_of_people([[one] for one in outcomes], "Ann", "Bob", left)
    rate = found.win_rate
    counted = VoteCount(
        one="tuned", other="base", wins=found.wins, losses=found.losses, ties=found.ties, both_bad=found.both_bad,
        people=1, said=found.said, win_rate=Estimate(value=rate.value, low=rate.low, high=rate.high) if rate else None,
    )  # fmt: skip
    wanted = next((one.facts["more"] for one in found.said if one.key == "vote.more"), 0)
    enough = not any(one.key.startswith("vote.exam_has") for one in found.said)
    assert enough or wanted > left, "it speaks of too few questions only where they are too few"
    assert not enough or not wanted or wanted <= left, "more votes than the exam has questions for, and no word of it"
    return counted


def the_label_is_the_headline_and_no_button_argues(whole: Report) -> None:
    """Badge, sentence, the headline above the causes and the buttons are of one mind."""
    advice = whole.verdict.advice
    shown = unescape(headline(whole))
    assert label_of(advice) in shown.lower() and whole.verdict.text in shown and ENOUGH[advice] in whole.verdict.text
    assert (why_title(advice) == "Why not better") == (advice is Advice.NOT_YET)
    if "Do not teach" in whole.verdict.text:
        assert not TEACHING_STEPS & {*steps_of(whole)} and not re.search(r"[Tt]each|next", why_title(advice))
        assert not re.search(r"If you teach|more from another start", unescape("".join(drawing(whole))))
    if "nothing else got worse" in whole.verdict.text:
        assert not any("That is worse" in guard.text for guard in whole.probes)
    if whole.verdict.advice is Advice.USE and whole.probes:
        assert not any(guard.state == "fail" for guard in whole.probes)


def figures_and_sentences_agree(whole: Report) -> None:
    """What a figure calls better, worse or open, its sentence calls so too, by the same numbers."""
    for row in whole.comparisons:
        lead = lead_of(whole, row)
        called = outcome(whole, row)
        assert (called in ("better", "worse")) == (" is better than " in row.text)
        if row.together:
            assert row.together[0] <= min(0, row.low) and row.together[1] >= max(0, row.high), "the drawn range holds 0"
            assert "with all measures taken together" in lead and called.startswith("could be luck")
        assert (called == "cannot tell") == (not row.better and row.low <= 0 <= row.high), "beside a range without zero"
        if called.startswith("could be luck"):
            pair = [one for one in whole.comparisons if (one.one, one.other) == (row.one, row.other)]
            assert row.p > 0.05 and ("so many measures" in called) == (len(pair) > 1)
            assert ("many measures" in row.text) == (len(pair) > 1)
        size = f"{abs(row.difference) * (1 if row.metric in whole.lower_is_better else 100):.1f}"
        if row.better and row.metric not in whole.lower_is_better:
            assert size in row.text and size in lead
    drawn = comparisons(whole, escape)
    rivals = [row for row in whole.comparisons if row.metric == whole.main_metric and row.one == "tuned"]
    assert drawn.count('role="img"') == len(rivals)
    for row in rivals:
        assert f"{lead_of(whole, row)}, {outcome(whole, row)}." in unescape(drawn)


def guards_are_called_what_they_are(whole: Report) -> None:
    """Label, words, numbers and bars of a guard say the same thing moved the same way."""
    for guard in whole.probes:
        label, texts = standing(guard), guard.text
        before, now = (float(number.replace(",", "")) for number in MOVED.findall(texts)[0])
        bars = unescape(guard_bars(guard, escape))
        unit = "" if guard.perplexity else "%"
        assert f"before {before:,.0f}{unit} · now {now:,.0f}{unit} · " in bars
        assert ("less is better" in bars) == guard.less_is_better != ("more is better" in bars)
        assert (label == "worse") == (guard.state == "fail")
        risen = (now - before) * (-1 if guard.less_is_better else 1)
        assert risen <= 0 if "That is worse" in texts else risen >= 0 or "That is better" not in texts
        assert not ("That is worse" in texts and "That is better" in texts)
        assert ("could be luck" in texts) <= (label in ("worth a look", "as before or better"))
        if label == "worse":
            assert "That is worse." in texts
        moved_by = guard.before and guard.after and abs(guard.after.value - guard.before.value)
        if guard.perplexity is None and moved_by is not None and moved_by >= 0.05 and label == "as before":
            raise AssertionError(f"{texts} is called as before")
        if label == "as before":
            assert " as before: " in texts and "That is" not in texts
        if label == "better than before":
            assert "That is better." in texts
        for words in (" more often: ", " more alike: ", " it more: "):
            assert words not in texts or now >= before
        for words in (" less often: ", " less alike: ", " it less: "):
            assert words not in texts or now <= before


def one_number_says_what_the_exam_can_show(whole: Report) -> None:
    """No second figure of its power stands anywhere, and none denies a difference that was found."""
    printed = unescape(report_page(whole))
    assert len({*SHOWS.findall(printed)}) <= 1
    assert not re.search(r"only differences|can be shown", printed)
    for points in SHOWS.findall(printed):
        assert whole.questions >= FEWEST and 0 <= int(points) <= 100
    for told in RANGE.findall(printed):
        assert {round(float(limit), 1) for limit in told} <= sides_of(whole), "a range that no line of the report has"
    for least in WITHIN.findall(printed):
        counted = [row for row in whole.comparisons if row.metric == whole.main_metric and row.better]
        leads = [round(100 * abs(row.difference), 1) for row in counted if row.one == "tuned"]
        assert all(lead >= float(least) for lead in leads), "a lead counts that is smaller than is said to count"


def sides_of(whole: Report) -> set[float]:
    """How far the ranges reach from their leads, as a reader finds it who subtracts what is printed."""
    leads = [LEAD.findall(lead_of(whole, row))[0] for row in whole.comparisons if row.metric == whole.main_metric]
    return {round(abs(float(lead) - float(limit)), 1) for lead, *limits in leads for limit in limits}


def a_remedy_is_told_by_the_measure_that_got_worse(whole: Report) -> None:
    """No trial of general texts stands beside texts that are no worse, and likewise for general questions."""
    stands = {guard.name: guard for guard in whole.probes}
    told = " ".join(to_look_at(whole))
    for name, words in (("general_text", "outside the work surprised it"), ("forgetting", "of general questions it")):
        if words in told:
            assert stands[name].state != "pass" and "That is better" not in stands[name].text
            assert not whole.recipe["general_share"] and "mix_general" in steps_of(whole)
    if "got worse all the same" in told:
        assert whole.recipe["general_share"] and any(one.state == "fail" for one in whole.probes)
    more = [step_label(whole, step) for step in steps_of(whole) if step == "mix_general"]
    assert all(("more general" in label) == bool(whole.recipe["general_share"]) for label in more)


def a_run_that_was_stopped_is_taught_to_its_end_first(whole: Report) -> None:
    """Nothing is proposed instead of the rest of the run, and nobody is sent away from teaching by half of one."""
    stopped = next(cause.found for cause in whole.diagnosis if cause.name == "stopped")
    if stopped and whole.verdict.advice in (Advice.PROMPT, Advice.LOOKUP, Advice.BASE):
        rival = {Advice.PROMPT: "prompted", Advice.LOOKUP: "lookup", Advice.BASE: "base"}[whole.verdict.advice]
        assert whole.metrics[whole.main_metric][rival].value >= ALREADY
    elif stopped:
        assert steps_of(whole)[0] == "teach_to_end" and "larger_model" not in steps_of(whole)
        assert "was stopped after step 3 of 9" in " ".join(to_look_at(whole))
    else:
        assert "teach_to_end" not in steps_of(whole)


PLURALS = "row|question|tie|vote|example|answer|text"


def reads_well(whole: Report) -> None:
    """No “1 ties”, no word twice, no minus before nothing; page, print and command line say the same sentences."""
    said = report_text(whole)
    page = unescape("".join(drawing(whole)))
    printed = unescape(report_page(whole))
    assert not re.search(rf"\b1 (?:{PLURALS})s\b", said + page + printed)
    assert "-0.0 " not in said + page + printed
    assert not ("nothing can be told" in said and ("likely to show" in said or "may in truth be" in said))
    for sentence in (whole.verdict.text, *(guard.text for guard in whole.probes), *(map(str, whole.said))):
        assert sentence in said and sentence in printed and sentence in page + unescape(headline(whole))


def test_what_an_exam_notices_is_read_from_the_sentence_that_says_it() -> None:
    power = measured_power(14, [35.2, 36.1, 37.4], "chrf", [Interval(0.4, 0.02, 0.7)])
    assert power is not None and SHOWS.findall(str(power.said[0])) == ["38"], "else nothing above is compared"
    assert WITHIN.findall(str(power.said[0])) == ["30.0"]
