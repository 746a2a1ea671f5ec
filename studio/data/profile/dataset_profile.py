"""The picture of a dataset: what it is about, who is in it and how its answers are written. Measured, never scored."""

from collections import Counter
from collections.abc import Sequence

from studio.data.checks.content.balance import REFUSAL, label_counts
from studio.data.checks.content.language import languages
from studio.data.gc_paused import collector_paused
from studio.data.profile.group_mentions import find_mentions
from studio.data.profile.personal_words import without_blanks, without_personal
from studio.data.profile.style_stats import forms, lengths, manner, spread
from studio.data.profile.topics import find_topics, neighbours
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.mail_body import mail_body
from studio.data.text.normalize import words
from studio.schemas.example import Example
from studio.schemas.profile import DatasetProfile

MOST_SHOWN = 12
SAMPLE = 10_000


def describe(examples: Sequence[Example], *, most: int = SAMPLE) -> DatasetProfile:
    """Measured on all examples, or on at most so many evenly taken ones; `looked_at` says how many."""
    with collector_paused():
        return measured(len(examples), evenly(examples, most))


def evenly(examples: Sequence[Example], most: int) -> Sequence[Example]:
    """At most so many, spread over the whole list."""
    if len(examples) <= most:
        return examples
    return [examples[place * len(examples) // most] for place in range(most)]


def measured(rows: int, examples: Sequence[Example]) -> DatasetProfile:
    """Everything that is counted, of these examples."""
    texts = ExampleTexts(examples)
    asked = [example.question or before for example, before in zip(examples, texts.questions, strict=True)]
    bodies = [*map(mail_body, asked)]
    said_of = bodies if texts.has_questions else texts.answers
    topics = find_topics([*map(without_blanks, without_personal(said_of))])
    labels = label_counts(texts) if examples else Counter()
    spoken = languages(texts)
    refusals = [place for place, said in enumerate(texts.answers) if REFUSAL.match(said[:300].lstrip())]
    openings = Counter(opening(said, 3) for said in texts.answers if said.strip())
    beginnings = Counter(opening(question, 2) for question in asked if question.strip())
    questions, answers = texts.question_tokens.sizes.tolist(), texts.answer_tokens.sizes.tolist()
    turns = Counter(sum(1 for one in example.messages if one.role == "assistant") for example in examples)
    return DatasetProfile(
        rows=rows, looked_at=len(examples), topics=topics.found, without_topic=int((topics.of < 0).sum()),
        labels=tuple(labels.most_common(MOST_SHOWN)), label_count=len(labels),
        question_words=spread(questions), answer_words=spread(answers), lengths=lengths(questions, answers),
        languages=tuple(Counter(spoken.values()).most_common(MOST_SHOWN)), language_unknown=len(examples) - len(spoken),
        mentions=tuple(find_mentions(texts, spoken, refusals, dict(labels.most_common()))),
        answer_openings=tuple(openings.most_common(MOST_SHOWN)),
        question_openings=tuple(beginnings.most_common(MOST_SHOWN)),
        distinct_questions=len({tuple(words(body)) for body in bodies}),
        distinct_answers=len(set(texts.answer_tokens.signature.tolist())), distinct_openings=len(beginnings),
        forms=forms(texts), manner=manner(texts, spoken), neighbours=neighbours(topics),
        refusals=len(refusals), turns=tuple(turns.most_common(5)),
    )  # fmt: skip


def opening(text: str, count: int) -> str:
    """The first words that somebody wrote: no placeholder is one of them, unless nothing else stands there."""
    return " ".join((words(without_blanks(text[:120])) or words(text[:120]))[:count])
