"""What teaching saves: pieces of words for each question, and money at a price that the person set."""

from collections.abc import Mapping

from studio.records.report import Saving

QUESTIONS = 1000


def saving(tokens: Mapping[str, float], price_per_million: float | None = None) -> Saving:
    """`tokens`: contestant -> pieces read and written for one question."""
    said = f"A question costs your version {tokens['tuned']:.0f} pieces of words, read and written; "
    said += f"the starting model with a good prompt needs {tokens['prompted']:.0f}."
    if price_per_million is not None:
        mine, theirs = (tokens[name] * QUESTIONS * price_per_million / 1e6 for name in ("tuned", "prompted"))
        more = "saves" if theirs >= mine else "costs"
        said += (
            f" At {price_per_million:g} for a million pieces, {QUESTIONS:,} questions cost {mine:,.2f} instead of "
            f"{theirs:,.2f}: your version {more} {abs(theirs - mine):,.2f}{'' if theirs >= mine else ' more'}."
        )
    return Saving(tokens=dict(tokens), price_per_million=price_per_million, sentence=said)
