"""Rows of the file's own exam or validation part that also stand in its training part."""

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.checks.pairs.copies import tied
from studio.data.duplicates.near_duplicates import near_pairs
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.finding import Finding
from studio.schemas.sentence import Sentence


def find_leakage(texts: ExampleTexts) -> list[Finding]:
    """Near copies (by question, or by question and answer) and equal groups on both sides of the file's own split."""
    parts = [example.part for example in texts.examples]
    if not {"exam", "validation"} & set(parts) or not {"train", ""} & set(parts):
        return []
    held = {place for place, part in enumerate(parts) if part in ("exam", "validation")}
    groups: dict[str, set[bool]] = {}
    for place, example in enumerate(texts.examples):
        if example.group:
            groups.setdefault(example.group, set()).add(place in held)
    leaking = {place for place in held if len(groups.get(texts.examples[place].group, ())) > 1}
    pairs = [near_pairs(texts.question_tokens, texts.question_words), near_pairs(texts.pair_tokens, texts.pair_words)]
    for group in [
        group for some_pairs in pairs for group in tied((left, right) for left, right in some_pairs.tolist())
    ]:
        inside = held.intersection(group)
        leaking |= inside if len(inside) < len(group) else set()
    sentences = Sentence.of("finding.leakage.sentence", count=len(leaking))
    return finding("leakage", "serious", texts, leaking, sentences)


LEAKAGE = Check(kind="leakage", scope="whole", detect=of_texts(find_leakage))
