"""What teaching saves: pieces of words for each question, and money at a price that the person set."""

from collections.abc import Mapping

from studio.schemas.report import TokenSaving
from studio.schemas.sentence import Sentence

QUESTIONS = 1000


def saving(tokens: Mapping[str, float], price_per_million: float | None = None) -> TokenSaving:
    """`tokens`: contestant -> pieces read and written for one question."""
    said = [Sentence.of("cost.tokens", tuned=tokens["tuned"], prompted=tokens["prompted"])]
    if price_per_million is not None:
        mine, theirs = (tokens[name] * QUESTIONS * price_per_million / 1e6 for name in ("tuned", "prompted"))
        said.append(Sentence.of("cost.saves" if theirs >= mine else "cost.costs", price=price_per_million,
                                questions=QUESTIONS, mine=mine, theirs=theirs, gap=abs(theirs - mine)))  # fmt: skip
    return TokenSaving(tokens=dict(tokens), price_per_million=price_per_million, said=tuple(said))
