"""Questions that a person follows while a run learns: her own, or some of the practice check; never the exam's."""

from collections.abc import Sequence

from studio.copy.catalog import say
from studio.data.split.splitter import overlaps
from studio.errors import StudioError
from studio.schemas.example import pair
from studio.services.datasets.dataset_service import DatasetService

AT_MOST = 5
LONGEST = 2000


class LiveQuestions:
    """Offers questions and checks the chosen ones."""

    def __init__(self, examples: DatasetService) -> None:
        self._examples = examples

    def offered(self, project: str, dataset: str, *, most: int = 40) -> list[str]:
        """Questions of the practice check: the model does not learn them, and the exam does not ask them."""
        parts = self._examples.split(self._examples.view(project, dataset))
        return list(dict.fromkeys(example.question for example in parts.validation if example.question.strip()))[:most]

    def check(self, project: str, dataset: str, questions: Sequence[str]) -> tuple[str, ...]:
        """The questions as they will be asked; StudioError with the reason when one of them cannot be.

        A near copy of an exam question is refused: who chooses a version by its answer would choose by the exam.
        """
        asked = tuple(dict.fromkeys(text for question in questions if (text := question.strip())))
        if len(asked) > AT_MOST:
            raise StudioError(
                say("live_questions.at_most_questions_followed", at_most=AT_MOST),
                hint=say("live_questions.take_some_away"),
                where="questions",
            )
        long = next((text for text in asked if len(text) > LONGEST), None)
        if long is not None:
            raise StudioError(
                say("live_questions.too_long_follow", long=long[:60]),
                hint=say("live_questions.at_most_letters", longest=LONGEST),
                where="questions",
            )
        exam = self._examples.split(self._examples.view(project, dataset)).exam
        exam_questions = [pair(number, example.question, "") for number, example in enumerate(exam, start=1)]
        typed = [pair(number, text, "") for number, text in enumerate(asked, start=1)]
        near = overlaps(typed, exam_questions)
        for example in typed:
            if example.id in near:
                raise StudioError(
                    say('live_questions.exam_or_nearly_so', question=example.question[:80]),
                    hint=say('live_questions.ask_something_else_or'), where="questions",
                )  # fmt: skip
        return asked
