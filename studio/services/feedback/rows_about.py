"""Which feedback is about which rows: by the question's words, or by an answer that is long enough to be known by."""

from collections.abc import Callable, Sequence

from studio.data.text.normalize import words
from studio.schemas.example import Example
from studio.schemas.loop.feedback import Feedback

LEAST_LETTERS = 12  # of an answer: “Yes.” is said of many things


def asked(question: str) -> str:
    """A question as it is compared: its words alone."""
    return " ".join(words(question))


def said_in(example: Example) -> tuple[str, str]:
    """A row as it is compared."""
    return asked(example.question), example.answer.strip()


def about(rows: Sequence[Example]) -> Callable[[Feedback], bool]:
    """Whether a feedback asks what one of these rows asks, or repeats its answer."""
    questions = {asked(row.question) for row in rows} - {""}
    answers = {row.answer.strip() for row in rows if len(row.answer.strip()) >= LEAST_LETTERS}

    def fits(one: Feedback) -> bool:
        return asked(one.question) in questions or bool({one.reply.strip(), (one.correction or "").strip()} & answers)

    return fits


def made_of(gone: Sequence[Feedback], rows: Sequence[Example]) -> list[Example]:
    """The rows that were taught by this feedback: its question with its correction."""
    taught = {(asked(one.question), one.answer.strip()) for one in gone if one.teaches}
    return [row for row in rows if said_in(row) in taught]
