"""Answers that are their question once more: a cell that was filled twice, which teaches to repeat."""

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence


def find_repeats(texts: ExampleTexts) -> list[Finding]:
    """Word for word, blanks aside. Texts without questions repeat nothing."""
    places = [
        place
        for place, (question, answer) in enumerate(zip(texts.questions, texts.answers, strict=True))
        if answer.split(None, 1)[:1] == question.split(None, 1)[:1] and answer.split() == question.split() != []
    ]
    sentences = Sentence.of("finding.repeats.sentence", count=len(places))
    return finding("repeats_question", "look", texts, places, sentences)


REPEATS_QUESTION = Check(kind="repeats_question", scope="row", detect=of_texts(find_repeats))
