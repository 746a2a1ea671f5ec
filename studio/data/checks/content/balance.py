"""One answer or one opening that outweighs the rest, answers that refuse, and too few examples."""

import re
from collections import Counter

import numpy as np

from studio.data.checks.check import Check, of_texts
from studio.data.checks.finding_builder import finding
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.hashed_tokens import HashedTokens, chosen
from studio.schemas.finding import Finding, Severity
from studio.schemas.sentence import Sentence

FEWEST, FEW = 20, 50
REFUSAL = re.compile(
    r"^(?:\W*(?:unfortunately|sorry|i'?m sorry|i am sorry|i apologi[sz]e|my apologies|leider|désolé"
    r"|lo siento)\b[^.!?\n]{0,60}?[,.!:]?\s*(?:but\s+)?)?"
    r"(?:as an ai\b|i (?:can(?:no|')?t|am not able|am unable|won'?t|do not have|don'?t have)\b"
    r"|i'?m (?:not able|unable|just an ai|an ai)\b"
    r"|we (?:can(?:no|')?t|are unable|are not able)\b|i must decline|i'?d rather not"
    r"|ich kann (?:ihnen )?(?:dabei |das |leider )?nicht"
    r"|je ne peux pas|no puedo|non posso)",
    re.IGNORECASE,
)


def find_imbalance(texts: ExampleTexts) -> list[Finding]:
    """Labels of which one outweighs the others, or one opening in most of the long answers."""
    labels = label_counts(texts)
    if labels:
        (top, most), (_, least) = labels.most_common(1)[0], labels.most_common()[-1]
        share = most / sum(labels.values())
        if len(labels) > 1 and (share > 0.6 or (most >= 10 * least and share > 2 / len(labels))):
            places = [place for place, answer in enumerate(texts.answers) if answer.strip() == top]
            sentences = Sentence.of("finding.balance.imbalance", answer=top[:30], share=share, least=least)
            return finding("imbalance", "look", texts, places, sentences)
        return []
    tokens = texts.answer_tokens
    long = np.flatnonzero(tokens.sizes >= 8)
    if len(long) < FEWEST:
        return []
    first = chosen(tokens, long)
    openings = chosen_words(first, 4).signature
    keys, counts = np.unique(openings, return_counts=True)
    share = counts.max() / len(long)
    if share <= 0.4:
        return []
    places = long[openings == keys[counts.argmax()]].tolist()
    opening = " ".join(texts.answer_words(places[0])[:4])
    sentences = Sentence.of("finding.balance.opening", share=float(share), opening=opening)
    return finding("imbalance", "note", texts, places, sentences)


def chosen_words(tokens: HashedTokens, first: int) -> HashedTokens:
    """The first words of each row, all of which have as many."""
    return HashedTokens(tokens.flat[tokens.places() < first], np.arange(len(tokens) + 1, dtype=np.int64) * first)


def label_counts(texts: ExampleTexts) -> Counter[str]:
    """How often each label is the answer; nothing when the answers are no labels."""
    counts = Counter(answer.strip() for answer in texts.answers if answer.strip())
    total = sum(counts.values())
    is_labels = (
        total >= FEWEST and len(counts) <= max(2, min(200, total // 5)) and all(len(key) <= 60 for key in counts)
    )
    return counts if is_labels else Counter()


def find_refusals(texts: ExampleTexts) -> list[Finding]:
    """Many answers that say no: the model learns to refuse."""
    places = [place for place, answer in enumerate(texts.answers) if REFUSAL.match(answer[:300].lstrip())]
    if len(places) < max(3, 0.1 * len(texts)):
        return []
    share = len(places) / len(texts)
    sentences = Sentence.of("finding.refusals.sentence", count=len(places), share=share)
    return finding("refusal_heavy", "serious" if share > 0.3 else "look", texts, places, sentences)


def find_too_few(texts: ExampleTexts) -> list[Finding]:
    """Under 20 no exam can be set aside; under 50 little is learned."""
    if len(texts) >= FEW:
        return []
    severity: Severity = "stop" if len(texts) < FEWEST else "look"
    sentences = Sentence.of(f"finding.too_few.{severity}", rows=len(texts), fewest=FEWEST)
    return finding("too_few", severity, texts, range(len(texts)), sentences)


IMBALANCE = Check(kind="imbalance", scope="whole", detect=of_texts(find_imbalance))
REFUSAL_HEAVY = Check(kind="refusal_heavy", scope="whole", detect=of_texts(find_refusals))
TOO_FEW = Check(kind="too_few", scope="whole", detect=of_texts(find_too_few))
