"""Which corrections contradict a taught row or another person's, and which ask what the exam asks."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from studio.data.checks.pairs.conflicts import conflict_groups, say_the_same, with_opposites
from studio.data.checks.pairs.second_prices import side_in_words, two_prices
from studio.data.duplicates.exam_overlap import overlap
from studio.data.text.example_texts import ExampleTexts
from studio.schemas.example import Example
from studio.schemas.loop.inbox import AuthorNote, InboxNote
from studio.schemas.sentence import Sentence
from studio.services.datasets.leakage import in_other_words

TAUGHT_VOICES = 1.5  # what is taught outweighs one person, and not two who agree
FEWEST, SHARE = 3, 0.5  # of somebody's corrections that contradict, before she is named
MOST_NAMED = 3


class Contradictions(NamedTuple):
    """By the id of a correction: what to say of it; and by author, how many of hers stand against more voices."""

    notes: Mapping[str, list[InboxNote]]
    outvoted: Mapping[str, int]


class Voices(NamedTuple):
    """Who says what: the author of each correction, and of each taught row that was made of one. Corrections that were
    left have no voice any more, and still tell of their author; accepted ones may have become old."""

    authors: Mapping[str, str]
    of_rows: Mapping[str, str] = {}
    left: Collection[str] = ()
    accepted: Collection[str] = ()


def exam_questions_in(examples: Sequence[Example], exam: Sequence[Example]) -> dict[str, list[InboxNote]]:
    """Those that ask what an exam question asks: it itself, nearly it, or it in other words. None may be taught."""
    if not examples or not exam:
        return {}
    found = {one.example.id for one in overlap(examples, exam)}
    found |= {one.example.id for one in in_other_words(examples, exam, found, others_are_taught=False)}
    asked = {question.question.strip() for question in exam}
    return {
        one.id: [InboxNote(kind="exam", said=Sentence.of(
            "inbox_note.exam_question" if one.question.strip() in asked else "inbox_note.near_exam"
        ))]
        for one in examples if one.id in found or one.question.strip() in asked
    }  # fmt: skip


def contradictions_in(
    rows: Sequence[Example], corrections: Sequence[Example], texts: ExampleTexts | None, voices: Voices
) -> Contradictions:
    """`texts` are those of the rows. Rows that contradict each other alone are for the checks of the table.

    A taught row that greets and signs answers the same question as a bare one that somebody typed.
    """
    notes: dict[str, list[InboxNote]] = {}
    outvoted: dict[str, int] = {}
    both = ExampleTexts([*rows, *corrections], texts)
    edge = len(rows)
    for group in with_opposites(both, conflict_groups(both, by="body")) if corrections else ():
        if max(group) < edge:
            continue
        sides = [[both.examples[place].id for place in side] for side in sides_of(both, group)]
        taught = {both.examples[place].id for place in group if place < edge}
        weights = [weight_of(side, taught, voices) for side in sides]
        for side in sides:
            others = [number for number, other in enumerate(sides) if other is not side]
            said = {id for number in others for id in sides[number] if id not in voices.left}
            own = weight_of(side, taught, voices)
            most = max((weights[number] for number in others), default=0.0)
            first = any(id in taught and id not in voices.of_rows for id in said)
            for id in (id for id in side if id not in taught):
                author = voices.authors[id]
                notes[id] = notes_of(both, [place for place in group if both.examples[place].id in said], edge,
                                     voices.authors, author)  # fmt: skip
                # what somebody accepted is held against its author only where the table said otherwise from the start
                if (TAUGHT_VOICES if first else 0.0) > own if id in voices.accepted else most > own:
                    outvoted[author] = outvoted.get(author, 0) + 1
    for id, priced in (other_prices(both, edge) if corrections else {}).items():
        notes[id] = notes.get(id) or priced
    return Contradictions({id: said for id, said in notes.items() if said}, outvoted)


def other_prices(texts: ExampleTexts, edge: int) -> dict[str, list[InboxNote]]:
    """Of each correction that gives a thing another price than taught rows do, whose questions are worded differently:
    which rows these are. From `edge` on the texts are corrections."""
    notes: dict[str, list[InboxNote]] = {}
    for one in two_prices(texts):
        for price, side in one.sides.items():
            sides = tuple(
                side_in_words(other_price, [texts.examples[place].label for place in other if place < edge])
                for other_price, other in one.sides.items()
                if other_price != price and min(other) < edge
            )
            for place in side if sides else ():
                if place >= edge:
                    said = Sentence.of("inbox_note.other_price", thing=one.thing, sides=sides)
                    notes.setdefault(texts.examples[place].id, []).append(InboxNote(kind="contradicts", said=said))
    return notes


def weight_of(side: Sequence[str], taught: Collection[str], voices: Voices) -> float:
    """How many say so. A row that was made of somebody's correction is her voice once more, not the table's."""
    people = {voices.of_rows.get(id) if id in taught else voices.authors[id] for id in side if id not in voices.left}
    return len(people - {None}) + (TAUGHT_VOICES if None in people else 0.0)


def sides_of(texts: ExampleTexts, group: Sequence[int]) -> list[list[int]]:
    """Places that say the same stand together."""
    sides: list[list[int]] = []
    for place in group:
        side = next((side for side in sides if say_the_same(texts, side[0], place)), None)
        if side is None:
            sides.append([place])
        else:
            side.append(place)
    return sides


def notes_of(texts: ExampleTexts, others: Sequence[int], edge: int, authors: Mapping[str, str], author: str,
             ) -> list[InboxNote]:  # fmt: skip
    """Which taught rows say something else, and which other people do, or their author elsewhere."""
    taught = [texts.examples[place].label for place in others if place < edge]
    said_by = {authors[texts.examples[place].id] for place in others if place >= edge}
    people = sorted(said_by - {author})
    found = []
    if taught:
        said = Sentence.of("inbox_note.contradicts", count=len(taught), rows=", ".join(taught[:MOST_NAMED]))
        found.append(InboxNote(kind="contradicts", said=said))
    if people:
        said = Sentence.of("inbox_note.disputed", people=", ".join(people[:MOST_NAMED]))
        found.append(InboxNote(kind="disputed", said=said))
    elif author in said_by:  # her own answers, or her word for a reply, differ
        found.append(InboxNote(kind="disputed", said=Sentence.of("inbox_note.own_other", author=author)))
    return found


def author_notes(found: Contradictions, corrections: Mapping[str, int]) -> tuple[AuthorNote, ...]:
    """Whose corrections stand, for the most part, against what more people say or what is taught; the most first."""
    named = [
        AuthorNote(author=author, contradicting=count, corrections=corrections[author])
        for author, count in found.outvoted.items()
        if count >= FEWEST and count >= SHARE * corrections[author]
    ]
    return tuple(sorted(named, key=lambda one: -one.contradicting))
