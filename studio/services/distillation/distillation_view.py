"""One distillation as a person sees it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studio.evaluation.statistics.sampling_check import SamplingCheck, in_words, sampling_check
from studio.schemas.example import Example
from studio.schemas.finding import Finding
from studio.schemas.loop.distillation import AnswerMark, Distillation, UnansweredRow
from studio.schemas.sentence import Sentence


@dataclass(frozen=True)
class DistillationView:
    """One distillation as it stands: its answers, those drawn for a person to look at, and what was said of them."""

    made: Distillation
    left_out: tuple[UnansweredRow, ...]
    answers: tuple[Example, ...]
    drawn: tuple[Example, ...]
    marks: Mapping[str, AnswerMark]
    findings: tuple[Finding, ...]

    @property
    def looked_at(self) -> int:
        """How many of those drawn somebody said something of."""
        return sum(example.id in self.marks for example in self.drawn)

    @property
    def wrong(self) -> int:
        """How many of those were wrong, corrected or not."""
        return sum(example.id in self.marks and self.marks[example.id].mark != "right" for example in self.drawn)

    @property
    def is_checked(self) -> bool:
        """Whether all that was drawn was looked at."""
        return bool(self.drawn) and self.looked_at == len(self.drawn)

    @property
    def check(self) -> SamplingCheck | None:
        """What the sample says, once all of it was looked at."""
        return sampling_check(self.wrong, self.looked_at, len(self.answers)) if self.is_checked else None

    @property
    def said(self) -> tuple[Sentence, ...]:
        """How far it is, and what the sample says of all answers."""
        made = self.made
        told = [Sentence.of("distillation.answered", teacher=made.teacher.name, answers=made.answers,
                            questions=made.questions_in)] if made.finished else []  # fmt: skip
        if made.finished and self.check is not None:
            told += in_words(self.check)
        elif made.finished and self.drawn:
            told.append(Sentence.of("distillation.half_looked_at", looked=self.looked_at, drawn=len(self.drawn)))
        elif made.finished:
            told.append(Sentence.of("distillation.nobody_looked", answers=made.answers))
        return tuple(told)


def drawn_of(answers: Sequence[Example], seed: int, count: int) -> list[Example]:
    """The first so many in a random order of all: a larger sample holds every smaller one."""
    order = sorted(answers, key=lambda example: example.id)
    random.Random(seed).shuffle(order)
    return order[:count]
