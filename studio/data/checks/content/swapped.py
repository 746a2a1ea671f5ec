"""Question and answer in each other's place, in some rows or in all."""

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence

ENDS = ("?", "？", "؟")


def find_swapped(texts: ExampleTexts) -> list[Finding]:
    """Answers that ask while their question tells; only told where the other rows ask in the question."""
    pairs = list(zip(texts.questions, texts.answers, strict=True))
    asks = [question.rstrip().endswith(ENDS) for question, _ in pairs]
    answers_ask = [
        answer.rstrip().endswith(ENDS) and " " in answer.strip() and "\n" not in answer.strip() for _, answer in pairs
    ]
    places = [
        place for place in range(len(pairs)) if answers_ask[place] and not asks[place] and pairs[place][0].strip()
    ]
    if not places:
        return []
    if len(places) > 0.5 * len(pairs) and sum(asks) < 0.1 * len(pairs):
        sentences = Sentence.of("finding.swapped.all")
        return finding("swapped_columns", "serious", texts, places, sentences)
    if sum(asks) < 0.5 * len(pairs):
        return []
    longer = [place for place in places if len(pairs[place][0]) > len(pairs[place][1])]
    sentences = Sentence.of("finding.swapped.some", count=len(longer))
    return finding("swapped_columns", "look", texts, longer, sentences)


SWAPPED_COLUMNS = Check(kind="swapped_columns", scope="whole", detect=of_texts(find_swapped))
