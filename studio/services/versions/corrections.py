"""Accepted corrections, sorted by what can be done with them: learned, decided about first, or kept out of training.

What is too like a question of the exam is never learned: the very question corrects the exam's answer in its next
version, a near copy or another wording of one is left out. What contradicts a taught row is decided about by a person.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from studio.data.checks.pairs.conflicts import conflict_groups, say_the_same
from studio.data.checks.pairs.second_prices import two_prices
from studio.data.duplicates.exam_overlap import overlap
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.normalize import words
from studio.schemas.example import Example, Message
from studio.schemas.loop.feedback import Feedback
from studio.schemas.loop.version import LearnedFeedback
from studio.services.datasets.leakage import in_other_words
from studio.services.versions.learned_feedback import mark_of

FIRST = 1_000_000  # no table has so many rows: corrections have ids of their own while they are compared


@dataclass(frozen=True)
class Correction:
    """One accepted feedback with the example that it would be, and the rows that it meets.

    `meets`: the taught rows that it contradicts, the corrections of other people that it contradicts, or the exam
    question that it is or is too like. `by_price`: these rows ask something else, and give one thing another price.
    """

    feedback: Feedback
    example: Example
    meets: tuple[Example, ...] = ()
    by_price: bool = False


@dataclass(frozen=True)
class SortedCorrections:
    """Each accepted feedback that teaches something and did not count before stands in exactly one of these."""

    fresh: tuple[Correction, ...] = ()
    contradicting: tuple[Correction, ...] = ()
    disputed: tuple[Correction, ...] = ()
    of_exam: tuple[Correction, ...] = ()
    near_exam: tuple[Correction, ...] = ()
    known: tuple[Correction, ...] = ()

    @property
    def count(self) -> int:
        """How many there are in all."""
        parts = (self.fresh, self.contradicting, self.disputed, self.of_exam, self.near_exam, self.known)
        return sum(map(len, parts))


def example_of(feedback: Feedback, number: int, instructions: str) -> Example:
    """The row that it would be. Instructions that every chat is given are not part of a row; earlier answers of the
    conversation are read, not learned."""
    turns = list(feedback.turns)
    if turns and turns[0].role == "system" and turns[0].content.strip() == instructions.strip():
        turns = turns[1:]
    while turns and turns[-1].role == "assistant":
        turns.pop()
    read = [turn.model_copy(update={"learn": False}) if turn.role == "assistant" else turn for turn in turns]
    return Example(id=f"a{number}", messages=(*read, Message(role="assistant", content=feedback.answer)))


def sort_corrections(
    accepted: Sequence[Feedback], rows: Sequence[Example], exam: Sequence[Example], learned: LearnedFeedback,
    instructions: str = "",
) -> SortedCorrections:  # fmt: skip
    """By what each meets: the exam first, then other corrections, then the taught rows."""
    new = [one for one in accepted if one.teaches and learned.answers.get(one.id) != mark_of(one)]
    found = {
        example.id: Correction(feedback, example)
        for feedback, example in (
            (one, example_of(one, FIRST + number, instructions)) for number, one in enumerate(new)
        )
    }
    examples = [correction.example for correction in found.values()]
    met = too_like(examples, exam)
    of_exam: list[Correction] = []
    near_exam: list[Correction] = []
    for id, question in met.items():
        correction = found.pop(id)
        same = same_question(correction.example, question)
        (of_exam if same else near_exam).append(Correction(correction.feedback, correction.example, (question,)))
    taught = {(question_of(row), row.answer.strip()) for row in rows}
    settled = {question.id: question.answer.strip() for question in exam}
    known = []
    for one in found.values():  # of several people who say the same, the first one's is learned
        pair = (question_of(one.example), one.example.answer.strip())
        known += [one] if pair in taught else []
        taught.add(pair)
    known += [one for one in of_exam if settled[one.meets[0].id] == one.example.answer.strip()]
    passed = {one.feedback.id for one in known}
    of_exam = [one for one in of_exam if one.feedback.id not in passed]
    quarrels = quarrels_in_exam(of_exam)
    of_exam = [one for one in of_exam if one.feedback.id not in {other.feedback.id for other in quarrels}]
    rest = [one for one in found.values() if one.feedback.id not in passed]
    fresh, contradicting, disputed = against(rows, rest)
    return SortedCorrections(
        tuple(fresh), tuple(contradicting), (*disputed, *quarrels), tuple(of_exam), tuple(near_exam), tuple(known)
    )


def too_like(examples: Sequence[Example], exam: Sequence[Example]) -> dict[str, Example]:
    """Example id -> the exam question that it is, is a near copy of, or asks in other words."""
    if not examples or not exam:
        return {}
    exact = {question_of(question): question for question in reversed(exam)}
    found = {one.example.id: one.other for one in overlap(examples, exam)}
    wordings = in_other_words(examples, exam, set(found), others_are_taught=False)
    found |= {pair.example.id: pair.other for pair in wordings}
    return {one.id: exact.get(question_of(one), found.get(one.id, one)) for one in examples
            if one.id in found or question_of(one) in exact}  # fmt: skip


def question_of(example: Example) -> tuple[str, ...]:
    """All that stands before the last answer, in words alone."""
    return tuple(" ".join(words(turn.content)) for turn in example.messages[:-1])


def same_question(one: Example, other: Example) -> bool:
    """Whether nothing but case and signs tells two questions apart."""
    return question_of(one) == question_of(other)


def quarrels_in_exam(corrections: Sequence[Correction]) -> list[Correction]:
    """Corrections of one exam question that do not say the same."""
    by_question: defaultdict[str, list[Correction]] = defaultdict(list)
    for one in corrections:
        by_question[one.meets[0].id].append(one)
    found = []
    for group in by_question.values():
        if len({one.example.answer.strip() for one in group}) > 1:
            found += [Correction(one.feedback, one.example, tuple(other.example for other in group if other is not one))
                      for one in group]  # fmt: skip
    return found


def against(
    rows: Sequence[Example], corrections: Sequence[Correction]
) -> tuple[list[Correction], list[Correction], list[Correction]]:
    """Those that nothing speaks against, that contradict a taught row or its price, and that contradict each other."""
    texts = ExampleTexts([*rows, *(one.example for one in corrections)])
    edge = len(rows)
    taught: dict[int, list[Example]] = {}
    others: dict[int, list[Example]] = {}
    for group in conflict_groups(texts) if corrections else ():
        for place in (place for place in group if place >= edge):
            for other in group:
                if other != place and not say_the_same(texts, place, other):
                    (others if other >= edge else taught).setdefault(place, []).append(texts.examples[other])
    priced = other_prices(texts, edge) if corrections else {}
    sides: tuple[list[Correction], list[Correction], list[Correction]] = ([], [], [])
    for place, one in enumerate(corrections, start=edge):
        meets = others.get(place) or taught.get(place) or priced.get(place) or []
        side = 2 if place in others else 1 if meets else 0
        by_price = side == 1 and place not in taught
        sides[side].append(Correction(one.feedback, one.example, tuple(meets), by_price))
    return sides


def other_prices(texts: ExampleTexts, edge: int) -> dict[int, list[Example]]:
    """Of each text from `edge` on the rows before it that give a thing another price."""
    found: dict[int, list[Example]] = {}
    for one in two_prices(texts):
        for price, side in one.sides.items():
            rows = [place for other, of in one.sides.items() if other != price for place in of if place < edge]
            for place in side:
                if place >= edge and rows:
                    found.setdefault(place, []).extend(texts.examples[row] for row in rows)
    return found
