"""Numbers about a dataset that the page draws: lengths, labels, openings, variety. Measured, never scored."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from studio.prepare.findings.balance import label_counts
from studio.prepare.texts import Texts
from studio.records.example import Example

MOST_SHOWN = 12


def describe(examples: Sequence[Example]) -> dict[str, Any]:
    """Plain numbers and lists, ready for JSON."""
    texts = Texts(examples)
    questions, answers = list(map(len, texts.asked_words)), list(map(len, texts.said_words))
    labels = label_counts(texts) if examples else Counter()
    openings = Counter(" ".join(words[:3]) for words in texts.said_words if len(words) >= 3)
    asked = Counter(" ".join(words[:2]) for words in texts.asked_words if len(words) >= 2)
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
        "distinct_questions": len({" ".join(words) for words in texts.asked_words}),
        "distinct_answers": len({" ".join(words) for words in texts.said_words}),
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
