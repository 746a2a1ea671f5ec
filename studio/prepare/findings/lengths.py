"""Examples longer than the model reads, and answers too short to learn from."""

from collections.abc import Sequence

from studio.prepare.findings.making import count_of, finding
from studio.prepare.texts import Texts
from studio.records.finding import Finding

SHORT_LETTERS = 3
LONG_LETTERS = 20_000


def find_too_long(texts: Texts, token_counts: Sequence[int] | None, max_length: int | None) -> list[Finding]:
    """By the chosen model's own pieces of words when they were counted; else only monsters are named."""
    if token_counts is not None and max_length is not None:
        notes = {place: f"{count:,} pieces" for place, count in enumerate(token_counts) if count > max_length}
        sentence = (
            f"{count_of(len(notes), 'example is', 'examples are')} longer than {max_length:,} pieces and will be cut."
        )
        return finding("too_long", "serious", texts, notes, sentence, notes=notes)
    sizes = [len(asked) + len(said) for asked, said in zip(texts.asked, texts.said, strict=True)]
    notes = {place: f"{size:,} letters" for place, size in enumerate(sizes) if size > LONG_LETTERS}
    sentence = f"{count_of(len(notes), 'example has', 'examples have')} more than {LONG_LETTERS:,} letters; few models read so far."
    return finding("too_long", "look", texts, notes, sentence, notes=notes)


def find_too_short(texts: Texts) -> list[Finding]:
    """One or two letters as an answer, where most answers are longer than a label."""
    lengths = sorted(len(said.strip()) for said in texts.said)
    if not lengths or lengths[len(lengths) // 2] < 30:
        return []
    places = [place for place, said in enumerate(texts.said) if 0 < len(said.strip()) < SHORT_LETTERS]
    sentence = f"{count_of(len(places), 'answer has', 'answers have')} one or two letters only."
    return finding("too_short", "look", texts, places, sentence)
