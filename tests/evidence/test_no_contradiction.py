"""Hundreds of reports on made-up exams: no two of their sentences may say different things of the same numbers."""

import random
import re

import pytest

from studio.copy.catalog import say
from studio.evidence.compare import FEWEST
from studio.evidence.intervals import Interval
from studio.evidence.kinds import Work
from studio.evidence.results import Answers, Results, in_words, results, visible
from studio.evidence.verdict import conclude
from studio.records.report import Advice, ComparedRow, Conclusion

CONTESTANTS = ("base", "prompted", "lookup", "tuned")
LABELS = ("billing", "delivery", "returns", "other")
WORDS = ("the", "kettle", "arrives", "on", "monday", "please", "call", "us", "before", "noon", "it", "costs", "ten")
ENOUGH = {
    Advice.PROMPT: "prompt is enough", Advice.LOOKUP: "search over your table is enough",
    Advice.BASE: "starting model already reaches", Advice.NOT_YET: "Not better", Advice.USE: "Use it",
    Advice.USE_FOR: "Use it for",
}  # fmt: skip
NUMBERS = re.compile(r"95%: ([+-][\d.]+) to ([+-][\d.]+)")


def exam(seed: int) -> tuple[Results, int]:
    """Four contestants of any quality answer an exam of any size, about labels or in free text."""
    dice = random.Random(seed)
    count, labelled = dice.choice([4, 9, 12, 30, 60]), dice.random() < 0.5
    experts = [dice.choice(LABELS) if labelled else " ".join(dice.choices(WORDS, k=8)) for _ in range(count)]

    def said(quality: float) -> Answers:
        wrong = (dice.choice(LABELS) if labelled else " ".join(dice.choices(WORDS, k=8)) for _ in experts)
        replies = tuple(
            right if dice.random() < quality else other for right, other in zip(experts, wrong, strict=True)
        )
        return Answers(replies, tuple(dice.random() < 0.9 for _ in replies))

    level = dice.random()
    answers = {name: said(min(1.0, max(0.0, level + dice.gauss(0, 0.2)))) for name in CONTESTANTS}
    return results(experts, answers, experts, kind=Work.LABELS if labelled else Work.FREE_TEXT), count


@pytest.mark.parametrize("first", range(0, 120, 60))
def test_no_sentence_contradicts_another(first: int) -> None:
    for seed in range(first, first + 60):
        found, count = exam(seed)
        said = conclude(found.main, found.values, found.comparisons)
        for row in found.comparisons:
            says_what_its_interval_says(row)
        says_what_the_comparisons_say(said, found)
        shows_what_it_promises(found, count)


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


def says_what_the_comparisons_say(said: Conclusion, found: Results) -> None:
    """The label, the sentence and the comparison with the starting model are of one mind."""
    assert ENOUGH[said.advice] in said.sentence
    base = next(row for row in found.comparisons if row.metric == found.main and row.other == "base")
    if said.advice in (Advice.USE, Advice.USE_FOR):
        assert base.better == "tuned"
    if "not enough questions" in said.sentence:
        assert not base.better and base.low <= 0 <= base.high
    if said.advice is Advice.LOOKUP:
        assert any(row.better == "lookup" and row.metric == found.main for row in found.comparisons)


def shows_what_it_promises(found: Results, count: int) -> None:
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
