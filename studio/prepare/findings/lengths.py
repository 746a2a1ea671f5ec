"""Examples longer than the model reads, and answers too short to learn from."""

from collections.abc import Sequence

from studio.prepare.findings.check import Check, Given, of_texts
from studio.prepare.findings.making import count_of, finding
from studio.prepare.findings.placeholders import is_bare
from studio.prepare.texts import Texts
from studio.records.finding import Finding

SHORT_LETTERS = 6  # “Yes”, “ok”, “Done.”
LONG_LETTERS, ODD_LETTERS = 20_000, 2_000


def find_too_long(texts: Texts, token_counts: Sequence[int] | None, max_length: int | None) -> list[Finding]:
    """By the chosen model's own pieces of words when they were counted; else only monsters are named."""
    if token_counts is not None and max_length is not None:
        notes = {place: f"{count:,} pieces" for place, count in enumerate(token_counts) if count > max_length}
        sentence = (
            f"{count_of(len(notes), 'example is', 'examples are')} longer than {max_length:,} pieces and will be cut."
        )
        return finding("too_long", "serious", texts, notes, sentence, notes=notes)
    sizes = [len(asked) + len(said) for asked, said in zip(texts.asked, texts.said, strict=True)]
    usual = sorted(sizes)[int(0.95 * (len(sizes) - 1))]
    limit = min(LONG_LETTERS, max(ODD_LETTERS, 8 * usual))
    notes = {place: f"{size:,} letters" for place, size in enumerate(sizes) if size > limit}
    number = count_of(len(notes), "example has", "examples have")
    rest = "few models read so far" if limit == LONG_LETTERS else "far more than the others"
    sentence = f"{number} more than {limit:,} letters; {rest}."
    return finding("too_long", "look", texts, notes, sentence, notes=notes)


def find_too_short(texts: Texts) -> list[Finding]:
    """A word of a few letters as an answer, where most answers are sentences."""
    lengths = sorted(len(said.strip()) for said in texts.said)
    if not lengths or lengths[len(lengths) // 2] < 60:
        return []
    places = [
        place for place, said in enumerate(texts.said) if 0 < len(said.strip()) < SHORT_LETTERS and not is_bare(said)
    ]
    sentence = f"{count_of(len(places), 'answer has', 'answers have')} a few letters only, where most have sentences."
    return finding("too_short", "look", texts, places, sentence)


def long_or_monsters(texts: Texts, given: Given) -> list[Finding]:
    """Of a few rows nothing is said before the pieces were counted: what is far more than usual, they cannot tell."""
    if given.is_part and given.token_counts is None:
        return []
    return find_too_long(texts, given.token_counts, given.max_length)


TOO_LONG = Check(kind="too_long", scope="row", detect=long_or_monsters)
TOO_SHORT = Check(kind="too_short", scope="whole", detect=of_texts(find_too_short))
