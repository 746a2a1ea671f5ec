"""Answers and questions without words."""

from studio.prepare.findings.making import count_of, finding
from studio.prepare.texts import Texts
from studio.records.finding import Finding


def find_empty(texts: Texts) -> list[Finding]:
    """An empty answer teaches silence; an empty question has nothing to answer."""
    answers = [place for place, said in enumerate(texts.said) if is_empty(said)]
    found = finding(
        "empty_answer", "stop" if len(answers) == len(texts) else "serious", texts, answers,
        f"{count_of(len(answers), 'answer is', 'answers are')} empty.", "Leave these rows out.",
    )  # fmt: skip
    if texts.has_questions:
        questions = [place for place in range(len(texts)) if is_empty(texts.asked[place]) or not is_asked(texts, place)]
        found += finding(
            "empty_question", "serious", texts, questions,
            f"{count_of(len(questions), 'question is', 'questions are')} empty.", "Leave these rows out.",
        )  # fmt: skip
    return found


def is_empty(text: str) -> bool:
    """Nothing that a person could read, also by way of invisible letters."""
    return not text.strip(" \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff\u3000")


def is_asked(texts: Texts, place: int) -> bool:
    """Whether a user turn with words stands before the answer."""
    messages = texts.examples[place].messages
    return any(message.role == "user" and not is_empty(message.content) for message in messages)
