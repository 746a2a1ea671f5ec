"""What is looked for among judgements before they are learned: contradictions, repetitions, exam questions, length, and
whether all of them ask for the same."""

from collections import Counter
from collections.abc import Sequence

from studio.copy.catalog import say
from studio.data.checks.content.balance import REFUSAL
from studio.data.duplicates.exam_overlap import overlap
from studio.data.preferences.judgement_rows import JudgedRow, JudgedRows
from studio.data.text.normalize import words
from studio.schemas.example import Example
from studio.schemas.finding import Drop
from studio.schemas.loop.preference import Judgement, PreferencePair, ThumbedReply

Asked = tuple[tuple[str, str], ...]
SORT_FROM, SORT_SHARE = 6, 0.9  # judgements, and the share of them, from which one sort may be all that is learned
LENGTH_FROM, LENGTH_SHARE = 20, 0.8  # pairs, and the share of them, from which length alone may be what is learned


def examine(rows: JudgedRows, exam: Sequence[Example] = ()) -> JudgedRows:
    """The rows without those that say two things at once, say it again, or ask what the exam asks."""
    rows = rows.without(contradictions(rows.kept))
    rows = rows.without(repetitions(rows.kept))
    if exam:
        rows = rows.without(exam_questions(rows.kept, exam))
    return rows.without((), [*one_sort_notes(rows), *length_notes(rows)])


def asked_in(judgement: Judgement) -> Asked:
    """The turns as they are compared: who speaks, and the words without case and signs."""
    return tuple((turn.role, " ".join(words(turn.content))) for turn in judgement.turns)


def said_in(judgement: Judgement) -> tuple[str, ...]:
    """The replies as they are compared: a preference may be about case and signs alone."""
    return tuple(reply.strip() for reply in judgement.replies)


def contradictions(rows: Sequence[JudgedRow]) -> list[Drop]:
    """Of two replies each was preferred to the other, or one reply was called good and not good: none of it teaches."""
    sides: dict[object, dict[object, list[JudgedRow]]] = {}
    for row in rows:
        judgement, said = row.judgement, said_in(row.judgement)
        what = (asked_in(judgement), tuple(sorted(said)))
        side = said if isinstance(judgement, PreferencePair) else judgement.good
        sides.setdefault((type(judgement), what), {}).setdefault(side, []).append(row)
    against = [group for group in sides.values() if len(group) > 1]
    return [row.drop("contradiction") for group in against for rows in group.values() for row in rows]


def repetitions(rows: Sequence[JudgedRow]) -> list[Drop]:
    """The same judgement again; the first one stays."""
    seen: set[object] = set()
    drops = []
    for row in rows:
        judgement = row.judgement
        key = (asked_in(judgement), said_in(judgement), getattr(judgement, "good", None))
        if key in seen:
            drops.append(row.drop("repeated"))
        seen.add(key)
    return drops


def exam_questions(rows: Sequence[JudgedRow], exam: Sequence[Example]) -> list[Drop]:
    """Judgements about an exam question or a near copy of one: learned from, they would make the exam worthless."""
    by_row = {row.row: row for row in rows}
    found: dict[int, Drop] = {}
    for place in range(max((len(row.judgement.replies) for row in rows), default=0)):
        examples = [
            row.judgement.example(row.judgement.replies[place], row.row)
            for row in rows
            if len(row.judgement.replies) > place
        ]
        for one in overlap(examples, exam):
            found.setdefault(one.example.row, by_row[one.example.row].drop("exam_overlap", one.other.label))
    return [found[row] for row in sorted(found)]


def one_sort_notes(rows: JudgedRows) -> list[str]:
    """A word where nearly all ask to decline, to answer what was declined, or for the same words. Measured: without
    taught rows beside them such judgements alone undo everything else (`tests/benchmarks/README.md`)."""
    return [*sort_of_pairs(rows.pairs), *sort_of_thumbs(rows.thumbs)]


def sort_of_pairs(pairs: Sequence[PreferencePair]) -> list[str]:
    """Of pairs."""
    if len(pairs) < SORT_FROM:
        return []
    declines = [(is_decline(pair.chosen), is_decline(pair.rejected)) for pair in pairs]
    ((_, same),) = Counter(pair.chosen.strip() for pair in pairs).most_common(1)
    counts = {"decline": declines.count((True, False)), "answer": declines.count((False, True)), "same": same}
    sort = next((sort for sort, count in counts.items() if count >= SORT_SHARE * len(pairs)), "")
    return [one_sort_note(sort, counts[sort], len(pairs))] if sort else []


def sort_of_thumbs(thumbs: Sequence[ThumbedReply]) -> list[str]:
    """Of replies with a thumb: those that decline all lie on one side, and nothing else does."""
    ups, downs = ([is_decline(one.reply) for one in thumbs if one.good is good] for good in (True, False))
    if len(thumbs) < SORT_FROM or not ups or not downs:
        return []
    sort = "decline" if all(ups) and not any(downs) else "answer" if all(downs) and not any(ups) else ""
    return [one_sort_note(sort, len(thumbs), len(thumbs))] if sort else []


def is_decline(reply: str) -> bool:
    """Whether it begins as refusals do."""
    return REFUSAL.match(reply[:300].lstrip()) is not None


def one_sort_note(sort: str, count: int, total: int) -> str:
    """What it may learn of them."""
    which = say("preferences.every" if count == total else "preferences.most", count=count, total=total)
    return say(f"preferences.all_{sort}", which=which)


def length_notes(rows: JudgedRows) -> list[str]:
    """A word on length, where the better reply is nearly always the longer, or the shorter, one."""
    pairs = rows.pairs
    longer = sum(len(pair.chosen) > len(pair.rejected) for pair in pairs)
    shorter = sum(len(pair.chosen) < len(pair.rejected) for pair in pairs)
    if len(pairs) < LENGTH_FROM or max(longer, shorter) < LENGTH_SHARE * len(pairs):
        return []
    key = "preferences.longer_is_better" if longer > shorter else "preferences.shorter_is_better"
    return [say(key, count=max(longer, shorter), pairs=len(pairs))]
