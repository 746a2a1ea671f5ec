"""The sentences of the Compare tab."""

from studio.services.chats.chat_service import ChatLine
from studio.web.copy.common import count, short

SIDES = {
    "base": "Starting model", "prompted": "Starting model, well prompted", "lookup": "Nearest known answer",
    "commonest": "Commonest label", "tuned": "Your version",
}  # fmt: skip
TITLE = "Ask both"
SETTINGS = "How each of them answers"
COMPARE_LEAD = (
    "One question, all answer at the same time. The exam holds questions that none of them has seen; "
    "each is asked on its own."
)
WHO_HELP = "Two to four. A good prompt and the nearest known answer are the fair rivals of teaching."
WHICH = {
    "prompted": "instructions and 3 examples",
    "lookup": "from your examples",
    "commonest": "what most of your examples have",
    "other": "another version",
}
CONVERSATIONS = "Saved conversations"
SEARCH_HELP = "Words that were asked or answered."
NO_CONVERSATIONS = "No conversation was found."
NOTHING_ASKED = "Nothing has been asked in this conversation yet."
MARK = "Mark the words that differ from the first"
GREEDY = "With randomness 0 the same words come again: raise it for other words."
GREEDY_HINT = f"It is under “{SETTINGS}”."
WAYS = ("Side by side", "Blind vote")
NO_SETTINGS = "It has nothing to set: it gives back the nearest answer of your examples."
STILL_ANSWERING = "The last question is still being answered."
STILL_ANSWERING_HINT = "Wait for it, or press Stop."
EMPTY_COLUMN = "The answer appears here."
SAME_INSTRUCTIONS = "The same as it was taught with."
OTHER_INSTRUCTIONS = "Other than what it was taught with: it may answer worse."


def exam_button(place: int, total: int) -> str:
    """Which exam question comes next."""
    return f"From the exam ({place + 1} of {total})" if total else "From the exam"


CUT_SHORT = "ended before it was finished"
SAID_NOTHING = "(no words)"


def ask_button(number: int) -> str:
    """How many answer."""
    return {1: "Ask", 2: "Ask both"}.get(number, f"Ask all {number}")


def taught(row: str) -> str:
    """The badge of a question that is no test."""
    return f"this question was taught ({row})"


def conversation_line(line: ChatLine) -> str:
    """A saved conversation in a list."""
    first = short(line.first, 70)
    return f"{line.began.astimezone():%d %b, %H:%M} · {count(line.questions, 'question')} · {first}"
