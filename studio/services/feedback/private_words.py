"""Private details in what a feedback would teach: named before somebody accepts it, and hidden as in the examples."""

from collections.abc import Iterator, Sequence
from typing import Literal

from studio.data.checks.private.masking import PRIVATE_DETAILS, SECRET, private_in, secrets_in
from studio.data.checks.private.possible_personal import POSSIBLE_PERSONAL, scan
from studio.data.privacy.details import Detail
from studio.data.privacy.masks import LABELS, TAKEN, TAKEN_HINTS
from studio.data.privacy.rules import Rules
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example, pair
from studio.schemas.loop.inbox import InboxNote
from studio.schemas.sentence import Sentence

HIDERS = (PRIVATE_DETAILS, POSSIBLE_PERSONAL, SECRET)  # in the order in which a fix of all of them hides
KINDS = frozenset(check.kind for check in HIDERS)
SHOWN = 4  # details that are read out
Part = Literal["before", "question", "answer", "reply"]  # where a detail stands; `before`: in what was said before the
# question; `reply`: in the reply that is corrected
Place = tuple[Part, Detail]


def private_notes(taught: Sequence[Example], replies: Sequence[Example], rules: Rules) -> dict[str, list[InboxNote]]:
    """By example id what is in it, with its words: nobody needs to guess what she would teach.

    `replies`: of those that correct a reply, the same with that reply as the answer. What stands in it alone is learned
    only where better and worse replies are compared, and is told apart."""
    places, replied = places_in(taught, rules), places_in(replies, rules)
    for id, found in replied.items():
        known = {(one.kind, one.value) for _, one in places.get(id, ())}
        answers = [one for part, one in found if part == "answer"]
        places.setdefault(id, []).extend(("reply", one) for one in answers if (one.kind, one.value) not in known)
    return {id: notes_of(found) for id, found in places.items() if found}


def places_in(examples: Sequence[Example], rules: Rules) -> dict[str, list[Place]]:
    """By example id every private detail, with where it stands."""
    texts = ExampleTexts(examples)
    places: dict[str, list[Place]] = {}
    for found in (private_in(texts, rules), scan(texts, rules).found, secrets_in(texts)):
        for place, turns in found.items():
            words = [message.content for message in examples[place].messages]
            for turn, details in enumerate(turns):
                part = part_of(turn, len(turns))
                seen = [(part, as_written(one, part, words, turn)) for one in details]
                places.setdefault(examples[place].id, []).extend(seen)
    return places


def part_of(turn: int, turns: int) -> Part:
    """The last turn is the answer, the one before it what was asked."""
    if turn == turns - 1:
        return "answer"
    return "question" if turn == turns - 2 else "before"


def as_written(detail: Detail, part: Part, words: Sequence[str], turn: int) -> Detail:
    """The detail with a value that can be seen in the part that it is said to stand in: a name's fullest form may
    stand in an earlier turn alone."""
    seen = words[:-2] if part == "before" else words[-2:]
    if any(detail.value in one for one in seen):
        return detail
    return detail._replace(value=words[turn][detail.start : detail.end])


def notes_of(found: Sequence[Place]) -> list[InboxNote]:
    """“This answer holds a phone number and a name: 07700 900123, Rafi Holm.” What stands only in what was said before
    the question is told apart: it is learned with it, and is not on the page before somebody opens it."""
    here = [(part, one) for part, one in found if part in ("question", "answer")]
    known = {(one.kind, one.value) for _, one in here}
    earlier = [(part, one) for part, one in found if part == "before" and (one.kind, one.value) not in known]
    corrected = [(part, one) for part, one in found if part == "reply"]
    return [note_of(some) for some in (here, earlier, corrected) if some]


def note_of(found: Sequence[Place]) -> InboxNote:
    """The details of one question and its answer, or of what was said before them."""
    parts = {part for part, _ in found}
    where = parts.pop() if len(parts) == 1 else "both"
    *first, last = (Sentence.of(f"inbox_private.{kind}") for kind in dict.fromkeys(one.kind for _, one in found))
    kinds = Sentence.of("inbox_private.and", first=tuple(first), last=last) if first else last
    values = [*dict.fromkeys(" ".join(one.value.split()) for _, one in found)]
    more = ", …" if len(values) > SHOWN else ""
    said = Sentence.of(f"inbox_note.private_{where}", kinds=kinds, values=", ".join(values[:SHOWN]) + more)
    return InboxNote(kind="private", said=said)


def without_details(example: Example, texts: ExampleTexts | None, rules: Rules) -> Example:
    """Every private detail behind its placeholder, in all its turns: the one that it has in the rows, and nobody
    else's."""
    taken = [pair(0, "?", " ".join(numbers_in(texts)))] if texts else []
    for check in HIDERS:
        if check.effect is not None:
            _, edits = check.effect(ExampleTexts([example, *taken]), "mask", rules)
            example = example.model_copy(update={"messages": edits.get(example.id, example.messages)})
    return example


def numbers_in(texts: ExampleTexts) -> Iterator[str]:
    """The highest placeholder of each kind that stands in the rows."""
    highest = dict.fromkeys(LABELS.values(), 0)
    for place in texts.holding(TAKEN_HINTS):
        for message in texts.examples[place].messages:
            for label, digits in TAKEN.findall(message.content):
                highest[label] = max(highest[label], int(digits))
    return (f"[{label}_{number}]" for label, number in highest.items() if number)
