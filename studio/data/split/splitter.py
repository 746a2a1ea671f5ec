"""Training, validation and exam parts: near copies and rows of one group never sit on two sides.

Mails that differ by greeting, sign-off or quoted mail alone are near copies here.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from studio.copy.catalog import say
from studio.data.checks.content.balance import FEWEST
from studio.data.checks.pairs.copies import tied
from studio.data.duplicates.exam_overlap import overlap
from studio.data.duplicates.number_series import members
from studio.data.text.example_texts import ExampleTexts
from studio.data.text.hashed_tokens import first_places
from studio.data.text.mail_body import answer_body
from studio.data.text.normalize import words
from studio.errors import StudioError
from studio.schemas.example import Example

SHARE, LEAST, MOST = 0.1, 5, 200
PART = 3  # no cluster is more than a third of an exam as long as others are there
WORDINGS = 12  # more rows of one answer are no wordings of one question
SENTENCE = 4  # words of an answer that tells what was asked


class Split(NamedTuple):
    """In the order of the rows."""

    train: list[Example]
    validation: list[Example]
    exam: list[Example]


def split(
    examples: Sequence[Example],
    *,
    seed: int = 0,
    groups: Mapping[str, str] | None = None,
    texts: ExampleTexts | None = None,
    unread: Collection[str] = (),
    learned: Collection[str] = (),
    frozen_exam: bool = False,
) -> Split:
    """A tenth for the exam and a tenth of the rest for validation, by content and seed alone.

    `groups` ties example ids together beyond their own group; `texts` are the words of just these examples, when they
    were taken apart before. `unread` names examples whose question the model cannot read whole: nothing that is drawn
    holds one. `learned` names what somebody asked to be learned: the others are drawn as if it were not there, and what
    is too like it is learned, too, as long as enough is left to check by. Several wordings of one question, told by
    their answer, stay together, too; a `frozen_exam`, whose rows are the last ones and named so, takes none to it.
    Raises StudioError under 20 examples.
    """
    if len(examples) < FEWEST:
        number = say("splitter.1_example") if len(examples) == 1 else say("splitter.examples", examples=len(examples))
        raise StudioError(
            say("splitter.too_few_at_least", number=number, fewest=FEWEST),
            hint=say("splitter.exam_practice_check_take"),
        )
    texts = texts or ExampleTexts(examples)
    wordings = same_answers(texts)
    if frozen_exam:
        wordings = [pair for pair in wordings if all(examples[place].part != "exam" for place in pair)]
    together = clusters(examples, groups or {}, texts, wordings)
    bound, beside = bound_to_learning(examples, together, learned)
    apart = [[place for place in places if place not in bound] for places in together]
    order = sorted(filter(None, apart), key=lambda places: rank(examples, places, seed))
    side: dict[int, str] = {}
    for name in ("exam", "validation"):
        for places in order:
            if not side.get(places[0]) and places[0] not in beside and named_side(examples, places) == name:
                side.update(dict.fromkeys(places, name))
        if name in side.values():
            continue
        free = [places for places in order if places[0] not in side and named_side(examples, places) in ("", "train")]
        if unread:
            free = [places for places in free if not any(examples[place].id in unread for place in places)]
            if sum(map(len, free)) < LEAST:
                raise too_long_for_the_model(len(unread))
        wanted = size_of(len(examples) - len(bound) - len(side))
        taken = drawn(free, wanted)
        if not taken:
            raise too_alike(examples)
        left = [places for places in taken if places[0] not in beside]
        if sum(map(len, left)) < LEAST:
            left = drawn([places for places in free if places[0] not in beside], wanted)
        taken = left or taken
        for places in taken:
            side.update(dict.fromkeys(places, name))
    sides: dict[str, list[Example]] = {"train": [], "validation": [], "exam": []}
    for place, example in enumerate(examples):
        sides[side.get(place, "train")].append(example)
    if not sides["train"]:
        raise too_alike(examples)
    return Split(**sides)


def bound_to_learning(
    examples: Sequence[Example], together: Sequence[Sequence[int]], learned: Collection[str]
) -> tuple[set[int], set[int]]:
    """The places that are learned whatever is drawn, and those of what hangs together with them. What is too like a row
    that the file names for the exam stays with it."""
    bound: set[int] = set()
    beside: set[int] = set()
    for places in together if learned else ():
        own = {place for place in places if examples[place].id in learned}
        if own and named_side(examples, places) != "exam":
            bound |= own
            beside.update(places)
    return bound, beside


def size_of(count: int) -> int:
    """A tenth, at least 5 and at most 200."""
    return max(LEAST, min(MOST, round(SHARE * count)))


def drawn(free: Sequence[list[int]], wanted: int) -> list[list[int]]:
    """Clusters in their order until there are enough rows, the large ones last: an exam of one thing asked in many ways
    tells of that thing alone. Those that would overshoot are passed over. Empty where fewer than 5 rows could be drawn.
    """
    taken: list[list[int]] = []
    count = 0
    for places in sorted(free, key=lambda places: len(places) > max(1, wanted // PART)):
        if count + len(places) <= wanted:
            taken.append(places)
            count += len(places)
        if count == wanted:
            return taken
    rest = sorted((places for places in free if places not in taken), key=len)
    while count < LEAST and len(rest) > 1:
        taken.append(rest.pop(0))
        count += len(taken[-1])
    return taken if count >= LEAST else []


def too_long_for_the_model(count: int) -> StudioError:
    """What is left is too little to examine anybody on."""
    number = "1 question" if count == 1 else say("splitter.questions", count=count)
    return StudioError(
        say("splitter.model_cannot_read_whole", number=number),
        hint=say("splitter.choose_model_reads_more"),
    )


def too_alike(examples: Sequence[Example]) -> StudioError:
    """Everything hangs together: there is nothing to examine that was not learned."""
    if any(example.group for example in examples):
        hint = say("splitter.add_examples_differ_or")
    elif 2 * members(examples) > len(examples):
        hint = say("splitter.most_questions_differ_only")
    else:
        hint = say("splitter.near_copies_stay_together")
    return StudioError(say("splitter.rows_too_alike_set"), hint=hint)


def same_answers(texts: ExampleTexts) -> list[tuple[int, int]]:
    """Pairs of rows that ask one thing in several wordings: a few of them have the very same answer, in a sentence,
    whoever is greeted in it and whoever signs, and their questions share a word that is rare. A column of labels has
    none."""
    leaders, pairs = first_places(texts.answer_tokens)
    if len(leaders) < FEWEST:
        return []
    bodies: dict[str, int] = {}
    if any("\n" in texts.answers[leader] for leader in leaders):  # else nobody is greeted, and nobody signs
        said = [(place, " ".join(words(answer_body(answer) if "\n" in answer else answer)))
                for place, answer in enumerate(texts.answers) if answer]  # fmt: skip
        pairs = [(first, place) for place, body in said if (first := bodies.setdefault(body, place)) != place]
    together: dict[int, list[int]] = {}
    for leader, later in pairs:
        if texts.answer_tokens.sizes[leader] >= SENTENCE:
            together.setdefault(leader, [leader]).append(later)
    few = {leader: places for leader, places in together.items() if len(places) <= WORDINGS}
    asked = {place: set(texts.question_words(place)) for places in few.values() for place in places}
    often = Counter(word for words in asked.values() for word in words)
    found = []
    for leader, places in few.items():
        rare = {word for word in asked[leader] if often[word] <= max(2 * WORDINGS, len(asked) // 20)}
        found += [(leader, place) for place in places[1:] if rare & asked[place]]
    return found


def clusters(
    examples: Sequence[Example], groups: Mapping[str, str], texts: ExampleTexts, more: Sequence[tuple[int, int]] = ()
) -> list[list[int]]:
    """Places that must stay together; most stand alone."""
    pairs = [(left, right) for left, right in texts.near("asked").pairs.tolist()]
    pairs += [(left, right) for left, right in texts.near("body").pairs.tolist()]
    pairs += [(left, right) for left, right in texts.near("both").pairs.tolist()]
    pairs += more
    first: dict[str, int] = {}
    for place, example in enumerate(examples):
        for key in filter(
            None, (example.group and f"own {example.group}", groups.get(example.id) and f"given {groups[example.id]}")
        ):
            pairs.append((first.setdefault(key, place), place))
    together = tied([(left, right) for left, right in pairs if left != right])
    inside = {place for group in together for place in group}
    return together + [[place] for place in range(len(examples)) if place not in inside]


def different(exam: Sequence[Example]) -> int:
    """Of how many things it asks: near copies, and rows of one group, are one."""
    return len(clusters(exam, {}, ExampleTexts(exam)))


def named_side(examples: Sequence[Example], places: Sequence[int]) -> str:
    """Where the file itself puts a cluster; one that it puts on both sides is for learning."""
    parts = {examples[place].part for place in places} - {""}
    if not parts:
        return ""
    return parts.pop() if len(parts) == 1 else "train"


def rank(examples: Sequence[Example], places: Sequence[int], seed: int) -> str:
    """A number drawn from the words and the seed: the order of the rows plays no part."""
    first = min(examples[place].content_hash for place in places)
    return hashlib.sha256(f"{seed}:{first}".encode()).hexdigest()


def overlaps(examples: Sequence[Example], exam: Sequence[Example]) -> set[str]:
    """The ids of examples that are near copies of an exam row (question, or question and answer), or of its group."""
    return {found.example.id for found in overlap(examples, exam)}
