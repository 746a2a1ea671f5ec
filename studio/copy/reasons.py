"""Why a row was left out or changed, in the words that the page uses: by the kind of what was found."""

from studio.copy.catalog import has, say


def reason_in_words(reason: str) -> str:
    """`near copies` of `near_duplicate`; what has no words is called by its id."""
    key = f"examples.reasons.{reason}"
    return say(key) if has(key) else reason.replace("_", " ")
