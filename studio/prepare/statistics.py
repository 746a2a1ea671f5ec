"""Numbers about a dataset that the page draws: lengths, labels, openings, variety. Measured, never scored."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from studio.prepare.bags import signatures
from studio.prepare.findings.balance import label_counts
from studio.prepare.texts import Texts
from studio.prepare.words import words
from studio.records.example import Example

MOST_SHOWN = 12


def describe(examples: Sequence[Example]) -> dict[str, Any]:
    """Plain numbers and lists, ready for JSON."""
    texts = Texts(examples)
    questions, answers = texts.asked_bag.sizes.tolist(), texts.said_bag.sizes.tolist()
    labels = label_counts(texts) if examples else Counter()
    openings = Counter(" ".join(words(said[:120])[:3]) for said in texts.said if said.strip())
    asked = Counter(" ".join(words(said[:120])[:2]) for said in texts.asked if said.strip())
    return {
        "examples": len(examples),
        "turns": Counter(
            sum(1 for one in example.messages if one.role == "assistant") for example in examples
        ).most_common(5),
        "question_words": spread(questions),
        "answer_words": spread(answers),
        "labels": labels.most_common(MOST_SHOWN),
        "label_count": len(labels),
        "answer_openings": openings.most_common(MOST_SHOWN),
        "question_openings": asked.most_common(MOST_SHOWN),
        "distinct_questions": len(set(signatures(texts.asked_bag).tolist())),
        "distinct_answers": len(set(signatures(texts.said_bag).tolist())),
        "formats": formats(texts),
    }


def spread(sizes: Sequence[int]) -> dict[str, int]:
    """Smallest, quarter points and largest, and the 99th percentile."""
    ordered = sorted(sizes) or [0]
    at = {name: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in POINTS.items()}
    return {**at, "largest": ordered[-1]}


POINTS = {"smallest": 0.0, "quarter": 0.25, "middle": 0.5, "three_quarters": 0.75, "p99": 0.99}


def formats(texts: Texts) -> dict[str, int]:
    """How the answers are written: consistency of form shows here."""
    counts = Counter(form_of(said) for said in texts.said)
    return dict(counts.most_common())


def form_of(said: str) -> str:
    """List, JSON, code, label, sentence or paragraphs."""
    bare = said.strip()
    if not bare:
        return "empty"
    if bare[0] in "{[" and bare[-1] in "}]":
        return "JSON"
    if "```" in bare:
        return "code"
    lines = [line.strip() for line in bare.split("\n") if line.strip()]
    if len(lines) > 1 and sum(1 for line in lines if line[:1] in "-*•" or line[:2].rstrip(".)").isdigit()) >= 0.5 * len(
        lines
    ):
        return "list"
    if len(lines) > 1:
        return "paragraphs"
    return (
        "label" if len(bare) <= 40 and bare[-1] not in ".!?。" else "sentences" if bare.count(". ") else "one sentence"
    )
