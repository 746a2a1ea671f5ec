"""Private details in what a feedback would teach: named before somebody accepts it, and hidden as in the examples."""

from collections.abc import Iterator, Sequence

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
Place = tuple[bool, Detail]  # whether it stands in the answer


def private_notes(taught: Sequence[Example], rules: Rules) -> dict[str, InboxNote]:
    """By example id what is in it, with its words: nobody needs to guess what she would teach."""
    texts = ExampleTexts(taught)
    places: dict[int, list[Place]] = {}
    for found in (private_in(texts, rules), scan(texts, rules).found, secrets_in(texts)):
        for place, turns in found.items():
            last = len(turns) - 1
            places.setdefault(place, []).extend((turn == last, one) for turn, of in enumerate(turns) for one in of)
    return {taught[place].id: note_of(details) for place, details in places.items() if details}


def note_of(found: Sequence[Place]) -> InboxNote:
    """“This answer holds a phone number and a name: 07700 900123, Rafi Holm.”"""
    answered = {in_answer for in_answer, _ in found}
    where = "both" if len(answered) == 2 else "answer" if True in answered else "question"
    *first, last = (Sentence.of(f"inbox_private.{kind}") for kind in dict.fromkeys(one.kind for _, one in found))
    kinds = Sentence.of("inbox_private.and", first=tuple(first), last=last) if first else last
    values = [*dict.fromkeys(" ".join(one.value.split()) for _, one in found)]
    more = ", …" if len(values) > SHOWN else ""
    said = Sentence.of(f"inbox_note.private_{where}", kinds=kinds, values=", ".join(values[:SHOWN]) + more)
    return InboxNote(kind="private", said=said)


def without_details(example: Example, texts: ExampleTexts | None, rules: Rules) -> Example:
    """Every private detail behind its placeholder: the one that it has in the rows, and nobody else's."""
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
